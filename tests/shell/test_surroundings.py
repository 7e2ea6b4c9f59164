"""What surrounds a page is made once for a place, and never shows one visitor what belongs to another."""

from dataclasses import replace
from uuid import UUID

import pytest

from portal.shell.feature import Feature, NavItem
from portal.shell.frame import NOWHERE, OtherOrganisation
from portal.shell.navigation import Navigation
from portal.shell.surroundings import surroundings
from tenants.context import Seat
from tests.shell.gallery import LATE

ITEMS = (
    NavItem("Mein Tag", "/", "work", "public"),
    NavItem("Rollen", "/o/{organisation}", "organisation", "public"),
    NavItem("Prüfung", "/pruefung", "organisation", "audit:read"),
    NavItem("Abstimmungen", "/n/{network}/abstimmungen", "network", "public", "SELECT 1, 1"),
    NavItem("Mitteilungen", "/mitteilungen", "inbox", "public", "SELECT 1"),
)
COUNTS = {("/n/{network}/abstimmungen", str(LATE.actor.seats[0].network_id)): 2, ("/mitteilungen", ""): 3}


@pytest.fixture
def navigation() -> Navigation:
    return Navigation([Feature("a", navigation=ITEMS)])


@pytest.fixture
def shown(gallery, navigation):
    def show(visitor=LATE, counts=COUNTS, *, path="/", theme="auto", token="eins", language="de") -> str:
        place = navigation.place(visitor, counts, path) if visitor else NOWHERE
        environment = gallery.state.environments[language]
        made = surroundings(environment, place, theme=theme, path=path, token=token)
        return made.opening + made.bar + made.foot

    return show


def _as(**changes):
    return replace(LATE, actor=replace(LATE.actor, **changes))


OTHERS = {
    "another name": {"visitor": _as(name="Yusuf Kaya")},
    "another organisation": {"visitor": _as(organisation_name="Trockendock e. V.", organisation_slug="trockendock")},
    "another seat": {"visitor": _as(seats=(Seat(UUID(int=9), "sued", "Süd", False),))},
    "one seat less": {"visitor": _as(seats=LATE.actor.seats[:1])},
    "other employers": {"visitor": replace(LATE, others=(OtherOrganisation("bgw", "BGW"),))},
    "another right": {"visitor": replace(LATE, permissions=frozenset({"public", "audit:read"}))},
    "nobody": {"visitor": None},
    "other counts": {"counts": COUNTS | {("/mitteilungen", ""): 4}},
    "another page": {"path": "/mitteilungen"},
    "another address of the same page": {"path": "/n/nord/abstimmungen/17"},
    "another theme": {"theme": "dark"},
    "another language": {"language": "en"},
    "another token": {"token": "zwei"},
}


@pytest.mark.parametrize("change", OTHERS.values(), ids=OTHERS)
def test_whatever_is_different_shows_at_once_and_only_where_it_applies(shown, change):
    before = shown()
    after = shown(**change)
    assert after != before
    assert shown() == before, "what another visitor was shown stays away from this one"
    assert shown(**change) == after


def test_it_is_made_once_for_all_addresses_under_one_entry(navigation):
    one, other = (navigation.place(LATE, COUNTS, f"/n/nord/abstimmungen/{number}") for number in (1, 2))
    assert one is other
    assert navigation.place(LATE, COUNTS, "/n/bielefeld/abstimmungen/1") is not one


def test_the_token_of_a_session_is_in_every_form_and_in_none_of_another_session(shown):
    first, second = shown(token="a" * 64), shown(token="b" * 64)
    assert first.count("a" * 64) == first.count('method="post"') > 0
    assert "a" * 64 not in second


def test_what_people_are_called_and_where_they_are_is_text_and_no_markup(shown):
    page = shown(_as(name="<b>Eva</b>"), path='/"><script>')
    assert "<b>Eva</b>" not in page
    assert "&lt;b&gt;Eva&lt;/b&gt;" in page
    assert "<script>" not in page.replace("<script src", "")
