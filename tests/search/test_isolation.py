"""Hits, counts, suggestions and corrections hold what the person may read, all of it, and nothing else."""

import random

import asyncpg
import pytest

from portal.kit.errors import Forbidden, NotFound
from portal.search.queries import SearchQuery, search_items, suggest_items
from portal.search.queries_corrections import correct
from portal.spaces import actions_sharing, actions_tree
from portal.spaces.abilities import person_principal
from portal.spaces.queries import access_item
from portal.spaces.rules import Access
from tenants.database import execute

WORDS = ("Apfel", "Birne", "Dachs", "Efeu", "Fuchs", "Gurke", "Hummel")
VIEWERS = (("Ada", "here"), ("Bert", "here"), ("Nele", "neighbour"), ("Fritz", "stranger"))
QUERIES = 25
# What must not be reachable by any way but the functions, and these keep to the caller's spaces.
TABLES = ("search_entry", "search_word")


async def grow(library, chance: random.Random) -> dict[str, set[str]]:
    """A tree with drafts, cuts, grants and bins in three spaces; the words of each title."""
    content, folders = {}, {("here", None): [None], ("neighbour", None): [None], ("here", "first"): [None]}
    for number in range(30):
        by, at = chance.choice(VIEWERS[:3])
        network = chance.choice((None, "first"))
        within = folders[("here", "first") if network else (at, None)]
        title, words = f"Nummer{number:02d}", set(chance.sample(WORDS, chance.randint(0, 3)))
        options = {"by": by, "at": at, "network": network, "folder": chance.choice(within)}
        is_folder = chance.random() < 0.3
        try:
            if is_folder:
                await library.add(title, kind="folder", summary=" ".join(words), **options)
                within.append(title)
            else:
                await library.add(title, f"<p>{' und '.join(words)}</p>", publish=False, **options)
        except (Forbidden, NotFound):
            continue  # not theirs to add there
        content[title] = words
        await change(library, chance, title, (by, at))
    return content


async def change(library, chance: random.Random, title: str, owner: tuple[str, str]) -> None:
    """Something may happen to it that decides who sees it."""
    async with library.as_(*owner) as (actor, opened):
        item = await access_item(actor, library.ids[title])
        if item.may.may_share and chance.random() < 0.3:
            await actions_sharing.set_inheritance(actor=actor, now=opened.now, item=item, inherits=False)
            someone, where = chance.choice(VIEWERS[:3])
            principal = f"organisation:{library.staff.organisations[where]}"
            if where == owner[1]:
                principal = person_principal(library.staff.people[someone], library.staff.organisations[where])
            item = await access_item(actor, item.id)
            if item.space.network_id or where == owner[1]:
                access = chance.choice((Access.READER, Access.EDITOR))
                await actions_sharing.grant(actor=actor, now=opened.now, item=item, principal=principal, access=access)
        item = await access_item(actor, item.id)
        if "publish" in item.may.transitions and chance.random() < 0.6:
            await library.publish(actor, opened, item.id)
        elif item.may.may_bin and not item.declared.is_folder and chance.random() < 0.1:
            await actions_tree.bin_item(actor=actor, now=opened.now, item=item)


async def readable(library, content, viewer) -> set[str]:
    """The titles somebody may read, asked one by one."""
    found = set()
    async with library.as_(*viewer) as (actor, _):
        for title in content:
            try:
                await access_item(actor, library.ids[title])
            except NotFound:
                continue
            found.add(title)
    return found


def a_query(chance: random.Random):
    """A query, and whether somebody with these words has what it asks for."""
    wanted, excluded, other = chance.sample(WORDS, 3)
    return chance.choice(
        [
            (wanted, lambda words: wanted in words),
            (f"{wanted.lower()} {other}", lambda words: {wanted, other} <= words),
            (f"{wanted} -{excluded}", lambda words: wanted in words and excluded not in words),
            (
                f"{wanted} oder {other} -{excluded}",
                lambda words: wanted in words or (other in words and excluded not in words),
            ),
            (f'"{wanted}"', lambda words: wanted in words),
            (f"{wanted[:4]}*", lambda words: wanted in words),
            ("Nummer*", lambda _: True),
        ]
    )


@pytest.mark.parametrize("seed", range(4))
async def test_hits_are_exactly_what_one_may_read_among_what_has_the_words(library, seed):
    chance = random.Random(seed)
    content = await grow(library, chance)
    everything = set()
    for viewer in VIEWERS:
        mine = await readable(library, content, viewer)
        everything |= mine
        for _ in range(QUERIES):
            text, has = a_query(chance)
            expected = {title for title in mine if has(content[title])}
            async with library.as_(*viewer) as (actor, _):
                result = await search_items(actor, SearchQuery(text), limit=1000)
                suggested = await suggest_items(actor, text, limit=1000)
            assert {hit.entry.title for hit in result.hits} == expected, (viewer, text)
            assert result.found == len(expected)
            assert {entry.title for entry in suggested} <= mine
    assert everything, "the world is too empty to say anything"


async def a_secret(library) -> None:
    """What Ada alone knows, what was thrown away, and what others have; each with a word of its own."""
    await library.add("Geheimsache", "<p>Quastenflosser</p>", publish=False)
    await library.add("Papierkorbsache", "<p>Wellensittich</p>")
    async with library.as_("Ada") as (actor, opened):
        item = await access_item(actor, library.ids["Papierkorbsache"])
        await actions_tree.bin_item(actor=actor, now=opened.now, item=item)
    await library.add("Nachbarsache", "<p>Murmeltier</p>", by="Nele", at="neighbour")
    await library.add("Fremdsache", "<p>Erdferkel</p>", by="Fritz", at="stranger", network="second")
    await library.add("Offene Sache", "<p>Regenwurm</p>")


SECRETS = ("Quastenflosser", "Wellensittich", "Murmeltier", "Erdferkel")
MISSPELT = ("Quastenfloser", "Welensittich", "Murmeltie", "Erdfrekel")
TITLES = ("Geheimsache", "Papierkorbsache", "Nachbarsache", "Fremdsache")


async def test_nothing_hidden_comes_through_any_door(library):
    await a_secret(library)
    for text in (*SECRETS, *MISSPELT, *TITLES, *(f"{word[:5]}*" for word in (*SECRETS, *TITLES))):
        async with library.as_("Bert") as (actor, _):
            result = await search_items(actor, SearchQuery(text))
            helped = await correct(actor, SearchQuery(text))
            suggested = await suggest_items(actor, text)
        assert (result.hits, result.found, helped.text, helped.result.hits, suggested) == ([], 0, "", [], []), text


async def test_what_lies_in_the_bin_is_not_kept_for_the_search_and_comes_back(library):
    await a_secret(library)
    item_id = library.ids["Papierkorbsache"]
    for table in TABLES:
        rows = await library.staff.database.as_superuser(f"SELECT FROM {table} WHERE item_id = $1", item_id)
        assert rows == []
    assert await library.find("Wellensittich") == []
    async with library.as_("Ada") as (actor, opened):
        item = await access_item(actor, item_id, in_bin=True)
        folder = await library.folder(actor, None, None)
        await actions_tree.restore_item(actor=actor, now=opened.now, item=item, folder=folder)
    assert await library.find("Wellensittich") == ["Papierkorbsache"]


async def test_what_is_deleted_for_good_leaves_no_word_behind(library):
    await a_secret(library)
    item_id = library.ids["Offene Sache"]
    await library.staff.database.as_superuser(
        f"DELETE FROM item_version WHERE item_id = '{item_id}'; "
        f"DELETE FROM item_transition WHERE item_id = '{item_id}'; DELETE FROM item WHERE id = '{item_id}'"
    )
    for table in TABLES:
        assert await library.staff.database.as_superuser(f"SELECT FROM {table} WHERE item_id = $1", item_id) == []


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("role", ["app", "worker"])
async def test_nobody_reads_or_writes_what_the_search_keeps(library, table, role):
    for statement in (f"SELECT * FROM {table}", f"DELETE FROM {table}", f"UPDATE {table} SET item_id = item_id"):
        async with library.staff.database.role(role):
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                async with library.as_("Ada"):
                    await execute(statement)


async def test_the_functions_keep_to_the_spaces_within_reach_whatever_they_are_asked(library):
    """Also when the spaces of others are named, and items of others are to be weighed."""
    await a_secret(library)
    rows = await library.staff.database.as_superuser("SELECT space_id, item_id FROM search_entry")
    spaces, items = [row["space_id"] for row in rows], [row["item_id"] for row in rows]
    async with library.as_("Fritz", "stranger"):
        reached = set((await execute("SELECT reach_spaces() AS ids"))[0]["ids"])
        assert set(spaces) - reached
        for text in SECRETS:
            found = await execute(
                "SELECT * FROM search_candidates({}::uuid[], {}::text[], {}::text[], false, 100)",
                spaces, [text], ["word"],
            )  # fmt: skip
            assert {row["space_id"] for row in found} <= reached
            ranks = await execute(
                "SELECT * FROM search_ranks({}::uuid[], {}::uuid[], {}::text[], {}::text[], now())",
                spaces, items, [text], ["word"],
            )  # fmt: skip
            assert {row["space_id"] for row in ranks} <= reached
        like = await execute(
            "SELECT * FROM search_similar({}::text[], {}::text[], 50)", ["quastenfloser"], ["murmelti"]
        )
        assert like == []
