"""A package on its way to the browser: batch by batch, each read in a short transaction, nothing kept in between."""

import json
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.files.queries import Blob
from portal.files.storage import Missing, storage
from portal.spaces.queries import access_item
from portal.spaces.queries_principals import require_standing
from portal.transfer.archive import Outgoing
from portal.transfer.queries import Packed, list_packed, list_versions
from portal.transfer.rules import BYTES, FORMAT, FORMAT_VERSION, LINES, MANIFEST
from tenants.context import Actor
from tenants.scope import scope


async def send_package(actor: Actor, top_id: UUID) -> AsyncIterator[bytes]:
    """The ZIP file of an item and all below it that the actor may read.

    A right that ends while it is sent ends here too: every batch is asked for anew, and a role that ends breaks it off.
    """
    outgoing, blobs, left_out = Outgoing(), dict[str, Blob](), list[str]()
    with outgoing.open(LINES) as lines:
        async for packed in _every(actor, top_id):
            if packed.is_left_out:
                left_out.append(packed.line["path"])
                continue
            blobs |= packed.blobs
            lines.write(_told(packed.line).removesuffix(b"}"))
            async for piece, named in _history(actor, packed):
                blobs |= named
                lines.write(piece)
                yield outgoing.taken()
            lines.write(b"}\n")
            if piece := outgoing.taken():
                yield piece
    for digest, blob in blobs.items():
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
            await require_standing(actor)
            await access_item(actor, top_id)
        with outgoing.open(f"{BYTES}{digest}", is_stored=True) as member:
            try:
                async for piece in await storage().read(blob.key()):
                    member.write(piece)
                    yield outgoing.taken()
            except Missing:
                left_out.append(blob.name)
    with outgoing.open(MANIFEST) as manifest:
        told = {"format": FORMAT, "version": FORMAT_VERSION, "ausgelassen": left_out}
        manifest.write(json.dumps(told, ensure_ascii=False, indent=1).encode())
    yield outgoing.end()


async def _history(actor: Actor, packed: Packed) -> AsyncIterator[tuple[bytes, dict[str, Blob]]]:
    """The versions as the rest of a line, page by page, with the bytes they name; the right to see them is asked for
    anew each time."""
    if not packed.shows_history:
        return
    begin, after = b', "versions": [', 0
    while True:
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
            await require_standing(actor)
            page = await list_versions(actor, packed.id, after=after)
        for entry in page.entries:
            yield begin + _told(entry), page.blobs
            begin = b", "
        if page.last is None:
            break
        after = page.last
    yield (b"]" if begin == b", " else begin + b"]"), {}


def _told(found: dict[str, Any]) -> bytes:
    return json.dumps(found, ensure_ascii=False).encode()


async def _every(actor: Actor, top_id: UUID) -> AsyncIterator[Packed]:
    """Folders that the actor does not see hide what lies below them here too: it would have no place."""
    folders: set[str] = set()
    after: str | None = None
    while True:
        async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as _:
            await require_standing(actor)
            top = await access_item(actor, top_id)
            batch = await list_packed(actor, top, after=after)
            if after is None:
                await audit.record(actor=actor, action="item:exported", subject="item", subject_id=top_id)
        for packed in batch:
            above = packed.address.rpartition("/")[0]
            if packed.address == top.address or above in folders:
                if packed.is_folder:
                    folders.add(packed.address)
                yield packed
        if not batch:
            return
        after = batch[-1].address
