"""The two agreements as data, and what a broken rulebook says: file, line, key, what was found, what is expected."""

import re
from datetime import date

import pytest

from tenants.rulebook import NETWORKS, RulebookError, load_rulebook, parse_rulebook
from tenants.rulebook_words import EarlyEnd, Procedure, Threshold

BIELEFELD = (NETWORKS / "bielefeld.toml").read_text(encoding="utf-8")
DUESSELDORF = (NETWORKS / "duesseldorf.toml").read_text(encoding="utf-8")


def complaints(text):
    with pytest.raises(RulebookError) as caught:
        parse_rulebook(text, file="stadt.toml")
    return caught.value.problems


def line_of(text, start):
    return next(number for number, line in enumerate(text.splitlines(), 1) if line.startswith(start))


# --- domain.md, section 3: each row of its table ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def bielefeld():
    return load_rulebook(NETWORKS / "bielefeld.toml")


@pytest.fixture(scope="module")
def duesseldorf():
    return load_rulebook(NETWORKS / "duesseldorf.toml")


def test_admission_stands_unless_more_than_half_object_within_14_days_of_receipt(bielefeld):
    rule = bielefeld.votes["admission"]
    assert (rule.kind, rule.threshold, rule.strict, rule.base) == ("objection", Threshold(50, 100), True, "members")
    assert (rule.period_days, rule.period_starts, rule.section) == (14, "receipt", "Abschnitt 6")


def test_membership_begins_when_the_signed_copy_reaches_the_office(bielefeld):
    assert bielefeld.membership.begins == "signed_copy_received"


def test_exclusion_needs_more_than_75_percent_and_takes_effect_on_receipt(bielefeld):
    rule = bielefeld.votes["exclusion"]
    assert (rule.kind, rule.threshold, rule.strict) == ("approval", Threshold(75, 100), True)
    assert (rule.period_days, rule.period_starts, rule.affected_member_votes) == (14, "receipt", True)
    assert bielefeld.membership.exclusion_takes_effect == "receipt_by_member"


def test_directory_goes_out_on_every_admission_and_withdrawal(bielefeld):
    assert {"admission", "withdrawal"} <= set(bielefeld.membership.directory_sent_on)


def test_office_seat_goes_to_whom_more_than_half_of_the_members_want(bielefeld):
    rule = bielefeld.votes["office_seat"]
    assert (rule.kind, rule.threshold, rule.strict, rule.section) == ("choice", Threshold(50, 100), True, "Abschnitt 5")


def test_coordination_circle_has_a_named_representative_and_deputy_of_each(bielefeld):
    circle = bielefeld.bodies["coordination_circle"]
    assert (circle.roles, circle.named) == (("representative", "deputy"), True)
    assert Procedure.CONSULTATION in bielefeld.procedures


def test_positions_are_unanimous(bielefeld):
    assert (bielefeld.votes["position"].kind, bielefeld.votes["position"].section) == ("unanimous", "Abschnitt 1.7")


def test_agreement_is_reviewed_every_four_years(bielefeld):
    assert (bielefeld.review.every_years, bielefeld.review.section) == (4, "Vorwort")


def test_contacts_at_working_and_management_level(duesseldorf):
    assert set(duesseldorf.contact_levels) == {"working", "management"}


def test_team_leads_meet_half_yearly_and_directors_when_needed(duesseldorf):
    assert duesseldorf.meetings["team_leads"].every_months == 6
    assert duesseldorf.meetings["directors"].every_months is None


def test_admission_notice_within_seven_days_and_help_plan_from_six_months(duesseldorf):
    assert duesseldorf.periods["admission_notice"].days == 7
    assert duesseldorf.periods["help_plan"].months == 6
    plan = duesseldorf.notices["help_plan"]
    assert plan.only_with_release
    assert plan.kept_out_of_e_file


def test_service_types_and_trades_of_the_slides(duesseldorf):
    assert set(duesseldorf.service_types) == {
        "stationary",
        "assisted_living",
        "employment_support",
        "emergency_shelter",
    }
    assert duesseldorf.service_types["emergency_shelter"].condition
    assert len(duesseldorf.trades) == 5


@pytest.mark.parametrize("name", ["bielefeld", "duesseldorf"])
def test_receipt_is_when_it_can_be_fetched_in_business_hours(name):
    receipt = load_rulebook(NETWORKS / f"{name}.toml").receipt
    assert (receipt.rule, receipt.from_hour, receipt.until_hour) == ("retrievable", 8, 16)


@pytest.mark.parametrize(
    ("name", "members", "office"),
    [("bielefeld", 6, "stadt-bielefeld"), ("duesseldorf", 5, "jobcenter-duesseldorf")],
)
def test_founding_members(name, members, office):
    rulebook = load_rulebook(NETWORKS / f"{name}.toml")
    assert len(rulebook.members) == members
    assert [member.slug for member in rulebook.members if member.office] == [office]
    assert (rulebook.land, rulebook.valid_from, rulebook.version) == ("NW", date(2026, 3, 1), 1)


@pytest.mark.parametrize("name", ["bielefeld", "duesseldorf"])
def test_no_early_end_and_ballots_open_to_members_by_default(name):
    for rule in load_rulebook(NETWORKS / f"{name}.toml").votes.values():
        assert rule.early_end is EarlyEnd.NEVER
        assert rule.ballots_visible_to == "members"


@pytest.mark.parametrize("name", ["bielefeld", "duesseldorf"])
def test_every_rule_cites_a_section_or_owns_up_to_a_decision(name):
    rulebook = load_rulebook(NETWORKS / f"{name}.toml")
    groups = (rulebook.votes, rulebook.periods, rulebook.ladders, rulebook.bodies, rulebook.meetings, rulebook.notices)
    for rule in [entry for group in groups for entry in group.values()]:
        assert rule.section or rule.decision


# --- reading ----------------------------------------------------------------------------------------------------------


def test_what_a_file_does_not_say_is_no(bielefeld, duesseldorf):
    assert not bielefeld.votes["admission"].for_questions
    assert not bielefeld.bodies["office"].named
    assert not bielefeld.bodies["office"].rules_of_procedure
    notice = duesseldorf.notices["admission_notice"]
    assert not notice.only_with_release
    assert not notice.kept_out_of_e_file


def test_the_text_and_its_fingerprint_are_kept_for_the_database(bielefeld):
    again = parse_rulebook(bielefeld.source, file="aus der Datenbank")
    assert again == bielefeld
    assert len(again.sha256) == 64


def test_a_third_city_needs_a_file_and_no_code():
    text = BIELEFELD.replace('slug = "bielefeld"', 'slug = "muenster"', 1).replace(
        'kind = "city"', 'kind = "jobcenter"'
    )
    text = text.replace('threshold = "75 %"', 'threshold = "2/3"').replace(
        'early_end = "never"', 'early_end = "when_decided"'
    )
    rulebook = parse_rulebook(text, file="muenster.toml")
    assert rulebook.votes["exclusion"].threshold == Threshold(2, 3)


@pytest.mark.parametrize(
    ("right", "wrong", "key", "words"),
    [
        ('threshold = "75 %"', "threshold = 0.75", "votes.exclusion.threshold", "gefunden „0.75“ (Kommazahl)"),
        ('threshold = "75 %"', 'threshold = "5/4"', "votes.exclusion.threshold", 'erwartet einen Bruch wie "3/4"'),
        ('threshold = "75 %"', 'threshold = "0 %"', "votes.exclusion.threshold", "gefunden „0 %“"),
        (
            "affected_member_votes = true",
            'affected_member_votes = "ja"',
            "votes.exclusion.affected_member_votes",
            "true oder false",
        ),
        ('kind = "approval"', 'kind = "aproval"', "votes.exclusion.kind", "Gemeint ist wohl „approval“."),
        (
            'kind = "approval"',
            'kind = "choice"',
            "votes.exclusion.kind",
            "für dieses Verfahren erwartet „approval“ oder",
        ),
        (
            'kind = "objection"',
            'kind = "choice"',
            "votes.admission.kind",
            "für dieses Verfahren erwartet „approval“ oder",
        ),
        ('kind = "choice"', 'kind = "approval"', "votes.office_seat.kind", "für dieses Verfahren erwartet „choice“."),
        (
            'kind = "unanimous"',
            'kind = "approval"',
            "votes.position.kind",
            "für dieses Verfahren erwartet „unanimous“.",
        ),
        ("every_years = 4", "every_years = 40", "review.every_years", "eine ganze Zahl von 1 bis 20"),
        ("every_years = 4", "every_years = true", "review.every_years", "gefunden „true“"),
        ("every_years = 4", "every_year = 4", "review.every_year", "Gemeint ist wohl „every_years“."),
        ("every_years = 4", "", "review.every_years", "fehlt, erwartet eine ganze Zahl von 1 bis 20."),
        ("until_hour = 16", "until_hour = 8", "receipt.until_hour", "erwartet eine spätere Stunde als from_hour"),
        ('land = "NW"', 'land = "NRW"', "land", "gefunden „NRW“ (Text), erwartet ein Bundesland"),
        ("valid_from = 2026-03-01", 'valid_from = "1. März 2026"', "valid_from", "ein Datum wie 2026-03-01"),
        ("valid_from = 2026-03-01", "valid_from = 2026-03-01T08:00:00", "valid_from", "das Datum 2026-03-01 08:00:00"),
        ('slug = "bgw"', 'slug = "BGW"', "members[2].slug", "einen Kurznamen wie"),
        ('slug = "bgw"', 'slug = "gfs"', "members", "gefunden „gfs“ doppelt"),
        ("office = true", "office = false", "members", "gefunden 0 Mitglieder mit office = true, erwartet genau eines"),
        ('    "admission",\n', '    "aufnahme",\n', "procedures[1]", "gefunden „aufnahme“"),
        ('    "admission",\n', '    "exclusion",\n', "procedures", "enthält einen Eintrag doppelt"),
        (
            "[votes.admission]",
            "[votes.admissions]",
            "votes.admission",
            "weil das Verfahren „admission“",
        ),
        ("[votes.admission]", "[votes.Aufnahme]", "votes.Aufnahme", "ist kein Schlüssel"),
        ("[membership]", "[memberships]", "memberships", "Gemeint ist wohl „membership“."),
        (
            'body = "coordination_circle"',
            'body = "circle"',
            "meetings.coordination_circle.body",
            "coordination_circle, office",
        ),
        ('ladder = "step"', 'ladder = "steps"', "periods.step.ladder", "gefunden „steps“"),
        ("days = 28", "days = 28\nmonths = 1", "periods.step.days", "entweder „days“ oder „months“"),
        ("days = 28", "days = 0", "periods.step.days", "eine ganze Zahl von 1 bis 366"),
        ("days = -3, tell", "days = 30, tell", "ladders.step.rungs", "aufsteigenden, verschiedenen Tagen"),
        ("days = -3, tell", "tage = -3, tell", "ladders.step.rungs[1].tage", "dieser Schlüssel ist unbekannt"),
        ('section = "Vorwort"\n', "", "review.section", "erwartet „section“"),
        ('version = "2026-1"', "version = 2026", "release_form.version", "eine Fassung wie „2026-1“"),
        ('roles = ["office"]', 'roles = "office"', "bodies.office.roles", "erwartet eine Liste"),
        ('roles = ["office"]', "roles = []", "bodies.office.roles", "ist leer"),
        ("[review]", "[[review]]", "review", "erwartet einen Abschnitt"),
    ],
)
def test_a_wrong_value_is_named_with_line_key_and_expectation(right, wrong, key, words):
    assert right in BIELEFELD
    problems = [problem for problem in complaints(BIELEFELD.replace(right, wrong, 1)) if f": {key}: " in problem]
    assert problems, complaints(BIELEFELD.replace(right, wrong, 1))
    assert words in problems[0]
    assert problems[0].startswith("stadt.toml")


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ('threshold = "75 %"', "threshold = 0.75"),
        ("every_years = 4", "every_years = 40"),
        ('slug = "skm"', 'slug = "SKM"'),
    ],
)
def test_the_line_is_the_one_to_mend(right, wrong):
    text = BIELEFELD if right in BIELEFELD else DUESSELDORF
    broken = text.replace(right, wrong, 1)
    (problem,) = complaints(broken)
    assert problem.startswith(f"stadt.toml, Zeile {line_of(broken, wrong)}: ")


def test_a_missing_key_points_at_its_section():
    broken = BIELEFELD.replace("every_years = 4\n", "", 1)
    assert complaints(broken)[0].startswith(f"stadt.toml, Zeile {line_of(broken, '[review]')}: review.every_years")


def test_keys_inside_long_texts_are_not_taken_for_keys():
    broken = BIELEFELD.replace("Die Erklärung ist freiwillig.", "\nslug = \n[review]\nDie Erklärung ist freiwillig.", 1)
    broken = broken.replace("every_years = 4", "every_years = 40")
    assert f"Zeile {line_of(broken, 'every_years')}:" in complaints(broken)[0]


def test_all_problems_are_told_at_once():
    broken = BIELEFELD.replace("every_years = 4", "every_years = 40").replace('land = "NW"', "")
    assert len(complaints(broken)) == 2


def test_more_than_all_cannot_be_asked_for():
    broken = BIELEFELD.replace('threshold = "75 %"', 'threshold = "100 %"')
    assert "votes.exclusion.strict: gefunden „true“ bei 100 %" in complaints(broken)[0]


def test_unanimous_means_all():
    broken = BIELEFELD.replace('threshold = "100 %"', 'threshold = "90 %"')
    assert "votes.position.threshold" in complaints(broken)[0]


def test_a_network_that_asks_questions_needs_a_majority_for_them():
    broken = DUESSELDORF.replace("for_questions = true", "for_questions = false")
    assert "for_questions = true für freie Fragen" in complaints(broken)[0]


def test_broken_toml_names_line_and_column():
    problem = complaints('slug = "a"\nname = Bielefeld\n')[0]
    assert re.match(r"stadt\.toml, Zeile 2, Spalte \d+: Das ist kein gültiges TOML\. Erwartet", problem)
    assert "am Ende der Datei" in complaints('slug = "a')[0] or "Zeile 1" in complaints('slug = "a')[0]


def test_an_unreadable_file_says_so(tmp_path):
    with pytest.raises(RulebookError, match=r"fehlt\.toml: Die Datei lässt sich nicht lesen"):
        load_rulebook(tmp_path / "fehlt.toml")
    (tmp_path / "alt.toml").write_bytes('name = "Köln"'.encode("latin-1"))
    with pytest.raises(RulebookError, match=r"alt\.toml: Byte 9 ist kein UTF-8"):
        load_rulebook(tmp_path / "alt.toml")
