"""Roles begin with a sign-in and end with a sign-in, or at once when they end in the database."""

import asyncio
from datetime import timedelta

import pytest

from portal.identity import actions
from portal.identity.queries import holders_of, names_of
from portal.identity.rules import ReadClaims, person_id_of
from portal.identity.sessions import COOKIE
from portal.shell.security import CSRF_COOKIE
from tenants.context import Role
from tenants.outbox import Event
from tenants.scope import scope
from tests.house.pages import check_page
from tests.identity.house import seat

MIA = person_id_of("verzeichnis", "mia")


async def say(roles, *, name="Mia Muster", provider="verzeichnis", subject="mia"):
    """What the directory says now; the organisations the person works for afterwards."""
    claims = ReadClaims(subject, name, "mia@x.example", {slug: frozenset(found) for slug, found in roles.items()}, 0)
    async with scope(person_id=person_id_of(provider, subject)) as opened:
        found = await actions.record_sign_in(now=opened.now, provider=provider, claims=claims)
        return [employer.slug for employer in found]


async def events(town):
    rows = await town.database.as_superuser(
        "SELECT event, payload, organisation_id FROM outbox ORDER BY created_at, id"
    )
    import json

    return [(Event.registry[row["event"]].parse(json.loads(row["payload"])), row["organisation_id"]) for row in rows]


async def test_what_the_directory_no_longer_says_ends_with_its_time(town):
    assert await say({"a": ["lead", "director"], "c": ["lead"]}) == ["a", "c"]
    assert await say({"a": ["lead", "deputy"]}, name="Mia Mustermann") == ["a"]
    (row,) = await seat(town.database, town.a)
    assert (row["name"], row["ends_at"], row["roles"], row["ended"]) == (
        "Mia Mustermann",
        None,
        ["deputy", "lead"],
        ["director"],
    )
    (row,) = await seat(town.database, town.c)
    assert (row["name"], row["roles"], row["ended"]) == ("Mia Muster", None, ["lead"])
    assert row["ends_at"] is not None, "the whole place is over"
    assert await say({}) == []
    (row,) = await seat(town.database, town.a)
    assert row["ends_at"] is not None
    assert await say({"c": ["lead"]}) == ["c"]
    (row,) = await seat(town.database, town.c)
    assert (row["ends_at"], row["roles"], row["ended"]) == (None, ["lead"], ["lead"])


async def test_saying_the_same_again_changes_nothing(town):
    await say({"a": ["lead"]})
    before = await town.database.as_superuser("SELECT * FROM role_assignment")
    known = await events(town)
    await say({"a": ["lead"]})
    assert await town.database.as_superuser("SELECT * FROM role_assignment") == before
    assert await events(town) == known


async def test_each_change_is_told_to_the_organisation_concerned_without_names(town):
    await say({"a": ["lead"], "c": ["director"]})
    await say({"a": ["deputy"]})
    told = [
        (type(event).__name__, getattr(event, "role", None), organisation) for event, organisation in await events(town)
    ]
    assert sorted(told, key=str) == sorted(
        [
            ("RoleGiven", Role.LEAD, town.a),
            ("RoleGiven", Role.DIRECTOR, town.c),
            ("RoleGiven", Role.DEPUTY, town.a),
            ("RoleEnded", Role.LEAD, town.a),
            ("RoleEnded", Role.DIRECTOR, town.c),
            ("AffiliationEnded", None, town.c),
        ],
        key=str,
    )
    assert {event.person_id for event, _ in await events(town)} == {MIA}


async def test_one_directory_does_not_end_what_another_gave(town):
    await say({"a": ["lead"]})
    await say({"a": ["lead"]}, provider="caritas")
    await say({}, provider="caritas")
    rows = await town.database.as_superuser("SELECT source FROM role_assignment WHERE valid_until IS NULL")
    assert [row["source"] for row in rows] == ["verzeichnis"]


async def test_two_sign_ins_at_once_leave_one_truth(town):
    await asyncio.gather(*(say({"a": ["lead", "deputy"], "c": ["lead"]}) for _ in range(3)))
    rows = await town.database.as_superuser("SELECT role FROM role_assignment ORDER BY role")
    assert [row["role"] for row in rows] == ["deputy", "lead", "lead"]


async def test_a_failed_sign_in_leaves_nothing_behind(town, monkeypatch):
    await say({"a": ["lead"]})
    before = await town.database.as_superuser("SELECT * FROM role_assignment")
    monkeypatch.setattr(actions, "list_employers", None)
    with pytest.raises(TypeError):
        await say({"c": ["director"]})
    assert await town.database.as_superuser("SELECT * FROM role_assignment") == before
    assert await seat(town.database, town.c) == []


async def test_holders_of_a_role_are_those_of_the_own_organisation_now(town):
    await say({"a": ["lead"], "c": ["director"]})
    await say({"a": ["director"]}, subject="eva", name="Eva Ende")
    async with scope(organisation_id=town.a):
        assert [row.name for row in await holders_of([Role.LEAD])] == ["Mia Muster"]
        assert sorted(row.name for row in await holders_of([Role.LEAD, Role.DIRECTOR])) == ["Eva Ende", "Mia Muster"]
        assert await holders_of([Role.OFFICE]) == []
        assert await holders_of([]) == []
    await say({}, subject="eva", name="Eva Ende")
    async with scope(organisation_id=town.a):
        assert await holders_of([Role.DIRECTOR]) == []
        assert await names_of([MIA, person_id_of("verzeichnis", "eva")]) == {
            MIA: "Mia Muster",
            person_id_of("verzeichnis", "eva"): "Eva Ende",
        }
    async with scope(organisation_id=town.b):
        assert await names_of([MIA]) == {}


async def test_a_role_that_ends_in_the_database_ends_at_the_next_click(portal, town):
    browser = await portal.sign_in("anna.acht")
    assert (await browser.post("/abstimmungen")).status_code == 201
    await town.database.as_superuser(
        "UPDATE role_assignment SET valid_until = clock_timestamp() WHERE role = $1", "office"
    )
    assert (await browser.post("/abstimmungen")).status_code == 403
    assert (await browser.get("/")).json()["roles"] == ["caseworker"]


async def test_the_last_role_that_ends_ends_the_session_too(portal, town):
    browser = await portal.sign_in("anna.acht")
    await town.database.as_superuser("UPDATE role_assignment SET valid_until = clock_timestamp()")
    for path in ("/", "/strom"):
        answer = await browser.get(path)
        assert answer.status_code in (403, 303), path
    assert (await browser.get("/")).headers["location"] == "/anmelden?weiter=/"
    assert await portal.redis.keys("session:*") == []


async def test_who_leaves_one_organisation_goes_on_in_the_other_and_is_told(portal, town):
    browser = await portal.sign_in("zoe.zwei")
    assert (await browser.get("/")).json()["at"] == "a"
    await town.database.as_superuser(
        "UPDATE affiliation SET ends_at = clock_timestamp() WHERE organisation_id = $1", town.a
    )
    answer = await browser.post("/abstimmungen")
    assert answer.status_code == 409, "what was meant for one organisation is not done for the other"
    assert "Organisation C" in answer.text
    assert (await browser.get("/")).json() == {
        "name": "Zoe Zwei",
        "at": "c",
        "roles": ["lead"],
        "seats": ["second"],
        "others": [],
    }


async def test_a_tab_of_the_former_organisation_sends_nothing_for_the_next(portal, town):
    """Two tabs: in the second it is said that the job ended, in the first a form stands as it was."""
    browser = await portal.sign_in("zoe.zwei")
    await browser.get("/konto/sitzungen")
    first_tab = {"_csrf_token": browser.http.cookies[CSRF_COOKIE]}
    former = browser.http.cookies[COOKIE]
    await town.database.as_superuser(
        "UPDATE affiliation SET ends_at = clock_timestamp() WHERE organisation_id = $1", town.a
    )
    told = await browser.get("/konto/sitzungen")
    assert told.status_code == 409
    for headers in ({}, {"Sec-Fetch-Site": "same-origin"}):
        answer = await browser.http.post("/abstimmungen", data=first_tab, headers=headers)
        assert answer.status_code == 403
        assert "Organisation gewechselt" in answer.text, "refused in words, and not offered to be sent again"
    here = check_page(told.text).all("input")
    assert {field.get("value") for field in here if field.get("name") == "_csrf_token"} <= {
        browser.http.cookies[CSRF_COOKIE]
    }
    assert "Organisation gewechselt" not in (await browser.post("/abstimmungen")).text, "a page of today may"
    late = await portal.sign_in("zoe.zwei", browser=browser)
    assert late.http.cookies[CSRF_COOKIE] != first_tab["_csrf_token"]
    browser.http.cookies.set(COOKIE, former)
    answer = await browser.http.post("/abstimmungen", data={"_csrf_token": late.http.cookies[CSRF_COOKIE]})
    assert answer.headers.get("location", "").startswith("/anmelden"), "what was on its way at that moment"


async def test_a_role_that_is_over_at_a_time_is_over_by_the_databases_clock(portal, town):
    browser = await portal.sign_in("anna.acht")
    await town.database.as_superuser("UPDATE role_assignment SET valid_until = clock_timestamp() + interval '1 hour'")
    assert (await browser.get("/")).status_code == 200
    await town.database.move_clock(timedelta(hours=2))
    assert (await browser.get("/")).status_code == 403


async def test_groups_that_changed_at_the_directory_count_from_the_next_sign_in(portal, directory, town):
    browser = await portal.sign_in("zoe.zwei")
    assert (await browser.get("/")).json()["others"] == ["c"]
    await town.database.as_superuser("UPDATE role_assignment SET role = 'deputy' WHERE role = 'director'")
    await portal.sign_in("zoe.zwei", browser=browser)
    (row,) = await seat(town.database, town.a)
    assert (row["roles"], row["ended"]) == (["director"], ["deputy"])
    assert COOKIE in browser.http.cookies
