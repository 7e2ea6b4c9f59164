"""Taking everything of the own organisation away."""

from typing import Any

from litestar import Request, Response, get, post
from litestar.response import Stream

from portal.files.rules import disposition
from portal.identity.permissions import Permission
from portal.shell import reply
from portal.transfer.everything import PARTS, access_own_root, parts
from portal.transfer.sending_everything import CONTENT, send_everything
from tenants.context import Actor
from tenants.scope import scope

ADDRESS = "/verwaltung/mitnahme"
AnyRequest = Request[Any, Any, Any]


@get(ADDRESS, name="take-all", opt={"permission": Permission.ORGANISATION_TAKE})
async def show_everything(request: AnyRequest, actor: Actor) -> Response[str]:
    """What is in it, and the button."""
    await access_own_root(actor)
    further = [part.name for part in parts() if part not in PARTS]
    return await reply.page(
        request, "transfer/alles.html", content=CONTENT, parts=PARTS, further=further, address=f"{ADDRESS}/archiv"
    )


@post(
    f"{ADDRESS}/archiv",
    name="take-all-archive",
    opt={"permission": Permission.ORGANISATION_TAKE, "scope": False, "background": True},
    status_code=200,
)
async def fetch_everything(actor: Actor) -> Stream:
    """The ZIP file, made while it is sent."""
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        await access_own_root(actor)
    headers = {
        "Content-Disposition": disposition(f"{actor.organisation_slug}-alles.zip"),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Stream(send_everything(actor), headers=headers, media_type="application/zip")
