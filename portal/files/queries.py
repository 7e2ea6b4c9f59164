"""Reading what is known about files. Who may see the item sees its file; nothing here asks about rights by itself."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from portal.files.inspection import Kind, kind_of
from portal.files.rules import Reading, Scan
from portal.kit.errors import NotFound
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute

ORIGINAL = "original"
SMALL, MEDIUM = "klein.webp", "mittel.webp"


class Lock(StrEnum):
    """What nobody else does meanwhile: changing it, or also naming it in a new version, which waits for neither scanner
    nor reader."""

    NONE = ""
    TO_CHANGE = "FOR NO KEY UPDATE"
    TO_DELETE = "FOR UPDATE"


@dataclass(frozen=True, slots=True)
class Blob:
    """What is known of the bytes of one upload."""

    space_id: UUID
    id: UUID
    folder: str
    copied_from: str | None
    name: str
    media_type: str
    size: int
    sha256: str
    scan: Scan
    finding: str
    reading: Reading
    pages: int | None
    width: int | None
    height: int | None
    previews: tuple[str, ...]
    by_id: UUID | None
    by_organisation_id: UUID | None
    by_name: str
    at: datetime

    @property
    def kind(self) -> Kind:
        """What it was found to be."""
        return kind_of(self.media_type)

    @property
    def is_picture(self) -> bool:
        """Whether it can be shown in a page."""
        return self.kind.family == "image"

    @property
    def place(self) -> str:
        """The folder of the storage it is read from."""
        return self.copied_from or self.folder

    def key(self, name: str = ORIGINAL) -> str:
        """Where the storage keeps it, or one of its previews."""
        return f"{self.place}/{name}"

    @property
    def drawn_pages(self) -> int:
        """How many of its pages there are pictures of."""
        return sum(name.startswith("seite-") for name in self.previews)

    def is_open_to(self, actor: Actor) -> bool:
        """Whether somebody who may read the item may have the bytes now: what waits for the scanner is its
        uploader's alone, what was found to be bad is nobody's."""
        if self.scan is Scan.WAITING:
            return self.by_id is not None and self.by_id == actor.person_id
        return self.scan is not Scan.INFECTED


@dataclass(frozen=True, slots=True)
class Upload:
    """A file on its way."""

    space_id: UUID
    id: UUID
    item_id: UUID
    folder: str
    name: str
    size: int
    received: int
    at: datetime


_COLUMNS = """
    b.space_id, b.id, b.folder, b.copied_from, b.name, b.media_type, b.size, b.sha256, b.scan, b.finding, b.reading,
    b.pages, b.width, b.height, b.previews, b.by_id, b.by_organisation_id, b.by_name, b.at
"""


def reference_of(values: Mapping[str, Any]) -> UUID | None:
    """The blob that an item's values name."""
    found = values.get("file")
    return UUID(found["id"]) if isinstance(found, dict) and found.get("id") else None


async def blob_of(item: Item, version: int | None = None) -> Blob:
    """The bytes of an item the actor may read; of an old version for who may see its history.

    Raises:
        NotFound: it has none, there is no such version, or the history is not theirs to see.
    """
    if version is None or version == item.version:
        blob_id = reference_of(item.values)
        found = await find_blob(item.space.id, blob_id) if blob_id is not None else None
    else:
        found = await _blob_of_version(item, version) if item.may.may_edit or item.may.may_review else None
    if found is None:
        raise NotFound
    return found


async def find_blob(space_id: UUID, blob_id: UUID, *, lock: Lock = Lock.NONE) -> Blob | None:
    """What is known of these bytes; None when they are gone."""
    rows = await execute(
        f"SELECT {_COLUMNS} FROM blob b WHERE b.space_id = {{}} AND b.id = {{}} {lock}",  # noqa: S608
        space_id,
        blob_id,
    )
    return _blob(rows[0]) if rows else None


async def find_blobs(space_id: UUID, blob_ids: Iterable[UUID]) -> list[Blob]:
    """What is known of many, in one statement; those that are gone are not among them."""
    rows = await execute(
        f"SELECT {_COLUMNS} FROM blob b WHERE b.space_id = {{}} AND b.id = ANY ({{}}::uuid[])",  # noqa: S608
        space_id,
        list(blob_ids),
    )
    return [_blob(row) for row in rows]


async def access_upload(actor: Actor, item: Item, upload_id: UUID) -> Upload:
    """An upload of the actor's own.

    Raises:
        NotFound: there is none, or it is somebody else's.
    """
    rows = await execute(
        """
        SELECT space_id, id, item_id, folder, name, size, received, at FROM upload
        WHERE space_id = {} AND id = {} AND item_id = {} AND by_id = {} AND by_organisation_id = {}
        """,
        item.space.id,
        upload_id,
        item.id,
        actor.person_id,
        actor.organisation_id,
    )
    if not rows:
        raise NotFound
    return Upload(**rows[0])


async def used_bytes(space_id: UUID) -> int:
    """How much a space holds, with what is on its way."""
    rows = await execute(
        """
        SELECT (SELECT coalesce(sum(size), 0) FROM blob WHERE space_id = {})
             + (SELECT coalesce(sum(size), 0) FROM upload WHERE space_id = {}) AS used
        """,
        space_id,
        space_id,
    )
    return int(rows[0]["used"])


async def items_using(space_id: UUID, blob_id: UUID) -> list[UUID]:
    """The items that show these bytes now, not only in an old version."""
    rows = await execute(
        """
        SELECT DISTINCT i.id FROM blob_use u JOIN item i ON i.space_id = u.space_id AND i.id = u.item_id
        WHERE u.space_id = {} AND u.blob_id = {} AND i.version = u.version
        """,
        space_id,
        blob_id,
    )
    return [row["id"] for row in rows]


async def _blob_of_version(item: Item, version: int) -> Blob | None:
    rows = await execute(
        f"""
        SELECT {_COLUMNS} FROM blob_use u JOIN blob b ON b.space_id = u.space_id AND b.id = u.blob_id
        WHERE u.space_id = {{}} AND u.item_id = {{}} AND u.version = {{}}
        """,  # noqa: S608 - a constant
        item.space.id,
        item.id,
        version,
    )
    return _blob(rows[0]) if rows else None


def _blob(row: Mapping[str, Any]) -> Blob:
    changed = {"scan": Scan(row["scan"]), "reading": Reading(row["reading"]), "previews": tuple(row["previews"])}
    return Blob(**{**row, **changed})
