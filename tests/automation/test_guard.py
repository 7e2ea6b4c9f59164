"""Chains of rules end, whatever people write."""

from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from portal.automation.rules import LONGEST_CHAIN, Outcome, guarded

NAMES = [UUID(int=number) for number in range(1, 9)]
GRAPHS = st.dictionaries(
    st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=4), min_size=1, max_size=len(NAMES)
)


@given(GRAPHS, st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
def test_rules_that_set_off_each_other_at_random_always_end(graph, first):
    """``graph`` says which rules are meant by what a rule does, with itself and circles among them."""
    waiting: list[tuple[UUID, tuple[UUID, ...]]] = [(rule, ()) for rule in first]
    runs = 0
    while waiting:
        rule, chain = waiting.pop()
        refusal = guarded(rule, chain)
        if refusal is not None:
            assert refusal is (Outcome.LOOP if rule in chain else Outcome.DEPTH)
            continue
        runs += 1
        longer = (*chain, rule)
        assert len(set(longer)) == len(longer) <= LONGEST_CHAIN
        waiting += [(following, longer) for following in graph.get(rule, ())]
    assert runs <= len(first) * sum(4**depth for depth in range(LONGEST_CHAIN))


async def test_two_that_throw_a_page_back_and_forth_stop_and_say_so(mill):
    await mill.grow("a/", "b/")
    to_b = await mill.rule("a", "moved", move="b")
    to_a = await mill.rule("b", "moved", move="a")
    page = await mill.page("Ball")
    await mill.move("ball", "a")
    await mill.settle()
    assert await mill.outcomes(to_b) == ["done", "loop"]
    assert await mill.outcomes(to_a) == ["done"]
    assert await mill.address_of(page) == "a/ball"
    browser = await mill.browser()
    log = (await browser.get(f"/inhalte/{await mill.id_of('a')}/regeln/protokoll")).text
    assert "Die Regel lief in dieser Kette schon einmal" in log
    assert "(3. Schritt einer Kette)" in log
    await mill.move("a/ball", "")  # somebody takes it up again: a new chain
    await mill.move("ball", "a")
    await mill.settle()
    assert await mill.outcomes(to_b) == ["done", "loop", "done", "loop"]


async def test_a_long_way_ends_after_five(mill):
    await mill.grow(*(f"f{number}/" for number in range(8)))
    for number in range(7):
        await mill.rule(f"f{number}", "moved", move=f"f{number + 1}", title=f"Nummer {number}")
    page = await mill.page("Ball")
    await mill.move("ball", "f0")
    await mill.settle()
    assert await mill.address_of(page) == "f5/ball"
    assert await mill.outcomes() == ["done"] * 5 + ["depth"]


async def test_a_rule_that_makes_tasks_of_tasks_makes_one(mill):
    await mill.grow("a/")
    rule = await mill.rule("a", "added", kind="task", task="Noch eine")
    await mill.task("Erste", folder="a")
    await mill.settle()
    assert await mill.outcomes(rule) == ["done", "loop"]
    assert len(await mill.rows("SELECT FROM item WHERE title = 'Noch eine'")) == 1
