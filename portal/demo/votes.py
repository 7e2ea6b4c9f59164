"""What is asked in the demo world, and who has answered; opened, cast and closed with the actions of everyday use."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from portal.demo.acting import acting
from portal.kit.clock import local_day
from portal.votes.actions import cast_ballot, open_vote
from portal.votes.actions_closing import close_vote
from portal.votes.queries import access_vote
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.scope import scope

_YES, _NO = "yes", "no"


@dataclass(frozen=True, slots=True)
class Question:
    """One vote. Days count from today; who asks works in the office, ballots are cast in their order.

    A ballot is (user name, organisation, answer). The database's clock stamps ballots, so a vote that is over must
    either have been ended by a "no" where all must agree, or have had none.
    """

    asked_by: tuple[str, str]
    rule: str
    text: str
    explanation: str
    opened: int
    last_day: int
    ballots: tuple[tuple[str, str, str], ...] = ()
    is_over: bool = False


BIELEFELD_OFFICE = ("jonas.wiegand", "stadt-bielefeld")
QUESTIONS: dict[str, tuple[Question, ...]] = {
    "bielefeld": (
        Question(
            asked_by=BIELEFELD_OFFICE,
            rule="question_objection",
            text="Sollen die Protokolle des Koordinierungskreises künftig im Portal stehen statt per E-Mail zu kommen?",
            explanation="Vorschlag aus der letzten Sitzung. Wer nicht widerspricht, stimmt zu.",
            opened=-30,
            last_day=-16,
            is_over=True,
        ),
        Question(
            asked_by=BIELEFELD_OFFICE,
            rule="position",
            text="Fordert das Netzwerk die Stadt gemeinsam auf, Zwangsräumungen in den Wintermonaten auszusetzen?",
            explanation="Der Entwurf der Position lag der Einladung zur letzten Sitzung bei.",
            opened=-2,
            last_day=12,
            ballots=(
                ("tariq.haddad", "bethel-regional", _YES),
                ("dilek.sarikaya", "trockendock", _YES),
                ("levin.oppermann", "gfs", _YES),
                ("kerstin.vogelsang", "bgw", _NO),
            ),
            is_over=True,
        ),
        Question(
            asked_by=BIELEFELD_OFFICE,
            rule="question_approval",
            text="Wollen wir in diesem Winter gemeinsam eine Wärmestube am Bahnhof betreiben?",
            explanation=(
                "Die Stadt stellt den Raum. Gebraucht werden von jedem Mitglied zwei Dienste in der Woche, bis der "
                "Frost vorbei ist. Einzelheiten regelt der Koordinierungskreis, wenn die Mehrheit zustimmt."
            ),
            opened=0,
            last_day=11,
            ballots=(("tariq.haddad", "bethel-regional", _YES), ("levin.oppermann", "gfs", _YES)),
        ),
        Question(
            asked_by=BIELEFELD_OFFICE,
            rule="question_objection",
            text="Soll sich der Koordinierungskreis künftig am ersten Donnerstag im Monat um 10 Uhr treffen?",
            explanation="Der bisherige Mittwoch passt mehreren Mitgliedern nicht mehr.",
            opened=0,
            last_day=3,
            ballots=(("dilek.sarikaya", "trockendock", _NO),),
        ),
    ),
    "duesseldorf": (
        Question(
            asked_by=("beate.hollands", "jobcenter-duesseldorf"),
            rule="question_approval",
            text="Laden wir zur nächsten Besprechung der Leitungen auch das Wohnungsamt ein?",
            explanation="Es ginge um Wohnungen für Menschen, die eine stationäre Hilfe verlassen.",
            opened=0,
            last_day=9,
            ballots=(("monika.esser-klein", "caritas-duesseldorf", _YES), ("ulrike.nettesheim", "skm", _NO)),
        ),
    ),
}


async def seed_votes(network: str, network_id: UUID, *, provider: str) -> bool:
    """Ask what is not asked yet in a network; True when anything was."""
    done = [await _seed(question, network_id, provider) for question in QUESTIONS[network]]
    return any(done)


async def _seed(question: Question, network_id: UUID, provider: str) -> bool:
    vote_id = await _find(question, network_id)
    is_new = vote_id is None
    if vote_id is None:
        vote_id = await _open(question, network_id, provider)
    for user_name, organisation, answer in question.ballots:
        async with acting(user_name, organisation, provider) as (actor, opened):
            voter = (await access_vote(network_id, vote_id)).voter(actor.organisation_id)
            if voter is not None and voter.answer is None:
                await cast_ballot(actor=actor, now=opened.now, network_id=network_id, vote_id=vote_id, answer=answer)
                is_new = True
    return await _close(network_id, vote_id) or is_new if question.is_over else is_new


async def _find(question: Question, network_id: UUID) -> UUID | None:
    async with scope(network_id=network_id):
        rows = await execute("SELECT id FROM vote WHERE network_id = {} AND question = {}", network_id, question.text)
    return rows[0]["id"] if rows else None


async def _open(question: Question, network_id: UUID, provider: str) -> UUID:
    async with acting(*question.asked_by, provider) as (actor, opened):
        return await open_vote(
            actor=actor,
            now=opened.now + timedelta(days=question.opened),
            network_id=network_id,
            rule=question.rule,
            question=question.text,
            explanation=question.explanation,
            last_day=local_day(opened.now) + timedelta(days=question.last_day),
        )


async def _close(network_id: UUID, vote_id: UUID) -> bool:
    """What the worker would do at its next tick."""
    async with scope(network_id=network_id) as opened:
        (network,) = await execute("SELECT id, slug, name FROM network WHERE id = {}", network_id)
        seat = Seat(network["id"], network["slug"], network["name"], is_office=False)
        system = Actor(network_id, network["slug"], network["name"], None, "Hilfenetz", frozenset(), (seat,))
        return await close_vote(actor=system, now=opened.now, vote_id=vote_id) is not None
