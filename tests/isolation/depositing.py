"""Files with real bytes, each saying its words: in itself, and in the previews that stand for those of the worker."""

from hashlib import sha256
from uuid import UUID

from PIL.PngImagePlugin import PngInfo

from portal.files.actions import Content, begin_upload, keep_file
from portal.files.inspection import judge
from portal.files.queries import MEDIUM, ORIGINAL, SMALL
from portal.files.storage import storage
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.scope import current_scope
from tests.database import Database
from tests.files.samples import docx, picture

PREVIEWS = {"image": [SMALL, MEDIUM], "file": ["seite-1.webp"]}


async def deposit(actor: Actor, folder: Item, kind: str, words: tuple[str, str, str]) -> UUID:
    """A file or a picture in a folder, called by the first of the words; gives back its id."""
    now = current_scope().now
    name, held = (
        (f"{words[0]}.png", _picture(words)) if kind == "image" else (f"{words[0]}.docx", docx(" ".join(words)))
    )
    upload = await begin_upload(actor=actor, now=now, item=folder, name=name)
    await storage().write_bytes(f"{upload.folder}/{ORIGINAL}", held)
    content = Content(len(held), sha256(held).hexdigest(), judge(name, held, held))
    made = await keep_file(actor=actor, now=now, item=folder, upload=upload, content=content)
    for preview in PREVIEWS[kind]:
        await storage().write_bytes(f"{upload.folder}/{preview}", " ".join(words).encode())
    return made


async def draw(database: Database) -> None:
    """Note the previews of all that was deposited, as the worker does when it has drawn them."""
    for kind, previews in PREVIEWS.items():
        await database.as_superuser(
            "UPDATE blob b SET reading = 'read', pages = 1, width = 8, height = 8, previews = $1 FROM item i "
            "WHERE i.space_id = b.space_id AND i.type = $2 AND i.fields -> 'file' ->> 'id' = b.id::text",
            previews, kind,
        )  # fmt: skip


def _picture(words: tuple[str, str, str]) -> bytes:
    """A small picture with the words in what it says of itself."""
    said = PngInfo()
    for word in words:
        said.add_text("Comment", word)
    return picture("PNG", (8, 8), pnginfo=said)
