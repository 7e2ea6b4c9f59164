"""What people do with votes: the office opens one, members cast and change their ballot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.deadlines.agreement import vote_length_of
from portal.formal import actions as formal
from portal.formal.events import FormalPosted
from portal.formal.queries import FormalNotice
from portal.formal.rules import FormalKind
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done
from portal.ladders.rules import Matter
from portal.notices import live
from portal.shell.i18n import Sentence
from portal.votes.abilities import VoteAbilities, capacity_of, may_open_votes
from portal.votes.agreement import electorate_of, period_end, rule_of, runs_from_receipt
from portal.votes.events import VoteDue, VoteOpened
from portal.votes.queries import VoteSheet, access_vote
from portal.votes.queries_lists import opening_of, time_to_choose_again
from portal.votes.rules import Answer, EarlyEnd, Kind, VoteCause
from portal.votes.wording import letter_of, not_standing
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import Standing
from tenants.rulebook import VoteRule
from tenants.scope import current_scope

CAST, CHANGED, LATE = "ballot:cast", "ballot:changed", "ballot:late"
LONGEST_DAYS, LONGEST_QUESTION, LONGEST_EXPLANATION = 366, 300, 4000
MOST_OPTIONS, LONGEST_PROPOSAL = 20, 200


@dataclass(frozen=True, slots=True)
class CastBallot:
    """A ballot as the database stamped it."""

    id: UUID
    cast_at: datetime
    late: bool


async def open_vote(
    *,
    actor: Actor,
    now: datetime,
    network_id: UUID,
    rule: str,
    question: str,
    explanation: str,
    last_day: date | None = None,
    proposals: Sequence[str] = (),
    candidates: Sequence[UUID] = (),
    cause: VoteCause | None = None,
    affected_id: UUID | None = None,
    concerned: UUID | None = None,
    letter: str = "",
    under: Standing | None = None,
    **more: str,
) -> UUID:
    """Ask all members of a network; the electorate is who is a member now. Gives back the vote's id.

    Args:
        rule: a majority of the rulebook; without a cause, one that is for questions.
        last_day: ends at its midnight for everybody; a day that is set is not shifted by § 193 BGB. Where the rulebook
            lets the period run from receipt, it counts for nothing: each member has its own. Without one, the period
            of the rulebook counts from today.
        proposals: what a choice offers; nothing for the other kinds.
        candidates: members that stand in a choice, instead of proposals.
        cause: what the vote decides on, if it is no question of the office.
        affected_id: the member concerned; the rulebook says whether it votes. It is informed like all others.
        concerned: whose own matter it is, without being affected by the outcome; of the office's, its deputy asks.
        letter: what the members are told, instead of question and explanation.
        under: the rulebook under which the cause began, and the members now; without it, what is in force.
        more: further columns of the vote that the office fills in; nothing looks at them on their way.

    Raises:
        NotFound: the network is out of reach.
        Forbidden: only the office asks.
        Invalid: the field that does not fit.
    """
    if actor.seat(network_id) is None:
        raise NotFound
    concerned = concerned or affected_id
    if not may_open_votes(actor, network_id, concerned):
        raise Forbidden("Nur die Geschäftsstelle dieses Netzwerks kann eine Abstimmung eröffnen.")
    opening = under or await opening_of(network_id)
    written = (opening.rulebook.votes if cause else opening.rulebook.rules_for_questions()).get(rule)
    if written is None:
        raise Invalid("Bitte wählen Sie, wie entschieden wird.", field="rule")
    _check_words(question, explanation)
    set_day = None if runs_from_receipt(written) else last_day or period_end(written, opening.rulebook, local_day(now))
    ends_for_all = _check_last_day(set_day, now) if set_day else None
    standing = dict(opening.members)
    titles = _check_proposals(
        written, [standing[member] for member in candidates] or proposals, are_members=bool(candidates)
    )
    vote_id = new_id()
    notice = None
    if ends_for_all is None or ends_for_all > current_scope().now:  # of what is over already nobody is informed
        notice = await formal.post(
            actor=actor,
            now=now,
            network_id=network_id,
            standing=opening,
            kind=FormalKind.VOTE,
            cause_id=vote_id,
            subject=question,
            body=letter or letter_of(written, question, explanation, titles, set_day),
            recipients=[organisation_id for organisation_id, _ in opening.members],
            period=None if set_day else vote_length_of(written),
            concerned=concerned,
            key=f"vote:{vote_id}",
        )
    voters = replace(opening, members=electorate_of(written, opening.members, affected_id))
    ends = {member: _end_for(notice, member, ends_for_all) for member, _ in voters.members}
    known = [end for end in ends.values() if end is not None]
    ends_at = max(known) if len(known) == len(ends) else None
    words = {"rule": rule, "question": question, "explanation": explanation, "affected_id": affected_id, **more}
    words |= {"cause_kind": cause.kind, "cause_id": cause.id, "cause_address": cause.address} if cause else {}
    times = {"opened_at": now, "ends_at": ends_at}
    await _insert_vote(
        opening, {"network_id": network_id, "id": vote_id, "opened_by_id": actor.organisation_id, **words, **times}
    )
    await _insert_electorate(network_id, vote_id, voters, ends)
    await _insert_options(network_id, vote_id, titles, candidates)
    details: dict[str, str | int | bool] = {"rule": rule, "members": len(ends)}
    details |= {"ends_at": ends_at.isoformat()} if ends_at else {}
    await audit.record(actor=actor, action="vote:opened", subject="vote", subject_id=vote_id, details=details)
    await emit(VoteOpened(network_id, vote_id), to=[*ends], key=f"vote_opened:{vote_id}")
    if notice:  # of the vote only its voters are told: who is concerned and left out hears of the letter
        others = [member for member, _ in opening.members if member not in ends]
        await emit(FormalPosted(network_id, notice.id), to=others, key=f"formal_posted:{notice.id}")
    if known:
        await emit(VoteDue(vote_id), network=network_id, due_at=max(known), key=f"vote_due:{vote_id}")
    await live.changed(live.network(network_id))
    return vote_id


async def cast_ballot(*, actor: Actor, now: datetime, network_id: UUID, vote_id: UUID, answer: str) -> CastBallot:
    """Cast or change the organisation's ballot; the database's clock says whether it counts.

    A late ballot is kept as late and does not count: the caller must say so and let the transaction commit.

    Args:
        answer: an ``Answer``, or the id of an option.

    Raises:
        NotFound: the vote is out of reach.
        Forbidden: the person may not cast it, or the organisation was no member when the vote opened.
        Invalid: the vote does not ask for that.
    """
    sheet = await access_vote(network_id, vote_id)
    abilities = VoteAbilities.of(actor, sheet, now)
    if abilities.is_affected and not abilities.is_voter:
        raise Forbidden("Diese Abstimmung betrifft Ihre Organisation. Nach dem Regelwerk stimmt sie nicht mit ab.")
    if not abilities.is_voter:
        raise Forbidden("Ihre Organisation war noch kein Mitglied, als diese Abstimmung eröffnet wurde.")
    if not abilities.may_vote or actor.person_id is None:
        raise Forbidden("Die Stimme geben Vertretung, Stellvertretung oder Geschäftsführung Ihrer Organisation ab.")
    _check_answer(sheet, answer)
    ballot = await _insert_ballot(actor, sheet, answer)
    await execute(
        """
        INSERT INTO ballot_signature (organisation_id, ballot_id, network_id, person_id, capacity)
        VALUES ({}, {}, {}, {}, {})
        """,
        actor.organisation_id,
        ballot.id,
        network_id,
        actor.person_id,
        abilities.capacity,
    )
    await audit.record(actor=actor, action=_deed(sheet, actor, ballot), subject="vote", subject_id=vote_id)
    if ballot.late:
        return ballot
    await deadline_done(actor=actor, now=now, matter=Matter.VOTE, subject_id=vote_id)
    if _may_end_early(sheet, answer):
        await emit(VoteDue(vote_id), network=network_id, key=f"vote_due:{vote_id}:{ballot.id}")
    await live.changed(live.network(network_id))
    return ballot


async def withdraw_candidacy(*, actor: Actor, network_id: UUID, vote_id: UUID) -> None:
    """The own organisation does not stand any more. Members that had chosen it are asked anew and have the time for it:
    at least as long again as the rulebook gives to answer; the vote does not end before.

    Raises:
        NotFound: the vote is out of reach.
        Forbidden: not by this person.
        Conflict: it does not stand there, or the vote is over.
    """
    sheet = await access_vote(network_id, vote_id)
    if capacity_of(actor) is None:
        raise Forbidden("Eine Kandidatur nimmt die Vertretung, die Stellvertretung oder die Geschäftsführung zurück.")
    again = await time_to_choose_again(network_id, vote_id, taken_back=local_day(current_scope().now))
    rows = await execute("SELECT withdraw_candidacy({}, {}, {}) AS done", network_id, vote_id, again.due_at)
    if not rows[0]["done"]:
        raise Conflict("Ihre Organisation steht in dieser Wahl nicht oder nicht mehr zur Auswahl.")
    # Whose ballot has fallen may be nobody's business before the end: all are looked up, each in its own scope.
    members = [voter.organisation_id for voter in sheet.voters]
    await audit.record(actor=actor, action="candidacy:withdrawn", subject="vote", subject_id=vote_id)
    await emit(VoteOpened(network_id, vote_id), to=members, key=f"vote_candidates:{vote_id}:{actor.organisation_id}")
    await live.changed(live.network(network_id))


def _check_words(question: str, explanation: str) -> None:
    if not question.strip() or len(question) > LONGEST_QUESTION:
        raise Invalid("Bitte stellen Sie eine Frage mit höchstens 300 Zeichen.", field="question")
    if len(explanation) > LONGEST_EXPLANATION:
        raise Invalid("Bitte erläutern Sie die Frage mit höchstens 4000 Zeichen.", field="explanation")


def _check_last_day(last_day: date, now: datetime) -> datetime:
    ends_at = end_of_day(last_day)
    if ends_at <= now:
        raise Invalid("Der letzte Tag liegt in der Vergangenheit. Möglich ist frühestens heute.", field="last_day")
    if (ends_at - now).days > LONGEST_DAYS:
        raise Invalid("Der letzte Tag liegt mehr als ein Jahr in der Zukunft.", field="last_day")
    return ends_at


def _check_proposals(written: VoteRule, proposals: Sequence[str], *, are_members: bool = False) -> list[str]:
    """What can be chosen. Members that stand are as many, and called, as they are."""
    titles = [title.strip() for title in proposals if title.strip()]
    if written.kind.value != Kind.CHOICE.value:
        if titles:  # opened without them, it could not be mended
            raise Invalid(
                "Vorschläge gibt es nur bei einer Auswahl. Wählen Sie oben die Auswahl, oder leeren Sie dieses Feld.",
                field="proposals",
            )
        return []
    if len(titles) < 2:  # noqa: PLR2004 - one proposal is no choice
        raise Invalid("Eine Auswahl braucht mindestens zwei Vorschläge, einen je Zeile.", field="proposals")
    if not are_members:
        _check_written(titles)
    return titles


def _check_written(titles: Sequence[str]) -> None:
    if len(titles) > MOST_OPTIONS:
        raise Invalid("Das sind zu viele Vorschläge. Möglich sind höchstens 20.", field="proposals")
    if any(len(title) > LONGEST_PROPOSAL for title in titles):
        raise Invalid("Bitte schreiben Sie jeden Vorschlag mit höchstens 200 Zeichen.", field="proposals")
    folded = [title.casefold() for title in titles]
    for place, title in enumerate(titles):
        if folded[place] in folded[:place]:
            raise Invalid(
                Sentence("Der Vorschlag „%(title)s“ steht doppelt in der Liste.", title=title), field="proposals"
            )


def _check_answer(sheet: VoteSheet, answer: str) -> None:
    if answer in sheet.withdrawn:
        raise Invalid(not_standing(sheet.options[answer]), field="answer")
    known = sheet.options if sheet.rule.kind is Kind.CHOICE else {Answer.YES.value, Answer.NO.value}
    if answer not in known and answer != Answer.ABSTAIN:
        raise Invalid("Bitte wählen Sie eine der Antworten.", field="answer")


def _deed(sheet: VoteSheet, actor: Actor, ballot: CastBallot) -> str:
    if ballot.late:
        return LATE
    own = sheet.voter(actor.organisation_id)
    return CHANGED if own is not None and own.answer else CAST


def _may_end_early(sheet: VoteSheet, answer: str) -> bool:
    ends_at_once = sheet.rule.kind is Kind.UNANIMOUS and answer == Answer.NO
    return ends_at_once or sheet.rule.early_end is EarlyEnd.WHEN_DECIDED


async def _insert_vote(opening: Standing, given: Mapping[str, object]) -> None:
    """The vote with a copy of its majority, so that it keeps what was in force when it began."""
    written = opening.rulebook.votes[str(given["rule"])]
    asked = rule_of(written)
    values = {
        **given,
        "rulebook_id": opening.rulebook_id,
        "rule_title": written.title,
        "rule_explanation": written.explanation,
        "rule_source": "\n".join(filter(None, (written.section, written.decision))),
        "kind": asked.kind,
        "numerator": asked.numerator,
        "denominator": asked.denominator,
        "strict": asked.strict,
        "base": asked.base,
        "ballot_of_departed": asked.ballot_of_departed,
        "early_end": asked.early_end,
        "ballots_visible_to": written.ballots_visible_to,
    }
    places = ", ".join("{}" for _ in values)
    await execute(f"INSERT INTO vote ({', '.join(values)}) VALUES ({places})", *values.values())  # noqa: S608


def _end_for(notice: FormalNotice | None, member: UUID, for_all: datetime | None) -> datetime | None:
    """A member's own end: the one that is set, or the one its receipt leads to; None while that is unproved."""
    if for_all is not None:
        return for_all
    receipt = notice.receipt(member) if notice else None
    return receipt.due_at if receipt else None


async def _insert_electorate(
    network_id: UUID, vote_id: UUID, opening: Standing, ends: Mapping[UUID, datetime | None]
) -> None:
    await execute(
        """
        INSERT INTO voter (network_id, vote_id, organisation_id, name, due_at)
        SELECT {}, {}, m.id, m.name, m.due_at
        FROM unnest({}::uuid[], {}::text[], {}::timestamptz[]) AS m (id, name, due_at)
        """,
        network_id,
        vote_id,
        [organisation_id for organisation_id, _ in opening.members],
        [name for _, name in opening.members],
        [ends[organisation_id] for organisation_id, _ in opening.members],
    )


async def _insert_options(network_id: UUID, vote_id: UUID, titles: Sequence[str], candidates: Sequence[UUID]) -> None:
    if titles:
        await execute(
            """
            INSERT INTO vote_option (network_id, id, vote_id, place, title, organisation_id)
            SELECT {}, o.id, {}, o.place, o.title, o.organisation_id
            FROM unnest({}::uuid[], {}::text[], {}::uuid[]) WITH ORDINALITY AS o (id, title, organisation_id, place)
            """,
            network_id,
            vote_id,
            [new_id() for _ in titles],
            list(titles),
            list(candidates) or [None] * len(titles),
        )


async def _insert_ballot(actor: Actor, sheet: VoteSheet, answer: str) -> CastBallot:
    option = UUID(answer) if answer in sheet.options else None
    rows = await execute(
        """
        INSERT INTO ballot (network_id, id, vote_id, organisation_id, answer, option_id)
        VALUES ({}, {}, {}, {}, {}, {}) RETURNING id, cast_at, late
        """,
        sheet.network_id,
        new_id(),
        sheet.id,
        actor.organisation_id,
        None if option else answer,
        option,
    )
    return CastBallot(**rows[0])
