"""The chain without a database: whatever is changed, taken out, put in or cut off is found, and found first."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.audit.rules import BEGINNING, Break, Chain, Entry, Fault, Head, canonical, check_details, hash_of

ORGANISATION = UUID(int=1)
START = datetime(2026, 11, 23, 8, tzinfo=UTC)


def chain_of(length: int) -> list[Entry]:
    entries: list[Entry] = []
    for seq in range(1, length + 1):
        entry = Entry(
            organisation_id=ORGANISATION,
            seq=seq,
            id=UUID(int=100 + seq),
            at=START + timedelta(minutes=seq),
            person_id=None if seq % 3 else UUID(int=7),
            action="vote:opened",
            subject="vote",
            subject_id=UUID(int=9),
            details={"n": seq},
            request_id="r",
            previous_hash=entries[-1].hash if entries else BEGINNING,
            hash="",
        )
        entries.append(replace(entry, hash=hash_of(entry)))
    return entries


def judge(entries: list[Entry], head: Head | None) -> Break | None:
    chain = Chain()
    chain.follow(entries)
    return chain.end(head)


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].seq, entries[-1].hash) if entries else Head(0, BEGINNING)


@given(st.integers(0, 12))
def test_an_untouched_chain_is_intact(length):
    entries = chain_of(length)
    assert judge(entries, head_of(entries)) is None


def test_no_entries_and_no_head_is_an_empty_chain():
    assert judge([], None) is None


CHANGES = st.one_of(
    st.fixed_dictionaries({"at": st.just(START - timedelta(microseconds=1))}),
    st.fixed_dictionaries({"person_id": st.uuids()}),
    st.fixed_dictionaries({"action": st.text(max_size=10).filter(lambda text: text != "vote:opened")}),
    st.fixed_dictionaries({"subject": st.text(max_size=10).filter(lambda text: text != "vote")}),
    st.fixed_dictionaries({"subject_id": st.uuids().filter(lambda value: value.int != 9)}),
    st.fixed_dictionaries({"details": st.dictionaries(st.text(max_size=5), st.integers(100, 200), min_size=1)}),
    st.fixed_dictionaries({"request_id": st.text(min_size=2, max_size=10)}),
    st.fixed_dictionaries({"id": st.uuids()}),
    st.fixed_dictionaries({"organisation_id": st.uuids().filter(lambda value: value.int != 1)}),
)


@given(st.integers(1, 12), st.data(), CHANGES)
def test_a_changed_value_breaks_the_chain_at_that_entry(length, data, change):
    entries = chain_of(length)
    place = data.draw(st.integers(0, length - 1))
    entries[place] = replace(entries[place], **change)
    assert judge(entries, head_of(chain_of(length))) == Break(place + 1, Fault.CHANGED)


@given(st.integers(2, 12), st.data())
def test_a_changed_entry_with_a_fitting_hash_breaks_at_the_next(length, data):
    entries = chain_of(length)
    place = data.draw(st.integers(0, length - 2))
    changed = replace(entries[place], subject_id=uuid4())
    entries[place] = replace(changed, hash=hash_of(changed))
    assert judge(entries, head_of(entries)) == Break(place + 2, Fault.UNLINKED)


@given(st.integers(2, 12), st.data())
def test_an_entry_taken_out_is_missed(length, data):
    entries = chain_of(length)
    head = head_of(entries)
    place = data.draw(st.integers(0, length - 2))
    del entries[place]
    assert judge(entries, head) == Break(place + 1, Fault.MISSING)


@given(st.integers(1, 12), st.data())
def test_an_end_cut_off_is_missed(length, data):
    entries = chain_of(length)
    kept = data.draw(st.integers(0, length - 1))
    assert judge(entries[:kept], head_of(entries)) == Break(kept + 1, Fault.CUT_OFF)


def test_entries_behind_the_head_and_a_head_that_is_gone():
    entries = chain_of(3)
    assert judge(entries, head_of(entries[:2])) == Break(3, Fault.NO_HEAD)
    assert judge(entries, None) == Break(1, Fault.NO_HEAD)


def test_a_rewritten_end_does_not_fit_the_head():
    entries = chain_of(3)
    head = head_of(entries)
    changed = replace(entries[2], action="vote:closed")
    entries[2] = replace(changed, hash=hash_of(changed))
    assert judge(entries, head) == Break(3, Fault.UNLINKED)


def test_entries_in_another_order_are_a_break():
    entries = chain_of(3)
    assert judge([entries[1], entries[0], entries[2]], head_of(entries)) == Break(1, Fault.MISSING)


def test_a_walk_may_begin_behind_a_known_link():
    entries = chain_of(5)
    chain = Chain(Head(entries[2].seq, entries[2].hash))
    chain.follow(entries[3:])
    assert chain.end(head_of(entries)) is None
    assert chain.entries == 2


@given(st.text(max_size=8), st.text(max_size=8), st.text(max_size=8), st.text(max_size=8))
def test_different_entries_never_give_the_same_text(subject, request_id, other_subject, other_request_id):
    entry = chain_of(1)[0]
    first = canonical(replace(entry, subject=subject, request_id=request_id))
    second = canonical(replace(entry, subject=other_subject, request_id=other_request_id))
    assert (first == second) == ((subject, request_id) == (other_subject, other_request_id))


@pytest.mark.parametrize("details", [{"a": "code", "n": 4, "yes": True, "on": "2026-12-04"}, {}, {"n": -(10**18) + 1}])
def test_codes_counts_and_dates_are_welcome(details):
    check_details(details)


@pytest.mark.parametrize(
    "details", [{"a": "x" * 101}, {"a": "frau@example.org"}, {"a": None}, {"a": 1.5}, {"a": [1]}, {"n": 10**18}]
)
def test_texts_addresses_and_other_shapes_are_refused(details):
    with pytest.raises(ValueError, match="details"):
        check_details(details)
