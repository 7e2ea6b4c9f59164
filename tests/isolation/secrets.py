"""What an organisation must never see: every identifier and every telling word in the database that is not its own.

Read as administrator from the tables themselves, so a new table is covered without being named here.
"""

import json
import re
from collections.abc import Iterable
from functools import cache
from uuid import UUID

from portal.network.words import DEEDS
from portal.shell.i18n import read_catalogue
from tenants.policies import PROTECTED
from tests.database import Database

# Words that say nothing about anybody: codes and states of the product.
SHORTEST_WORD = 9
# What other tables say, cut into the stems of single words; the planted words are looked for in answers all the same.
STEMS = {"search_entry", "search_word"}
PARAGRAPHS = ("187 (1)", "187 (2)", "188 (1)", "188 (2)", "188 (3)")
TENANTS = {entry.table: entry.tenant for entry in PROTECTED}
MARKUP = re.compile(r"<[^>]*>")
IGNORED_COLUMNS = {
    "kind", "state", "role", "event", "action", "subject", "provider", "key", "hash",
    "previous_hash", "sha256", "request_id", "channel", "land", "address", "path", "type", "transition", "target",
    "principal", "kinds", "minutes", "outcome", "part", "presence",
}  # fmt: skip


class Secrets:
    """Words that must not be said, and a quick answer whether a text says one of them.

    Each is known by its last letters (the beginnings of identifiers are all alike). Most lines of most answers are the
    same again and again; one that was searched without finding such letters is not searched a second time.
    """

    def __init__(self, words: set[str]) -> None:
        self.words = words
        self.by_end: dict[str, list[str]] = {}
        for word in words:
            self.by_end.setdefault(word[-SHORTEST_WORD:], []).append(word)
        self.beyond_lines = {end for end in self.by_end if len(end) < SHORTEST_WORD or "\n" in end}
        self.clean: set[str] = set()

    def said_in(self, text: str, *, asked: str = "") -> list[str]:
        """Those that the text says and that the asker did not say themselves: an answer may repeat the address."""
        ends = {*self.beyond_lines}
        for line in set(text.split("\n")) - self.clean:
            windows = {line[at : at + SHORTEST_WORD] for at in range(len(line) - SHORTEST_WORD + 1)}
            if met := windows & self.by_end.keys():
                ends |= met
            else:
                self.clean.add(line)
        found = [word for end in ends for word in self.by_end[end] if word in text]
        return sorted(word for word in found if word not in asked)


async def words_by_owner(database: Database) -> dict[UUID, set[str]]:
    """Identifiers and words of all rows, by the organisation or network that owns them."""
    found: dict[UUID, set[str]] = {}
    spaces = await _spaces(database)
    for entry in (entry for entry in PROTECTED if entry.table not in STEMS):
        for row in await database.as_superuser(f"SELECT to_jsonb(t) AS row FROM {entry.table} t"):
            values = json.loads(row["row"])
            for owner in _owners(entry.table, values, spaces):
                found.setdefault(owner, set()).update(_words(values))
    return found


async def reach_of(database: Database, organisation_id: UUID) -> set[UUID]:
    """The organisation itself, its networks and rooms now, and the members of its networks now."""
    networks = await database.as_superuser(
        "SELECT m.network_id, o.organisation_id FROM membership m JOIN membership o USING (network_id) "
        "WHERE m.organisation_id = $1 AND m.ends_at IS NULL AND o.ends_at IS NULL",
        organisation_id,
    )
    rooms = await database.as_superuser(
        "SELECT room_id FROM room_participation WHERE organisation_id = $1 AND ends_at IS NULL", organisation_id
    )
    reached = {value for row in networks for value in (row["network_id"], row["organisation_id"])}
    return {organisation_id, *reached, *(row["room_id"] for row in rooms)}


async def secrets_from(
    database: Database, organisation_id: UUID, owners: dict[UUID, set[str]], *, beyond_reach: bool = True
) -> set[str]:
    """All that must not reach this organisation.

    With ``beyond_reach`` the rows of everybody it shares no network with; otherwise the *own* rows of the organisations
    it does share a network with (their people, notices, deliveries, audit), whose names it may of course read. All
    words by their owner come from ``words_by_owner``.
    """
    reached = await reach_of(database, organisation_id)
    shared = {owner for owner in reached if owner != organisation_id}
    mine = _united(owners.get(owner, set()) for owner in reached)
    said = _said_to_everybody()
    if beyond_reach:
        beyond = _united(words for owner, words in owners.items() if owner not in reached)
        return _telling(beyond, [*mine, said])
    networks = {
        row["id"] for row in await database.as_superuser("SELECT id FROM network UNION ALL SELECT id FROM room")
    }
    visible = _united(owners.get(owner, set()) for owner in reached & networks) | owners.get(organisation_id, set())
    names = await database.as_superuser("SELECT id::text, slug, name FROM organisation")
    visible |= {value for row in names for value in row.values()}
    own = _united(owners.get(owner, set()) for owner in shared - networks)
    return _telling(own, [*visible, said])


def _telling(words: set[str], known: Iterable[str]) -> set[str]:
    """The words that occur in nothing that is known anyway, not even as a part of a sentence."""
    text = "\n".join(known)
    return {word for word in words if word not in text}


@cache
def _said_to_everybody() -> str:
    """What the portal itself says; a tag that is one of its words tells nothing, nor does a paragraph it cites, nor
    what it calls a step of a procedure."""
    said = [*(f"§ {paragraph} BGB" for paragraph in PARAGRAPHS), *DEEDS]
    for message in read_catalogue("en"):
        every = [message.id] if isinstance(message.id, str) else list(message.id)
        said += [*every, *([message.string] if isinstance(message.string, str) else list(message.string))]
    return "\n".join(said)


async def _spaces(database: Database) -> dict[str, str]:
    """Whose each space is: an organisation's, a network's, or a room's."""
    rows = await database.as_superuser(
        "SELECT id::text, coalesce(organisation_id, network_id, room_id)::text AS owner FROM space"
    )
    return {row["id"]: row["owner"] for row in rows}


def _owners(table: str, values: dict[str, object], spaces: dict[str, str]) -> Iterable[UUID]:
    if values.get("space_id"):
        return [UUID(spaces[str(values["space_id"])])]
    if table in {"organisation", "network", "room"}:
        return [UUID(str(values["id"]))]
    if TENANTS[table] == "organisation_id":
        return [UUID(str(values["organisation_id"]))]
    columns = ("organisation_id", "network_id", "room_id")
    present = [UUID(str(values[column])) for column in columns if values.get(column)]
    # A row of a network that names an organisation (a membership, a ballot) is the network's; so it is with a room.
    return present[-1:]


def _words(values: dict[str, object]) -> Iterable[str]:
    for name, value in values.items():
        if name in IGNORED_COLUMNS:
            continue
        for text in _texts(value):
            if _is_identifier(text) or (len(text) >= SHORTEST_WORD and not _is_instant(text)):
                yield text


def _texts(value: object) -> Iterable[str]:
    """The texts in a column; of JSON and lists each of them, of formatted text the words between its marks."""
    if isinstance(value, dict):
        yield from (text for name, inner in value.items() if name not in IGNORED_COLUMNS for text in _texts(inner))
    elif isinstance(value, list):
        yield from (text for inner in value for text in _texts(inner))
    elif isinstance(value, str) and "<" in value:
        yield from filter(None, (part.strip() for part in MARKUP.split(value)))
    elif isinstance(value, str):
        yield value


def _is_identifier(value: str) -> bool:
    try:
        UUID(value)
    except ValueError:
        return False
    return True


def _is_instant(value: str) -> bool:
    return value[:4].isdigit() and value[4:5] == "-"


def _united(sets: Iterable[set[str]]) -> set[str]:
    return set().union(*sets)
