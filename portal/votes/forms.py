"""What the browser sends: a new question, and a ballot."""

from collections.abc import Mapping

from portal.shell.forms import Choice, Date, Form, LongText, Text
from portal.shell.i18n import Sentence
from portal.votes.rules import Answer, Kind
from tenants.rulebook import VoteRule

Options = tuple[tuple[str, str], ...]

_ABSTAIN = (Answer.ABSTAIN.value, Sentence("Wir enthalten uns"))
_YES_OR_NO: Options = (
    (Answer.YES.value, Sentence("Wir stimmen zu")),
    (Answer.NO.value, Sentence("Wir stimmen nicht zu")),
    _ABSTAIN,
)
_OBJECTION: Options = (
    (Answer.YES.value, Sentence("Kein Widerspruch")),
    (Answer.NO.value, Sentence("Wir widersprechen")),
)


class BallotForm(Form):
    """The one decision of an organisation."""

    answer = Choice("Ihre Entscheidung", required="Bitte wählen Sie eine Antwort aus.")


class QuestionForm(Form):
    """What the office asks the members."""

    question = Text(
        "Frage an alle Mitglieder",
        help="Als Frage, auf die Ja oder Nein die Antwort ist, oder als Auswahl unter Vorschlägen.",
        required="Bitte schreiben Sie, worüber abgestimmt wird.",
        limit=300,
    )
    explanation = LongText("Erläuterung", help="Was die Mitglieder wissen müssen, um zu entscheiden.", limit=4000)
    rule = Choice("So wird entschieden", required="Bitte wählen Sie, wie entschieden wird.")
    proposals = LongText(
        "Vorschläge", help="Nur für eine Auswahl, dann mindestens zwei: ein Vorschlag je Zeile.", limit=4000, rows=4
    )
    last_day = Date(
        "Letzter Tag",
        help="Dieser Tag zählt noch ganz mit; um 24\N{NO-BREAK SPACE}Uhr endet die Abstimmung für alle. Wo das "
        "Regelwerk die Frist mit dem Zugang beginnen lässt, gilt er nicht: Dann hat jedes Mitglied seine eigene Frist.",
        required="Bitte geben Sie den letzten Tag an.",
    )


def answers_of(kind: Kind, options: Mapping[str, str]) -> Options:
    """What can be answered, in the words of the person who does."""
    if kind is Kind.CHOICE:
        return (*options.items(), _ABSTAIN)
    return _OBJECTION if kind is Kind.OBJECTION else _YES_OR_NO


def majorities_of(rules: Mapping[str, VoteRule]) -> Options:
    """The ways to decide that the rulebook allows for questions."""
    return tuple((key, f"{rule.title}: {rule.explanation}") for key, rule in rules.items())
