"""Open pages learn of what changes for them though nobody told them anything: rights, places, a taken lock."""

import pytest

from portal.notices import live
from tenants.context import Role
from tests.client import person
from tests.house.pages import check_page
from tests.spaces.test_pages_sharing import give
from tests.spaces.writing import added, id_at, kept, published

BETHEL, ROOT = "bethel-regional", "/o/bethel-regional/inhalte"


@pytest.fixture
def woken(monkeypatch):
    """The topics that pages are woken for."""
    found = []

    async def note(topic):
        found.append(topic)

    monkeypatch.setattr(live, "_publish", note)
    return found


@pytest.fixture
async def admin(cast):
    return await cast.as_role(BETHEL, Role.ADMINISTRATOR)


async def test_rights_that_change_wake_those_who_share_the_space(cast, admin, woken):
    folder = await added(admin, "folder", title="Rechte")
    everybody = live.everybody(cast.organisations[BETHEL])
    for change in (
        give(admin, folder, "everyone", 8),
        admin.post(f"/inhalte/{folder}/entzug", {"principal": "everyone", "access": "8"}),
        admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"}),
    ):
        woken.clear()
        assert (await change).status_code == 303
        assert everybody in woken
    woken.clear()
    await admin.post(f"/inhalte/{folder}/entzug", {"principal": "everyone", "access": "8"})
    assert everybody not in woken, "nothing was taken"


async def test_in_the_space_of_a_network_all_its_members_are_woken(cast, woken):
    bgw = await cast.as_role("bgw", Role.REPRESENTATIVE)
    folder = await added(bgw, "folder", folder_url="/n/bielefeld/inhalte", title="Rechte")
    woken.clear()
    await bgw.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})
    assert live.everybody(cast.networks["bielefeld"]) in woken
    assert live.everybody(cast.organisations["bgw"]) not in woken


async def test_what_waits_and_is_moved_wakes_and_what_does_not_wait_wakes_nobody(cast, admin, woken):
    source, target = [await added(admin, "folder", title=title) for title in ("Quelle", "Ziel")]
    page = await added(admin, folder_url="/o/bethel-regional/quelle", title="Blatt")
    everybody = live.everybody(cast.organisations[BETHEL])
    await admin.post(f"/inhalte/{page}/ort", {"ziel": target})
    assert everybody not in woken
    await admin.post(f"/inhalte/{page}/zustand", {"schritt": "submit", "version": "1"})
    await admin.post(f"/inhalte/{target}/ort", {"ziel": source})
    assert everybody in woken


async def test_who_loses_the_lock_learns_it_at_once(cast, admin, woken):
    item = await added(admin, title="Regeln", body="Ruhe")
    await published(admin, item)
    lead = await cast.as_role(BETHEL, Role.LEAD)
    editor = await admin.get(f"/inhalte/{item}/bearbeiten")
    check_page(editor.text)
    assert f'hx-get="/inhalte/{item}/sperre" hx-trigger="changed from:body"' in editor.text
    assert_as_it_is(await admin.get(f"/inhalte/{item}/sperre", htmx=True))
    woken.clear()
    await lead.post(f"/inhalte/{item}/sperre")
    holder = person(cast.who(BETHEL, Role.ADMINISTRATOR))
    assert woken == [live.inbox(cast.organisations[BETHEL], holder)]
    told = await admin.get(f"/inhalte/{item}/sperre", htmx=True)
    assert "bearbeitet das jetzt" in told.text
    assert_as_it_is(await lead.get(f"/inhalte/{item}/sperre", htmx=True))
    for who, status in ((await cast.as_role(BETHEL, Role.DATA_PROTECTION_OFFICER), 403), (cast.nobody(), 303)):
        assert (await who.get(f"/inhalte/{item}/sperre")).status_code == status


def assert_as_it_is(answer) -> None:
    assert (answer.status_code, answer.text, answer.headers["HX-Reswap"]) == (200, "", "none")


async def test_who_saves_all_the_same_is_not_told_while_typing_again(cast, admin):
    item = await added(admin, title="Regeln", body="Ruhe")
    await published(admin, item)
    await admin.get(f"/inhalte/{item}/bearbeiten")
    await (await cast.as_role(BETHEL, Role.LEAD)).post(f"/inhalte/{item}/sperre")
    assert "bearbeitet das jetzt" in (await kept(admin, item, title="Regeln", body="Lärm")).text
    assert "bearbeitet das jetzt" not in (await kept(admin, item, title="Regeln", body="Lärm", trotzdem="ja")).text
    assert await id_at(admin, ROOT)
