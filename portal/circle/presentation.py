"""What the pages of papers, consultations and warnings show."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.circle.abilities import PaperAbilities, speaks, takes_over
from portal.circle.forms import AnswerForm, OutcomeForm
from portal.circle.queries import Paper, access_paper, address_of
from portal.circle.queries_consultations import access_asked, address_of_asked
from portal.circle.queries_warnings import list_reports, read_trend, topics_of
from portal.circle.rules import PaperState, Trend, months_until
from portal.circle.words import ANSWERS, CONSULTATIONS, RANGES, STATES
from portal.kit.clock import local_day
from tenants.context import Actor, Seat

_BREAK = "\u200b"  # where the head of a narrow column may go on in a second line
BAR_STEP, BAR_HEIGHT, SMALL_BAR = 24, 60, 6  # of the picture of a trend
_OPEN = (PaperState.DRAFT, PaperState.CIRCULATED, PaperState.VOTING)


def lists_of(actor: Actor, seat: Seat, papers: Iterable[Paper]) -> dict[str, Any]:
    """The context of the list: what holds, what is in the making, and what was."""
    found = list(papers)
    return {
        "seat": seat,
        "base": f"/n/{seat.slug}/positionen",
        "may_write": speaks(actor),
        "states": STATES,
        "held": [paper for paper in found if paper.state is PaperState.ADOPTED],
        "making": [paper for paper in found if paper.state in _OPEN],
        "past": [paper for paper in found if paper.state not in (*_OPEN, PaperState.ADOPTED)],
    }


async def view_of(actor: Actor, seat: Seat, paper_id: UUID) -> dict[str, Any]:
    """The context of all templates of one paper.

    Raises:
        NotFound: out of reach.
    """
    paper = await access_paper(seat.network_id, paper_id)
    return {
        "seat": seat,
        "base": f"/n/{seat.slug}/positionen",
        "paper": paper,
        "address": address_of(seat, paper.id),
        "votes": f"/n/{seat.slug}/abstimmungen",
        "public": f"/positionen/{seat.slug}/{paper.slug}",
        "may": PaperAbilities.of(actor, paper),
        "is_ours": paper.organisation_id == actor.organisation_id,
        "state": paper.state.value,
        "states": STATES,
    }


async def asked_view_of(actor: Actor, now: datetime, seat: Seat, consultation_id: UUID) -> dict[str, Any]:
    """The context of all templates of one consultation.

    Raises:
        NotFound: out of reach.
    """
    asked = await access_asked(seat.network_id, consultation_id)
    is_ours = asked.organisation_id == actor.organisation_id
    return {
        "seat": seat,
        "base": f"/n/{seat.slug}/beratungen",
        "address": address_of_asked(seat, asked.id),
        "asked": asked,
        "is_ours": is_ours,
        "me": actor.organisation_id,
        "is_late": now >= asked.advice_until,
        "may_answer": speaks(actor) and asked.is_open and not is_ours,
        "has_answered": any(each.organisation_id == actor.organisation_id for each in asked.answers),
        "may_close": speaks(actor) and asked.is_open and is_ours,
        "may_take_over": takes_over(actor, asked.network_id) and asked.is_left_behind,
        "kinds": CONSULTATIONS,
        "answer_kinds": ANSWERS,
        "form": AnswerForm.blank(),
        "closing": OutcomeForm.blank(),
        "replaced": None,
    }


def sees_trend(actor: Actor, seat: Seat) -> bool:
    """Whether the actor sits in the coordination circle, or works for its office."""
    return speaks(actor) or actor.is_office_of(seat.network_id)


async def warnings_view_of(actor: Actor, now: datetime, seat: Seat) -> dict[str, Any]:
    """The context of the page of warnings; what the circle sees is there for the circle alone."""
    in_circle = sees_trend(actor, seat)
    trend = await read_trend(seat.network_id, months_until(local_day(now))) if in_circle else None
    noticed, own = await list_reports(seat.network_id, of_all=in_circle)
    return {
        "seat": seat,
        "base": f"/n/{seat.slug}/fruehwarnungen",
        "topics": await topics_of(seat.network_id),
        "ranges": RANGES,
        "trend": trend,
        "labels": [f"{month:%m/%Y}" for month in trend.months] if trend else [],
        "columns": [(f"{month:%m}/{_BREAK}{month:%Y}", "numeric") for month in trend.months] if trend else [],
        "bars": bars_of(trend) if trend else [],
        "noticed": noticed,
        "own": own,
    }


def bars_of(trend: Trend) -> list[tuple[str, list[tuple[int, int, bool]]]]:
    """For each topic its bars as (x, height, whether it is too small to be said), in units of the picture."""
    scale = max(trend.highest, 5)
    return [
        (topic, [(place * BAR_STEP, _height(number, scale), number is None) for place, number in enumerate(row)])
        for topic in trend.topics
        for row in (trend.row(topic),)
    ]


def _height(number: int | None, scale: int) -> int:
    """What is too small to be said has a height of its own, whatever it is."""
    if number is None:
        return SMALL_BAR
    return SMALL_BAR + number * (BAR_HEIGHT - SMALL_BAR) // scale if number else 0
