"""How files come to be kept, replaced, copied and forgotten: in the database. The bytes go through ``receiving``."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from portal.files.content import type_for
from portal.files.events import BlobCopied, BlobKept, BlobUnused, UploadDue
from portal.files.inspection import Judgement, check_name, check_size
from portal.files.queries import Upload, find_blob, reference_of, used_bytes
from portal.files.rules import Scan, folder_of, tidy_name, title_of
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.settings import settings
from portal.shell.i18n import Sentence
from portal.spaces import actions as spaces
from portal.spaces.keepers import Keeper
from portal.spaces.places import SPACE, space_of
from portal.spaces.queries import Item, access_item
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit

UPLOAD_TIME = timedelta(hours=24)
_GRACE = timedelta(minutes=10)
_GIB = 1024**3


@dataclass(frozen=True, slots=True)
class Content:
    """What arrived: how much, its digest, and what it was found to be."""

    size: int
    sha256: str
    judgement: Judgement


async def begin_upload(*, actor: Actor, now: datetime, item: Item, name: str, size: int = 0) -> Upload:
    """Note that a file is coming, into a folder or in place of the file ``item``, before its first byte is kept.

    Args:
        size: as announced; 0 when nobody said it.

    Raises:
        Forbidden: the actor may add nothing here, or not replace the file.
        Invalid: it cannot be called that, or it is empty.
        TooLarge: there is too much of it.
        Conflict: the space is full.
    """
    _check_place(item)
    check_name(name)
    if size:
        check_size(size)
    await _check_room(item, size)
    upload = Upload(
        space_id=item.space.id,
        id=new_id(),
        item_id=item.id,
        folder=folder_of(item.space.id, secrets.token_hex(16)),
        name=tidy_name(name),
        size=size,
        received=0,
        at=now,
    )
    await execute(
        """
        INSERT INTO upload (space_id, id, item_id, folder, name, size, by_id, by_organisation_id, at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        upload.space_id,
        upload.id,
        upload.item_id,
        upload.folder,
        upload.name,
        upload.size,
        actor.person_id,
        actor.organisation_id,
        now,
    )
    due = UploadDue(upload.space_id, upload.id)
    await emit(due, **item.space.recipients, due_at=now + UPLOAD_TIME, key=f"upload_due:{upload.id}")
    return upload


async def note_part(*, upload: Upload, length: int) -> int:
    """Count a part that is kept now; gives back how much has arrived.

    Raises:
        Conflict: another part was counted in the meantime.
    """
    rows = await execute(
        """
        UPDATE upload SET received = received + {} WHERE space_id = {} AND id = {} AND received = {} RETURNING received
        """,
        length,
        upload.space_id,
        upload.id,
        upload.received,
    )
    if not rows:
        raise Conflict("Dieser Teil der Datei ist schon angekommen.")
    return int(rows[0]["received"])


async def keep_file(*, actor: Actor, now: datetime, item: Item, upload: Upload, content: Content) -> UUID:
    """Make what arrived a file: a new item in the folder, or a new version of the file it replaces; gives back its id.

    Raises:
        Forbidden: the right for it ended in the meantime.
        Conflict: it was kept already.
        Invalid: a picture is to become something else, or the other way round.
    """
    _check_place(item)
    await _take(upload)
    await _insert_blob(actor, now, upload, content)
    judged = content.judgement
    reference = {"id": str(upload.id), "name": judged.name, "size": content.size, "type": judged.kind.media_type}
    declared = type_for(judged.kind.media_type)
    if item.declared.is_folder:
        values = {"title": title_of(judged.name), "summary": "", "tags": [], "file": reference}
        made = await spaces.add_item(actor=actor, now=now, parent=item, kind=declared.name, values=values)
    else:
        if declared is not item.declared:
            raise Invalid("Ein Bild lässt sich nur durch ein Bild ersetzen, eine andere Datei nur durch eine solche.")
        made = item.id
        await spaces.save_item(actor=actor, now=now, item=item, values={"file": reference}, version=item.version)
    await emit(BlobKept(upload.space_id, upload.id), **item.space.recipients, key=f"blob_kept:{upload.id}")
    return made


async def keep_blob(*, actor: Actor, now: datetime, item: Item, upload: Upload, content: Content) -> dict[str, object]:
    """Make what arrived a file without an item; gives back the reference by which items of the space name it.

    Raises:
        Forbidden: the right for it ended in the meantime.
        Conflict: it was kept already.
    """
    _check_place(item)
    await _take(upload)
    await _insert_blob(actor, now, upload, content)
    await emit(BlobKept(upload.space_id, upload.id), **item.space.recipients, key=f"blob_kept:{upload.id}")
    judged = content.judgement
    return {"id": str(upload.id), "name": judged.name, "size": content.size, "type": judged.kind.media_type}


async def hold_upload(*, upload: Upload) -> bool:
    """Keep an upload from becoming a file until the transaction ends; False: it became one, or was struck off."""
    rows = await execute("SELECT FROM upload WHERE space_id = {} AND id = {} FOR UPDATE", upload.space_id, upload.id)
    return bool(rows)


async def strike_upload(*, upload: Upload) -> None:
    """Forget that something was on its way; what the storage holds of it is gone already."""
    await execute("DELETE FROM upload WHERE space_id = {} AND id = {}", upload.space_id, upload.id)


async def copy_blob(*, actor: Actor, now: datetime, original: Item, copy_id: UUID) -> None:
    """A copy of an item names the same bytes; in another space they become that space's own."""
    blob_id = reference_of(original.values)
    copy = await access_item(actor, copy_id)
    if blob_id is None or copy.space.id == original.space.id:
        return
    blob = await find_blob(original.space.id, blob_id)
    if blob is None:
        return
    copied = await execute(
        """
        INSERT INTO blob (space_id, id, folder, copied_from, name, media_type, size, sha256, scan, finding, reading,
                          pages, width, height, previews, words, by_id, by_organisation_id, by_name, at)
        SELECT {}, id, {}, {}, name, media_type, size, sha256, scan, finding, reading, pages, width, height, previews,
               words, {}, {}, {}, {}
        FROM blob WHERE space_id = {} AND id = {} ON CONFLICT DO NOTHING RETURNING id
        """,
        copy.space.id,
        folder_of(copy.space.id, secrets.token_hex(16)),
        blob.place,
        actor.person_id,
        actor.organisation_id,
        actor.name,
        now,
        blob.space_id,
        blob.id,
    )
    await execute(
        "INSERT INTO blob_use (space_id, item_id, version, blob_id) VALUES ({}, {}, {}, {}) ON CONFLICT DO NOTHING",
        copy.space.id,
        copy.id,
        copy.version,
        blob.id,
    )
    if not copied:
        return
    # The words were written before the bytes were known here; writing them again brings the file's own.
    await execute("UPDATE item SET words = words WHERE space_id = {} AND id = {}", copy.space.id, copy.id)
    event = BlobCopied(copy.space.id, blob.id)
    await emit(event, **copy.space.recipients, key=f"blob_copied:{blob.id}:{copy.id}")


async def forget_blobs(*, space_id: UUID, item_ids: Sequence[UUID]) -> None:
    """Items go for good: see to it that bytes nobody else names go after them. They lie outside the database, so they
    are asked about again when this is certain."""
    rows = await execute(
        f"SELECT DISTINCT u.blob_id, {SPACE}, hilfenetz_now() AS now "  # noqa: S608 - a constant
        "FROM blob_use u JOIN space s ON s.id = u.space_id WHERE u.space_id = {} AND u.item_id = ANY ({}::uuid[])",
        space_id,
        list(item_ids),
    )
    for row in rows:
        event = BlobUnused(space_id, row["blob_id"])
        key = f"blob_unused:{row['blob_id']}:{item_ids[0]}"
        await emit(event, **space_of(row).recipients, due_at=row["now"] + _GRACE, key=key)


def _check_place(item: Item) -> None:
    if item.declared.is_folder:
        if not item.may.may_add:
            raise Forbidden("Hier dürfen Sie nichts hinzufügen.")
    elif "file" not in item.declared.fields or not item.may.may_edit:
        raise Forbidden("Diese Datei dürfen Sie nicht ersetzen.")


async def _check_room(item: Item, size: int) -> None:
    quota = settings().space_quota_gb * _GIB
    if await used_bytes(item.space.id) + (size or 1) > quota:
        raise Conflict(
            Sentence(
                "Der Platz für Dateien in diesem Bereich ist aufgebraucht (%(quota)s GB). Löschen Sie, was nicht mehr "
                "gebraucht wird, oder wenden Sie sich an die Administration.",
                quota=settings().space_quota_gb,
            )
        )


async def _take(upload: Upload) -> None:
    """The upload ends here: whoever finishes it a second time finds it gone."""
    rows = await execute("DELETE FROM upload WHERE space_id = {} AND id = {} RETURNING id", upload.space_id, upload.id)
    if not rows:
        raise Conflict("Diese Datei ist schon gespeichert. Bitte laden Sie die Seite neu.")


async def _insert_blob(actor: Actor, now: datetime, upload: Upload, content: Content) -> None:
    scan = Scan.WAITING if settings().clamav_url else Scan.NOT_SCANNED
    await execute(
        """
        INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, by_id, by_organisation_id,
                          by_name, at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        upload.space_id,
        upload.id,
        upload.folder,
        content.judgement.name,
        content.judgement.kind.media_type,
        content.size,
        content.sha256,
        scan,
        actor.person_id,
        actor.organisation_id,
        actor.name,
        now,
    )


KEEPER = Keeper("files", forget=forget_blobs, copied=copy_blob)
