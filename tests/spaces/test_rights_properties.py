"""Rights without a database: what is said of any tree, any grants, any cuts."""

from functools import reduce
from operator import or_

from hypothesis import given
from hypothesis import strategies as st

from portal.spaces.principals import parse_principal
from portal.spaces.rules import GRANTED, Access, Mark, access_at, causes_of

SLUGS = st.sampled_from("abc")
PATHS = st.lists(SLUGS, max_size=4).map(tuple)
WHO = st.sampled_from(["everyone", "group:lead", "organisation:1", "person:1@1"])
GRANTS = st.lists(st.tuples(WHO, st.sampled_from(GRANTED)), max_size=4).map(tuple)


@st.composite
def marks(draw) -> list[Mark]:
    """Marks at different places; the root is always one and nothing lies above it."""
    places = draw(st.sets(PATHS, max_size=6)) | {()}
    return [Mark(path, bool(not path or draw(st.booleans())), draw(GRANTS)) for path in places]


@given(PATHS, marks(), st.frozensets(WHO))
def test_the_causes_that_count_add_up_to_the_access(path, found, principals):
    counting = [cause.access for cause in causes_of(path, found, principals) if cause.counts]
    assert reduce(or_, counting, Access.NONE) == access_at(path, found, principals)


@given(PATHS, marks(), st.frozensets(WHO))
def test_every_cause_is_a_grant_to_somebody_one_counts_as_at_the_place_or_above_it(path, found, principals):
    granted = {(mark.path, *grant) for mark in found for grant in mark.grants}
    for cause in causes_of(path, found, principals):
        assert (cause.path, cause.principal, cause.access) in granted
        assert cause.principal in principals
        assert path[: len(cause.path)] == cause.path


@given(PATHS, marks(), st.frozensets(WHO))
def test_who_made_an_item_has_that_as_a_cause_and_nothing_else_from_it(path, found, principals):
    plain = causes_of(path, found, principals)
    own = causes_of(path, found, principals, is_owner=True)
    assert own[: len(plain)] == plain
    assert [cause.access for cause in own[len(plain) :]] == [Access.OWNER]


@given(PATHS, marks(), st.frozensets(WHO), st.frozensets(WHO))
def test_counting_as_more_never_takes_anything_away(path, found, some, more):
    assert access_at(path, found, some) & access_at(path, found, some | more) == access_at(path, found, some)


@given(PATHS, marks(), st.frozensets(WHO), SLUGS)
def test_without_a_mark_below_what_holds_above_holds_below(path, found, principals, slug):
    below = (*path, slug)
    if all(mark.path != below for mark in found):
        assert access_at(below, found, principals) == access_at(path, found, principals)


@given(PATHS.filter(bool), marks(), st.frozensets(WHO), GRANTS)
def test_below_a_cut_nothing_from_above_counts_but_managing_the_whole(path, found, principals, here):
    others = [mark for mark in found if mark.path != path]
    cut = access_at(path, [*others, Mark(path, inherits=False, grants=here)], principals)
    own = access_at((), [Mark((), inherits=True, grants=here)], principals)
    whole = access_at((), found, principals) & Access.MANAGER
    assert cut == own | whole


@given(PATHS, marks(), st.frozensets(WHO), PATHS)
def test_what_is_granted_elsewhere_changes_nothing_here(path, found, principals, elsewhere):
    if path[: len(elsewhere)] == elsewhere or any(mark.path == elsewhere for mark in found):
        return
    more = [*found, Mark(elsewhere, inherits=False, grants=(("everyone", Access.MANAGER),))]
    assert access_at(path, more, principals) == access_at(path, found, principals)


@given(st.text(max_size=80))
def test_a_spelling_means_somebody_or_nobody_and_is_kept(text):
    meant = parse_principal(text)
    assert meant is None or str(meant) == text


def test_spellings_that_mean_nobody():
    some = "0198d7a0-0000-7000-8000-000000000001"
    for text in (
        "", "everyone:x", "person:mira", f"person:{some}", f"organisation:{some}@{some}", "organisation:bgw", "group:",
        f"office:{some}@{some}", f"everyone@{some}", "owner", f"person:{some}@{some[:-1]}x",
        f"organisation:{some.upper()}",
    ):  # fmt: skip
        assert parse_principal(text) is None, text
    for text in ("everyone", "group:lead", f"group:lead@{some}", f"person:{some}@{some}", f"office:{some}"):
        assert parse_principal(text) is not None, text
