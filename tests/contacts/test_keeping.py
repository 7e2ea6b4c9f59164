"""An organisation keeps its contact persons: who may, what fits, and what others see of it at once."""

from uuid import uuid4

import pytest

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from tenants.context import Role
from tests.contacts.book import MOST, named

ROWS = "SELECT organisation_id, id, name, stand_in_id, revision, phone FROM contact_person ORDER BY id"
DEEDS = "SELECT action FROM audit_entry WHERE subject_id = $1 ORDER BY at"


async def test_whoever_speaks_for_the_organisation_or_administers_it_keeps_its_entry(book):
    for organisation, role in (
        ("bgw", Role.REPRESENTATIVE),
        ("bgw", Role.DEPUTY),
        ("bethel-regional", Role.DIRECTOR),
        ("bethel-regional", Role.ADMINISTRATOR),
    ):
        await book.add(organisation, role, name=f"Neu {role}")
    shown = named((await book.seen_by("gfs")).directory)
    assert {"Neu representative", "Neu deputy"} <= shown["bgw"]
    assert {"Neu director", "Neu administrator"} <= shown["bethel-regional"]


async def test_nobody_else_does_and_nothing_changes(book):
    person_id = await book.add("stadt-bielefeld", Role.DIRECTOR)
    before = await book.rows(ROWS)
    for role in (Role.OFFICE, Role.DATA_PROTECTION_OFFICER):
        for deed in (
            book.add("stadt-bielefeld", role),
            book.change(person_id, "stadt-bielefeld", role),
            book.remove(person_id, "stadt-bielefeld", role),
        ):
            with pytest.raises(Forbidden):
                await deed
    for organisation in ("bgw", "skm"):
        for deed in (book.change(person_id, organisation), book.remove(person_id, organisation)):
            with pytest.raises(NotFound):
                await deed
    assert await book.rows(ROWS) == before


async def test_somebody_is_changed_stood_in_for_and_removed_and_each_is_recorded(book):
    ben = await book.add(name="Ben Neu")
    ada = await book.add(stand_in_id=ben)
    await book.change(ada, name="Ada Anders", stand_in_id=ben, topics=("Räumung",))
    with pytest.raises(Conflict):
        await book.change(ada, revision=1)
    entry = next(each for each in (await book.seen_by("gfs")).directory.members if each.slug == "bgw")
    found = next(person for person in entry.persons if person.id == ada)
    assert (found.name, found.stand_in, found.topics) == ("Ada Anders", "Ben Neu", ("Räumung",))
    await book.remove(ben)
    assert (await book.own("bgw")).access(ada).person.stand_in_id is None
    with pytest.raises(Conflict):
        await book.change(ada, revision=2, stand_in_id=None)
    assert [row["action"] for row in await book.rows(DEEDS, ada)] == ["contact:added", "contact:changed"]
    assert [row["action"] for row in await book.rows(DEEDS, ben)] == ["contact:added", "contact:removed"]


async def test_what_does_not_fit_is_named_and_nothing_is_kept(book):
    elsewhere = (await book.own("gfs")).persons[0].person.id
    before = await book.rows(ROWS)
    for changes, field in (
        ({"level": "board"}, "level"),
        ({"name": ""}, "name"),
        ({"phone": "", "mail": ""}, "phone"),
        ({"phone": "anrufen"}, "phone"),
        ({"mail": "ada@neu"}, "mail"),
        ({"topics": tuple(f"Thema {n}" for n in range(13))}, "topics"),
        ({"topics": ("x" * 61,)}, "topics"),
        ({"stand_in_id": uuid4()}, "stand_in"),
        ({"stand_in_id": elsewhere}, "stand_in"),
    ):
        with pytest.raises(Invalid) as caught:
            await book.add(**changes)
        assert caught.value.field == field, changes
    assert await book.rows(ROWS) == before


async def test_nobody_stands_in_for_themselves_and_an_entry_has_an_end(book):
    ada = await book.add()
    with pytest.raises(Invalid):
        await book.change(ada, stand_in_id=ada)
    await book.rows(
        "INSERT INTO contact_person (organisation_id, id, level, name, duty, topics, phone, mail, reachable, revision, "
        "changed_at) SELECT organisation_id, gen_random_uuid(), level, name, duty, topics, phone, mail, reachable, 1, "
        "changed_at FROM contact_person, generate_series(1, $2) WHERE id = $1",
        ada,
        MOST,
    )
    with pytest.raises(Conflict):
        await book.add()
