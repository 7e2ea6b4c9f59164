"""Identifiers are UUIDs of version 7: those made later sort later."""

import time

from portal.kit.ids import new_id


def test_they_say_what_they_are_and_never_repeat():
    made = [new_id() for _ in range(1000)]
    assert len(set(made)) == len(made)
    assert {(one.version, one.variant) for one in made} == {(7, "specified in RFC 4122")}


def test_they_sort_by_the_millisecond_they_were_made_in():
    before = time.time_ns() // 1_000_000
    first = new_id()
    time.sleep(0.002)
    second = new_id()
    assert first < second
    assert before <= first.int >> 80 <= second.int >> 80 <= time.time_ns() // 1_000_000
