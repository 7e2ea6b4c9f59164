"""What some members of a network share in its space is not there for the others, and ends with the membership."""

from datetime import timedelta

import pytest

from tenants.context import Role
from tests.client import person
from tests.spaces.test_pages_sharing import add, give, root_of, text_of


@pytest.fixture
async def circle(cast):
    """``bgw`` shares a folder with ``gfs`` in the space of the network; a page lies in it."""
    bgw = await cast.as_role("bgw", Role.REPRESENTATIVE)
    folder = await add(bgw, await root_of(bgw, "/n/bielefeld"), "folder", title="Nur wir zwei")
    assert (await bgw.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})).status_code == 303
    for organisation in ("bgw", "gfs"):
        given = await give(bgw, folder, f"organisation:{cast.organisations[organisation]}", 4)
        assert given.status_code == 303, given.text
    page = await add(bgw, folder, "page", title="Vertraulich", body="<p>nur unter uns</p>")
    await bgw.post(f"/inhalte/{page}/zustand", {"schritt": "submit", "version": "1"})
    return folder, page


def addresses(circle) -> list[str]:
    folder, page = circle
    return [
        f"/inhalte/{folder}", f"/inhalte/{page}", f"/inhalte/{folder}/freigabe", f"/inhalte/{page}/freigabe",
        f"/inhalte/{page}/zugriff", f"/inhalte/{page}/bearbeiten", f"/inhalte/{folder}/vererbung",
        "/n/bielefeld/nur-wir-zwei", "/n/bielefeld/nur-wir-zwei/vertraulich",
    ]  # fmt: skip


@pytest.mark.parametrize("role", [Role.REPRESENTATIVE, Role.ADMINISTRATOR])
async def test_for_other_members_it_is_not_there(cast, circle, role):
    other = await cast.as_role("bethel-regional", role)
    for path in addresses(circle):
        assert (await other.get(path)).status_code == 404, path
    listing = await other.get("/n/bielefeld/inhalte")
    assert listing.status_code == 200
    assert "Nur wir zwei" not in listing.text
    for noun, sent in (
        ("freigaben", {"who": "everyone", "access": "16"}), ("entzug", {"principal": "everyone", "access": "1"}),
        ("vererbung", {"inherits": "ja"}), ("zustand", {"schritt": "publish"}), ("fassungen", {"title": "x"}),
        ("eintraege?art=page", {"title": "x"}),
    ):  # fmt: skip
        for item in circle:
            assert (await other.post(f"/inhalte/{item}/{noun}", sent)).status_code == 404, noun


async def test_both_who_share_it_see_it_and_so_does_who_manages_the_space(cast, circle):
    for organisation, role in (
        ("bgw", Role.REPRESENTATIVE),
        ("gfs", Role.REPRESENTATIVE),
        ("stadt-bielefeld", Role.OFFICE),
    ):
        browser = await cast.as_role(organisation, role)
        assert (await browser.get(f"/inhalte/{circle[0]}")).status_code == 303, organisation
        assert "Nur wir zwei" in (await browser.get("/n/bielefeld/inhalte")).text


async def test_a_member_that_leaves_has_lost_it_at_that_instant(cast, circle):
    gfs = await cast.as_role("gfs", Role.REPRESENTATIVE)
    assert (await gfs.get("/n/bielefeld/nur-wir-zwei")).status_code == 200
    await cast.database.as_superuser(
        "UPDATE membership SET ends_at = now() + interval '1 hour' WHERE organisation_id = $1 AND network_id = $2",
        cast.organisations["gfs"],
        cast.networks["bielefeld"],
    )
    assert (await gfs.get("/n/bielefeld/nur-wir-zwei")).status_code == 200
    await cast.database.move_clock(timedelta(hours=1))
    for path in addresses(circle):
        assert (await gfs.get(path)).status_code == 404, path
    assert (await gfs.post(f"/inhalte/{circle[1]}/fassungen", {"title": "x"})).status_code == 404


async def test_before_joining_again_it_says_of_each_member_with_which_role_somebody_would_see_it(cast):
    """In the folder above, representatives may read wherever they work, and caseworkers of one member."""
    bgw = await cast.as_role("bgw", Role.REPRESENTATIVE)
    folder = await add(bgw, await root_of(bgw, "/n/bielefeld"), "folder", title="Oben")
    assert (await bgw.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})).status_code == 303
    await give(bgw, folder, "everyone", 1, role="representative")
    await give(bgw, folder, f"organisation:{cast.organisations['gfs']}", 1)
    below = await add(bgw, folder, "folder", title="Darunter")
    said = text_of(await bgw.get(f"/inhalte/{below}/vererbung")).partition("Wer den Zugriff verliert")[2]
    names = dict(await names_of(cast))
    assert f"{names['gfs']}" in said
    assert f"{names['gfs']}:" not in said
    assert f"{names['trockendock']}: Vertretung" in said


async def names_of(cast) -> list[tuple[str, str]]:
    rows = await cast.database.as_superuser("SELECT slug, name FROM organisation")
    return [(row["slug"], row["name"]) for row in rows]


async def test_what_is_given_to_a_person_counts_for_the_organisation_they_were_meant_in(cast):
    """Somebody works for two members; what one gives them is not the other's."""
    name = next(
        name for name, entry in cast.people.items()
        if {group.split(":")[1] for group in entry.groups} >= {"skm", "caritas-duesseldorf"}
    )  # fmt: skip
    skm = await cast.as_role("skm", Role.REPRESENTATIVE)
    folder = await add(skm, await root_of(skm, "/n/duesseldorf"), "folder", title="Für eine Person")
    await skm.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})
    principal = f"person:{person(name)}@{cast.organisations['skm']}"
    assert (await give(skm, folder, principal, 1, name=cast.people[name].family_name)).status_code == 303
    there = await cast.browser(name, "skm")
    elsewhere = await cast.browser(name, "caritas-duesseldorf")
    assert (await there.get(f"/inhalte/{folder}")).status_code == 303
    assert (await elsewhere.get(f"/inhalte/{folder}")).status_code == 404
    assert "Für eine Person" not in (await elsewhere.get("/n/duesseldorf/inhalte")).text


async def test_who_does_not_work_there_any_more_has_lost_what_was_given_to_them(cast, circle):
    name = cast.who("gfs", Role.REPRESENTATIVE)
    gfs = await cast.browser(name, "gfs")
    assert (await gfs.get("/n/bielefeld/nur-wir-zwei")).status_code == 200
    await cast.database.as_superuser(
        "UPDATE affiliation SET ends_at = now() WHERE person_id = $1 AND organisation_id = $2",
        person(name),
        cast.organisations["gfs"],
    )
    assert (await gfs.get("/n/bielefeld/nur-wir-zwei")).status_code != 200
