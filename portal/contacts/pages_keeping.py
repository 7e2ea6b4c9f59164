"""The contact persons of the own organisation: everybody there sees them, some keep them."""

from datetime import datetime
from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from portal.contacts import actions_keeping as actions
from portal.contacts.abilities import may_keep
from portal.contacts.forms import PersonForm, initial
from portal.contacts.queries import OwnEntry, own_entry
from portal.identity.permissions import Permission
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.text import number_in
from portal.shell import reply
from tenants.context import Actor

_READ = {"permission": Permission.ORGANISATION_READ}
_KEEP = {"permission": Permission.CONTACT_KEEP}
_PAGE = "contacts/person.html"
_SLOTS = {"person": "contacts/_person_form.html"}

AnyRequest = Request[Any, Any, Any]


class KeepingController(Controller):
    """Everything under the own organisation's ``ansprechpersonen``."""

    path = "/o/{slug:str}/ansprechpersonen"

    @get(opt=_READ, name="contact-persons")
    async def show_persons(self, request: AnyRequest, actor: Actor, slug: str) -> Response[str]:
        """Whom other members find here."""
        view = _view(actor, slug, await own_entry())
        return await reply.page(request, "contacts/ansprechpersonen.html", may_keep=may_keep(actor), **view)

    @get("/neu", opt=_KEEP, name="contact-person-new")
    async def show_new(self, request: AnyRequest, actor: Actor, slug: str) -> Response[str]:
        """The form of a new one."""
        entry = await _kept(actor, slug)
        form = PersonForm.blank(options=_options(entry))
        return await reply.page(request, _PAGE, form=form, known=None, **_view(actor, slug, entry))

    @post(opt=_KEEP, name="contact-person-add", status_code=200)
    async def add_person(self, request: AnyRequest, actor: Actor, now: datetime, slug: str) -> Response[str]:
        """Add somebody."""
        entry = await _kept(actor, slug)
        form = await PersonForm.of(request, options=_options(entry))
        if form.ok:
            try:
                await actions.add_person(actor=actor, now=now, **form.person)
            except Invalid as problem:
                form.refuse(problem)
        view = {"form": form, "known": None, **_view(actor, slug, entry)}
        if not form.ok:
            return await reply.invalid(request, _PAGE, slots=_SLOTS, **view)
        return await reply.changed(request, to=view["base"], flash="Die Ansprechperson steht jetzt im Verzeichnis.")

    @get("/{contact_person_id:uuid}", opt=_KEEP, name="contact-person")
    async def show_person(self, request: AnyRequest, actor: Actor, slug: str, contact_person_id: UUID) -> Response[str]:
        """The form of somebody who is there."""
        entry = await _kept(actor, slug)
        known = entry.access(contact_person_id)
        form = PersonForm.blank(options=_options(entry, but=contact_person_id), **initial(known.person))
        view = {"form": form, "known": known, "revision": known.revision, **_view(actor, slug, entry)}
        return await reply.page(request, _PAGE, **view)

    @post("/{contact_person_id:uuid}", opt=_KEEP, name="contact-person-change", status_code=200)
    async def change_person(
        self, request: AnyRequest, *, actor: Actor, now: datetime, slug: str, contact_person_id: UUID
    ) -> Response[str]:
        """Change somebody."""
        entry = await _kept(actor, slug)
        known = entry.access(contact_person_id)
        form = await PersonForm.of(request, options=_options(entry, but=contact_person_id))
        revision = number_in((await request.form()).get("stand"))
        if form.ok:
            await _change(form, actor, now, contact_person_id, revision)
        view = {"form": form, "known": known, "revision": revision, **_view(actor, slug, entry)}
        if not form.ok:
            return await reply.invalid(request, _PAGE, slots=_SLOTS, **view)
        return await reply.changed(request, to=view["base"], flash="Die Änderung steht jetzt im Verzeichnis.")

    @post("/{contact_person_id:uuid}/entfernung", opt=_KEEP, name="contact-person-remove", status_code=200)
    async def remove_person(
        self, request: AnyRequest, *, actor: Actor, now: datetime, slug: str, contact_person_id: UUID
    ) -> Response[str]:
        """Take somebody out."""
        await _kept(actor, slug)
        await actions.remove_person(actor=actor, now=now, person_id=contact_person_id)
        base = f"/o/{slug}/ansprechpersonen"
        return await reply.changed(request, to=base, flash="Die Ansprechperson steht nicht mehr im Verzeichnis.")


async def _change(form: PersonForm, actor: Actor, now: datetime, person_id: UUID, revision: int) -> None:
    """Change somebody, or let the form say what is wrong."""
    try:
        await actions.change_person(actor=actor, now=now, person_id=person_id, revision=revision, **form.person)
    except Invalid as problem:
        form.refuse(problem)


async def _kept(actor: Actor, slug: str) -> OwnEntry:
    """The own entry, for who keeps it.

    Raises:
        NotFound: another organisation's.
        Forbidden: the actor does not keep it.
    """
    if slug != actor.organisation_slug:
        raise NotFound
    if not may_keep(actor):
        raise Forbidden
    return await own_entry()


def _view(actor: Actor, slug: str, entry: OwnEntry) -> dict[str, Any]:
    """What every page here shows.

    Raises:
        NotFound: another organisation's.
    """
    if slug != actor.organisation_slug:
        raise NotFound
    return {"actor": actor, "base": f"/o/{slug}/ansprechpersonen", "entry": entry}


def _options(entry: OwnEntry, *, but: UUID | None = None) -> dict[str, tuple[tuple[str, str], ...]]:
    others = tuple((str(each.person.id), each.person.name) for each in entry.persons if each.person.id != but)
    return {"level": tuple(entry.levels.items()), "stand_in": (("", "niemand"), *others)}
