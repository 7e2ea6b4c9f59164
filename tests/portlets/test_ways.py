"""Site map, what changed last and tags hold what the person may read, and count nothing else."""

import re

import pytest

from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR, STRANGER
from tests.isolation.planting import as_person

CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR
WAYS = ("uebersicht", "neues", "schlagwoerter")


async def grow(cast, diary) -> None:
    """A folder for everybody, one in a folder of the head alone, pages with tags in both and a draft."""
    closed = await diary.add("Verschlossen", kind="folder", publish=False)
    inner = await diary.add("Innerster", kind="folder", publish=False, folder=closed)
    await diary.add("Offener", kind="folder", publish=False)
    await diary.add("Regelwerk", kind="page", tags=["Zebra", "nurhier"])
    await diary.add("Vertraulich", kind="page", tags=["zebra", "geheimwort"], folder=inner)
    await diary.add("Entworfen", kind="page", tags=["Zebra"], publish=False)
    async with as_person(cast, cast.who(HOME, HEAD), HOME) as actor:
        item = await access_item(actor, closed)
        await actions_sharing.set_inheritance(actor=actor, now=current_scope().now, item=item, inherits=False)


async def test_each_person_is_shown_what_they_may_read(cast, diary):
    await grow(cast, diary)
    head, clerk = await cast.as_role(HOME, HEAD), await cast.as_role(HOME, CLERK)
    everything = "".join([(await head.get(f"/o/{HOME}/{way}")).text for way in WAYS])
    open_ones = "".join([(await clerk.get(f"/o/{HOME}/{way}")).text for way in WAYS])
    for words in ("Verschlossen", "Innerster", "Vertraulich", "geheimwort", "Entworfen"):
        assert words in everything
        assert words not in open_ones
    for words in ("Offener", "Regelwerk", "nurhier"):
        assert words in open_ones


async def test_tags_are_counted_as_far_as_they_may_be_read(cast, diary):
    await grow(cast, diary)

    async def counted(role: Role) -> str:
        page = await (await cast.as_role(HOME, role)).get(f"/o/{HOME}/schlagwoerter")
        return re.search(r'>[Zz]ebra</a> <span class="meta">([^<]+)<', page.text)[1]

    assert await counted(HEAD) == "3 Einträge"
    assert await counted(CLERK) == "1 Eintrag"


async def test_the_link_of_a_tag_finds_what_was_counted(cast, diary):
    await grow(cast, diary)
    clerk = await cast.as_role(HOME, CLERK)
    page = await clerk.get(f"/o/{HOME}/schlagwoerter")
    link = re.search(r'href="(/suche\?schlagwort=[Zz]ebra[^"]*)"', page.text)[1].replace("&amp;", "&")
    found = await clerk.get(link)
    assert found.status_code == 200
    assert "Regelwerk" in found.text
    assert "Vertraulich" not in found.text


async def test_the_site_map_is_a_tree(cast, diary):
    outer = await diary.add("Aussen", kind="folder", publish=False)
    await diary.add("Innen", kind="folder", publish=False, folder=outer)
    await diary.add("Aussen-Stelle", kind="folder", publish=False)
    page = (await (await cast.as_role(HOME, CLERK)).get(f"/o/{HOME}/uebersicht")).text
    assert re.search(r">Aussen</a>\s*<ul[^>]*><li><a[^>]*>Innen</a></li></ul></li>", page)
    assert re.search(r"</li>\s*<li><a[^>]*>Aussen-Stelle</a>", page)


async def test_what_changed_last_goes_on_page_by_page(cast, diary):
    for number in range(32):
        await diary.add(f"Blatt {number:02}", kind="link", target="https://a.example", publish=False)
    clerk = await cast.as_role(HOME, CLERK)
    first, second = [(await clerk.get(f"/o/{HOME}/neues?seite={page}")).text for page in (1, 2)]
    assert "Blatt 31" in first
    assert "Blatt 00" not in first
    assert "Blatt 00" in second
    assert (await clerk.get(f"/o/{HOME}/neues?seite=0")).status_code == 400


@pytest.mark.parametrize("way", WAYS)
async def test_spaces_of_others_are_not_found(cast, diary, way):
    await diary.add("Beschluss", kind="page", by=("stadt-bielefeld", Role.OFFICE), network="bielefeld", tags=["Zebra"])
    neighbour = await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)
    stranger = await cast.as_role(STRANGER, Role.REPRESENTATIVE)
    assert (await neighbour.get(f"/o/{HOME}/{way}")).status_code == 404
    assert (await neighbour.get(f"/n/bielefeld/{way}")).status_code == 200
    assert (await stranger.get(f"/n/bielefeld/{way}")).status_code == 404
    assert (await cast.nobody().get(f"/o/{HOME}/{way}")).status_code in (303, 401)
