"""Any tree with any grants and cuts: lists, marks and the right to write say in the database what the rules say."""

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID, uuid4

import asyncpg
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from portal.spaces.queries_lists import MARKS, NEAREST, SEEN, who
from portal.spaces.rules import GRANTED, Access, Mark, access_at
from tenants import database as tenants_database
from tenants.context import Actor, Role
from tenants.scope import Scope
from tests.staff import Staff, assemble_staff

TREES = 200
LARGEST = 9
LISTED = f"{MARKS} SELECT i.id, {NEAREST} AS access, {SEEN} AS seen FROM item i WHERE i.space_id = {{}}"
MINE = "SELECT i.id, my_access(i.space_id, i.id) AS access FROM item i WHERE i.space_id = $1"


@dataclass(frozen=True)
class Node:
    """An item as it is drawn: below which one that came before it, whether it cuts, what is granted there."""

    parent: int
    inherits: bool
    readers: int
    is_mine: bool
    grants: tuple[tuple[int, Access], ...]


GRANTS = st.lists(st.tuples(st.integers(0, 5), st.sampled_from(GRANTED)), max_size=3, unique_by=lambda each: each)
READERS = st.sampled_from([int(Access.READER), 0, 16, 28, 32, 60, 63])


@st.composite
def trees(draw) -> list[Node]:
    """The root and some items; a deep tree is as likely as a wide one."""
    is_deep = draw(st.booleans())
    nodes = [Node(-1, True, 63, False, tuple(draw(GRANTS)))]
    for number in range(1, draw(st.integers(2, LARGEST))):
        parent = number - 1 if is_deep else draw(st.integers(0, number - 1))
        inherits = draw(st.sampled_from([True, True, False]))
        nodes.append(Node(parent, inherits, draw(READERS), draw(st.booleans()), tuple(draw(GRANTS))))
    return nodes


@dataclass
class Ground:
    """A connection in whose transactions trees grow and are gone again."""

    runner: asyncio.Runner
    connection: asyncpg.Connection
    space_id: UUID
    root: UUID
    actors: list[Actor]
    granted: list[str]


@pytest.fixture
async def staff(empty_database) -> Staff:
    """Somebody of the organisation whose space it is, and a neighbour."""
    found = await assemble_staff(empty_database)
    await found.hire("Lea", Role.LEAD)
    await found.hire("Nora", Role.REPRESENTATIVE, at="neighbour")
    return found


@pytest.fixture
def ground(staff) -> Iterator[Ground]:
    """The space of the network of both, with nothing in it."""
    with asyncio.Runner() as runner:
        config = tenants_database.connection_config(staff.database.url("admin"))
        connection = runner.run(asyncpg.connect(**config))
        network = staff.networks["first"]
        space_id = runner.run(
            connection.fetchval(
                "INSERT INTO space (id, kind, network_id, title) VALUES (uuidv7(), 'network', $1, 'x') RETURNING id",
                network,
            )
        )
        root = runner.run(connection.fetchval("SELECT id FROM item WHERE space_id = $1", space_id))
        actors = [staff.actor("Lea"), staff.actor("Nora", at="neighbour")]
        granted = [
            "everyone", f"organisation:{staff.here}", f"organisation:{staff.neighbour}", "group:lead",
            f"person:{staff.people['Nora']}@{staff.neighbour}", f"office:{network}",
        ]  # fmt: skip
        try:
            yield Ground(runner, connection, space_id, root, actors, granted)
        finally:
            runner.run(connection.close())


async def compared(ground: Ground, tree: list[Node]) -> int:
    """Grow it, ask as each of them, and let it be gone; gives back how many items were open to somebody."""
    open_to = 0
    transaction = ground.connection.transaction()
    await transaction.start()
    try:
        items, marks = await grow(ground, tree)
        for actor in ground.actors:
            principals, person, organisation = who(actor)
            beginning = Scope(
                organisation_id=organisation, person_id=person, network_id=None, request_id="", read_only=False
            ).beginning
            await ground.connection.execute(f"SET LOCAL ROLE hilfenetz_app{beginning.removeprefix('BEGIN')}")
            listed = await ground.connection.fetch(
                numbered(LISTED), [ground.space_id], principals, person, organisation, ground.space_id
            )
            mine = {row["id"]: row["access"] for row in await ground.connection.fetch(MINE, ground.space_id)}
            await ground.connection.execute("RESET ROLE")
            assert {row["id"] for row in listed} == set(items) == set(mine)
            for row in listed:
                node, path = items[row["id"]]
                expected = access_at(path, marks, frozenset(principals))
                owner = Access.OWNER if node.is_mine and actor is ground.actors[0] else Access.NONE
                assert row["access"] == expected, f"the mark at {path}"
                assert mine[row["id"]] == expected | owner, f"the right to write at {path}"
                assert bool(row["seen"]) == bool(node.readers & (expected | owner)), f"the list at {path}"
                open_to += bool(row["seen"])
    finally:
        await transaction.rollback()
    return open_to


async def grow(ground: Ground, tree: list[Node]) -> tuple[dict[UUID, tuple[Node, tuple[str, ...]]], list[Mark]]:
    """The items by their identifiers with their paths, and what is decided where."""
    connection, lea = ground.connection, ground.actors[0]
    await connection.execute("DELETE FROM item_grant WHERE space_id = $1", ground.space_id)
    ids, paths = [ground.root], [()]
    for number, node in enumerate(tree[1:], start=1):
        ids.append(uuid4())
        paths.append((*paths[node.parent], f"n{number}"))
    await connection.executemany(
        "INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, inherits, owner_id, "
        "owner_organisation_id, created_at, changed_at) "
        "VALUES ($1, $2, $3, $4::text::ltree, 'page', 'x', 'private', $5, $6, $7, $8, now(), now())",
        [
            (ground.space_id, ids[number], ids[node.parent], ".".join(paths[number]), node.readers, node.inherits,
             lea.person_id if node.is_mine else None, lea.organisation_id)
            for number, node in enumerate(tree) if number
        ],
    )  # fmt: skip
    grants = {(ids[n], ground.granted[to], int(access)) for n, node in enumerate(tree) for to, access in node.grants}
    await connection.executemany(
        "INSERT INTO item_grant VALUES ($1, $2, $3, $4, '', '', now()) ON CONFLICT DO NOTHING",
        [(ground.space_id, *grant) for grant in sorted(grants, key=str)],
    )
    marks = [
        Mark(paths[n], node.inherits, tuple((ground.granted[to], access) for to, access in node.grants))
        for n, node in enumerate(tree)
    ]
    readers = await connection.fetchval("SELECT readers FROM item WHERE id = $1", ground.root)
    root = Node(-1, True, readers, False, tree[0].grants)
    return {ids[n]: (root if not n else node, paths[n]) for n, node in enumerate(tree)}, marks


def numbered(sql: str) -> str:
    """As ``tenants.database`` writes it."""
    places = iter(range(1, 99))
    return re.sub(r"\{\}", lambda _: f"${next(places)}", sql)


def test_the_database_says_of_any_tree_what_the_rules_say(ground):
    met = []

    @settings(max_examples=TREES, deadline=None)
    @given(trees())
    def hold(tree):
        met.append(ground.runner.run(compared(ground, tree)))

    hold()
    assert sum(bool(found) for found in met) > TREES / 4, "most trees hide everything from everybody"
