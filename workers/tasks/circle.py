"""A vote on a position decides it; members are told of what they speak about together."""

from datetime import datetime

from portal.circle import actions_deciding
from portal.circle import actions_telling as actions
from portal.circle.events import (
    ConsultationAnswered,
    ConsultationAsked,
    ConsultationClosed,
    PositionCirculated,
    PositionRemarked,
    WarningReported,
)
from tenants.context import Actor
from workers.reactions import on
from workers.tasks.votes import CONSEQUENCES

CONSEQUENCES.update(actions_deciding.CONSEQUENCES)


@on(PositionCirculated)
async def tell_of_paper(event: PositionCirculated, actor: Actor, now: datetime) -> None:
    """Tell the organisation that a paper lies before it."""
    await actions.tell_of_paper(actor=actor, now=now, network_id=event.network_id, paper_id=event.paper_id)


@on(PositionRemarked)
async def tell_of_remark(event: PositionRemarked, actor: Actor, now: datetime) -> None:
    """Tell the organisation what was said of its paper."""
    ids = {"network_id": event.network_id, "paper_id": event.paper_id, "remark_id": event.remark_id}
    await actions.tell_of_remark(actor=actor, now=now, **ids)


@on(ConsultationAsked)
async def tell_of_question(event: ConsultationAsked, actor: Actor, now: datetime) -> None:
    """Tell the organisation that it is asked for advice, and until when."""
    ids = {"network_id": event.network_id, "consultation_id": event.consultation_id}
    await actions.tell_of_question(actor=actor, now=now, **ids)


@on(ConsultationAnswered)
async def tell_of_answer(event: ConsultationAnswered, actor: Actor, now: datetime) -> None:
    """Tell the organisation that asked."""
    ids = {"network_id": event.network_id, "consultation_id": event.consultation_id, "answer_id": event.answer_id}
    await actions.tell_of_answer(actor=actor, now=now, **ids)


@on(ConsultationClosed)
async def tell_of_outcome(event: ConsultationClosed, actor: Actor, now: datetime) -> None:
    """Tell the organisation what came of it."""
    ids = {"network_id": event.network_id, "consultation_id": event.consultation_id}
    await actions.tell_of_outcome(actor=actor, now=now, **ids)


@on(WarningReported)
async def tell_of_warning(event: WarningReported, actor: Actor, now: datetime) -> None:
    """Tell the organisation that something was noticed in the field."""
    await actions.tell_of_warning(actor=actor, now=now, network_id=event.network_id, warning_id=event.warning_id)
