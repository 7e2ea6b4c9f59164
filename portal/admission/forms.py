"""What an organisation says of itself, and what both sides say under the agreement."""

from portal.admission.rules import LONGEST_FIELD, LONGEST_REASON, LONGEST_SLUG, is_slug
from portal.identity.kind_words import KIND_WORDS
from portal.kit.text import is_mail
from portal.shell.forms import Checkbox, Choice, Form, LongText, Text


class ApplicationForm(Form):
    """The application of an organisation."""

    name = Text(
        "Name der Organisation",
        help="Der volle Name, wie er in der Vereinbarung stehen soll.",
        required="Bitte geben Sie den Namen Ihrer Organisation an.",
        autocomplete="organization",
    )
    kind = Choice(
        "Art der Organisation",
        options=[(kind.value, words) for kind, words in KIND_WORDS.items()],
        required="Bitte wählen Sie, welcher Art Ihre Organisation ist.",
    )
    legal_form = Text(
        "Rechtsform",
        help="Zum Beispiel: eingetragener Verein, gGmbH, Stiftung, Körperschaft des öffentlichen Rechts.",
        required="Bitte geben Sie die Rechtsform an.",
    )
    seat = Text(
        "Sitz",
        help="Straße, Hausnummer, Postleitzahl und Ort.",
        required="Bitte geben Sie den Sitz Ihrer Organisation an.",
        limit=300,
        autocomplete="street-address",
    )
    field = LongText(
        "Arbeitsfeld",
        help="Was Ihre Organisation tut und für wen. Alle Mitglieder des Netzwerks lesen es. Bitte nennen Sie keine "
        "Menschen, die Sie begleiten.",
        required="Bitte beschreiben Sie Ihr Arbeitsfeld.",
        limit=LONGEST_FIELD,
        rows=6,
    )
    contact_name = Text(
        "Ansprechperson",
        help="Nur die Geschäftsstelle des Netzwerks liest Namen und E-Mail-Adresse.",
        required="Bitte nennen Sie eine Ansprechperson.",
        autocomplete="name",
    )
    contact_mail = Text(
        "E-Mail-Adresse der Ansprechperson",
        required="Bitte geben Sie eine E-Mail-Adresse an.",
        limit=254,
        autocomplete="email",
    )
    will = Checkbox(
        "Unsere Organisation will mit den Mitgliedern so zusammenarbeiten, wie es die Vereinbarung beschreibt.",
        required="Ohne den erklärten Willen zur Zusammenarbeit ist kein Antrag möglich.",
    )

    def check(self) -> None:
        if not is_mail(self.contact_mail):
            self.fail("contact_mail", "Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de.")


class EndForm(Form):
    """The office ends a case, and says why."""

    id = "beenden"
    reason = LongText(
        "Was fehlt, oder warum das Verfahren endet",
        help="Der Antragsteller liest es in seinem Schreiben, sonst niemand.",
        required="Bitte sagen Sie dem Antragsteller, warum.",
        limit=LONGEST_REASON,
        rows=4,
    )


class _Signing(Form):
    name = Text("Ihr Name", required="Bitte geben Sie Ihren Namen an.", autocomplete="name")
    capacity = Text(
        "Ihre Funktion",
        help="Zum Beispiel: Geschäftsführung, Vorstand, Leitung der Geschäftsstelle.",
        required="Bitte geben Sie an, in welcher Funktion Sie unterschreiben.",
        autocomplete="organization-title",
    )


class IssueForm(_Signing):
    """The office signs, and says under which short name the applicant will be found."""

    id = "vereinbarung-senden"
    slug = Text(
        "Kurzname der Organisation",
        help="Steht in Adressen und in den Gruppen des Verzeichnisses, zum Beispiel „waermestube-nord“. Er bleibt.",
        required="Bitte geben Sie einen Kurznamen an.",
        limit=LONGEST_SLUG,
    )
    declared = Checkbox(
        "Ich unterzeichne die Vereinbarung für die Geschäftsstelle des Netzwerks.",
        required="Bitte bestätigen Sie, dass Sie unterzeichnen.",
    )

    def check(self) -> None:
        if not is_slug(self.slug):
            self.fail("slug", "Ein Kurzname besteht aus kleinen Buchstaben von a bis z, Ziffern und Bindestrichen.")


class ScreenForm(_Signing):
    """The applicant signs on the screen."""

    id = "am-bildschirm"
    declared = Checkbox(
        "Ich bin berechtigt, für diese Organisation zu unterschreiben, und unterzeichne die Vereinbarung so, "
        "wie sie oben als PDF-Datei steht.",
        required="Bitte bestätigen Sie, dass Sie die Vereinbarung unterzeichnen.",
    )


class CopyForm(_Signing):
    """The applicant sends its own copy, signed on paper. The file stands beside it."""

    id = "als-datei"
