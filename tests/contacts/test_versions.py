"""Versions: made once, frozen, sent to every member, by the office or by what follows in the network."""

import json
from uuid import UUID, uuid4

import pytest

from portal.contacts import actions
from portal.contacts.queries import access_version, list_versions
from portal.contacts.rules import DirectoryReason, differences
from portal.contacts.words import in_words
from portal.kit.errors import Forbidden, Invalid, NotFound
from tenants.context import Role
from tenants.outbox import Event
from tenants.scope import scope
from tests.contacts.book import CITY, named
from workers.actors import system_actor
from workers.tasks import contacts as tasks

COUNTS = "SELECT (SELECT count(*) FROM directory_version) AS v, (SELECT count(*) FROM formal_notice) AS n"
POSTED = (
    "SELECT n.id, n.subject, n.body, n.signed_by, n.sender_id, r.organisation_id FROM formal_notice n "
    "JOIN formal_receipt r ON r.notice_id = n.id AND r.network_id = n.network_id "
    "WHERE n.cause_id = $1 AND n.kind = 'directory' AND r.posted_at IS NOT NULL"
)


async def read(book, version_id: UUID, organisation: str = "gfs", **more):
    async with scope(organisation_id=book.cast.organisations[organisation]):
        return await access_version(book.network, version_id, **more)


async def test_the_office_makes_a_version_that_stays_as_it_was_and_every_member_receives_it(book):
    ada = await book.add()
    version_id = await book.make(note="Bitte prüfen.")
    await book.change(ada, name="Ada Anders")
    frozen = await read(book, version_id)
    assert "Ada Neu" in named(frozen.directory)["bgw"]
    assert frozen.directory.levels == {"working": "Arbeitsebene", "management": "Leitungsebene"}
    assert (frozen.version.number, frozen.version.reason, frozen.version.note) == (
        2, DirectoryReason.UPDATE, "Bitte prüfen."
    )  # fmt: skip
    assert [str(in_words(change)) for change in differences(frozen.other_directory, frozen.directory)] == [
        "Bielefelder Wohnungsbaugesellschaft: Ada Neu ist neu (Arbeitsebene)."
    ]
    posted = await book.rows(POSTED, version_id)
    assert len(posted) == 6
    (letter,) = {row["body"] for row in posted}
    assert f"/n/bielefeld/verzeichnis/fassungen/{version_id}" in letter
    assert "Geänderte Ansprechpersonen bei: Bielefelder Wohnungsbaugesellschaft." in letter
    assert "Ada" not in letter + posted[0]["subject"]
    assert posted[0]["subject"] == "Verzeichnis der Mitglieder, Fassung 2"
    (entry,) = await book.rows("SELECT action, details FROM audit_entry WHERE subject_id = $1", version_id)
    assert (entry["action"], json.loads(entry["details"])) == ("directory:made", {"number": 2})


async def test_under_one_key_there_is_one(book):
    first = await book.make(key="einmal")
    before = await book.rows(COUNTS)
    assert await book.make(key="einmal", note="Anderes") == first
    assert await book.rows(COUNTS) == before


async def test_nobody_else_makes_one_and_nothing_changes(book):
    before = await book.rows(COUNTS)
    for organisation, role, refusal in (
        ("jobcenter-duesseldorf", Role.OFFICE, NotFound),
        ("gfs", Role.DIRECTOR, Forbidden),
        (CITY, Role.REPRESENTATIVE, Forbidden),
    ):
        with pytest.raises(refusal):
            await book.make(organisation, role)
    with pytest.raises(Invalid) as caught:
        await book.make(note="x" * 1001)
    assert caught.value.field == "note"
    assert await book.rows(COUNTS) == before


async def test_when_a_member_leaves_the_version_follows_in_the_same_transaction(worker):
    key = f"withdrawal:{uuid4()}"
    version_id = await worker.make_by_itself(leaves="gfs", key=key)
    frozen = await read(worker, version_id, "bgw")
    assert "gfs" not in named(frozen.directory)
    assert "gfs" in named(frozen.other_directory)
    posted = await worker.rows(POSTED, version_id)
    assert {row["organisation_id"] for row in posted} == {entry.id for entry in frozen.directory.members}
    assert posted[0]["sender_id"] == worker.cast.organisations[CITY]
    assert posted[0]["signed_by"] == "Hilfenetz, im Auftrag der Geschäftsstelle"
    assert "steht nicht mehr im Verzeichnis." in posted[0]["body"]
    assert await worker.make_by_itself(key=key) == version_id
    (row,) = await worker.rows("SELECT organisation_id, payload FROM outbox WHERE event = 'DirectoryMade'")
    event = Event.registry["DirectoryMade"].parse(json.loads(row["payload"]))
    async with scope(organisation_id=row["organisation_id"]) as opened:
        await tasks.record(event, await system_actor(), opened.now)
    (entry,) = await worker.rows("SELECT organisation_id FROM audit_entry WHERE subject_id = $1", version_id)
    assert entry["organisation_id"] == worker.cast.organisations[CITY]
    with pytest.raises(NotFound):
        await read(worker, version_id, "gfs")


async def test_the_portal_makes_one_for_the_office_too(worker):
    async with scope(network_id=worker.network) as opened:
        actor = await system_actor()
        async with opened.speaking_for(actor.organisation_id):
            made = await actions.new_version(
                actor=actor, now=opened.now, network_id=worker.network, reason=DirectoryReason.EXCLUSION,
                cause_id=uuid4(), key="für",
            )  # fmt: skip
    posted = await worker.rows(POSTED, made)
    assert (len(posted), posted[0]["signed_by"]) == (6, "Hilfenetz, im Auftrag der Geschäftsstelle")


async def test_while_nobody_holds_the_office_it_is_kept_and_sent_later(worker):
    await worker.rows("UPDATE membership SET is_office = false WHERE network_id = $1", worker.network)
    version_id = await worker.make_by_itself()
    assert await worker.rows(POSTED, version_id) == []
    (row,) = await worker.rows("SELECT network_id, payload, due_at > created_at AS later FROM outbox "
                               "WHERE event = 'DirectoryUnsent'")  # fmt: skip
    assert (row["network_id"], row["later"]) == (worker.network, True)
    event = Event.registry["DirectoryUnsent"].parse(json.loads(row["payload"]))
    await worker.rows(
        "UPDATE membership SET is_office = true WHERE network_id = $1 AND organisation_id = $2",
        worker.network,
        worker.cast.organisations["trockendock"],
    )
    for _ in range(2):
        async with scope(network_id=worker.network) as opened:
            await tasks.send(event, await system_actor(), opened.now)
    posted = await worker.rows(POSTED, version_id)
    assert (len(posted), posted[0]["sender_id"]) == (6, worker.cast.organisations["trockendock"])


async def test_versions_are_listed_and_compared_with_any_other(book):
    first = (await read_list(book))[0]
    await book.add()
    second, third = await book.make(), await book.make()
    assert [version.number for version in await read_list(book)] == [3, 2, 1]
    found = await read(book, third)
    assert found.other is not None
    assert (found.other.id, differences(found.other_directory, found.directory)) == (second, ())
    found = await read(book, third, other=1)
    assert (found.other and found.other.id) == first.id
    assert len(differences(found.other_directory, found.directory)) == 1
    with pytest.raises(NotFound):
        await read(book, third, other=9)


async def read_list(book):
    async with scope(organisation_id=book.cast.organisations["gfs"]):
        return (await list_versions(book.network))[0]
