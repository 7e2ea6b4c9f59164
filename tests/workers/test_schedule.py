"""Beat ticks by a clock nobody can set, and an absent broker does not end it."""

import pytest

from workers import schedule
from workers.schedule import Ticker, beat_schedule


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch):
    clock = Clock()
    monkeypatch.setattr(schedule, "time", clock)
    return clock


@pytest.fixture
def sent():
    return []


@pytest.fixture
def ticker(settings, clock, sent, monkeypatch):
    from workers.app import celery

    monkeypatch.setitem(celery.conf, "beat_schedule", beat_schedule(1.0))
    ticker = Ticker(app=celery)
    monkeypatch.setattr(ticker, "apply_entry", lambda entry, producer: sent.append(entry.task))
    monkeypatch.setitem(ticker.__dict__, "producer", None)
    return ticker


ALL = ["pulse", "pulse_documents", "tick"]


def test_it_ticks_once_an_interval(ticker, clock, sent):
    assert ticker.tick() == 1.0
    assert ticker.tick() == 1.0
    clock.now += 0.4
    assert ticker.tick() == pytest.approx(0.6)
    assert sorted(sent) == ALL
    clock.now += 0.6
    ticker.tick()
    assert sorted(sent) == sorted(2 * ALL)


def test_it_does_not_make_up_for_a_machine_that_slept(ticker, clock, sent):
    ticker.tick()
    clock.now += 3600
    assert ticker.tick() == 1.0
    assert ticker.tick() == 1.0
    assert sorted(sent) == sorted(2 * ALL)


def test_ticks_nobody_takes_expire_and_are_never_retried():
    options = [entry["options"] for entry in beat_schedule(1.0).values()]
    assert options == [{"queue": queue, "expires": 60, "retry": False} for queue in ("tick", "mail", "documents")]
