"""Whoever is out gets nothing any more, by no way out of the portal: files, previews, packages, old addresses, the bin,
feeds. Even what they put there themselves."""

from uuid import UUID

import pytest

from portal.spaces import actions, actions_sharing, actions_tree
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import current_scope
from tests.client import person
from tests.files.samples import PDF
from tests.files.shelf import Shelf
from tests.files.working import work_off
from tests.isolation.planting import as_person

MAKER = ("bgw", Role.REPRESENTATIVE)
WORDS = ("Geheime Satzung", "geheime-satzung", "Verworfenes", "verworfenes", "Koordinierung im Stillen", "Leise Kunde")
pytestmark = pytest.mark.usefixtures("own_storage")


@pytest.fixture
async def ways(cast) -> dict[str, str]:
    """Addresses of what ``bgw`` put into a closed folder of the network's space; each opens for who made it."""
    maker = await cast.as_role(*MAKER)
    root = await Shelf.at(cast, maker, "/n/bielefeld/inhalte")
    async with as_person(cast, cast.who(*MAKER), MAKER[0]) as actor:
        now, top = current_scope().now, await access_item(actor, UUID(root.id))
        made = await actions.add_item(actor=actor, now=now, parent=top, kind="folder", values={"title": "Unter uns"})
        folder = await access_item(actor, made)
        await actions_sharing.set_inheritance(actor=actor, now=now, item=folder, inherits=False)
        folder = await access_item(actor, made)
        for kind, title in (("event", "Koordinierung im Stillen"), ("news", "Leise Kunde")):
            values = {"title": title, **({"begins_at": "2026-12-04T14:30:00+01:00"} if kind == "event" else {})}
            item = await actions.add_item(actor=actor, now=now, parent=folder, kind=kind, values=values)
            await actions.change_state(actor=actor, now=now, item=await access_item(actor, item), transition="publish")
    shelf = Shelf(cast.database, maker, str(made), "/n/bielefeld/unter-uns")
    kept, thrown = [await shelf.upload(name, PDF) for name in ("Geheime Satzung.pdf", "Verworfenes.pdf")]
    assert await work_off(cast.database) == []
    async with as_person(cast, cast.who(*MAKER), MAKER[0]) as actor:
        item, now = await access_item(actor, UUID(kept)), current_scope().now
        old = item.url
        await actions_tree.move_item(
            actor=actor, now=now, item=item, folder=await access_item(actor, made), slug="geheime-satzung-neu"
        )
        await actions_tree.bin_item(actor=actor, now=now, item=await access_item(actor, UUID(thrown)))
    found = {
        "file": f"/inhalte/{kept}/datei",
        "version": f"/inhalte/{kept}/datei?fassung=1",
        "preview": f"/inhalte/{kept}/vorschau/1",
        "history": f"/inhalte/{kept}/verlauf",
        "package": f"/inhalte/{made}/paket",
        "old address": old,
        "bin": f"/inhalte/{root.id}/papierkorb",
        "out of the bin": f"/inhalte/{thrown}/zurueckholen",
    }
    for kind in ("kalender", "nachrichten"):
        await maker.post(f"/konto/abos/{kind}")
        page = await maker.get("/konto/abos")
        found[kind] = "/abo/" + page.text.split("https://hilfenetz.test/abo/")[1].split('"')[0]
    for name, path in found.items():
        answer = await maker.get(path)
        assert answer.status_code == (303 if name == "old address" else 200), name
        assert answer.status_code == 303 or is_told(answer) or name in ("file", "version", "preview"), name
    return found


def is_told(answer, asked: str = "") -> bool:
    """Whether anything of it comes along that the asker did not say themselves."""
    said = answer.content + str(answer.headers).encode()
    return answer.headers["content-type"].startswith(("application/zip", "image/")) or any(
        word.encode() in said for word in WORDS if word not in asked
    )


OVER = {
    "membership": (
        "UPDATE membership SET ends_at = hilfenetz_now(), is_office = false "
        "WHERE organisation_id = $2 AND $1::uuid IS NOT NULL"
    ),
    "roles": "UPDATE role_assignment SET valid_until = hilfenetz_now() WHERE person_id = $1 AND organisation_id = $2",
    "work": "UPDATE affiliation SET ends_at = hilfenetz_now() WHERE person_id = $1 AND organisation_id = $2",
}


@pytest.mark.parametrize("what", OVER)
async def test_when_it_is_over_nothing_comes_out_any_more(cast, ways, what):
    maker = await cast.as_role(*MAKER)
    await cast.database.as_superuser(OVER[what], person(cast.who(*MAKER)), cast.organisations[MAKER[0]])
    await nothing_comes_out(maker, ways)


async def test_nothing_comes_out_for_others(cast, ways):
    """Another member of the network, another network, another person of the same organisation, and nobody."""
    ways = {name: path for name, path in ways.items() if not path.startswith("/abo/")}  # their own are of others
    for organisation, role in (("gfs", Role.REPRESENTATIVE), ("skm", Role.REPRESENTATIVE), ("bgw", Role.ADMINISTRATOR)):
        await nothing_comes_out(await cast.as_role(organisation, role), ways)
    await nothing_comes_out(cast.nobody(), ways)


async def nothing_comes_out(browser, ways: dict[str, str]) -> None:
    for name, path in ways.items():
        answer = await browser.get(path)
        assert not is_told(answer, path), f"{name}: {path}"
        if name not in ("bin", "kalender", "nachrichten"):  # the bin of the whole space is empty for them
            assert answer.status_code in (303, 403, 404), f"{name}: {answer.status_code}"
            assert not answer.headers.get("location", "").startswith("/n/"), f"{name} leads on"
