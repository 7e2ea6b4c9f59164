"""A collection lists what meets its conditions, to each person what they may read of it."""

from portal.spaces import actions_sharing
from portal.spaces.queries import access_item
from tenants.context import Role
from tenants.scope import current_scope
from tests.calendar.conftest import HOME, NEIGHBOUR, STRANGER
from tests.isolation.planting import as_person
from tests.portlets.conftest import put

CLERK, HEAD = Role.CASEWORKER, Role.ADMINISTRATOR
ALL = ("Alpha", "Beta", "Gamma", "Delta")


async def collection(diary, title: str = "Sammlung", **fields) -> str:
    made = await diary.add(title, kind="collection", **fields)
    return f"/inhalte/{made}"


async def listed(browser, address: str) -> list[str]:
    """The titles, in their order."""
    page = await browser.get((await browser.get(address)).headers["location"])
    assert page.status_code == 200, page.text
    html = page.text.split('id="gesammelt"')[1]
    return sorted((title for title in ALL if f">{title}</a>" in html), key=lambda title: html.index(f">{title}</a>"))


async def grow(diary) -> None:
    folder = await diary.add("Ablage", kind="folder", publish=False)
    await diary.add("Alpha", kind="page", tags=["Regeln"])
    await diary.add("Beta", kind="news", tags=["regeln", "neu"])
    await diary.add("Gamma", kind="page", folder=folder)
    await diary.add("Delta", kind="page", publish=False)


async def test_conditions_narrow_what_is_listed(cast, diary):
    await grow(diary)
    reader, head = await cast.as_role(HOME, CLERK), await cast.as_role(HOME, HEAD)
    everything = await collection(diary, order="title")
    assert await listed(reader, everything) == ["Alpha", "Beta", "Gamma"]
    assert await listed(head, everything) == ["Alpha", "Beta", "Delta", "Gamma"]
    assert await listed(reader, await collection(diary, with_tags=["REGELN"], order="title")) == ["Alpha", "Beta"]
    assert await listed(reader, await collection(diary, with_tags=["regeln", "neu"])) == ["Beta"]


async def test_a_collection_may_ask_for_a_state(cast, diary):
    await grow(diary)
    reader, head = await cast.as_role(HOME, CLERK), await cast.as_role(HOME, HEAD)
    drafts = await collection(diary, state="private", order="title")
    assert await listed(head, drafts) == ["Delta"]
    assert await listed(reader, drafts) == [], "what only its owner reads is in nobody else's list"
    assert await listed(head, await collection(diary, state="published", order="title")) == ["Alpha", "Beta", "Gamma"]
    assert await listed(head, await collection(diary, state="retracted")) == []


async def test_a_collection_may_ask_for_a_person(cast, diary):
    """By the names that stand at the items, as the search does: of others' spaces no name is ever asked."""
    office = ("stadt-bielefeld", Role.OFFICE)
    async with as_person(cast, cast.who(*office), office[0]) as actor:
        name = actor.name
    shared = {"network": "bielefeld", "by": office}
    await diary.add("Beta", kind="page", **shared)
    await diary.add("Gamma", kind="page", publish=False, **shared)
    by_name = await collection(diary, order="title", person=name[:-1].upper(), person_as="owner", **shared)
    by_other = await collection(diary, person="Niemand hier", **shared)
    reader, author = await cast.as_role(HOME, CLERK), await cast.as_role(*office)
    assert await listed(reader, by_name) == ["Beta"], "a draft is in nobody else's list, whoever is asked for"
    assert await listed(author, by_name) == ["Beta", "Gamma"]
    assert await listed(author, by_other) == []
    assert (await (await cast.as_role(STRANGER, CLERK)).get(by_name)).status_code == 404
    await grow(diary)
    own = await collection(diary, person=name)
    assert await listed(await cast.as_role(HOME, HEAD), own) == [], "what this person made elsewhere is not met here"


async def test_a_collection_may_keep_to_its_folder(cast, diary):
    await grow(diary)
    head = await cast.as_role(HOME, HEAD)
    async with as_person(cast, cast.who(HOME, HEAD), HOME) as actor:
        from portal.spaces.queries import SpaceKey, find_address

        folder = (await find_address(actor, SpaceKey.of_organisation(actor, HOME), "ablage")).id
    assert await listed(head, await collection(diary, within="folder", folder=folder)) == ["Gamma"]
    assert await listed(head, await collection(diary, within="folder", order="title")) == [
        "Alpha", "Beta", "Delta", "Gamma",
    ]  # fmt: skip


async def test_the_form_keeps_the_conditions(cast):
    head = await cast.as_role(HOME, HEAD)
    page = await head.get(f"/o/{HOME}/inhalte")
    folder = page.text.split("/neu?art=")[0][-36:]
    sent = {
        "title": "Nur Seiten",
        "kind": "page",
        "with_tags": "a, b",
        "within": "folder",
        "order": "title",
        "changed_days": "14",
        "state": "pending",
        "person": "Bader",
        "person_as": "changer",
    }
    added = await head.post(f"/inhalte/{folder}/eintraege?art=collection", sent)
    assert added.status_code == 303, added.text
    view = (await head.get(added.headers["location"])).text
    for words in (
        "Seiten",
        "im Ordner dieser Sammlung und darunter",
        "nach Titel",
        "Geändert in den letzten … Tagen",
        "Zur Prüfung",
        "Bader",
    ):
        assert words in view
    wrong = await head.post(f"/inhalte/{folder}/eintraege?art=collection", {**sent, "kind": "gibtesnicht"})
    assert wrong.status_code == 422
    unknown = await head.post(f"/inhalte/{folder}/eintraege?art=collection", {**sent, "state": "gibtesnicht"})
    assert unknown.status_code == 422
    never = await head.post(f"/inhalte/{folder}/eintraege?art=collection", {**sent, "changed_days": "0"})
    assert never.status_code == 422


async def test_a_box_shows_a_collection_only_to_who_may_read_it(cast, diary, editor):
    await grow(diary)
    folder = await diary.add("Nur Leitung", kind="folder", publish=False)
    made = await diary.add("Geheime Sammlung", kind="collection", folder=folder)
    head, clerk = await cast.as_role(HOME, HEAD), await cast.as_role(HOME, CLERK)
    await put(head, "sammlung", collection=str(made), number="20", title="Kasten")
    assert ">Alpha</a>" in (await clerk.get(f"/o/{HOME}/inhalte")).text.split("Kasten")[1].split("</section>")[0]
    async with as_person(cast, cast.who(HOME, HEAD), HOME) as actor:
        item = await access_item(actor, folder)
        await actions_sharing.set_inheritance(actor=actor, now=current_scope().now, item=item, inherits=False)
    assert ">Alpha</a>" not in (await clerk.get(f"/o/{HOME}/inhalte")).text.split("Kasten")[1].split("</section>")[0]
    assert ">Alpha</a>" in (await head.get(f"/o/{HOME}/inhalte")).text.split("Kasten")[1].split("</section>")[0]


async def test_collections_of_others_are_neither_read_nor_shown(cast, diary):
    address = await collection(diary)
    neighbour = await cast.as_role(NEIGHBOUR, Role.REPRESENTATIVE)
    assert (await neighbour.get(address)).status_code == 404
