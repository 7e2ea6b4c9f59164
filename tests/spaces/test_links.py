"""Addresses as people write them: what they leave out is added, what is none is said, and nothing that acts is one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.spaces.markup import clean
from portal.spaces.rules import link_of
from tenants.context import Role
from tests.house.pages import check_page
from tests.spaces.writing import ROOT, added, id_at

COMPLETE = ("https://beispiel.de/a?b=c#d", "HTTP://beispiel.de", "mailto:a@b.de", "tel:+49521123", "/n/bielefeld", "/")
COMPLETED = (
    ("www.beispiel.de", "https://www.beispiel.de"),
    (" beispiel.de ", "https://beispiel.de"),
    ("Bielefeld.Beispiel.de:8080/a?b#c", "https://Bielefeld.Beispiel.de:8080/a?b#c"),
    ("müller-söhne.de", "https://müller-söhne.de"),
    ("name@beispiel.de", "mailto:name@beispiel.de"),
)
NONE = ("", "beispiel", "zwei worte.de", "javascript:alert(1)", "data:text/html,x", "//boese.de", "/\\boese.de", "a@b")


@pytest.mark.parametrize("typed", COMPLETE)
def test_what_is_whole_stays(typed):
    assert link_of(typed) == typed


@pytest.mark.parametrize(("typed", "link"), COMPLETED)
def test_what_is_left_out_is_added(typed, link):
    assert link_of(typed) == link


@pytest.mark.parametrize("typed", NONE)
def test_what_is_no_address_is_none(typed):
    assert link_of(typed) is None


@given(st.text(max_size=40))
def test_a_link_is_one_of_four_kinds_and_stays_the_same(typed):
    found = link_of(typed)
    assert found is None or (found.lower().startswith(("https://", "http://", "mailto:", "tel:", "/")))
    assert found is None or link_of(found) == found
    assert found is None or not found.startswith(("//", "/\\"))


def test_in_a_text_what_looks_like_an_address_of_the_web_leads_there():
    assert 'href="https://www.beispiel.de/a"' in clean('<a href="www.beispiel.de/a">dort</a>')
    assert 'href="seite.html"' in clean('<a href="seite.html">dort</a>')


async def test_a_link_is_completed_when_it_is_kept_and_what_is_none_is_said(cast):
    admin = await cast.as_role("bethel-regional", Role.ADMINISTRATOR)
    item = await added(admin, "link", title="Beispiel", target="www.beispiel.de")
    assert 'href="https://www.beispiel.de"' in (await admin.get(f"{ROOT.rpartition('/')[0]}/beispiel")).text
    folder = await id_at(admin, ROOT)
    for place in (f"/inhalte/{folder}/eintraege?art=link", f"/inhalte/{item}/fassungen"):
        answer = await admin.post(place, {"title": "Beispiel", "target": "gleich nebenan", "version": "1"})
        assert answer.status_code == 422
        (field,) = (field for field in check_page(answer.text).all("input") if field.get("name") == "target")
        assert field.get("aria-invalid") == "true"
        assert field.get("value") == "gleich nebenan"
        assert "Das ist keine Adresse. Schreiben Sie zum Beispiel www.beispiel.de" in answer.text
