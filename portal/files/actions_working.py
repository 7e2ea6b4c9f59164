"""What the worker does with files: scan, read, copy, clean up. Each may be repeated; none takes the event's word."""

from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

from portal.files import laboratory, receiving
from portal.files.actions import UPLOAD_TIME
from portal.files.events import BlobBlocked, BlobCleared
from portal.files.laboratory import Findings
from portal.files.queries import ORIGINAL, Blob, Lock, Upload, find_blob, items_using
from portal.files.rules import Reading, Scan
from portal.files.storage import Missing, storage
from portal.kit.ids import new_id
from portal.kit.malware import find_malware
from portal.notices import actions as notices
from portal.notices.rules import NoticeKind
from portal.settings import settings
from portal.spaces.actions import access_as_system
from tenants.context import Actor, Role
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope


async def scan_blob(*, actor: Actor, space_id: UUID, blob_id: UUID) -> None:  # noqa: ARG001 - as every action
    """Let the scanner look at new bytes, if there is one; then they are read, or blocked.

    Raises:
        ScannerAway: it does not answer; the bytes wait.
    """
    blob = await find_blob(space_id, blob_id, lock=Lock.TO_CHANGE)
    if blob is None:
        return
    if blob.scan is Scan.WAITING:
        finding = await find_malware(settings().clamav_url, await storage().read(blob.key()))
        await execute(
            "UPDATE blob SET scan = {}, finding = {} WHERE space_id = {} AND id = {}",
            Scan.INFECTED if finding else Scan.CLEAN,
            finding,
            space_id,
            blob_id,
        )
        if finding:
            await _tell_owner(blob)
            return
    if blob.scan is not Scan.INFECTED:
        scope = current_scope()
        to = [scope.organisation_id] if scope.organisation_id is not None else []
        cleared = BlobCleared(space_id, blob_id)
        key = f"blob_cleared:{blob_id}:{new_id()}"  # a copy of it in another space has the same id
        await emit(cleared, to=to, network=scope.network_id, key=key)


async def read_blob(*, actor: Actor, space_id: UUID, blob_id: UUID) -> None:  # noqa: ARG001
    """Find the words of a file for the search and draw its preview."""
    blob = await find_blob(space_id, blob_id, lock=Lock.TO_CHANGE)
    if blob is None or blob.reading is not Reading.WAITING or blob.scan in (Scan.WAITING, Scan.INFECTED):
        return
    with TemporaryDirectory(prefix="hilfenetz-file-") as folder:
        try:
            found = await laboratory.examine(await storage().read(blob.key()), blob.media_type, Path(folder))
        except Missing:
            found = Findings(Reading.BROKEN)
    for name, content in found.previews.items():
        await storage().write_bytes(f"{blob.folder}/{name}", content)
    await execute(
        """
        UPDATE blob SET reading = {}, words = {}, pages = {}, width = {}, height = {}, previews = {}::text[]
        WHERE space_id = {} AND id = {}
        """,
        found.reading,
        found.words,
        found.pages,
        found.width,
        found.height,
        sorted(found.previews),
        space_id,
        blob_id,
    )
    if found.words:  # a trigger puts them behind the words of the item itself
        for item_id in await items_using(space_id, blob_id):
            await execute("UPDATE item SET words = words WHERE space_id = {} AND id = {}", space_id, item_id)


async def copy_bytes(*, actor: Actor, space_id: UUID, blob_id: UUID) -> None:
    """Give bytes that were copied from another space a place of their own; then they no longer need that one.

    Raises:
        Missing: they are not there; nothing is changed.
    """
    blob = await find_blob(space_id, blob_id, lock=Lock.TO_CHANGE)
    if blob is None or blob.copied_from is None:
        return
    for name in (ORIGINAL, *blob.previews):
        await storage().copy(blob.key(name), f"{blob.folder}/{name}")
    await execute("UPDATE blob SET copied_from = NULL WHERE space_id = {} AND id = {}", space_id, blob_id)
    if blob.scan is Scan.WAITING or blob.reading is Reading.WAITING:
        await scan_blob(actor=actor, space_id=space_id, blob_id=blob_id)


async def end_upload(*, actor: Actor, now: datetime, space_id: UUID, upload_id: UUID) -> None:  # noqa: ARG001
    """Throw away what was uploaded and never became a file."""
    rows = await execute(
        """
        SELECT space_id, id, item_id, folder, name, size, received, at FROM upload
        WHERE space_id = {} AND id = {} AND at <= {}
        """,
        space_id,
        upload_id,
        now - UPLOAD_TIME,
    )
    if rows:
        await receiving.forget_upload(Upload(**rows[0]))


async def delete_unused(*, actor: Actor, space_id: UUID, blob_id: UUID) -> None:  # noqa: ARG001
    """Delete bytes that no version of any item names.

    The row is locked first: whoever wants to name them now waits, and then finds them gone. The storage goes before the
    row: killed in between, the row is left for another try, and nobody is served what is not there.
    """
    blob = await find_blob(space_id, blob_id, lock=Lock.TO_DELETE)
    if blob is None:
        return
    uses = await execute("SELECT FROM blob_use WHERE space_id = {} AND blob_id = {} LIMIT 1", space_id, blob_id)
    if uses:
        return
    await storage().delete(blob.folder)
    await execute("DELETE FROM blob WHERE space_id = {} AND id = {}", space_id, blob_id)


async def tell_of_malware(*, actor: Actor, now: datetime, space_id: UUID, blob_id: UUID, by_id: UUID) -> None:
    """Tell whoever uploaded it, and the administrators of their organisation."""
    blob = await find_blob(space_id, blob_id)
    if blob is None or blob.scan is not Scan.INFECTED:
        return
    for item_id in await items_using(space_id, blob_id):
        item = await access_as_system(actor=actor, item_id=item_id)
        if item is not None:
            await notices.tell(
                actor=actor,
                now=now,
                kind=NoticeKind.FILE_BLOCKED,
                roles=[Role.ADMINISTRATOR],
                people=[by_id],
                subject_id=item.id,
                address=item.url,
                params={"name": blob.name, "by": blob.by_name, "space": item.space.title},
                key=f"file_blocked:{blob.id}:{item.id}",
            )


async def _tell_owner(blob: Blob) -> None:
    """In a network's space the worker speaks for nobody: the sender's organisation is told by an event of its own."""
    if blob.by_organisation_id is not None and blob.by_id is not None:
        blocked = BlobBlocked(blob.space_id, blob.id, blob.by_id)
        await emit(blocked, to=[blob.by_organisation_id], key=f"blob_blocked:{blob.id}")
