"""Types of content. A package adds one by declaring it; form, view, checks, search text and history follow.

    TASK = ContentType(
        name="task", title=mark("Aufgabe"), plural=mark("Aufgaben"), workflow=INSTANT,
        fields={"due_at": Moment(mark("Zu erledigen bis"))}, columns={"due_at": "ends_at"},
    )

and names it in the ``content`` of its Feature; ``portal.app`` installs them all.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any

from portal.kit.errors import NotFound
from portal.shell.fields import Field, LongText, Text
from portal.shell.forms import Form
from portal.shell.i18n import Sentence
from portal.spaces.fields import Moment, Reference, Tags, given, kept, lines_of
from portal.spaces.workflow import PUBLICATION, Workflow

COLUMNS = frozenset({"begins_at", "ends_at", "assignee"})
Remark = Callable[[Mapping[str, Any], Mapping[str, Any], datetime], Sentence | None]
LONGEST_WORDS = 400_000  # characters of one item that the search reads


@dataclass(frozen=True)
class ContentType:
    """One kind of item.

    Attributes:
        fields: what it has beside title, summary and tags, by name, in the order of the form.
        columns: fields that are kept in a column of the item as well (``COLUMNS``), so that lists can sort by them.
        view: the fragment that shows it, with ``item`` and ``type``; by default its fields one after the other.
        is_folder: whether other items may lie below it.
        explanation: one line for whoever chooses what to add.
        check: rules over several fields; called with the form when each field is right by itself.
        may_be_added: False for what only the product itself makes.
        place: where it stands among what can be added, the most usual first.
        remark: what whoever saved one should know of it, from (values, those before, now), in a sentence; or None.
        adding: the page below ``/inhalte/<folder>/`` on which one is added, if not the form made of its fields.
    """

    name: str
    title: str
    plural: str
    icon: str = "draft"
    workflow: Workflow = PUBLICATION
    fields: Mapping[str, Field[Any]] = field(default_factory=dict)
    columns: Mapping[str, str] = field(default_factory=dict)
    view: str = "spaces/view/_fields.html"
    is_folder: bool = False
    explanation: str = ""
    check: Callable[[Form], None] | None = None
    may_be_added: bool = True
    place: int = 90
    adding: str = ""
    remark: Remark | None = None

    def __post_init__(self) -> None:
        if unknown := set(self.columns.values()) - COLUMNS:
            raise ValueError(f"{self.name}: an item has no column {', '.join(sorted(unknown))}")
        if missing := self.columns.keys() - self.fields.keys():
            raise ValueError(f"{self.name}: columns of fields it does not have: {', '.join(sorted(missing))}")
        if taken := {"slug", "change_note", "version"} & self.fields.keys():
            raise ValueError(f"{self.name}: the editor itself uses the names {', '.join(sorted(taken))}")

    @cached_property
    def every(self) -> dict[str, Field[Any]]:
        """All its fields with those that every item has, in the order of the form."""
        return {
            "title": Text("Titel", required="Bitte geben Sie einen Titel an."),
            "summary": LongText("Kurz gesagt", help="Ein bis zwei Sätze für Listen und die Suche.", limit=1000, rows=2),
            **self.fields,
            "tags": Tags("Schlagwörter", help="Mit Komma getrennt.", limit=1000),
        }

    @cached_property
    def form(self) -> type[Form]:
        """The form for adding and editing one. References are not in it: nobody types what is only theirs to name who
        keeps it."""
        check = self.check
        body: dict[str, Any] = {name: field for name, field in self.every.items() if not isinstance(field, Reference)}
        if check is not None:
            body["check"] = check
        return type(f"{self.name.title()}Form", (Form,), body)

    @cached_property
    def adding_form(self) -> type[Form]:
        """The same with the address, which is chosen once; later it follows from moving."""
        slug = Text("Adresse", help="Der letzte Teil der Adresse. Ohne Angabe folgt er aus dem Titel.", limit=80)
        return type(f"{self.name.title()}AddingForm", (self.form,), {"slug": slug})

    @cached_property
    def editing_form(self) -> type[Form]:
        """The same with what the history says about the change."""
        note = Text("Was haben Sie geändert?", help="Steht im Verlauf, für alle, die das lesen dürfen.", limit=500)
        return type(f"{self.name.title()}EditingForm", (self.form,), {"change_note": note})

    @property
    def is_formatted(self) -> bool:
        """Whether it has formatted text: something people work at for days."""
        return any(declared.kind == "richtext" for declared in self.fields.values())

    def values_of(self, form: Form) -> dict[str, Any]:
        """What a form that is right holds, as ``add_item`` and ``save_item`` take it."""
        return {name: kept(form.value[name]) for name in self.form.fields}

    def initial(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """Kept values as the form begins with them."""
        every = self.form.fields
        return {name: given(every[name], values[name]) for name in every if values.get(name) not in (None, "", [])}

    def words(self, values: Mapping[str, Any]) -> str:
        """What the search finds an item by, beside title, summary and tags."""
        lines = (line for name in self.fields for line in lines_of(self.fields[name], values.get(name)))
        return "\n".join(lines)[:LONGEST_WORDS]

    def column_values(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The values of the item's own columns; of a reference its id."""
        found = {column: given(self.fields[name], values.get(name)) for name, column in self.columns.items()}
        return {column: (value["id"] if isinstance(value, dict) else value) or None for column, value in found.items()}

    def lines(self, values: Mapping[str, Any]) -> list[tuple[str, list[str]]]:
        """(label, lines) of every field that holds something, for people to read and compare."""
        every = self.every
        found = ((every[name].label, lines_of(every[name], values.get(name))) for name in every)
        return [(label, lines) for label, lines in found if lines]


_TYPES: dict[str, ContentType] = {}


def install(types: Iterable[ContentType]) -> None:
    """Make these types known; the composition root calls it once. The same declaration again changes nothing.

    Raises:
        ValueError: another type of that name is there already.
    """
    for declared in types:
        if _TYPES.setdefault(declared.name, declared) is not declared:
            raise ValueError(f"Two types of content are called {declared.name}.")


def type_of(name: str) -> ContentType:
    """The type of that name.

    Raises:
        NotFound: there is none.
    """
    if name not in _TYPES:
        raise NotFound
    return _TYPES[name]


def all_types() -> list[ContentType]:
    """Every type, in the order they were installed."""
    return list(_TYPES.values())


def all_states() -> dict[str, str]:
    """What the states of all workflows are called, by name; several workflows have one of the same name."""
    found = {name: here.title for declared in all_types() for name, here in declared.workflow.states.items()}
    return {**found, **{name: here.title for name, here in PUBLICATION.states.items() if name in found}}


def addable_types() -> list[ContentType]:
    """What people may add, the most usual first."""
    found = (declared for declared in _TYPES.values() if declared.may_be_added)
    return sorted(found, key=lambda declared: (declared.place, declared.name))


__all__ = ["COLUMNS", "ContentType", "Moment", "addable_types", "all_states", "all_types", "install", "type_of"]
