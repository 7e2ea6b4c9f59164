"""Files of others: not there, on every address, whoever asks; and the wall holds without the portal too."""

from uuid import UUID, uuid4

import asyncpg
import pytest

from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.client import person
from tests.files.samples import PDF, pdf, picture
from tests.files.shelf import Shelf
from tests.files.working import work_off

OUTSIDE = [("stadt-bielefeld", Role.OFFICE), ("diakonie-bielefeld", Role.DIRECTOR), ("skm", Role.REPRESENTATIVE)]
FORGED = (
    "INSERT INTO blob (space_id, id, folder, name, media_type, size, sha256, scan, by_id, by_name, at) "
    "SELECT space_id, {}, 'x', name, media_type, size, sha256, 'clean', gen_random_uuid(), '', at FROM blob"
)


def addresses(item_id: str) -> list[str]:
    return [
        f"/inhalte/{item_id}/{rest}"
        for rest in (
            *("datei", "datei?fassung=1", "datei?fassung=2", "bild", "bild?groesse=klein", "bild?groesse=original"),
            *("vorschau/1", "vorschau/1?fassung=1", "hochladen", f"uebertragungen/{uuid4()}"),
        )
    ]


@pytest.fixture
async def full(shelf, kept) -> list[str]:
    """A document with an old version, and a picture; both read and drawn."""
    assert (await shelf.post(f"/inhalte/{kept}/dateien", ("Neu.pdf", pdf("Neu")))).status_code == 303
    drawn = await shelf.upload("Haus.png", picture())
    assert await work_off(shelf.database) == []
    for item_id, rest in ((kept, "datei?fassung=1"), (kept, "vorschau/1"), (drawn, "bild?groesse=klein")):
        assert (await shelf.browser.get(f"/inhalte/{item_id}/{rest}")).status_code == 200
    return [kept, drawn]


@pytest.mark.parametrize(("organisation", "role"), OUTSIDE)
async def test_another_organisation_finds_nothing_on_any_address(shelf, full, cast, organisation, role):
    stranger = await cast.as_role(organisation, role)
    unknown = await stranger.get(f"/inhalte/{uuid4()}/datei")
    theirs = Shelf(shelf.database, stranger, full[0], "")
    for item_id in full:
        for address in addresses(item_id):
            answer = await stranger.get(address)
            assert answer.status_code == 404, address
            assert len(answer.content) == len(unknown.content)
        for address in ("dateien", "bilder"):
            assert (await theirs.post(f"/inhalte/{item_id}/{address}", ("a.pdf", PDF))).status_code == 404
    assert (await theirs.begin("a.pdf", 10)).status_code == 404


async def test_nobody_signed_in_is_sent_to_sign_in(full, cast):
    nobody = cast.nobody()
    for address in addresses(full[0]):
        answer = await nobody.get(address)
        assert (answer.status_code, answer.headers["location"][:9]) == (303, "/anmelden"), address


async def test_who_is_cut_off_inside_the_organisation_finds_nothing_either(shelf, full, colleague):
    assert (await colleague.get(f"/inhalte/{full[0]}/datei")).status_code == 200
    await shelf.database.as_superuser("UPDATE item SET inherits = false WHERE id = $1::text::uuid", full[0])
    for address in addresses(full[0])[:-1]:
        assert (await colleague.get(address)).status_code == 404, address


async def test_a_file_of_a_network_is_there_for_its_members_alone(cast):
    member = await cast.as_role("bgw", Role.REPRESENTATIVE)
    shelf = await Shelf.at(cast, member, "/n/bielefeld/inhalte")
    item_id = await shelf.upload("Protokoll.pdf", PDF)
    neighbour = await cast.as_role("diakonie-bielefeld", Role.DIRECTOR)
    stranger = await cast.as_role("skm", Role.REPRESENTATIVE)
    assert (await neighbour.get(f"/inhalte/{item_id}/datei")).content == PDF
    assert (await stranger.get(f"/inhalte/{item_id}/datei")).status_code == 404


@pytest.mark.parametrize("table", ["blob", "blob_use", "upload"])
async def test_the_database_shows_no_rows_of_others(shelf, kept, cast, table):
    await shelf.begin("Anlage.pdf", 100)
    who = person(cast.who("diakonie-bielefeld", Role.DIRECTOR))
    async with scope(organisation_id=cast.organisations["diakonie-bielefeld"], person_id=who):
        assert await execute(f"SELECT space_id FROM {table}") == []
    mine = person(cast.who("bgw", Role.ADMINISTRATOR))
    async with scope(organisation_id=cast.organisations["bgw"], person_id=mine):
        assert await execute(f"SELECT space_id FROM {table}")


async def test_an_upload_is_hidden_from_colleagues_by_the_database(shelf, cast):
    await shelf.begin("Anlage.pdf", 100)
    who = person(cast.who_without("bgw", Role.ADMINISTRATOR))
    async with scope(organisation_id=cast.organisations["bgw"], person_id=who):
        assert await execute("SELECT id FROM upload") == []


async def test_nobody_rewrites_a_file_or_hangs_it_on_what_is_not_theirs(shelf, kept, cast):
    blob = await shelf.blob(kept)
    who = person(cast.who_without("bgw", Role.ADMINISTRATOR))
    statements = (
        ("UPDATE blob SET sha256 = repeat('0', 64) WHERE id = {}", blob["id"]),
        ("UPDATE blob SET scan = 'clean' WHERE id = {}", blob["id"]),
        ("DELETE FROM blob WHERE id = {}", blob["id"]),
        ("DELETE FROM blob_use WHERE blob_id = {}", blob["id"]),
        (
            FORGED,
            uuid4(),
        ),
    )
    for statement, value in statements:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with scope(organisation_id=cast.organisations["bgw"], person_id=who):
                await execute(statement, value)


async def test_a_file_of_another_space_cannot_be_named(shelf, kept, cast):
    """A version that names bytes of another space names nothing: they are not served through it."""
    blob = await shelf.blob(kept)
    network = await Shelf.at(cast, shelf.browser, "/n/bielefeld/inhalte")
    other = await network.upload("Eigene.pdf", pdf("Eigene"))
    await shelf.database.as_superuser(
        "UPDATE item SET fields = jsonb_set(fields, '{file,id}', to_jsonb($2::text)) WHERE id = $1::text::uuid",
        other,
        str(blob["id"]),
    )
    assert (await shelf.browser.get(f"/inhalte/{other}/datei")).status_code == 404


def test_addresses_of_the_storage_are_not_to_be_guessed():
    from portal.files.rules import folder_of

    space = UUID(int=1)
    assert folder_of(space, "a" * 32).startswith(str(space))
