"""Opening a room, letting in and out, closing it: who may, and what everybody sees of it."""

import pytest

from portal.notices import live
from tenants.context import Role
from tests.home.test_pages import words
from tests.rooms.house import BASE, CITY, MEMBER, OTHER, OUTSIDE

LIST = "/n/bielefeld/raeume"


async def test_the_office_opens_a_room_and_its_participants_find_it(cast):
    office, member = await cast.as_role(CITY, Role.OFFICE), await cast.as_role(MEMBER, Role.CASEWORKER)
    assert "Ihre Organisation nimmt an keinem Raum teil" in words(await member.get(LIST))
    assert "Noch kein Raum" in words(await office.get(LIST))
    assert "Wer teilnimmt" in words(await office.get(f"{LIST}/neu"))
    sent = {"name": "Arbeitskreis Jugend", "purpose": "Hilfen unter 25", "teilnahme": str(cast.organisations[MEMBER])}
    opened = await office.post(LIST, sent)
    assert opened.headers["location"] == "/r/bielefeld--arbeitskreis-jugend"
    assert "Arbeitskreis Jugend" in words(await member.get(LIST))
    told = words(await member.get("/r/bielefeld--arbeitskreis-jugend"))
    assert "Hilfen unter 25" in told
    assert "Stadt Bielefeld" in told
    outside = await cast.as_role(OUTSIDE, Role.CASEWORKER)
    assert "Jugend" not in words(await outside.get(LIST))
    assert (await outside.get("/r/bielefeld--arbeitskreis-jugend")).status_code == 404
    again = await office.post(LIST, sent)
    assert again.headers["location"] == "/r/bielefeld--arbeitskreis-jugend-2"


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"name": "", "purpose": "x"}, "Bitte geben Sie dem Raum einen Namen."),
        ({"name": "x", "purpose": ""}, "Bitte schreiben Sie, wozu der Raum da ist."),
        ({"name": "x", "purpose": "x", "teilnahme": "x"}, "Bitte wählen Sie die Organisationen aus der Liste."),
        ({"name": "x", "purpose": "x", "teilnahme": "00000000-0000-4000-8000-000000000001"}, "nur Mitglieder"),
    ],
)
async def test_what_is_missing_is_said_and_nothing_is_opened(cast, sent, said):
    office = await cast.as_role(CITY, Role.OFFICE)
    answer = await office.post(LIST, sent)
    assert answer.status_code == 422
    assert said in words(answer)
    assert await cast.database.as_superuser("SELECT FROM room WHERE network_id = $1", cast.networks["bielefeld"]) == []


async def test_only_the_office_of_this_network_does_anything_with_rooms(house, cast):
    ends = f"{BASE}/teilnahmen/{cast.organisations[OTHER]}/ende"
    sent = {"name": "x", "purpose": "x", "organisation": str(cast.organisations[OUTSIDE])}
    was = await house.rows("SELECT t::text FROM room t UNION ALL SELECT p::text FROM room_participation p")
    for organisation, role, answers in (
        (MEMBER, Role.REPRESENTATIVE, {403}), (CITY, Role.REPRESENTATIVE, {403}), (OUTSIDE, Role.DIRECTOR, {403}),
        ("jobcenter-duesseldorf", Role.OFFICE, {404}), ("jobcenter-duesseldorf", Role.LEAD, {403}),
    ):  # fmt: skip
        somebody = await cast.as_role(organisation, role)
        for path in (LIST, f"{BASE}/teilnahmen", ends, f"{BASE}/schliessung"):
            assert (await somebody.post(path, sent)).status_code in answers, (organisation, path)
        assert (await somebody.get(f"{LIST}/neu")).status_code in answers
    nobody = cast.nobody()
    for path in (LIST, BASE, f"{BASE}/inhalte"):
        assert (await nobody.get(path)).status_code == 303, path
    now = await house.rows("SELECT t::text FROM room t UNION ALL SELECT p::text FROM room_participation p")
    assert now == was


async def test_on_every_page_of_a_room_the_navigation_says_that_one_is_among_the_rooms(house, cast):
    member = await cast.as_role(MEMBER, Role.CASEWORKER)
    for path in (LIST, BASE, f"{BASE}/inhalte", f"{BASE}/kalender"):
        assert f'<a href="{LIST}" aria-current="page">Räume' in (await member.get(path)).text, path


async def test_an_open_page_of_a_room_leaves_when_the_organisation_is_put_out(house, cast, monkeypatch):
    office, member = await cast.as_role(CITY, Role.OFFICE), await cast.as_role(MEMBER, Role.CASEWORKER)
    woken = []

    async def note(topic):
        woken.append(topic)

    monkeypatch.setattr(live, "_publish", note)
    for path in (BASE, f"{BASE}/inhalte"):
        assert f'hx-get="{BASE}/zugang" hx-trigger="changed from:body"' in (await member.get(path)).text
    assert (await member.get(f"{BASE}/zugang", htmx=True)).text == ""
    assert (await office.post(f"{BASE}/teilnahmen/{cast.organisations[MEMBER]}/ende")).status_code == 303
    assert live.everybody(cast.organisations[MEMBER]) in woken
    assert (await member.get(f"{BASE}/zugang", htmx=True)).headers["HX-Redirect"] == LIST
    assert (await member.get(f"{BASE}/zugang")).status_code == 404
    stranger = await cast.as_role("caritas-duesseldorf", Role.CASEWORKER)
    never = f"{LIST.replace('/n/', '/r/').removesuffix('/raeume')}--nie/zugang"
    for path in (f"{BASE}/zugang", never):
        answer = await stranger.get(path, htmx=True)
        assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, "/")


async def test_the_office_lets_in_ends_and_closes(house, cast):
    office = await cast.as_role(CITY, Role.OFFICE)
    outside = await cast.as_role(OUTSIDE, Role.CASEWORKER)
    sent = {"organisation": str(cast.organisations[OUTSIDE])}
    assert (await office.post(f"{BASE}/teilnahmen", sent)).status_code == 303
    assert (await outside.get(f"{BASE}/inhalte")).status_code == 200
    assert (await office.post(f"{BASE}/teilnahmen", sent)).status_code == 422
    ends = f"{BASE}/teilnahmen/{cast.organisations[OUTSIDE]}/ende"
    assert (await office.post(ends)).status_code == 303
    assert (await outside.get(f"{BASE}/inhalte")).status_code == 404
    assert (await office.post(ends)).status_code == 404
    assert (await office.post(f"{BASE}/teilnahmen/{cast.organisations[CITY]}/ende")).status_code == 409
    assert "Früher dabei" in words(await office.get(BASE))
    assert (await office.post(f"{BASE}/schliessung")).status_code == 303
    assert (await office.post(f"{BASE}/schliessung")).status_code == 409
    assert (await office.post(f"{BASE}/teilnahmen", sent)).status_code in (409, 422)
    member = await cast.as_role(MEMBER, Role.CASEWORKER)
    closed = words(await member.get(BASE))
    assert "Dieser Raum ist geschlossen" in closed
    assert "tragen bei" not in closed
    assert "geschlossen" in words(await member.get(LIST))
    trail = await house.rows("SELECT DISTINCT action FROM audit_entry WHERE subject = 'room'")
    assert {row["action"] for row in trail} == {"room:opened", "room:joined", "room:left", "room:closed"}
