"""What a process knows of people is bounded in number and in time."""

from datetime import UTC, datetime, timedelta
from uuid import uuid4

from portal.identity.acquaintances import Acquaintances, Known
from portal.shell.frame import Visitor
from tenants.context import Actor
from tenants.kept import LONGEST, Kept

NOW = datetime(2026, 12, 4, 9, tzinfo=UTC)
ORGANISATION = uuid4()


def known(since: datetime, *, until: datetime | None = None) -> Known:
    actor = Actor(ORGANISATION, "a", "A", uuid4(), "Ada", frozenset(), ())
    kept = Kept("1:1:", NOW, "", until) if until else None
    return Known(Visitor(actor, frozenset(), ()), since, kept=kept)


def test_the_latest_are_known_and_the_first_forgotten():
    few = Acquaintances(most=2)
    for name in ("one", "two", "one", "three"):
        few.remember((name, ORGANISATION), known(NOW))
    assert few.find(("two", ORGANISATION)) is None
    assert few.find(("one", ORGANISATION))
    assert few.find(("three", ORGANISATION))
    assert few.find(("one", uuid4())) is None  # for another organisation they are somebody else


def test_what_is_over_goes_when_somebody_else_comes():
    some = Acquaintances()
    some.remember(("one", ORGANISATION), known(NOW, until=NOW + timedelta(minutes=2)))
    some.remember(("two", ORGANISATION), known(NOW))
    some.remember(("three", ORGANISATION), known(NOW + timedelta(minutes=3)))
    assert some.find(("one", ORGANISATION)) is None
    assert some.find(("two", ORGANISATION))
    some.remember(("four", ORGANISATION), known(NOW + LONGEST + timedelta(minutes=1)))
    assert len(some) == 2


def test_what_is_over_already_is_not_kept():
    some = Acquaintances()
    some.remember(("one", ORGANISATION), known(NOW, until=NOW - timedelta(seconds=1)))
    assert len(some) == 0
