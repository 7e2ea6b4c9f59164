"""From the wire into the storage. A file is never held in memory, and no transaction is open while it comes.

First it is noted that something comes (committed), then the bytes are kept, then they become a file of the tree. Killed
in between, the note is left, and the worker throws away what belongs to it.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, TypeVar
from uuid import UUID

from portal.files import actions
from portal.files.actions import Content
from portal.files.inspection import SPAN, check_name, check_size, judge
from portal.files.queries import ORIGINAL, Upload, access_upload
from portal.files.rules import LARGEST_FILE, PART, Range
from portal.files.storage import Missing, storage
from portal.kit.errors import Conflict, Invalid, TooLarge
from portal.spaces.queries import Item, access_item
from tenants import sendings
from tenants.context import Actor
from tenants.scope import Scope, scope

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Sender:
    """Who sends, and under which request."""

    actor: Actor
    request_id: str = ""
    form: Callable[[object], str] = field(default=lambda _: "")  # what each of its files is called in tenants.sendings

    async def inside(self, item_id: UUID, work: Callable[[Item, Scope], Awaitable[T]]) -> T:
        """Do something with an item in a transaction of its own; rights are asked afresh each time."""
        actor = self.actor
        async with scope(
            organisation_id=actor.organisation_id, person_id=actor.person_id, request_id=self.request_id
        ) as opened:
            return await work(await access_item(self.actor, item_id), opened)


@dataclass(frozen=True, slots=True)
class Staged:
    """Bytes that have arrived and belong to no item yet."""

    upload: Upload
    content: Content


@dataclass
class _Meter:
    """Reads along: how much it was, its digest, and its first megabyte."""

    most: int
    size: int = 0
    head: bytearray = field(default_factory=bytearray)
    digest: Any = field(default_factory=sha256)

    async def along(self, content: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
        async for piece in content:
            self.size += len(piece)
            check_size(self.size or 1, most=self.most)
            self.digest.update(piece)
            if len(self.head) < SPAN:
                self.head += piece[: SPAN - len(self.head)]
            yield piece


async def receive_file(
    sender: Sender, item_id: UUID, name: str, content: AsyncIterator[bytes], *, most: int = LARGEST_FILE, place: int = 0
) -> UUID:
    """Take a file in one go, into a folder or in place of another; gives back the id of its item. ``place``: which of
    the files of its form it is; one that was sent before is not taken again.

    Raises:
        HilfenetzError: it is not taken; nothing of it is left.
    """
    check_name(name)

    async def begin(item: Item, opened: Scope) -> Upload:
        return await actions.begin_upload(actor=sender.actor, now=opened.now, item=item, name=name)

    upload = await sender.inside(item_id, begin)
    try:
        meter = _Meter(most)
        await storage().write(f"{upload.folder}/{ORIGINAL}", meter.along(content))
        return await _keep(sender, upload, meter, key=sender.form(place))
    except BaseException:
        await _throw_away(sender, upload)
        raise


async def stage_file(sender: Sender, item_id: UUID, name: str, content: AsyncIterator[bytes]) -> Staged:
    """Take bytes that several items will name; ``actions.keep_blob`` keeps them, together with what names them.

    Raises:
        HilfenetzError: they are not taken; nothing of them is left.
    """
    check_name(name)

    async def begin(item: Item, opened: Scope) -> Upload:
        return await actions.begin_upload(actor=sender.actor, now=opened.now, item=item, name=name)

    upload = await sender.inside(item_id, begin)
    try:
        meter = _Meter(LARGEST_FILE)
        await storage().write(f"{upload.folder}/{ORIGINAL}", meter.along(content))
        return Staged(upload, await _judged(upload, meter))
    except BaseException:
        await _throw_away(sender, upload)
        raise


async def discard_staged(sender: Sender, staged: Staged) -> None:
    """Nothing came of it."""
    await _throw_away(sender, staged.upload)


async def begin_parts(sender: Sender, item_id: UUID, name: str, size: int) -> Upload:
    """Announce a file that comes part by part.

    Raises:
        HilfenetzError: it would not be taken.
    """
    check_size(size)

    async def begin(item: Item, opened: Scope) -> Upload:
        return await actions.begin_upload(actor=sender.actor, now=opened.now, item=item, name=name, size=size)

    return await sender.inside(item_id, begin)


async def find_parts(sender: Sender, item_id: UUID, upload_id: UUID) -> Upload:
    """How far an upload has come.

    Raises:
        NotFound: there is none of the sender's.
    """
    return await sender.inside(item_id, lambda item, _: access_upload(sender.actor, item, upload_id))


async def receive_part(
    sender: Sender, item_id: UUID, upload_id: UUID, offset: int, content: AsyncIterator[bytes]
) -> Upload:
    """Take the part that begins at ``offset``; gives back how far the upload is then.

    Raises:
        Conflict: the upload goes on elsewhere; ask how far it is.
        TooLarge: more than was announced, or than a part may be.
    """
    upload = await find_parts(sender, item_id, upload_id)
    if upload.received != offset:
        raise Conflict("Dieser Teil der Datei ist schon angekommen.")
    length = 0

    async def measured() -> AsyncIterator[bytes]:
        nonlocal length
        async for piece in content:
            length += len(piece)
            if length > min(PART, upload.size - offset):
                raise TooLarge("Es kommt mehr an, als angekündigt war. Bitte laden Sie die Datei noch einmal hoch.")
            yield piece

    await storage().write(_part(upload, offset), measured())
    if not length:
        return upload

    async def note(item: Item, _: Scope) -> Upload:
        known = await access_upload(sender.actor, item, upload_id)
        if known.received != offset:
            raise Conflict("Dieser Teil der Datei ist schon angekommen.")
        await actions.note_part(upload=known, length=length)
        return await access_upload(sender.actor, item, upload_id)

    return await sender.inside(item_id, note)


async def finish_parts(sender: Sender, item_id: UUID, upload_id: UUID) -> UUID:
    """Put the parts together; gives back the id of the item.

    Raises:
        Conflict: something is missing yet.
        HilfenetzError: it is not taken; nothing of it is left.
    """
    upload = await find_parts(sender, item_id, upload_id)
    if upload.received != upload.size:
        raise Conflict("Die Datei ist noch nicht ganz angekommen.")
    meter = _Meter(LARGEST_FILE)
    try:
        await storage().write(f"{upload.folder}/{ORIGINAL}", meter.along(_joined(upload)))
        if meter.size != upload.size:
            raise Conflict("Die Datei ist nicht vollständig angekommen. Bitte laden Sie sie noch einmal hoch.")
        made = await _keep(sender, upload, meter)
    except (Invalid, TooLarge, Missing):
        await _throw_away(sender, upload)
        raise
    for key in await storage().keys(upload.folder):
        if "/teil-" in key:
            await storage().discard(key)
    return made


async def cancel_parts(sender: Sender, item_id: UUID, upload_id: UUID) -> None:
    """Give an upload up."""
    await _throw_away(sender, await find_parts(sender, item_id, upload_id))


async def _judged(upload: Upload, meter: _Meter) -> Content:
    check_size(meter.size, most=meter.most)
    key = f"{upload.folder}/{ORIGINAL}"
    tail = await storage().read_bytes(key, Range(max(0, meter.size - SPAN), meter.size))
    judgement = judge(upload.name, bytes(meter.head), tail)
    return Content(meter.size, meter.digest.hexdigest(), judgement)


async def _keep(sender: Sender, upload: Upload, meter: _Meter, *, key: str = "") -> UUID:
    content = await _judged(upload, meter)

    async def keep(item: Item, opened: Scope) -> tuple[UUID, bool]:
        if led := await sendings.begin(key, sha256(f"{upload.name} {content.sha256}".encode()).hexdigest()):
            return UUID(led.rpartition("/")[2]), False
        made = await actions.keep_file(actor=sender.actor, now=opened.now, item=item, upload=upload, content=content)
        await sendings.end(key, f"/inhalte/{made}")
        return made, True

    made, is_new = await sender.inside(upload.item_id, keep)
    if not is_new:
        await _throw_away(sender, upload)
    return made


async def _joined(upload: Upload) -> AsyncIterator[bytes]:
    offset = 0
    while offset < upload.size:
        length = 0
        async for piece in await storage().read(_part(upload, offset)):
            length += len(piece)
            yield piece
        if not length:
            raise Missing
        offset += length


async def _throw_away(sender: Sender, upload: Upload) -> None:
    """At once, if it can be; else the worker does it when the time of the upload is over."""

    async def forget(_: Item, __: Scope) -> None:
        await forget_upload(upload)

    with suppress(Exception):
        await sender.inside(upload.item_id, forget)


async def forget_upload(upload: Upload) -> None:
    """Delete what has come of an upload, unless it became a file meanwhile: then nothing of it is touched."""
    if await actions.hold_upload(upload=upload):
        await storage().delete(upload.folder)
        await actions.strike_upload(upload=upload)


def _part(upload: Upload, offset: int) -> str:
    return f"{upload.folder}/teil-{offset:012d}"
