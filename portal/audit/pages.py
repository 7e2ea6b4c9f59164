"""The trail for the data protection officer: read it, take a part of it away, check its chain."""

from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from litestar import MediaType, Request, Response, get, post

from portal.audit import actions, queries, words
from portal.audit.export import as_csv
from portal.audit.forms import ExcerptForm
from portal.identity.permissions import Permission
from portal.shell import reply
from portal.shell.feature import Feature, NavItem
from portal.shell.i18n import mark
from tenants.context import Actor

AnyRequest = Request[Any, Any, Any]

TRAIL = "/datenschutz/protokoll"
PAGE = "audit/protokoll.html"
_SEQ_DIGITS = 18


@get(TRAIL, name="trail", opt={"permission": Permission.AUDIT_READ, "records_reading": True})
async def show_trail(request: AnyRequest, actor: Actor) -> Response[str]:
    """A page of entries, newest first."""
    form = await _excerpt(request)
    if not form.ok:
        return await reply.invalid(request, PAGE, form=form, trail=None, words=words, older="", table="")
    before = _number(request.query_params.get("vor", ""))
    trail = await actions.read_trail(actor=actor, excerpt=form.excerpt, before=before)
    return await reply.page(
        request,
        PAGE,
        form=form,
        trail=trail,
        words=words,
        older=_older(form, trail),
        table=_address(form, "/tabelle"),
    )


@get(
    f"{TRAIL}/tabelle",
    name="trail-table",
    media_type=MediaType.TEXT,
    opt={"permission": Permission.AUDIT_READ, "records_reading": True},
)
async def export_trail(request: AnyRequest, actor: Actor) -> Response[Any]:
    """The same entries as a table for a spreadsheet programme."""
    form = await _excerpt(request)
    if not form.ok:
        return await reply.invalid(request, PAGE, form=form, trail=None, words=words, older="", table="")
    trail = await actions.export_trail(actor=actor, excerpt=form.excerpt)
    return reply.saved(as_csv(trail.lines), "protokoll.csv", "text/csv")


@post(f"{TRAIL}/pruefung", name="trail-check", opt={"permission": Permission.AUDIT_CHECK})
async def check_trail(request: AnyRequest, actor: Actor) -> Response[str]:
    """Recompute the whole chain."""
    verdict = await actions.check_trail(actor=actor)
    return await reply.changed(request, to=TRAIL, flash=words.verdict_sentence(verdict))


async def _excerpt(request: AnyRequest) -> ExcerptForm:
    persons = [(str(person_id), name) for person_id, name in await queries.list_persons()]
    return ExcerptForm.read(request.query_params, options={"person": (("", mark("alle")), *persons)})


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _SEQ_DIGITS else None


def _older(form: ExcerptForm, trail: queries.Page) -> str:
    return _address(form, vor=str(trail.lines[-1].entry.seq)) if trail.has_older else ""


def _address(form: ExcerptForm, below: str = "", **more: str) -> str:
    """The address of the same excerpt."""
    chosen = {name: value for name, value in {**form.raw, **more}.items() if value}
    return f"{TRAIL}{below}?{urlencode(chosen)}" if chosen else f"{TRAIL}{below}"


FEATURE = Feature(
    name="audit",
    handlers=(show_trail, export_trail, check_trail),
    navigation=(NavItem("Protokoll", TRAIL, group="organisation", permission=Permission.AUDIT_READ),),
    templates=Path(__file__).parent / "templates",
)
