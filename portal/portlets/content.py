"""The type of content that is a collection."""

from collections.abc import Callable
from typing import Any

from portal.shell.fields import Integer, Options, Select, Text
from portal.shell.i18n import mark
from portal.spaces.fields import Tags
from portal.spaces.types import ContentType, all_states, all_types

LONGEST_DAYS = 3650
ORDERS = (
    ("newest", mark("das Neueste zuerst")),
    ("title", mark("nach Titel")),
    ("begins", mark("nach Beginn, bei Terminen")),
)
DEEDS = (
    ("", mark("angelegt oder zuletzt geändert")),
    ("owner", mark("angelegt")),
    ("changer", mark("zuletzt geändert")),
)


class Installed(Select):
    """One of what there is once everything is installed."""

    def __init__(self, label: str, found: Callable[[], Options]) -> None:
        super().__init__(label)
        self._found = found

    @property
    def choices(self) -> Options:
        return self._found()

    @choices.setter
    def choices(self, _: Any) -> None:
        """What the field was declared with does not matter."""


def _kinds() -> Options:
    return (("", mark("alles")), *((declared.name, declared.plural) for declared in all_types()))


def _states() -> Options:
    return (("", mark("alle")), *all_states().items())


COLLECTION = ContentType(
    name="collection",
    title=mark("Sammlung"),
    plural=mark("Sammlungen"),
    icon="search",
    fields={
        "kind": Installed(mark("Was"), _kinds),
        "state": Installed(mark("Stand"), _states),
        "with_tags": Tags(mark("Nur mit diesen Schlagwörtern"), help=mark("Mit Komma getrennt."), limit=1000),
        "person": Text(
            mark("Person"),
            help=mark("Ein Name oder ein Teil davon, wie er an den Einträgen steht. Ohne Angabe zählen alle."),
            limit=100,
        ),
        "person_as": Select(mark("Was die Person getan hat"), options=DEEDS),
        "within": Select(
            mark("Wo"),
            options=(
                ("space", mark("im ganzen Bereich")),
                ("folder", mark("im Ordner dieser Sammlung und darunter")),
            ),
        ),
        "changed_days": Integer(
            mark("Geändert in den letzten … Tagen"),
            help=mark("Ohne Angabe zählt alles, wie alt es auch ist."),
            least=1,
            most=LONGEST_DAYS,
        ),
        "coming_days": Integer(
            mark("Beginnt in den nächsten … Tagen"),
            help=mark("Für Termine. Was schon begonnen hat, gehört dann nicht mehr dazu."),
            least=1,
            most=LONGEST_DAYS,
        ),
        "order": Select(mark("Reihenfolge"), options=ORDERS),
    },
    view="portlets/view/_collection.html",
    place=50,
    explanation=mark("Eine Suche, die bleibt: listet auf, was die Bedingungen erfüllt, immer auf dem neuesten Stand."),
)
