"""Feeds by secret address: they open what their person may read now, and nothing else, to nobody else."""

from xml.etree import ElementTree as ET

import icalendar
import pytest

from portal.calendar.pages_feeds import MOST_A_MINUTE
from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR, STRANGER
from tests.client import person
from tests.isolation.planting import as_person

CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR
ATOM = "{http://www.w3.org/2005/Atom}"


async def subscribe(browser, kind: str = "kalender") -> str:
    """The address that is shown once, without the portal's own."""
    sent = await browser.post(f"/konto/abos/{kind}")
    assert (sent.status_code, sent.headers["location"]) == (303, f"/konto/abos#{kind}"), sent.text
    answer = await browser.get("/konto/abos")
    address = answer.text.split("https://hilfenetz.test/abo/")[1].split('"')[0]
    return f"/abo/{address}"


async def titles(cast, address: str) -> set[str]:
    answer = await cast.nobody().get(address)
    assert answer.status_code == 200, answer.text
    if address.endswith("kalender"):
        return {str(event["SUMMARY"]) for event in icalendar.Calendar.from_ical(answer.content).events}
    return {entry.findtext(f"{ATOM}title") for entry in ET.fromstring(answer.content).iter(f"{ATOM}entry")}


async def test_a_feed_holds_what_is_published_in_all_spaces_of_its_person(cast, diary):
    browser = await cast.as_role(HOME, CLERK)
    news_before = await titles(cast, await subscribe(browser, "nachrichten"))
    await diary.add("Dienstbesprechung", place="Raum 4")
    await diary.add("Koordinierungskreis", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld")
    await diary.add("Neues vom Haus", kind="news", body="<p>Der ganze Text</p>", summary="Kurz gesagt")
    assert await titles(cast, await subscribe(browser)) == {"Dienstbesprechung", "Koordinierungskreis"}
    news = await subscribe(browser, "nachrichten")
    assert await titles(cast, news) - news_before == {"Neues vom Haus"}
    text = (await cast.nobody().get(news)).text
    assert "Kurz gesagt" in text
    assert "Der ganze Text" not in text


@pytest.mark.parametrize("kind", ["kalender", "nachrichten"])
async def test_a_feed_names_no_people(cast, diary, kind):
    await diary.add("Dienstbesprechung")
    await diary.add("Neues vom Haus", kind="news")
    browser = await cast.as_role(HOME, CLERK)
    text = (await cast.nobody().get(await subscribe(browser, kind))).text
    for entry in cast.people.values():
        assert entry.family_name not in text
        assert entry.email not in text
    assert str(person(cast.who(HOME, CLERK))) not in text


@pytest.mark.parametrize("kind", ["kalender", "nachrichten"])
async def test_drafts_are_in_no_feed_not_even_in_ones_own(cast, diary, kind):
    await diary.add("Entwurf", publish=False)
    await diary.add("Entwurf", kind="news", publish=False)
    assert "Entwurf" not in await titles(cast, await subscribe(await cast.as_role(HOME, HEAD), kind))


async def test_what_is_restricted_is_in_the_feed_of_who_may_read_it(cast, diary):
    folder = await diary.add("Nur Leitung", kind="folder", publish=False)
    await diary.add("Klausur der Leitung", folder=folder)
    reader, writer = await cast.as_role(HOME, CLERK), await cast.as_role(HOME, HEAD)
    addresses = await subscribe(reader), await subscribe(writer)
    assert await titles(cast, addresses[0]) == {"Klausur der Leitung"}
    async with as_person(cast, cast.who(HOME, HEAD), HOME) as actor:
        item = await access_item(actor, folder)
        await actions_sharing.set_inheritance(actor=actor, now=current_scope().now, item=item, inherits=False)
    assert await titles(cast, addresses[0]) == set()
    assert await titles(cast, addresses[1]) == {"Klausur der Leitung"}


async def test_others_organisations_are_in_no_feed(cast, diary):
    await diary.add("Dienstbesprechung")
    await diary.add("Koordinierungskreis", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld")
    neighbour = await subscribe(await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE))
    assert await titles(cast, neighbour) == {"Koordinierungskreis"}
    stranger = await subscribe(await cast.as_role(STRANGER, Role.REPRESENTATIVE))
    assert await titles(cast, stranger) == set()


async def test_a_key_opens_only_its_own_kind(cast):
    address = await subscribe(await cast.as_role(HOME, CLERK))
    assert (await cast.nobody().get(address.replace("kalender", "nachrichten"))).status_code == 404


async def test_the_address_is_shown_once_and_loading_the_page_anew_makes_no_other(cast):
    browser = await cast.as_role(HOME, CLERK)
    sent = await browser.post("/konto/abos/kalender")
    (cookie,) = (said for said in sent.headers.get_list("set-cookie") if said.startswith("__Host-abo="))
    assert {"HttpOnly", "Secure", "SameSite=lax", "Max-Age=60"} <= set(cookie.split("; "))
    first, second = [(await browser.get("/konto/abos")).text for _ in range(2)]
    assert "/abo/" in first.split('id="adresse"')[1]
    assert 'id="adresse"' not in second
    (row,) = await cast.database.as_superuser("SELECT count(*) FROM feed_key")
    assert row["count"] == 1
    for forged in ("kalender.<b>", "nichts." + "x" * 43, "x", "kalender."):
        browser.http.cookies.set("__Host-abo", forged, domain="hilfenetz.test", path="/")
        assert 'id="adresse"' not in (await browser.get("/konto/abos")).text


async def test_a_key_made_anew_ends_the_old_one_and_ending_ends_both(cast):
    browser = await cast.as_role(HOME, CLERK)
    old = await subscribe(browser)
    new = await subscribe(browser)
    assert old != new
    nobody = cast.nobody()
    assert (await nobody.get(old)).status_code == 404
    assert (await nobody.get(new)).status_code == 200
    assert new.split("/")[2] not in (await browser.get("/konto/abos")).text
    assert (await browser.post("/konto/abos/kalender/ende")).status_code == 303
    assert (await nobody.get(new)).status_code == 404
    assert (await browser.post("/konto/abos/kalender/ende")).status_code == 404


async def test_nobody_ends_or_renews_the_key_of_somebody_else(cast):
    address = await subscribe(await cast.as_role(HOME, CLERK))
    for other in (await cast.as_role(HOME, HEAD), await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)):
        assert (await other.post("/konto/abos/kalender/ende")).status_code == 404
        await subscribe(other)
    assert (await cast.nobody().get("/konto/abos")).status_code in (303, 401)
    assert (await cast.nobody().get(address)).status_code == 200


AFTER = {
    "left": "UPDATE affiliation SET ends_at = hilfenetz_now() WHERE person_id = $1 AND organisation_id = $2",
    "came back": "UPDATE affiliation SET begins_at = hilfenetz_now() + interval '1 microsecond', ends_at = NULL "
    "WHERE person_id = $1 AND organisation_id = $2",
    "no role": "UPDATE role_assignment SET valid_until = hilfenetz_now() WHERE person_id = $1 AND organisation_id = $2",
    "away": "UPDATE person SET last_sign_in_at = hilfenetz_now() - interval '91 days' "
    "WHERE id = $1 AND $2::uuid IS NOT NULL",
}


@pytest.mark.parametrize("event", AFTER)
async def test_a_key_opens_nothing_for_who_does_not_belong_there_any_more(cast, diary, event):
    await diary.add("Dienstbesprechung")
    address = await subscribe(await cast.as_role(HOME, CLERK))
    assert (await cast.nobody().get(address)).status_code == 200
    who = person(cast.who(HOME, CLERK))
    await cast.database.as_superuser(AFTER[event], who, cast.organisations[HOME])
    answer = await cast.nobody().get(address)
    assert answer.status_code == 404
    assert "Dienstbesprechung" not in answer.text


async def test_the_network_goes_with_the_membership(cast, diary):
    await diary.add("Koordinierungskreis", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld")
    address = await subscribe(await cast.as_role(HOME, CLERK))
    assert await titles(cast, address) == {"Koordinierungskreis"}
    await cast.database.as_superuser(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", cast.organisations[HOME]
    )
    assert await titles(cast, address) == set()


@pytest.mark.parametrize("secret", ["x", "A" * 43, "A" * 42 + "%00", "..%2F" * 10, "ä" * 43])
async def test_what_is_no_secret_opens_nothing(cast, secret):
    assert (await cast.nobody().get(f"/abo/{secret}/kalender")).status_code == 404


async def test_the_database_keeps_no_secret(cast):
    secret = (await subscribe(await cast.as_role(HOME, CLERK))).split("/")[2]
    rows = await cast.database.as_superuser("SELECT to_jsonb(k)::text AS row FROM feed_key k")
    assert rows
    assert all(secret not in row["row"] for row in rows)


async def test_what_has_not_changed_is_not_sent_again(cast, diary):
    await diary.add("Dienstbesprechung")
    address = await subscribe(await cast.as_role(HOME, CLERK))
    nobody = cast.nobody()
    first = await nobody.get(address)
    assert first.headers["cache-control"] == "private, no-cache"
    assert "set-cookie" not in first.headers
    assert not nobody.http.cookies
    again = await nobody.http.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    await diary.add("Noch eine")
    changed = await nobody.http.get(address, headers={"If-None-Match": first.headers["etag"]})
    assert changed.status_code == 200


async def test_hostile_titles_stay_text(cast, diary):
    await diary.add("A\x0bB <b>&\r\nEND:VEVENT", summary="]]>\ufffe<script>", place="x;y,z\\n")
    await diary.add("A <b>& ]]>", kind="news", summary="\ufffe<script>alert(1)</script>")
    browser = await cast.as_role(HOME, CLERK)
    assert len(await titles(cast, await subscribe(browser))) == 1
    assert "A <b>& ]]>" in await titles(cast, await subscribe(browser, "nachrichten"))


async def test_the_trail_says_that_an_address_was_made_and_ended(cast):
    browser = await cast.as_role(HOME, CLERK)
    await subscribe(browser)
    await browser.post("/konto/abos/kalender/ende")
    rows = await cast.database.as_superuser("SELECT action FROM audit_entry WHERE action LIKE 'feed:%' ORDER BY seq")
    assert [row["action"] for row in rows] == ["feed:made", "feed:ended"]


async def test_fetching_has_a_limit_of_its_own(cast):
    nobody = cast.nobody()
    for _ in range(MOST_A_MINUTE + 1):
        answer = await nobody.get("/abo/x/kalender")
        if answer.status_code == 429:
            break
    assert answer.status_code == 429
    assert (await nobody.get("/anmelden")).status_code == 200
