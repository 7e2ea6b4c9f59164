"""The machines of procedures, and that the database holds the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.network.pages import FEATURE
from portal.network.rules import MACHINES, ProcedureKind, ProcedureState, ahead, beginning_of, may_follow, ways
from portal.network.words import AHEAD
from tenants.rulebook import NETWORKS, load_rulebook

KINDS = st.sampled_from(list(ProcedureKind))


@given(KINDS, st.randoms())
def test_every_walk_ends_and_comes_back_to_a_new_round_of_an_election_alone(kind, chance):
    walked = [beginning_of(kind)]
    while following := MACHINES[kind][walked[-1]].next:
        walked.append(chance.choice(following) if len(walked) < 50 else following[0])
        assert may_follow(kind, walked[-2], walked[-1])
    assert walked[-1] is ProcedureState.ENDED
    again = {state for state in walked if walked.count(state) > 1}
    assert again <= ({ProcedureState.MOVED, ProcedureState.VOTING} if kind is ProcedureKind.OFFICE_SEAT else set())


@given(KINDS, st.sampled_from(list(ProcedureState)), st.sampled_from(list(ProcedureState)))
def test_nothing_follows_but_what_the_machine_names(kind, before, after):
    assert may_follow(kind, before, after) == ((kind.value, before.value, after.value) in ways())


@pytest.mark.parametrize("kind", ProcedureKind)
def test_what_is_ahead_has_words_and_ends(kind):
    coming = ahead(kind, beginning_of(kind))
    assert coming[-1] is ProcedureState.ENDED
    assert all((kind, state) in AHEAD for state in coming)


async def test_the_database_holds_the_same_ways(empty_database):
    rows = await empty_database.as_superuser("SELECT * FROM procedure_ways()")
    assert {tuple(row.values()) for row in rows} == ways()


@pytest.mark.parametrize(("network", "is_there"), [("bielefeld", True), ("duesseldorf", False)])
def test_a_network_whose_agreement_knows_no_procedure_has_no_entry_for_them(network: str, is_there: bool):
    (entry,) = FEATURE.navigation
    switched_on = load_rulebook(NETWORKS / f"{network}.toml").procedures
    assert entry.procedures.isdisjoint(switched_on) is not is_there
