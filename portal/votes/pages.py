"""The votes of a network: the list, one vote with its ballot, and a new question."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, Request, Response, get, post
from litestar.params import Parameter

from portal.identity.permissions import Permission
from portal.kit.clock import local_day
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.notices.actions import mark_subject_read
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.shell.i18n import Sentence
from portal.votes import actions
from portal.votes.abilities import capacity_of, may_open_votes
from portal.votes.agreement import usual_last_day
from portal.votes.forms import BallotForm, QuestionForm, answers_of, majorities_of
from portal.votes.presentation import needs_of, view_of
from portal.votes.queries import access_network, access_vote
from portal.votes.queries_lists import WAITING_COUNT, is_asked, list_votes, opening_of
from portal.votes.wording import not_standing
from tenants.context import Actor, Seat
from tenants.kept import Matter, kept_answer

_READ = {"permission": Permission.VOTE_READ}
_CAST = {"permission": Permission.BALLOT_CAST, "repeats": True}  # of what is said again the last counts
_OPEN = {"permission": Permission.VOTE_OPEN}
_SLOTS = {"lage": "votes/_lage.html", "stand": "votes/_stand.html", "ablauf": "votes/_ablauf.html"}

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]


class VotesController(Controller):
    """Everything under a network's ``abstimmungen``."""

    path = "/n/{network_slug:str}/abstimmungen"

    @get(opt=_READ, name="votes")
    async def show_votes(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, page: PageNumber = 1
    ) -> Response[str]:
        """Open votes by their end, closed ones newest first."""
        view = await _list(actor, now, network_slug, page)
        if page > 1 and not view["votes"].over:
            raise NotFound
        return await reply.page(request, "votes/votes.html", **view)

    @get("/liste", opt=_READ | {"background": True}, name="votes-list")
    async def show_list(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The same as a fragment, for a page that was told that something changed."""
        return await reply.part(request, "votes/_votes.html", **await _list(actor, now, network_slug, 1))

    @get("/neu", opt=_OPEN, name="vote-new")
    async def show_question(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """The form of a new question."""
        seat = access_network(actor, network_slug)
        context = await _opening(actor, seat)
        last_day = usual_last_day(context["opening"].rulebook, local_day(now))
        form = QuestionForm.blank(options={"rule": context["majorities"]}, last_day=last_day)
        return await reply.page(request, "votes/new.html", form=form, **context)

    @post(opt=_OPEN, name="vote-open", status_code=200)
    async def open_vote(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Ask the members."""
        seat = access_network(actor, network_slug)
        context = await _opening(actor, seat)
        form = await QuestionForm.of(request, options={"rule": context["majorities"]})
        vote_id = await _open(form, actor, now, seat) if form.ok else None
        if vote_id is None:
            slots = {"frage": "votes/_question.html"}
            return await reply.invalid(request, "votes/new.html", form=form, slots=slots, **context)
        flash = "Die Abstimmung ist eröffnet. Alle Mitglieder werden benachrichtigt."
        return await reply.changed(request, to=f"/n/{seat.slug}/abstimmungen/{vote_id}", flash=flash)

    @get("/{vote_id:uuid}", opt=_READ, name="vote")
    async def show_vote(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, vote_id: UUID
    ) -> Response[str]:
        """The question, my part in it, where it stands, how it goes on."""
        return await reply.page(request, "votes/vote.html", **await _view(actor, now, network_slug, vote_id))

    @get("/{vote_id:uuid}/stand", opt=_READ | {"background": True}, name="vote-count")
    async def show_count(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, vote_id: UUID
    ) -> Response[str]:
        """Where it stands now, for a page that was told that something changed."""
        return await reply.part(request, "votes/refresh.stream.html", **await _view(actor, now, network_slug, vote_id))

    @post("/{vote_id:uuid}/stimme", opt=_CAST, name="ballot", status_code=200)
    async def cast_ballot(
        self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str, vote_id: UUID
    ) -> Response[str]:
        """Cast or change the organisation's ballot."""
        view = await _view(actor, now, network_slug, vote_id)
        form = await _answered(request, view)
        if not form.ok:
            return await reply.invalid(request, "votes/vote.html", slots=_SLOTS, **view | {"form": form})
        network_id = view["seat"].network_id
        ballot = await actions.cast_ballot(
            actor=actor, now=now, network_id=network_id, vote_id=vote_id, answer=form.answer
        )
        await mark_subject_read(actor=actor, now=now, subject_id=vote_id)
        view = await _view(actor, now, network_slug, vote_id)
        if ballot.late:
            return await reply.refused(request, "votes/vote.html", sentence=_too_late(view, now), slots=_SLOTS, **view)
        flash = "Ihre Stimme ist gespeichert."
        return await reply.changed(request, to=view["address"], flash=flash, slots=_SLOTS, **view)


async def _list(actor: Actor, now: datetime, network_slug: str, page: int) -> dict[str, Any]:
    seat = access_network(actor, network_slug)
    return {
        "seat": seat,
        "votes": await list_votes(seat.network_id, now=now, page=page),
        "page": page,
        "may_open": may_open_votes(actor, seat.network_id),
        "capacity": capacity_of(actor),
    }


async def _view(actor: Actor, now: datetime, network_slug: str, vote_id: UUID) -> dict[str, Any]:
    """The context of the templates: kept until a ballot is cast or an end is reached."""
    seat = access_network(actor, network_slug)
    return await kept_answer(
        f"vote {seat.network_id} {vote_id}",
        lambda: _viewed(actor, now, seat, vote_id),
        of={Matter.VOTES, Matter.LETTERS},
        until=lambda view: view["sheet"].changes_at(now),
    )


async def _viewed(actor: Actor, now: datetime, seat: Seat, vote_id: UUID) -> dict[str, Any]:
    sheet = await access_vote(seat.network_id, vote_id)
    view = view_of(actor, seat, sheet, now)
    own = view["own"]
    answers = answers_of(sheet.rule.kind, sheet.standing)
    form = BallotForm.blank(options={"answer": answers}, answer=own.answer if own else None)
    return view | {"answers": answers, "form": form}


async def _answered(request: Request[Any, Any, Any], view: dict[str, Any]) -> BallotForm:
    """What was sent; from a page of before, it may be a candidacy that was taken back."""
    form = await BallotForm.of(request, options={"answer": view["answers"]})
    if (chosen := form.raw.get("answer")) in view["sheet"].withdrawn:
        form.errors["answer"] = not_standing(view["sheet"].options[chosen])
    return form


async def _opening(actor: Actor, seat: Seat) -> dict[str, Any]:
    if not may_open_votes(actor, seat.network_id):
        raise Forbidden("Nur die Geschäftsstelle dieses Netzwerks kann eine Abstimmung eröffnen.")
    opening = await opening_of(seat.network_id)
    majorities = majorities_of(opening.rulebook.rules_for_questions())
    return {"seat": seat, "opening": opening, "majorities": majorities, "needs": needs_of(opening)}


async def _open(form: QuestionForm, actor: Actor, now: datetime, seat: Seat) -> UUID | None:
    """The vote's id; None when the action found something wrong, which the form then says.

    Fields of the form are called like what the action takes, so a further one needs nothing here.
    """
    if await is_asked(seat.network_id, form.question):  # sent twice, say with the browser's way back
        form.fail("question", "Diese Frage steht schon zur Abstimmung. Sie finden sie unter Abstimmungen.")
        return None
    try:
        asked = {**form.value, "proposals": form.proposals.splitlines()}
        return await actions.open_vote(actor=actor, now=now, network_id=seat.network_id, **asked)
    except Invalid as problem:
        form.refuse(problem)
        return None


def _too_late(view: dict[str, Any], now: datetime) -> Sentence:
    due_at = view["own"].due_at
    if due_at is None or now < due_at:
        return Sentence(
            "Die Abstimmung war schon beendet. Ihre Stimme zählt nicht; festgehalten ist, dass sie einging."
        )
    return Sentence(
        "Ihre Stimme kam zu spät und zählt nicht. Die Frist Ihrer Organisation endete: %(end)s. "
        "Festgehalten ist, dass die Stimme verspätet einging.",
        end=due_at,
    )


FEATURE = Feature(
    name="votes",
    handlers=(VotesController,),
    navigation=(
        NavItem(
            "Abstimmungen",
            "/n/{network}/abstimmungen",
            group="network",
            topic=NavTopic.DECIDING,
            permission=Permission.VOTE_READ,
            badge_sql=WAITING_COUNT,
            badge_ends=True,
            badge_of=frozenset({Matter.VOTES}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
