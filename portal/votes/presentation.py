"""What the page of a vote shows: the numbers with their meaning, each member's ballot in words, the next step."""

from datetime import datetime
from typing import Any

from portal.deadlines.wording import explain
from portal.formal.abilities import RECEIVING_ROLES, may_post
from portal.identity.role_words import ROLE_WORDS
from portal.shell.i18n import Sentence
from portal.votes import wording
from portal.votes.abilities import VoteAbilities
from portal.votes.agreement import rule_of
from portal.votes.queries import OwnBallot, Voter, VoteSheet
from portal.votes.rules import Answer, Kind, Outcome, Tally, VoteState, feasibility
from tenants.context import Actor, Role, Seat
from tenants.queries import Standing

_SAID = {
    Answer.YES.value: Sentence("stimmt zu"),
    Answer.NO.value: Sentence("stimmt nicht zu"),
    Answer.ABSTAIN.value: Sentence("enthält sich"),
}
_OBJECTED = {**_SAID, Answer.YES.value: Sentence("kein Widerspruch"), Answer.NO.value: Sentence("Widerspruch")}
_SIGN = {Answer.YES.value: "success", Answer.NO.value: "danger", Answer.ABSTAIN.value: "info"}


def view_of(actor: Actor, seat: Seat, sheet: VoteSheet, now: datetime) -> dict[str, Any]:
    """The context of all templates of one vote."""
    state, tally = sheet.state(now), sheet.tally(now)
    own = sheet.voter(actor.organisation_id)
    return {
        "seat": seat,
        "sheet": sheet,
        "address": f"/n/{seat.slug}/abstimmungen/{sheet.id}",
        "may": (may := VoteAbilities.of(actor, sheet, now)),
        "capacity": ROLE_WORDS[may.capacity] if may.capacity else None,
        "own": own,
        "own_words": said(sheet, own.answer) if own and own.answer else None,
        "history": [_entry(sheet, ballot) for ballot in sheet.history],
        "state": state,
        "partial": partial_of(state, tally),
        "tally": tally,
        "shows_count": may.sees_ballots or sheet.result is not None,
        "arithmetic": wording.arithmetic(tally, sheet.options),
        "result": wording.result_in_words(tally, sheet.options),
        "missing": wording.missing_in_words(tally),
        "certainty": wording.certainty_in_words(tally),
        "breakdown": wording.breakdown(tally.counts, sheet.rule.kind),
        "departed": wording.departed_in_words(tally),
        "share": wording.share_in_words(sheet.rule),
        "cells": cells_of(tally),
        "deadlines_differ": len({voter.due_at for voter in sheet.voters}) > 1,
        "unproved": [voter.name for voter in sheet.voters if voter.due_at is None],
        "steps": explain(sheet.notice.deadline) if sheet.notice and sheet.notice.deadline else (),
        "asked_again": _is_asked_again(sheet, own),
        "reads_notice": sheet.notice is not None and actor.has(*RECEIVING_ROLES),
        "sees_receipts": sheet.notice is not None and may_post(actor, seat.network_id),
        "lines": [_line(sheet, voter) for voter in sheet.voters],
        "opened_by": _opener(sheet, seat),
    }


def needs_of(opening: Standing) -> list[tuple[str, Sentence]]:
    """What each majority for questions asks of the members there are now."""
    rules = {written.title: rule_of(written) for written in opening.rulebook.rules_for_questions().values()}
    members = len(opening.members)
    return [(title, wording.feasibility_in_words(rule, feasibility(rule, members))) for title, rule in rules.items()]


def partial_of(state: VoteState, tally: Tally) -> str:
    """The one partial of this state, under ``templates/votes/state``."""
    if state is not VoteState.CLOSED:
        return state.value
    if tally.rule.kind is Kind.CHOICE and not tally.winner:
        return "no_result"
    return "decided" if tally.outcome is Outcome.DECIDED else "rejected"


def cells_of(tally: Tally) -> list[tuple[str, int]]:
    """One cell a member, first those that are held against the needed number."""
    counts = tally.counts
    if tally.rule.kind is Kind.CHOICE:
        return [("for", tally.count), ("other", counts.cast - tally.count + counts.abstained)]
    first, second = ("for", counts.yes), ("against", counts.no)
    if tally.rule.kind is Kind.OBJECTION:
        first, second = second, first
    return [first, second, ("other", counts.abstained)]


def said(sheet: VoteSheet, answer: str) -> str:
    """A ballot in words."""
    if answer in sheet.options:
        return sheet.options[answer]
    return (_OBJECTED if sheet.rule.kind is Kind.OBJECTION else _SAID)[answer]


def _is_asked_again(sheet: VoteSheet, own: Voter | None) -> bool:
    """Whether the own organisation has longer than at first, since its ballot fell with a candidacy."""
    if own is None or own.due_at is None or not sheet.withdrawn:
        return False
    reckoned = sheet.notice.deadline if sheet.notice else None
    at_first = reckoned.due_at if reckoned else min(voter.due_at for voter in sheet.voters if voter.due_at)
    return own.due_at > at_first


def _line(sheet: VoteSheet, voter: Voter) -> dict[str, Any]:
    answer = voter.answer
    return {
        "voter": voter,
        "words": said(sheet, answer) if answer else None,
        "sign": _SIGN.get(answer, "") if answer else "",
    }


def _entry(sheet: VoteSheet, ballot: OwnBallot) -> dict[str, Any]:
    capacity = ROLE_WORDS[Role(ballot.capacity)] if ballot.capacity else None
    return {"ballot": ballot, "words": said(sheet, ballot.answer), "capacity": capacity}


def _opener(sheet: VoteSheet, seat: Seat) -> str:
    opener = sheet.voter(sheet.opened_by_id)
    return opener.name if opener else seat.name
