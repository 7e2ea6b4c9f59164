"""Files in the browser: what is shown of one, and how it is fetched. Every address asks for the item's rights."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import HttpMethod, Request, Response, get, route
from litestar.params import Parameter

from portal.files.actions import KEEPER
from portal.files.content import TYPES
from portal.files.pages_upload import UPLOADING
from portal.files.queries import MEDIUM, SMALL, Blob, blob_of
from portal.files.rules import Scan, size_words
from portal.files.sending import send_original, send_preview
from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, NotFound
from portal.shell.feature import Feature
from portal.shell.i18n import mark
from portal.spaces.plugins import Deed, Panel
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ, "background": True}
AnyRequest = Request[Any, Any, Any]
Version = Annotated[int | None, Parameter(query="fassung", ge=1, le=2_000_000_000)]
Size = Annotated[str, Parameter(query="groesse", pattern="^(klein|mittel|original)$")]


@route("/inhalte/{item_id:uuid}/datei", http_method=[HttpMethod.GET, HttpMethod.HEAD], name="file", opt=_READ)
async def fetch_file(request: AnyRequest, actor: Actor, item_id: UUID, version: Version = None) -> Response[Any]:
    """The file itself, to be saved."""
    blob = await _open(actor, item_id, version)
    return await send_original(request, blob)


@get("/inhalte/{item_id:uuid}/bild", name="picture", opt=_READ)
async def fetch_picture(
    request: AnyRequest, actor: Actor, item_id: UUID, size: Size = "mittel", version: Version = None
) -> Response[Any]:
    """A picture as it stands in a page; as it was uploaded until the worker has made smaller ones."""
    blob = await _open(actor, item_id, version)
    if not blob.is_picture:
        raise NotFound
    name = SMALL if size == "klein" else MEDIUM
    if size == "original" or name not in blob.previews:
        return await send_original(request, blob, inline=True)
    return await send_preview(request, blob, name)


@get("/inhalte/{item_id:uuid}/vorschau/{number:int}", name="preview", opt=_READ)
async def fetch_preview(
    request: AnyRequest, actor: Actor, item_id: UUID, number: int, version: Version = None
) -> Response[Any]:
    """A page of a document as a picture."""
    blob = await _open(actor, item_id, version)
    return await send_preview(request, blob, f"seite-{number}.webp")


async def _open(actor: Actor, item_id: UUID, version: int | None) -> Blob:
    blob = await blob_of(await access_item(actor, item_id), version)
    if blob.is_open_to(actor):
        return blob
    if blob.scan is Scan.WAITING:
        raise Forbidden("Die Datei wird noch auf Schadsoftware geprüft. Bitte versuchen Sie es in einer Minute wieder.")
    raise Forbidden("Die Datei ist gesperrt: In ihr wurde Schadsoftware gefunden.")


async def _load(actor: Actor, item: Item, now: datetime) -> dict[str, Any] | None:  # noqa: ARG001 - as every panel
    """What the view of a file shows."""
    try:
        blob = await blob_of(item)
    except NotFound:
        return None
    return {"blob": blob, "is_open": blob.is_open_to(actor), "size": size_words(blob.size)}


def _is_file(item: Item) -> bool:
    return "file" in item.declared.fields


def _takes_files(item: Item) -> bool:
    return item.may.may_add


def _is_replaceable(item: Item) -> bool:
    return "file" in item.declared.fields and item.may.may_edit


FEATURE = Feature(
    name="files",
    handlers=(fetch_file, fetch_picture, fetch_preview, *UPLOADING),
    templates=Path(__file__).parent / "templates",
    content=(
        *TYPES,
        KEEPER,
        Panel("datei", "files/_datei.html", _load, aside=False, place=10, shows=_is_file),
        Deed("hochladen", mark("Dateien hochladen"), shows=_takes_files, place=5),
        Deed("hochladen", mark("Datei ersetzen"), shows=_is_replaceable, place=5),
    ),
)
