"""The navigation counts what waits, in one statement, and only where it applies."""

import json
from dataclasses import replace
from datetime import datetime
from uuid import UUID

import pytest

from portal.shell import navigation as subject
from portal.shell.feature import Feature, NavItem, NavTopic
from portal.shell.frame import Visitor
from portal.shell.navigation import Navigation
from tenants.context import Actor, Role, Seat
from tenants.kept import ANY, Matter
from tenants.scope import scope

ONE, TWO = UUID(int=1), UUID(int=2)
ITEMS = (
    NavItem("Mein Tag", "/", "work", "public", "SELECT 3"),
    NavItem("Fristen", "/fristen", "work", "public"),
    NavItem("Zustellungen", "/verwaltung/zustellungen", "organisation", "delivery:read", "SELECT 1 / 0"),
    NavItem(
        "Abstimmungen", "/n/{network}/abstimmungen", "network", "public",
        f"SELECT '{ONE}'::uuid, count(*) FROM generate_series(1, 2) GROUP BY 1",
    ),
    NavItem("Mitglieder", "/n/{network}/mitglieder", "network", "public"),
    NavItem("Überblick", "/n/{network}", "network", "public", below=""),
    NavItem("Inhalte", "/n/{network}/inhalte", "network", "public", below="/n/{network}"),
    NavItem("Menschen und Rollen", "/o/{organisation}", "organisation", "public", below=""),
    NavItem("Inhalte", "/o/{organisation}/inhalte", "organisation", "public", below="/o/{organisation}"),
    NavItem("Mitteilungen", "/mitteilungen", "inbox", "public", "SELECT 4"),
)  # fmt: skip


@pytest.fixture
def visitor() -> Visitor:
    seats = (Seat(ONE, "eins", "Eins", False), Seat(TWO, "zwei", "Zwei", False))
    actor = Actor(ONE, "a", "Organisation A", TWO, "Ada", frozenset({Role.LEAD}), seats)
    return Visitor(actor, frozenset({"public"}))


@pytest.fixture
def navigation() -> Navigation:
    return Navigation([Feature("a", navigation=ITEMS[:2]), Feature("b", navigation=ITEMS[2:])])


async def test_one_statement_counts_everything_that_applies(empty_database, navigation, visitor, monkeypatch):
    statements = []
    real = subject.execute

    async def counted(sql, *arguments):
        statements.append(sql)
        return await real(sql, *arguments)

    monkeypatch.setattr(subject, "execute", counted)
    async with scope(read_only=True):
        counts = await navigation.counts(visitor)
    assert len(statements) == 1
    assert "1 / 0" not in statements[0], "what a person may not see is not counted for them"
    assert counts == {
        ("/", ""): 3, ("/n/{network}/abstimmungen", str(ONE)): 2, ("/mitteilungen", ""): 4,
    }  # fmt: skip
    place = navigation.place(visitor, counts, "/n/eins/abstimmungen/17")
    sections = place.sections
    assert [(section.kind, section.name) for section in sections] == [
        ("work", ""),
        ("organisation", "Organisation A"),
        ("network", "Eins"),
        ("network", "Zwei"),
    ]
    assert [(link.address, link.count) for link in sections[2].links] == [
        ("/n/eins/abstimmungen", 2),
        ("/n/eins/mitglieder", 0),
        ("/n/eins", 0),
        ("/n/eins/inhalte", 0),
    ]
    assert [link.address for section in sections for link in section.links if link.current] == ["/n/eins/abstimmungen"]
    assert (place.inbox.count, place.inbox.current) == (4, False)
    assert navigation.place(visitor, counts, "/mitteilungen").inbox.current


async def test_what_an_agreement_does_not_switch_on_has_no_entry_in_its_network(visitor):
    item = NavItem("Positionen", "/n/{network}/positionen", "network", "public", procedures=frozenset({"position"}))
    seats = (replace(visitor.actor.seats[0], procedures=frozenset({"position", "question"})), visitor.actor.seats[1])
    actor = replace(visitor.actor, seats=seats)
    place = Navigation([Feature("a", navigation=(item,))]).place(replace(visitor, actor=actor), {}, "/")
    assert [link.address for section in place.sections for link in section.links] == ["/n/eins/positionen"]


async def test_nothing_to_count_asks_nothing(visitor):
    bare = Navigation([Feature("a", navigation=(ITEMS[1],))])
    assert await bare.counts(visitor) == {}
    assert bare.place(visitor, {}, "/").inbox is None


@pytest.mark.parametrize(
    ("path", "current"),
    [
        ("/", ["/"]),
        ("/fristen/1", ["/fristen"]),
        ("/fristenlos", []),
        ("/n/zwei/mitglieder", ["/n/zwei/mitglieder"]),
        ("/n/zwei", ["/n/zwei"]),
        ("/n/zwei/handbuch/ablauf", ["/n/zwei/inhalte"]),
        ("/n/zweierlei/handbuch", []),
        ("/o/a", ["/o/a"]),
        ("/o/a/handbuch", ["/o/a/inhalte"]),
        ("/o/b/handbuch", []),
    ],
)
def test_the_entry_of_the_page_is_marked(navigation, visitor, path, current):
    sections = navigation.place(visitor, {}, path).sections
    assert [link.address for section in sections for link in section.links if link.current] == current


async def test_entries_of_a_network_stand_by_topic_and_what_matters_now_is_open(visitor):
    """Open is where somebody is and where something waits; a topic of one entry needs no heading."""
    items = (
        NavItem("Räume", "/n/{network}/raeume", "network", "public", topic=NavTopic.WORKING),
        NavItem("Gremien", "/n/{network}/gremien", "network", "public", topic=NavTopic.MEETING),
        NavItem("Verfahren", "/n/{network}/verfahren", "network", "public", topic=NavTopic.DECIDING),
        NavItem("Überblick", "/n/{network}", "network", "public", below=""),
        NavItem("Kalender", "/n/{network}/kalender", "network", "public", topic=NavTopic.WORKING),
        NavItem("Stimmen", "/n/{network}/stimmen", "network", "public", "SELECT 1, 1", topic=NavTopic.DECIDING),
    )
    navigation = Navigation([Feature("a", navigation=items)])
    one_seat = replace(visitor, actor=replace(visitor.actor, seats=visitor.actor.seats[:1]))

    def shown(path: str, **counts: int) -> list[tuple[str, bool, list[str]]]:
        found = {(f"/n/{{network}}/{name}", str(ONE)): number for name, number in counts.items()}
        (section,) = navigation.place(one_seat, found, path).sections
        return [(topic, is_open, [link.label for link in links]) for topic, is_open, links in section.topics]

    deciding, working = str(NavTopic.DECIDING), str(NavTopic.WORKING)
    assert shown("/") == [
        ("", False, ["Überblick"]),
        (deciding, False, ["Verfahren", "Stimmen"]),
        ("", False, ["Gremien"]),
        (working, False, ["Räume", "Kalender"]),
    ]
    assert [topic for topic, is_open, _ in shown("/n/eins/kalender/x") if is_open] == [working]
    assert [topic for topic, is_open, _ in shown("/", stimmen=2) if is_open] == [deciding]


def test_every_entry_of_a_network_but_its_overview_has_a_topic():
    from portal.app import FEATURES

    items = [item for feature in FEATURES for item in feature.navigation]
    assert [item.label for item in items if (item.group == "network") != bool(item.topic)] == ["Überblick"]


def test_what_is_counted_anew_leaves_the_other_counts_and_when_they_end():
    votes, letters = frozenset({Matter.VOTES}), frozenset({Matter.LETTERS})
    navigation = Navigation([
        Feature("a", navigation=(
            NavItem("Stimmen", "/s", "network", "public", "SELECT", badge_of=votes, badge_ends=True),
            NavItem("Briefe", "/b", "network", "public", "SELECT", badge_of=letters),
        )),
    ])  # fmt: skip
    permissions, soon = frozenset({"public"}), "2026-12-04T09:00:00+00:00"
    before = navigation.counted(
        permissions, {"waiting_0": json.dumps({"n": {"x": 2}, "until": soon}), "waiting_1": '{"x": 1}'}
    )
    assert before == ({("/s", "x"): 2, ("/b", "x"): 1}, datetime.fromisoformat(soon))
    assert navigation.columns(permissions, letters).count("waiting_") == 1
    letter = navigation.counted_anew(permissions, {"waiting_0": None}, letters, before)
    assert letter == ({("/s", "x"): 2}, datetime.fromisoformat(soon))
    none = {"waiting_0": '{"n": null, "until": null}', "waiting_1": None}
    assert navigation.counted_anew(permissions, none, ANY, before) == ({}, None)
