"""Files are scanned, read and cleaned up, in a queue of their own: they take long, and votes must not wait for them."""

from datetime import datetime

from portal.files import actions_working as actions
from portal.files.events import BlobBlocked, BlobCleared, BlobCopied, BlobKept, BlobUnused, UploadDue
from tenants.context import Actor
from workers.reactions import on
from workers.schedule import DOCUMENTS


@on(BlobKept, queue=DOCUMENTS)
async def scan(event: BlobKept, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Have it scanned."""
    await actions.scan_blob(actor=actor, space_id=event.space_id, blob_id=event.blob_id)


@on(BlobCleared, queue=DOCUMENTS)
async def read(event: BlobCleared, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Read it for the search and the preview."""
    await actions.read_blob(actor=actor, space_id=event.space_id, blob_id=event.blob_id)


@on(BlobCopied, queue=DOCUMENTS)
async def copy(event: BlobCopied, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Give the copy bytes of its own."""
    await actions.copy_bytes(actor=actor, space_id=event.space_id, blob_id=event.blob_id)


@on(UploadDue, queue=DOCUMENTS)
async def end_upload(event: UploadDue, actor: Actor, now: datetime) -> None:
    """Throw away what never became a file."""
    await actions.end_upload(actor=actor, now=now, space_id=event.space_id, upload_id=event.upload_id)


@on(BlobUnused, queue=DOCUMENTS)
async def delete(event: BlobUnused, actor: Actor, now: datetime) -> None:  # noqa: ARG001
    """Delete what nobody names any more."""
    await actions.delete_unused(actor=actor, space_id=event.space_id, blob_id=event.blob_id)


@on(BlobBlocked)
async def tell(event: BlobBlocked, actor: Actor, now: datetime) -> None:
    """Tell whoever sent it."""
    await actions.tell_of_malware(
        actor=actor, now=now, space_id=event.space_id, blob_id=event.blob_id, by_id=event.by_id
    )
