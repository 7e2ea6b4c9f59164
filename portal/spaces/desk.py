"""What the editor's pages show: the form with its surroundings, and what stands against what when two were at it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from portal.spaces.differences import Change, changes
from portal.spaces.fields import kept
from portal.spaces.queries import Item
from portal.spaces.queries_editing import COPY, EDIT, WorkingCopy, adding
from portal.spaces.types import ContentType


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a form of the editor leads.

    Attributes:
        place_id: the item that is edited, or the folder of something new.
        purpose: whose draft it keeps, see ``queries_editing``.
        saves_to: where the form is sent.
        hidden: what is sent along with what people type.
        leads_to: where whoever leaves the editor goes.
        folder_id: where pictures of the text are put.
        may_copy: whether it can be kept as a working copy, so that what is published stays.
        is_copy: whether the working copy is edited, or begun.
    """

    declared: ContentType
    place_id: UUID
    purpose: str
    saves_to: str
    hidden: Mapping[str, str]
    leads_to: str
    folder_id: UUID
    may_copy: bool = False
    is_copy: bool = False

    @property
    def keeps_at(self) -> str:
        """Where drafts are kept."""
        return f"/inhalte/{self.place_id}/zwischenstand?zweck={self.purpose}"

    @property
    def discards_at(self) -> str:
        """Where they are thrown away."""
        return f"/inhalte/{self.place_id}/zwischenstand/verwerfung?zweck={self.purpose}"

    @property
    def leaves_at(self) -> str:
        """Where the lock is given back."""
        return f"/inhalte/{self.place_id}/sperre/ende"

    @property
    def is_new(self) -> bool:
        """Whether nothing is saved yet."""
        return self.purpose not in (EDIT, COPY)

    @property
    def is_formatted(self) -> bool:
        """Whether any field needs the editor of formatted text."""
        return self.declared.is_formatted


def desk_of_item(item: Item, *, version: int, is_forced: bool = False, has_copy: bool = False) -> Desk:
    """For editing an item, or for beginning a working copy of it where that is all the person may; with ``is_forced``
    it is saved although somebody else edits it."""
    begins_copy = bool(item.may.hands_in)
    return Desk(
        declared=item.declared,
        place_id=item.id,
        purpose=EDIT,
        saves_to=f"{item.admin_url}/{'arbeitskopie' if begins_copy else 'fassungen'}",
        hidden={"version": str(version), **({"trotzdem": "ja"} if is_forced else {})},
        leads_to=item.url,
        folder_id=_folder_of(item),
        may_copy=item.here.is_public and not has_copy and item.declared.is_formatted and not begins_copy,
        is_copy=begins_copy,
    )


def desk_of_copy(item: Item, copy: WorkingCopy, *, revision: int | None = None) -> Desk:
    """For editing the working copy of an item."""
    return Desk(
        declared=item.declared,
        place_id=item.id,
        purpose=COPY,
        saves_to=f"{item.admin_url}/arbeitskopie",
        hidden={"version": str(copy.version), "revision": str(copy.revision if revision is None else revision)},
        leads_to=f"{item.admin_url}/arbeitskopie",
        folder_id=_folder_of(item),
        is_copy=True,
    )


def desk_of_new(folder: Item, declared: ContentType, key: str) -> Desk:
    """For something new in a folder; ``key`` tells it from what else was begun there."""
    return Desk(
        declared=declared,
        place_id=folder.id,
        purpose=adding(declared.name, key),
        saves_to=f"{folder.admin_url}/eintraege?art={declared.name}" + (f"&entwurf={key}" if key else ""),
        hidden={},
        leads_to=folder.url,
        folder_id=folder.id,
    )


def values_typed(declared: ContentType, raw: Mapping[str, str]) -> dict[str, Any]:
    """What is right of what was typed, as it would be kept."""
    return {name: kept(value) for name, value in declared.form.read(raw).value.items()}


def changes_between(declared: ContentType, before: Mapping[str, Any], after: Mapping[str, Any]) -> Sequence[Change]:
    """The fields that differ, in words; what ``after`` does not name is as before."""
    return changes(declared.lines(before), declared.lines({**before, **after}))


def is_unsaved(declared: ContentType, raw: Mapping[str, str], saved: Mapping[str, Any]) -> bool:
    """Whether anything was typed that is not saved already."""
    typed = values_typed(declared, raw)
    missing = declared.form.fields.keys() - typed.keys()
    return bool(missing or raw.get("change_note")) or any(
        (saved.get(name) or None) != (value or None) for name, value in typed.items()
    )


def _folder_of(item: Item) -> UUID:
    return item.id if item.declared.is_folder or item.parent_id is None else item.parent_id
