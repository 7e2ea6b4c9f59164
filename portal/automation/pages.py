"""The rules of a folder: which are effective, what they did, and the form in which one is written."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Request, Response, get, post
from litestar.params import Parameter

from portal.automation import actions
from portal.automation.forms import HERE, RuleForm, initial_of
from portal.automation.luggage import LUGGAGE
from portal.automation.presentation import options_of, preview_of, shown, shown_run
from portal.automation.queries import access_rule
from portal.automation.queries_lists import list_rules, list_runs
from portal.automation.rules import Rule
from portal.identity.permissions import Permission
from portal.kit.errors import Conflict, Invalid, NotFound
from portal.shell import reply
from portal.shell.feature import Feature
from portal.shell.i18n import Sentence, mark
from portal.spaces.plugins import Deed, Tab, deeds_of, tabs_of
from portal.spaces.queries import Item, access_item
from tenants.context import Actor

_READ = {"permission": Permission.CONTENT_READ}
_RULE = {"permission": Permission.CONTENT_AUTOMATE}
_BASE = "/inhalte/{item_id:uuid}/regeln"
_LATEST = 5
AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]
RuleId = Annotated[UUID | None, Parameter(query="regel")]


@get(_BASE, name="rules", opt=_READ)
async def show_rules(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The rules effective in a folder, and what they did last."""
    folder = await access_item(actor, item_id)
    if not folder.declared.is_folder:
        return await _to_its_folder(request, actor, folder)
    found = await list_rules(actor, folder)
    log = await list_runs(actor, folder, rule_id=None, page=1, size=_LATEST)
    context = {"rules": [shown(rule) for rule in found.rules], "hidden": found.hidden, "log": log, **_around(folder)}
    return await reply.page(request, "automation/regeln.html", runs=[shown_run(run) for run in log.runs], **context)


@get(f"{_BASE}/protokoll", name="rule-log", opt=_READ)
async def show_log(
    request: AnyRequest, actor: Actor, item_id: UUID, page: PageNumber = 1, rule_id: RuleId = None
) -> Response[str]:
    """What rules did here; of all, or of one."""
    folder = await access_item(actor, item_id)
    if not folder.declared.is_folder:
        return await _to_its_folder(request, actor, folder)
    rule = await access_rule(folder, rule_id) if rule_id else None
    log = await list_runs(actor, folder, rule_id=rule_id, page=page)
    runs = [shown_run(run) for run in log.runs]
    return await reply.page(request, "automation/protokoll.html", log=log, runs=runs, rule=rule, **_around(folder))


@get(f"{_BASE}/neu", name="rule-new", opt=_RULE)
async def show_new(request: AnyRequest, actor: Actor, item_id: UUID) -> Response[str]:
    """The form for a new rule."""
    folder = await access_item(actor, item_id)
    if not folder.declared.is_folder:
        return await _to_its_folder(request, actor, folder)
    actions.require_ruling(folder)
    form = RuleForm.blank(options=await options_of(actor, folder), reach=HERE)
    return await reply.page(request, "automation/regel.html", form=form, **_form_of(folder, None))


@post(_BASE, name="rule-add", opt=_RULE, status_code=200)
async def add_rule(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID) -> Response[str]:
    """Write a new rule; or with the other button only show its sentence."""
    folder = await _ruled(actor, item_id)
    form = await RuleForm.of(request, options=await options_of(actor, folder))
    if form.ok and await _is_kept(request, form, None, actor=actor, now=now, folder=folder):
        return await reply.redirect(request, f"{folder.admin_url}/regeln", flash="Die Regel ist eingeschaltet.")
    return await _again(request, form, folder, None)


@get(f"{_BASE}/{{rule_id:uuid}}", name="rule", opt=_RULE)
async def show_rule(request: AnyRequest, actor: Actor, item_id: UUID, rule_id: UUID) -> Response[str]:
    """The form of a rule."""
    folder = await _ruled(actor, item_id)
    rule = await access_rule(folder, rule_id)
    form = RuleForm.blank(options=await options_of(actor, folder, rule), **initial_of(rule.wording))
    return await reply.page(request, "automation/regel.html", form=form, **_form_of(folder, rule))


@post(f"{_BASE}/{{rule_id:uuid}}", name="rule-save", opt=_RULE, status_code=200)
async def save_rule(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, rule_id: UUID) -> Response[str]:
    """Word a rule differently; or with the other button only show its sentence."""
    folder = await _ruled(actor, item_id)
    rule = await access_rule(folder, rule_id)
    form = await RuleForm.of(request, options=await options_of(actor, folder, rule))
    if form.ok and await _is_kept(request, form, rule, actor=actor, now=now, folder=folder):
        return await reply.redirect(request, f"{folder.admin_url}/regeln", flash="Die Regel ist gespeichert.")
    return await _again(request, form, folder, rule)


@post(f"{_BASE}/{{rule_id:uuid}}/schalter", name="rule-switch", opt=_RULE, status_code=200)
async def switch_rule(request: AnyRequest, actor: Actor, now: datetime, item_id: UUID, rule_id: UUID) -> Response[str]:
    """Switch a rule on or off."""
    folder = await _ruled(actor, item_id)
    wanted = str((await request.form()).get("an", ""))
    if wanted not in ("ja", "nein"):
        raise Invalid
    await actions.switch_rule(actor=actor, now=now, folder=folder, rule_id=rule_id, on=wanted == "ja")
    flash = "Die Regel ist eingeschaltet." if wanted == "ja" else "Die Regel ist ausgeschaltet."
    return await reply.redirect(request, f"{folder.admin_url}/regeln", flash=flash)


@post(f"{_BASE}/{{rule_id:uuid}}/ende", name="rule-remove", opt=_RULE, status_code=200)
async def remove_rule(request: AnyRequest, actor: Actor, item_id: UUID, rule_id: UUID) -> Response[str]:
    """Take a rule away."""
    folder = await _ruled(actor, item_id)
    await actions.remove_rule(actor=actor, folder=folder, rule_id=rule_id)
    return await reply.redirect(request, f"{folder.admin_url}/regeln", flash="Die Regel ist gelöscht.")


async def _to_its_folder(request: AnyRequest, actor: Actor, item: Item) -> Response[str]:
    """What lies in a folder has its rules, and none of its own.

    Raises:
        Conflict: the folder is not the actor's to read.
    """
    try:
        folder = await access_item(actor, item.parent_id or item.id)
    except NotFound:
        raise Conflict("Regeln gehören zu einem Ordner. Den Ordner dieses Eintrags dürfen Sie nicht lesen.") from None
    said = Sentence(
        "Regeln gehören zu einem Ordner. „%(item)s“ liegt in „%(folder)s“; hier stehen dessen Regeln.",
        item=item.title,
        folder=folder.title,
    )
    return await reply.redirect(request, f"{folder.admin_url}/regeln", flash=said)


async def _ruled(actor: Actor, item_id: UUID) -> Item:
    folder = await access_item(actor, item_id)
    actions.require_ruling(folder)
    return folder


async def _is_kept(request: AnyRequest, form: RuleForm, rule: Rule | None, **named: Any) -> bool:
    """False when only the sentence was asked for, or something is wrong, which the form then says."""
    wording = form.wording()
    try:
        if (await request.form()).get("tun") == "satz":
            await actions.check_wording(actor=named["actor"], folder=named["folder"], wording=wording)
            return False
        await (
            actions.save_rule(rule_id=rule.id, wording=wording, **named)
            if rule
            else actions.add_rule(wording=wording, **named)
        )
    except Invalid as problem:
        form.refuse(problem)
    return form.ok


async def _again(request: AnyRequest, form: RuleForm, folder: Item, rule: Rule | None) -> Response[str]:
    """The form with all that was typed: with its sentence, or with what is wrong."""
    context = {**_form_of(folder, rule), "sentence": preview_of(form, folder)}
    if form.ok:
        return await reply.page(request, "automation/regel.html", form=form, **context)
    return await reply.invalid(request, "automation/regel.html", form=form, **context)


def _around(folder: Item) -> dict[str, Any]:
    return {"item": folder, "tabs": tabs_of(folder), "deeds": deeds_of(folder), "may_rule": actions.may_rule(folder)}


def _form_of(folder: Item, rule: Rule | None) -> dict[str, Any]:
    saves_to = f"{folder.admin_url}/regeln" + (f"/{rule.id}" if rule else "")
    return {"item": folder, "rule": rule, "saves_to": saves_to, "sentence": None}


def _is_only_read(item: Item) -> bool:
    """Whoever does not manage a folder finds its rules in the menu."""
    return item.declared.is_folder and not actions.may_rule(item)


FEATURE = Feature(
    name="automation",
    handlers=(show_rules, show_log, show_new, add_rule, show_rule, save_rule, switch_rule, remove_rule),
    templates=Path(__file__).parent / "templates",
    content=(
        Tab("regeln", mark("Regeln"), shows=actions.may_rule, place=75),
        Deed("regeln", mark("Regeln"), shows=_is_only_read, place=75),
        actions.KEEPER,
        LUGGAGE,
    ),
)
