"""Every space of the demo world holds something in every state, written by people who may."""

import pytest

from portal.demo import seed
from portal.demo.content_networks import IN_NETWORKS
from portal.demo.content_organisations import IN_ORGANISATIONS
from tenants.context import Role


async def _items(database, place):
    column = "organisation_id" if place.kind == "organisation" else "network_id"
    return await database.as_superuser(
        f"SELECT i.* FROM item i JOIN space s ON s.id = i.space_id WHERE s.{column} = $1 AND i.parent_id IS NOT NULL",
        place.owner_id,
    )


async def test_every_space_has_a_draft_something_in_review_and_something_published(world_database):
    found = await seed.places()
    assert {place.slug for place in found} == {*IN_ORGANISATIONS, *IN_NETWORKS}
    for place in found:
        rows = await _items(world_database, place)
        assert {row["state"] for row in rows} == {"private", "pending", "published"}, place.slug
        assert {"folder", "page", "news"} <= {row["type"] for row in rows}, place.slug
        assert all(row["owner_name"] for row in rows)


async def test_what_people_threw_away_or_changed_stays_so(world_database):
    place = (await seed.places())[0]
    draft = next(row for row in await _items(world_database, place) if row["state"] == "private")
    await world_database.as_superuser(
        "UPDATE item SET title = 'Anders', bin_id = $2 WHERE id = $1", draft["id"], place.root
    )
    assert await seed.seed_as(**world_database.roles) is False
    rows = await _items(world_database, place)
    assert [row["title"] for row in rows if row["id"] == draft["id"]] == ["Anders"]


@pytest.mark.parametrize(
    ("network", "folder", "inside", "outside"),
    [
        ("bielefeld", "arbeitsgruppe-waermestube", "diakonie-bielefeld", "gfs"),
        ("duesseldorf", "beschaeftigungshilfe", "skm", "caritas-duesseldorf"),
    ],
)
async def test_what_is_for_two_members_is_for_no_other(cast, network, folder, inside, outside):
    address = f"/n/{network}/{folder}"
    assert (await (await cast.as_role(inside, Role.REPRESENTATIVE)).get(address)).status_code == 200
    assert (await (await cast.as_role(outside, Role.REPRESENTATIVE)).get(address)).status_code == 404


async def test_a_draft_is_its_authors_until_it_is_published(cast):
    address = "/o/diakonie-bielefeld/ideen-fuer-das-sommerfest"
    assert (await (await cast.as_role("diakonie-bielefeld", Role.DEPUTY)).get(address)).status_code == 200
    officer = await cast.as_role("diakonie-bielefeld", Role.DATA_PROTECTION_OFFICER)
    assert (await officer.get(address)).status_code == 404


async def test_the_agreement_is_read_by_every_member(cast):
    for slug in ("bgw", "trockendock"):
        page = await (await cast.as_role(slug, Role.REPRESENTATIVE)).get(
            "/n/bielefeld/vereinbarung/was-die-geschaeftsstelle-fuer-alle-tut"
        )
        assert page.status_code == 200
        assert "führt das Verzeichnis der Mitglieder" in page.text


async def test_a_room_is_worked_in_by_who_takes_part_and_by_nobody_else(cast):
    address = "/r/duesseldorf--runde-der-leitungen"
    reader = await cast.as_role("skm", Role.DEPUTY)
    assert (await reader.get(f"{address}/tagesordnungen/treffen-im-januar")).status_code == 200
    assert "Diakonie" in (await reader.get(address)).text
    for organisation in ("caritas-duesseldorf", "bethel-regional"):
        stranger = await cast.as_role(organisation, Role.REPRESENTATIVE)
        for path in (address, f"{address}/inhalte", f"{address}/tagesordnungen/treffen-im-januar"):
            assert (await stranger.get(path)).status_code == 404
