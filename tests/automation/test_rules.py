"""When a rule is meant, and what has to be true beside."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.automation.rules import Conditions, Deeds, Errand, Fact, Moment, Wording, is_meant, is_met, lies_in
from portal.automation.words import sentence_of
from portal.shell.i18n import language

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
ADDRESSES = st.lists(st.sampled_from(["a", "b", "ab"]), max_size=4).map("/".join)


@given(ADDRESSES, ADDRESSES)
def test_what_lies_directly_in_a_folder_lies_below_it_and_nothing_lies_in_itself(address, folder):
    if lies_in(address, folder, deep=False):
        assert lies_in(address, folder, deep=True)
    parts, above = [p for p in address.split("/") if p], [p for p in folder.split("/") if p]
    assert lies_in(address, folder, deep=True) is (len(parts) > len(above) and parts[: len(above)] == above)
    assert lies_in(address, folder, deep=False) is (bool(parts) and parts[:-1] == above)


def wording(moment, *, state="", deep=False):
    return Wording("x", deep, moment, state, Conditions(), Deeds(state="published"))


@pytest.mark.parametrize(
    ("moment", "fact", "meant"),
    [
        (wording(Moment.ADDED), Fact(Moment.ADDED, "x", NOW), True),
        (wording(Moment.ADDED), Fact(Moment.CHANGED, "x", NOW), False),
        (wording(Moment.ADDED), Fact(Moment.ADDED, "x", NOW - timedelta(seconds=1)), False),
        (wording(Moment.STATE, state="pending"), Fact(Moment.STATE, "x", NOW, state="pending"), True),
        (wording(Moment.STATE, state="pending"), Fact(Moment.STATE, "x", NOW, state="published"), False),
        (wording(Moment.MOVED), Fact(Moment.MOVED, "x", NOW, came_from="b/c"), True),
        (wording(Moment.MOVED), Fact(Moment.MOVED, "x", NOW, came_from="a/d"), False),
        (wording(Moment.MOVED), Fact(Moment.MOVED, "x", NOW, came_from="a/b/c"), True),
        (wording(Moment.MOVED, deep=True), Fact(Moment.MOVED, "x", NOW, came_from="a/b/c"), False),
    ],
)
def test_a_rule_of_a_is_meant_by_what_happened_to_a_c(moment, fact, meant):
    assert is_meant(moment, fact, address="a/c", folder="a", since_at=NOW) is meant


@pytest.mark.parametrize(
    ("conditions", "met"),
    [
        (Conditions(), True),
        (Conditions(kind="page"), True),
        (Conditions(kind="task"), False),
        (Conditions(tag="EILIG"), True),
        (Conditions(tag="eil"), False),
        (Conditions(place_id=UUID(int=1)), True),
        (Conditions(organisation_id=UUID(int=2)), True),
        (Conditions(organisation_id=UUID(int=3)), False),
        (Conditions(kind="page", tag="anders"), False),
    ],
)
def test_all_conditions_have_to_be_true(conditions, met):
    found = is_met(conditions, kind="page", tags=["Eilig"], address="a/b/c", place="a/b", by=UUID(int=2))
    assert found is met


def test_a_folder_that_is_gone_is_nobodys_place():
    assert not is_met(Conditions(place_id=UUID(int=1)), kind="page", tags=[], address="a", place=None, by=None)


@pytest.mark.parametrize(
    ("who", "kept", "german", "english"),
    [
        (f"group:lead@{UUID(int=1)}", "Leitung", "für Leitung", "for Team lead"),
        (f"group:lead@{UUID(int=1)}", "Leitung (GfS)", "für Leitung (GfS)", "for Team lead (GfS)"),
        (f"person:{UUID(int=2)}@{UUID(int=1)}", "Ada (Leitung)", "für Ada (Leitung)", "for Ada (Leitung)"),
    ],
)
def test_a_role_is_named_in_the_language_of_whoever_reads(who, kept, german, english):
    deeds = Deeds(errand=Errand("Lesen", who, kept))
    wording = Wording("R", False, Moment.ADDED, "", Conditions(), deeds)
    said = sentence_of(wording, folder="A", target="", place="", organisation="")
    assert german in said
    assert english in language("en").say(said)
