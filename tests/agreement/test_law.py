"""Every row of the tables that the software answers to, by its name: periods, majorities, and the rules agreed upon.

Each runs the real code with the real rulebooks. What holds for *every* period and majority is in
``tests/deadlines/test_properties.py`` and ``tests/votes/test_rules_properties.py``.
"""

from datetime import date, datetime

import pytest

from portal.deadlines.agreement import length_of, receipt_rule_of
from portal.deadlines.receipt import Basis, fact, retrievable
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.workdays import Land, land_of
from portal.kit.clock import BERLIN
from portal.ladders.agreement import ladder_of
from portal.votes.agreement import rule_of, runs_from_receipt
from portal.votes.rules import Answer, Ballot, Elector, Outcome, feasibility, tally
from tenants.context import Role
from tenants.rulebook import NETWORKS, load_rulebook
from tenants.rulebook_words import ExclusionEffect, MembershipBegin, Procedure, ReceiptKind

BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")
DUESSELDORF = load_rulebook(NETWORKS / "duesseldorf.toml")
YES, NO, ABSTAIN = Answer.YES, Answer.NO, Answer.ABSTAIN
FOURTEEN = Length(14, Unit.DAYS)
HALF_A_YEAR = Length(6, Unit.MONTHS)

# Where a notice is posted in business hours, or an event happens; how long; the last day, shifted or not.
PERIODS = {
    "receipt Thu 10 Dec 2026, 14 days: Thu 24 Dec 2026": (date(2026, 12, 10), FOURTEEN, True, date(2026, 12, 24)),
    "receipt Fri 11 Dec 2026, 14 days: Mon 28 Dec 2026": (date(2026, 12, 11), FOURTEEN, True, date(2026, 12, 28)),
    "posted Sat 13 Mar 2027, 14 days: Tue 30 Mar 2027": (date(2027, 3, 13), FOURTEEN, True, date(2027, 3, 30)),
    "receipt Thu 13 May 2027, 14 days: Fri 28 May 2027": (date(2027, 5, 13), FOURTEEN, True, date(2027, 5, 28)),
    "admission 31 Aug 2026, 6 months: 28 Feb 2027, a Sunday": (
        date(2026, 8, 31),
        HALF_A_YEAR,
        False,
        date(2027, 2, 28),
    ),
    "admission 31 Aug 2026, 6 months, with shift: 1 Mar 2027": (date(2026, 8, 31), HALF_A_YEAR, True, date(2027, 3, 1)),
}

# The majority, the members, the answers given in time, how many late, who is concerned; result, base, count, needed.
MAJORITIES = {
    "admission, 6 members, 3 object, 3 silent: admitted": ("admission", 6, [NO] * 3, {}, (Outcome.DECIDED, 6, 3, 4)),
    "admission, 6 members, 4 object: refused": ("admission", 6, [NO] * 4, {}, (Outcome.REJECTED, 6, 4, 4)),
    "admission, 6 members, silence: admitted": ("admission", 6, [], {}, (Outcome.DECIDED, 6, 0, 4)),
    "objection on day 15: kept as late, not counted": (
        "admission", 6, [NO] * 3, {"late": 1}, (Outcome.DECIDED, 6, 3, 4),
    ),
    "exclusion, 8 members, 6 yes, the concerned no, 1 silent: not excluded": (
        "exclusion", 8, [NO, *[YES] * 6], {"affected": 1}, (Outcome.REJECTED, 8, 6, 7),
    ),
    "exclusion, 4 members, 3 yes, the concerned no: not excluded": (
        "exclusion", 4, [NO, *[YES] * 3], {"affected": 1}, (Outcome.REJECTED, 4, 3, 4),
    ),
    "office, 6 members, 3 : 2, 1 silent: nobody": (
        "office_seat", 6, ["gfs", "gfs", "gfs", "bgw", "bgw"], {}, (Outcome.REJECTED, 6, 3, 4),
    ),
    "position, 5 yes, 1 abstention: not unanimous": (
        "position", 6, [*[YES] * 5, ABSTAIN], {}, (Outcome.REJECTED, 6, 5, 6),
    ),
}  # fmt: skip


@pytest.mark.parametrize("row", PERIODS)
def test_periods(row):
    day, length, shifts, last = PERIODS[row]
    if length.unit is Unit.DAYS:
        event = retrievable(day, receipt_rule_of(BIELEFELD.receipt), land_of(BIELEFELD.land))
    else:
        event = fact(Basis.EVENT, day)
    assert reckon(event, length, land_of(BIELEFELD.land), shifts=shifts).last_day == last


def test_a_ballot_at_23_59_59_of_the_last_day_counts_and_at_midnight_it_does_not():
    due_at = reckon(fact(Basis.EVENT, date(2026, 12, 11)), FOURTEEN, Land.NW).due_at
    assert datetime(2026, 12, 28, 23, 59, 59, tzinfo=BERLIN) < due_at == datetime(2026, 12, 29, tzinfo=BERLIN)


@pytest.mark.parametrize("row", MAJORITIES)
def test_majorities(row):
    name, members, answers, marks, expected = MAJORITIES[row]
    electorate = [Elector(n, over=True, affected=n == marks.get("affected")) for n in range(1, members + 1)]
    ballots = [Ballot(number, answer) for number, answer in enumerate(answers, start=1)]
    late = [Ballot(members - number, NO, late=True) for number in range(marks.get("late", 0))]
    found = tally(rule_of(BIELEFELD.votes[name]), electorate, [*ballots, *late])
    assert (found.outcome, found.base, found.count, found.needed) == expected
    assert found.counts.late == marks.get("late", 0)
    assert (found.winner, found.new_round) == (None, name == "office_seat")


def test_exclusion_with_4_members_is_impossible_and_the_tool_says_so_before():
    assert not feasibility(rule_of(BIELEFELD.votes["exclusion"]), 4, one_affected=True).possible


def test_receipt_unproved_for_one_member_closing_is_blocked():
    electorate = [Elector(number, over=number != 6) for number in range(1, 7)]
    assert tally(rule_of(BIELEFELD.votes["admission"]), electorate, []).outcome is Outcome.OPEN


def test_admission_silence_admits_only_after_the_last_personal_deadline():
    rule = rule_of(BIELEFELD.votes["admission"])
    for over in range(6):
        assert tally(rule, [Elector(n, over=n <= over) for n in range(1, 7)], []).outcome is Outcome.OPEN


# --- What was agreed upon, rule by rule -------------------------------------------------------------------------------


def test_rule_admission_unless_more_than_half_of_the_members_object_within_14_days_after_receipt():
    written, rule = BIELEFELD.votes["admission"], rule_of(BIELEFELD.votes["admission"])
    assert (rule.kind.value, rule.numerator * 2 == rule.denominator, rule.strict) == ("objection", True, True)
    assert (written.period_days, runs_from_receipt(written), written.section) == (14, True, "Abschnitt 6")


def test_rule_after_admission_membership_begins_with_the_receipt_of_the_signed_copy():
    assert BIELEFELD.membership.begins is MembershipBegin.SIGNED_COPY_RECEIVED
    assert BIELEFELD.notices["acceptance"].recipients == ("applicant",)


def test_rule_withdrawal_the_office_informs_all_others():
    assert Procedure.WITHDRAWAL in BIELEFELD.procedures
    told = BIELEFELD.notices["withdrawal_information"]
    assert (told.senders, told.recipients) == (("office",), ("members",))


def test_rule_exclusion_more_than_75_percent_of_the_members_effective_on_receipt():
    written, rule = BIELEFELD.votes["exclusion"], rule_of(BIELEFELD.votes["exclusion"])
    assert (rule.kind.value, 4 * rule.numerator == 3 * rule.denominator, rule.strict) == ("approval", True, True)
    assert (written.period_days, runs_from_receipt(written), written.base) == (14, True, "members")
    assert BIELEFELD.membership.exclusion_takes_effect is ExclusionEffect.RECEIPT_BY_MEMBER


def test_rule_directory_is_sent_to_all_after_every_change_of_members():
    assert set(BIELEFELD.membership.directory_sent_on) == {"admission", "withdrawal", "exclusion"}
    assert BIELEFELD.notices["directory"].recipients == ("members",)


def test_rule_office_goes_to_whom_more_than_half_of_the_members_speak_for():
    rule = rule_of(BIELEFELD.votes["office_seat"])
    assert (rule.kind.value, rule.base.value, rule.numerator * 2 == rule.denominator, rule.strict) == (
        "choice", "members", True, True,
    )  # fmt: skip


def test_rule_coordination_circle_one_representative_and_one_deputy_named():
    circle = BIELEFELD.bodies["coordination_circle"]
    assert (circle.roles, circle.named, circle.kinds) == ((Role.REPRESENTATIVE, Role.DEPUTY), True, None)


def test_rule_consultation_of_the_circle_is_a_procedure():
    assert Procedure.CONSULTATION in BIELEFELD.procedures


def test_rule_positions_are_unanimous():
    rule = rule_of(BIELEFELD.votes["position"])
    assert (rule.kind.value, rule.numerator, rule.denominator) == ("unanimous", rule.denominator, rule.denominator)


def test_rule_the_agreement_is_reviewed_every_four_years():
    assert BIELEFELD.review.every_years == 4
    assert reckon(fact(Basis.EVENT, date(2026, 3, 1)), Length(4, Unit.YEARS), Land.NW).last_day == date(2030, 3, 1)
    assert [step.days for step in ladder_of(BIELEFELD, "review")] == [-180, -30, 1]


def test_rule_contacts_at_working_and_at_management_level():
    assert set(DUESSELDORF.contact_levels) == {"working", "management"}


def test_rule_team_leads_meet_half_yearly_and_directors_when_needed():
    assert DUESSELDORF.meetings["team_leads"].every_months == 6
    assert DUESSELDORF.meetings["directors"].every_months is None


def test_rule_receipt_is_when_it_can_be_fetched_in_business_hours():
    for book in (BIELEFELD, DUESSELDORF):
        rule = receipt_rule_of(book.receipt)
        assert (book.receipt.rule, rule.from_hour, rule.until_hour) == (ReceiptKind.RETRIEVABLE, 8, 16)
        evening = datetime(2026, 12, 24, 17, tzinfo=BERLIN)
        assert retrievable(evening, rule, land_of(book.land)).day == date(2026, 12, 28)


@pytest.mark.parametrize(
    ("key", "start", "last"),
    [
        ("admission_notice", date(2026, 12, 17), date(2026, 12, 24)),
        ("admission_notice_under_25", date(2026, 12, 23), date(2026, 12, 28)),
        ("help_plan", date(2026, 8, 31), date(2027, 3, 1)),
        ("help_plan_under_25", date(2026, 11, 30), date(2027, 3, 1)),
        ("acknowledgement", date(2026, 12, 18), date(2026, 12, 28)),
        ("disturbance_answer", date(2026, 12, 21), date(2026, 12, 28)),
        ("termination_notice", date(2027, 3, 22), date(2027, 3, 30)),
    ],
)
def test_every_period_of_the_procedure_with_the_jobcenter(key, start, last):
    period = DUESSELDORF.periods[key]
    assert reckon(fact(Basis.EVENT, start), length_of(period), land_of(DUESSELDORF.land)).last_day == last
    assert period.ladder in DUESSELDORF.ladders
