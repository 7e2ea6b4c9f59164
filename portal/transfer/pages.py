"""Taking a folder along and putting a package into one."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import closing
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.response import Stream

from portal.files import actions as files
from portal.files import receiving
from portal.files.content import IMAGE, type_for
from portal.files.multipart import FormStream
from portal.files.receiving import Sender, Staged
from portal.files.rules import disposition
from portal.identity.permissions import Permission
from portal.kit.errors import Invalid, TooLarge
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from portal.shell.i18n import Sentence, mark
from portal.shell.once import key_of
from portal.spaces.plugins import Deed
from portal.spaces.queries import Item, access_item
from portal.spaces.rules import Access
from portal.transfer import limits
from portal.transfer.actions import import_package
from portal.transfer.amounts import amount_of, require_amount
from portal.transfer.archive import Incoming
from portal.transfer.pages_everything import ADDRESS, fetch_everything, show_everything
from portal.transfer.planning import Plan, Readable, check_place, plan_import
from portal.transfer.plone import PloneExport
from portal.transfer.plone_json import is_json
from portal.transfer.sending import send_package
from tenants import sendings
from tenants.context import Actor
from tenants.scope import Scope, scope

_READ = {"permission": Permission.CONTENT_READ}
AnyRequest = Request[Any, Any, Any]


@get("/inhalte/{item_id:uuid}/mitnehmen", name="transfer", opt=_READ)
async def show_transfer(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """What can be taken along, and the form for what comes back."""
    return await _page(request, actor, await access_item(actor, item_id))


@get("/inhalte/{item_id:uuid}/paket", name="package", opt=_READ | {"scope": False, "background": True})
async def fetch_package(actor: Actor, item_id: UUID) -> Stream:
    """The ZIP file, made while it is sent."""
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        item = await access_item(actor, item_id)
        await require_amount(actor, item)
    headers = {
        "Content-Disposition": disposition(f"{item.slug or item.space.slug}.zip"),
        "Cache-Control": "private, no-store",
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Stream(send_package(actor, item_id), headers=headers, media_type="application/zip")


@post(
    "/inhalte/{item_id:uuid}/pakete",
    name="package-import",
    opt={"permission": Permission.CONTENT_ADD, "scope": False, "streams": True},
    status_code=200,
    request_max_body_size=None,
)
async def take_package(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """Look through a package, or put it into the folder."""
    sender, form = Sender(actor, request.scope.get("state", {}).get("request_id", "")), FormStream(request)
    await sender.inside(item_id, _checked)
    with TemporaryFile() as spooled:
        try:
            is_trial, digest = await _spool(form, spooled)
            with closing(await asyncio.to_thread(_opened, spooled)) as incoming:
                plan, to = await _work(sender, item_id, incoming, is_trial=is_trial, key=key_of(request, digest))
        except (Invalid, TooLarge) as problem:
            await form.drain()
            return await _again(request, actor, item_id, problem=problem.message)
        except _SentBefore as before:
            return await reply.redirect(request, before.led_to, flash="Eingespielt.")
    if not to:
        return await _again(request, actor, item_id, plan=plan)
    return await reply.redirect(request, to, flash="Eingespielt.")


class _SentBefore(Exception):
    """The same form has put the package there already."""

    def __init__(self, led_to: str) -> None:
        self.led_to = led_to


async def _checked(folder: Item, _: Scope) -> None:
    check_place(folder)


def _opened(spooled: IO[bytes]) -> Incoming | PloneExport:
    return PloneExport(spooled) if is_json(spooled) else Incoming(spooled)


async def _spool(form: FormStream, spooled: IO[bytes]) -> tuple[bool, str]:
    """Keep what is sent on a disk while it is looked through; whether it is only a trial, and the digest of it."""
    size, digest = 0, sha256()
    async for file in form.files():
        async for piece in file.content:
            size += len(piece)
            _check_size(size)
            digest.update(piece)
            spooled.write(piece)
    if not size:
        raise Invalid("Bitte wählen Sie ein Paket aus.", field="file")
    spooled.seek(0)
    return form.fields.get("schritt") != "einspielen", digest.hexdigest()


def _check_size(size: int) -> None:
    if size > limits.LIMITS.package:
        said = mark("Das Paket ist zu groß: möglich sind %(size)s. Nehmen Sie kleinere Ordner einzeln mit.")
        raise TooLarge(Sentence(said, size=limits.size_words(limits.LIMITS.package)))


async def _work(sender: Sender, item_id: UUID, incoming: Readable, *, is_trial: bool, key: str) -> tuple[Plan, str]:
    """What would be put there, and where it stands now; nowhere if it is wrong, or only a trial.

    Raises:
        _SentBefore: the form called ``key`` has done so already.
    """

    async def plan(folder: Item, _: Scope) -> Plan:
        return await plan_import(actor=sender.actor, folder=folder, incoming=incoming)

    found = await sender.inside(item_id, plan)
    if found.troubles or is_trial:
        return found, ""
    staged: dict[str, Staged] = {}
    try:
        for digest, name in found.files.items():
            staged[digest] = await _stage(sender, item_id, name, incoming.content(digest))
        return found, await sender.inside(item_id, _once(key, partial(_put, sender.actor, found, staged)))
    except BaseException:
        for one in staged.values():
            await receiving.discard_staged(sender, one)
        raise


async def _stage(sender: Sender, item_id: UUID, name: str, content: AsyncIterator[bytes]) -> Staged:
    """Take one of its files; what is wrong with it is said with its name.

    Raises:
        Invalid: the portal takes no such file.
    """
    try:
        return await receiving.stage_file(sender, item_id, name, content)
    except (Invalid, TooLarge) as problem:
        said = Sentence("„%(name)s“: %(problem)s", name=name[:100], problem=problem.message)
        raise Invalid(said, field="file") from None


def _once(key: str, put: Callable[[Item, Scope], Awaitable[UUID]]) -> Callable[[Item, Scope], Awaitable[str]]:
    """What puts a package there, unless the form called ``key`` has done so; gives back where it is."""

    async def put_once(folder: Item, opened: Scope) -> str:
        if before := await sendings.begin(key, ""):
            raise _SentBefore(before)
        to = f"/inhalte/{await put(folder, opened)}"
        await sendings.end(key, to)
        return to

    return put_once


async def _put(actor: Actor, plan: Plan, staged: dict[str, Staged], folder: Item, opened: Scope) -> UUID:
    """Everything in one transaction.

    Raises:
        Invalid: the bytes of a file are not those the package speaks of.
    """
    for digest, one in staged.items():
        if one.content.sha256 != digest:
            said = mark("Die Datei „%(name)s“ ist nicht die, die im Paket genannt ist.")
            raise Invalid(Sentence(said, name=plan.files[digest][:100]), field="file")
        if digest in plan.pictures and type_for(one.content.judgement.kind.media_type) is not IMAGE:
            said = mark("Die Datei „%(name)s“ ist kein Bild, das sich zeigen lässt.")
            raise Invalid(Sentence(said, name=plan.files[digest][:100]), field="file")
    kept = {
        digest: await files.keep_blob(actor=actor, now=opened.now, item=folder, upload=one.upload, content=one.content)
        for digest, one in staged.items()
    }
    return await import_package(actor=actor, now=opened.now, folder=folder, plan=plan, files=kept)


async def _again(request: AnyRequest, actor: Actor, item_id: UUID, **context: Any) -> Response[str]:
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        return await _page(request, actor, await access_item(actor, item_id), **context)


async def _page(
    request: AnyRequest, actor: Actor, item: Item, *, plan: Plan | None = None, problem: str = ""
) -> Response[str]:
    is_wrong = bool(problem or (plan and plan.troubles))
    too_much = (await amount_of(actor, item)).trouble
    context: dict[str, Any] = {"item": item, "plan": plan, "problem": problem, "may_import": _takes(item)}
    context["too_much"] = too_much
    return await reply.page(request, "transfer/mitnehmen.html", status=422 if is_wrong else 200, **context)


def _takes(item: Item) -> bool:
    return item.declared.is_folder and bool(item.power & Access.MANAGER)


FEATURE = Feature(
    name="transfer",
    handlers=(show_transfer, fetch_package, take_package, show_everything, fetch_everything),
    navigation=(NavItem("Alles mitnehmen", ADDRESS, group="organisation", permission=Permission.ORGANISATION_TAKE),),
    templates=Path(__file__).parent / "templates",
    content=(Deed("mitnehmen", mark("Mitnehmen und einspielen"), place=80),),
)
