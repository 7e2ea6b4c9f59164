"""Uploading: a form that works everywhere, and beside it a way in parts that goes on after an interruption.

These routes read their bodies as they come and open transactions of their own, so that a slow sender holds none.
"""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, delete, get, post, put
from litestar.params import Parameter
from litestar.serialization import encode_json

from portal.files import receiving
from portal.files.inspection import ACCEPT, PICTURES, check_name
from portal.files.multipart import Arrival, FormStream, pieces
from portal.files.queries import Upload
from portal.files.receiving import Sender
from portal.files.rules import LARGEST_FILE, LARGEST_PICTURE, MOST_FILES, PART, extension_of
from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid, TooLarge
from portal.shell import reply
from portal.shell.i18n import mark
from portal.shell.once import key_of
from portal.spaces.queries import Item, access_item
from tenants.context import Actor
from tenants.scope import scope

_ADD = {"permission": Permission.CONTENT_ADD}
_STREAM = {"permission": Permission.CONTENT_ADD, "scope": False, "streams": True}
AnyRequest = Request[Any, Any, Any]
Offset = Annotated[int, Parameter(query="ab", ge=0, le=LARGEST_FILE)]
_JSON = "application/json"


@get("/inhalte/{item_id:uuid}/hochladen", name="upload-form", opt=_ADD)
async def show_form(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The form: into a folder, or in place of a file."""
    return await _form(request, await _place(actor, item_id), problems=[])


@post("/inhalte/{item_id:uuid}/dateien", name="upload", opt=_STREAM, status_code=200, request_max_body_size=None)
async def take_files(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The form, posted as it is."""
    sender, form = _sender(request, actor), FormStream(request)
    made, problems = await _take_all(sender, item_id, form)
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        place = await _place(actor, item_id)
        if problems or not made:
            return await _form(request, place, problems=problems or [(None, _NOTHING)], done=len(made))
        target = await access_item(actor, made[0]) if len(made) == 1 else place
    return await reply.redirect(request, target.url, flash="Hochgeladen.")


@post("/inhalte/{item_id:uuid}/bilder", name="picture-upload", opt=_STREAM, status_code=201, request_max_body_size=None)
async def take_picture(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[bytes]:
    """A picture for a page, put beside it; answers with its address."""
    sender, form = _sender(request, actor), FormStream(request)
    folder_id = await sender.inside(item_id, _folder_of)
    try:
        async for file in form.files():
            if f".{extension_of(file.name)}" not in PICTURES.split(","):
                raise Invalid("In eine Seite lassen sich nur Bilder einfügen: PNG, JPEG, GIF oder WebP.", field="file")
            made = await receiving.receive_file(sender, folder_id, file.name, file.content, most=LARGEST_PICTURE)
            return _json({"url": f"/inhalte/{made}/bild", "id": str(made)}, 201)
    finally:
        await form.drain()
    raise Invalid(_NOTHING, field="file")


@post("/inhalte/{item_id:uuid}/uebertragungen", name="upload-begin", opt=_ADD | {"scope": False}, status_code=201)
async def begin(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[bytes]:
    """Announce a file that comes in parts: its name and size."""
    sent = await request.form()
    name, size = str(sent.get("name", "")), str(sent.get("groesse", ""))
    check_name(name)
    known = int(size) if size.isascii() and size.isdecimal() and len(size) < 16 else 0  # noqa: PLR2004 - a petabyte
    return _told(await receiving.begin_parts(_sender(request, actor), item_id, name, known), 201)


@get("/inhalte/{item_id:uuid}/uebertragungen/{upload_id:uuid}", name="upload-state", opt=_ADD | {"scope": False})
async def tell(request: AnyRequest, actor: Actor, item_id: UUID, upload_id: UUID) -> Response[bytes]:
    """How far it is, so that it goes on where it stopped."""
    return _told(await receiving.find_parts(_sender(request, actor), item_id, upload_id))


@put(
    "/inhalte/{item_id:uuid}/uebertragungen/{upload_id:uuid}",
    name="upload-part",
    opt=_STREAM,
    request_max_body_size=PART + 1,
)
async def take_part(
    request: AnyRequest, actor: Actor, item_id: UUID, upload_id: UUID, offset: Offset
) -> Response[bytes]:
    """The next part."""
    sender = _sender(request, actor)
    return _told(await receiving.receive_part(sender, item_id, upload_id, offset, pieces(request)))


@delete(
    "/inhalte/{item_id:uuid}/uebertragungen/{upload_id:uuid}",
    name="upload-cancel",
    opt=_ADD | {"scope": False},
    status_code=204,
)
async def cancel(request: AnyRequest, actor: Actor, item_id: UUID, upload_id: UUID) -> None:
    """Give it up."""
    await receiving.cancel_parts(_sender(request, actor), item_id, upload_id)


@post(
    "/inhalte/{item_id:uuid}/uebertragungen/{upload_id:uuid}/abschluss",
    name="upload-finish",
    opt=_ADD | {"scope": False},
    status_code=201,
)
async def finish(request: AnyRequest, actor: Actor, item_id: UUID, upload_id: UUID) -> Response[bytes]:
    """All parts are there: make them a file."""
    made = await receiving.finish_parts(_sender(request, actor), item_id, upload_id)
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        return _json({"url": (await access_item(actor, made)).url, "id": str(made)}, 201)


_NOTHING = mark("Bitte wählen Sie eine Datei aus.")
Problems = list[tuple[str | None, str]]


async def _take_all(sender: Sender, item_id: UUID, form: FormStream) -> tuple[list[UUID], Problems]:
    """What became of the files of a form: those that were kept, and what is wrong with which of the others."""
    made: list[UUID] = []
    problems: Problems = []
    try:
        async for file in form.files():
            place = len(made) + len(problems)
            try:
                made.append(await receiving.receive_file(sender, item_id, file.name, file.content, place=place))
            except (Invalid, TooLarge) as problem:
                problems.append((file.name[:100], problem.message))
                await _skip(file)
    except (Invalid, TooLarge) as problem:
        problems.append((None, problem.message))
    finally:
        await form.drain()
    return made, problems


async def _skip(file: Arrival) -> None:
    async for _ in file.content:
        pass


async def _place(actor: Actor, item_id: UUID) -> Item:
    """A folder or a file the actor may upload to."""
    item = await access_item(actor, item_id)
    if not (item.may.may_add if item.declared.is_folder else "file" in item.declared.fields and item.may.may_edit):
        raise Forbidden("Hier dürfen Sie nichts hochladen.")
    return item


async def _folder_of(item: Item, _: Any) -> UUID:
    """The folder itself, or the one a page lies in."""
    return item.id if item.declared.is_folder or item.parent_id is None else item.parent_id


async def _form(request: AnyRequest, item: Item, *, problems: Problems, done: int = 0) -> Response[str]:
    context: dict[str, Any] = {
        "item": item,
        "problems": problems,
        "done": done,
        "accept": PICTURES if item.declared.name == "image" else ACCEPT,
        "limits": {"size": LARGEST_FILE, "part": PART, "files": MOST_FILES},
    }
    return await reply.page(request, "files/hochladen.html", status=422 if problems else 200, **context)


def _sender(request: AnyRequest, actor: Actor) -> Sender:
    return Sender(actor, str(request.scope["state"].get("request_id", "")), partial(key_of, request))


def _told(upload: Upload, status: int = 200) -> Response[bytes]:
    address = f"/inhalte/{upload.item_id}/uebertragungen/{upload.id}"
    return _json({"address": address, "received": upload.received, "size": upload.size, "part": PART}, status)


def _json(content: dict[str, Any], status: int = 200) -> Response[bytes]:
    return Response(encode_json(content), status_code=status, media_type=_JSON)


UPLOADING = (show_form, take_files, take_picture, begin, tell, take_part, cancel, finish)
