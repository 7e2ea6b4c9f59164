"""What an organisation says of a contact person, and the office of a new version."""

from typing import Any
from uuid import UUID

from portal.contacts.rules import LONGEST_NOTE, DirectoryReason, Person, topics_of
from portal.contacts.words import REASONS
from portal.shell.forms import Form, LongText, Select, Text

USUAL = DirectoryReason.UPDATE.value


class PersonForm(Form):
    """A contact person. The levels and who could stand in come from the page."""

    name = Text("Name", required="Bitte geben Sie einen Namen an.", limit=120)
    level = Select(
        "Ebene",
        help="Welche Ebenen es gibt, steht in der Vereinbarung Ihres Netzwerks.",
        required="Bitte wählen Sie eine Ebene.",
    )
    duty = Text("Funktion", help="Zum Beispiel „Leitung der Beratungsstelle“.", limit=200)
    topics = Text("Themen", help="Wofür sie zuständig ist, durch Kommas getrennt: „Mietschulden, Aufnahme“.", limit=700)
    phone = Text("Telefon", help="Nötig ist Telefon oder E-Mail, am besten beides.", limit=60)
    mail = Text("E-Mail", limit=200)
    reachable = Text("Erreichbar", help="Zum Beispiel „Mo–Do 9–15 Uhr“.", limit=200)
    stand_in = Select("Vertreten durch", help="Wer statt ihrer angerufen wird. Tragen Sie beide nacheinander ein.")

    @property
    def person(self) -> dict[str, Any]:
        """As the actions want it."""
        return {
            **{name: self.value[name] for name in ("level", "name", "duty", "phone", "mail", "reachable")},
            "topics": topics_of(self.topics),
            "stand_in_id": UUID(self.stand_in) if self.stand_in else None,
        }


class VersionForm(Form):
    """A new version of the directory."""

    reason = Select(
        "Anlass",
        options=[(reason.value, text) for reason, text in REASONS.items()],
        required="Bitte wählen Sie einen Anlass.",
    )
    note = LongText("Was Sie dazu sagen", help="Alle Mitglieder lesen es.", limit=LONGEST_NOTE, rows=3)


def initial(person: Person) -> dict[str, str]:
    """What the form shows of somebody."""
    return {
        **{name: getattr(person, name) for name in ("level", "name", "duty", "phone", "mail", "reachable")},
        "topics": ", ".join(person.topics),
        "stand_in": str(person.stand_in_id) if person.stand_in_id else "",
    }
