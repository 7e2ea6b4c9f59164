"""What the administrator of an organisation sees of its mails: to whom, whether they arrived, why not; not what for."""

from typing import Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post

from portal.identity.permissions import Permission
from portal.kit.text import counted
from portal.notices import actions, queries
from portal.notices.abilities import DeliveryAbilities
from portal.shell import reply
from tenants.context import Actor

DELIVERIES_COUNT = queries.TROUBLE_COUNT
_RESEND = {"permission": Permission.DELIVERY_RESEND}

AnyRequest = Request[Any, Any, Any]


class DeliveriesController(Controller):
    """Everything under ``/verwaltung/zustellungen``."""

    path = "/verwaltung/zustellungen"

    @get(opt={"permission": Permission.DELIVERY_READ}, name="deliveries")
    async def show_deliveries(self, request: AnyRequest, actor: Actor) -> Response[str]:
        """What needs looking after first."""
        found = await queries.deliveries_of()
        return await reply.page(request, "notices/deliveries.html", deliveries=found, may=DeliveryAbilities.of(actor))

    @post("/{delivery_id:uuid}/wiederholung", opt=_RESEND, name="delivery-resend", status_code=200)
    async def send_again(self, request: AnyRequest, actor: Actor, delivery_id: UUID) -> Response[str]:
        """One mail again."""
        await actions.send_again(actor=actor, delivery_id=delivery_id)
        return await _changed(request, actor, "Die E-Mail wird erneut gesendet.")

    @post("/wiederholungen", opt=_RESEND, name="deliveries-resend", status_code=200)
    async def send_all_again(self, request: AnyRequest, actor: Actor) -> Response[str]:
        """All mails that were given up."""
        number = await actions.send_all_again(actor=actor)
        return await _changed(request, actor, f"{counted(number, 'E-Mail wird', 'E-Mails werden')} erneut gesendet.")

    @post("/auftraege/{outbox_id:uuid}/wiederholung", opt=_RESEND, name="work-resume", status_code=200)
    async def resume_work(self, request: AnyRequest, actor: Actor, outbox_id: UUID) -> Response[str]:
        """Work that the worker gave up."""
        await actions.resume_work(actor=actor, outbox_id=outbox_id)
        return await _changed(request, actor, "Der Auftrag wird erneut ausgeführt.")


async def _changed(request: AnyRequest, actor: Actor, flash: str) -> Response[str]:
    return await reply.changed(
        request,
        to=DeliveriesController.path,
        flash=flash,
        slots={"zustellungen": "notices/_deliveries.html"},
        deliveries=await queries.deliveries_of(),
        may=DeliveryAbilities.of(actor),
    )
