"""Search and content in a large installation: what it costs there, and that it costs as much in a small one."""

import statistics
import time
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import quote
from uuid import UUID

from portal.identity.sessions import COOKIE, NewSession, Sessions
from portal.settings import load
from tests.bench import library
from tests.bench import load as load_generator
from tests.bench.compare import PORTAL, Compared, compare, server
from tests.client import PROVIDER, redis_of
from tests.database import Database

ITEMS = 5_000_000
GROWTH = 100  # how many times more there is in the large installation
LARGEST_GROWTH = 1.3
SLOWEST = 0.1  # seconds, for 95 of 100 searches
LARGE_FOLDER, DEPTH, VERSIONS = 100_000, 20, 1000
IN_LARGE, SAME = "in that large space", "of the same two people"
DOCUMENT, FOLDER = "/o/bgw/regal/seite-1", "/o/bgw/regal"
ASKED = (
    "Kaffee", "Haus", "Beratung", "Wohnungshilfe", "Mietvertrag", "Kostenplan", "Brandwache", "Schuldenberatung",
    "Beratung Haus", "Montag Raum Kaffee", "Wohnungsplan Termin", "Haus -Kaffee", "Mietliste oder Kostenliste",
    '"Beratung Haus"', "Wohn*", "Miet*", "Sozialbericht Protokoll", "Pflegekündigung", "Wohnungshlife", "Brandwahce",
    "Netzwerkrunde Leitung", "Vereinsakte", "Quantenphysik", "Jugendgruppe Woche -Montag", "Datenprüfung",
)  # fmt: skip
_BODY = "<h2>Worum es geht</h2>" + "<p>Wer ein Zimmer sucht, meldet sich bei der Leitung. Der Kaffee ist frei.</p>" * 20

_SHELF = """
WITH root AS (
    SELECT s.id AS space_id, i.id FROM space s JOIN organisation o ON o.id = s.organisation_id
    JOIN item i ON i.space_id = s.id AND i.parent_id IS NULL WHERE o.slug = 'bgw'
), folder AS (
    INSERT INTO item (space_id, id, parent_id, path, type, title, fields, state, readers, created_at, changed_at)
    SELECT space_id, uuidv7(), id, 'regal', 'folder', 'Regal', '{"order": ""}', 'published', 63, now(), now() FROM root
    RETURNING space_id, id
)
INSERT INTO item (space_id, id, parent_id, path, type, title, summary, fields, words, state, readers, position,
                  owner_name, changed_by, created_at, changed_at, published_at)
SELECT space_id, uuidv7(), id, ('regal.seite-' || k)::ltree, 'page', 'Seite ' || k, 'Was man wissen muss.',
       jsonb_build_object('body', $1::text), 'Der Kaffee ist frei.', 'published', 63, k, 'Ada Beispiel', 'Ada Beispiel',
       now(), now(), now()
FROM folder CROSS JOIN generate_series(1, 20) AS k
"""
_LARGE = """
SELECT f.space_id, uuidv7() AS id, f.id AS parent_id, ('lager.stueck-' || k)::ltree AS path, 77 AS seed, k
FROM item f JOIN space s ON s.id = f.space_id JOIN organisation o ON o.id = s.organisation_id
CROSS JOIN generate_series(1, {many}) AS k WHERE o.slug = 'bgw' AND f.address = 'lager'
"""
_FOLDER_OF_BGW = """
INSERT INTO item (space_id, id, parent_id, path, type, title, fields, state, readers, created_at, changed_at)
SELECT i.space_id, uuidv7(), i.id, $2::text::ltree, 'folder', $3, '{"order": ""}', 'published', 63, now(), now()
FROM space s JOIN organisation o ON o.id = s.organisation_id JOIN item i ON i.space_id = s.id AND i.address = $1
WHERE o.slug = 'bgw' AND i.bin_id IS NULL
"""
_VERSIONS = """
INSERT INTO item_version (space_id, item_id, version, type, values, by_name, at)
SELECT i.space_id, i.id, v, 'page', jsonb_build_object('title', i.title, 'summary', '', 'tags', '[]'::jsonb,
       'body', $2::text || v), 'Ada Beispiel', now() - (1000 - v) * interval '1 hour'
FROM item i JOIN space s ON s.id = i.space_id JOIN organisation o ON o.id = s.organisation_id
CROSS JOIN generate_series(1, $1::integer) AS v WHERE o.slug = 'bgw' AND i.address = 'regal/seite-1'
"""


@dataclass
class Measured:
    """What was found in an installation of one size."""

    pages: dict[str, Compared] = field(default_factory=dict)
    searches: dict[str, dict[str, list[float]]] = field(default_factory=dict)

    def slowest(self, who: str) -> float:
        """The time that 95 of 100 searches keep under."""
        return _p95(_all(self.searches[who]))

    def undisturbed(self, who: str) -> float:
        """What a search costs when nothing else goes on: of each question the quickest answer, of these the median."""
        return statistics.median(min(times) for times in self.searches[who].values())


def _all(searches: dict[str, list[float]]) -> list[float]:
    return [seconds for times in searches.values() for seconds in times]


def _p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


async def fill_shelf(base: Database) -> None:
    """A folder of twenty pages in the space of one organisation of the demo world."""
    await base.as_superuser(_SHELF, _BODY)


async def measure(base: Database, ports: tuple[int, int], *, items: int = ITEMS) -> list[str]:
    """A small installation, then one with a hundred times as much; gives back the bounds that are broken."""
    await fill_shelf(base)
    async with library.past_the_wall(base) as connection:
        words = await library.prepare(connection)
        await _peculiar(connection, words)
        small = items // GROWTH
        await library.spread(connection, items=small, first=1, organisations=20, words=words)
    print(f"with {small + LARGE_FOLDER} items, of which {LARGE_FOLDER} lie in one folder:")
    before = await _measured(base, ports)
    async with library.past_the_wall(base) as connection:
        await library.spread(connection, items=items - small, first=21, organisations=1980, words=words)
    size = (await base.as_superuser("SELECT pg_database_size(current_database()) / 1000000000.0 AS gb"))[0]["gb"]
    print(f"with {items + LARGE_FOLDER} items of 2,000 organisations in 100 networks ({size:.1f} GB):")
    after = await _measured(base, ports)
    return _judged(before, after)


async def _peculiar(connection, words: int) -> None:
    """One large folder, one deep tree, one page with many versions."""
    await connection.execute(_FOLDER_OF_BGW, "", "lager", "Lager")
    await library.put_into(connection, _LARGE.format(many=LARGE_FOLDER), words)
    path = ""
    for depth in range(1, DEPTH):
        await connection.execute(
            _FOLDER_OF_BGW, path, f"{path}/tief-{depth}".strip("/").replace("/", "."), f"Tief {depth}"
        )
        path = f"{path}/tief-{depth}".strip("/")
    await connection.execute(_VERSIONS, VERSIONS, _BODY)
    await library.name_words(connection, "SELECT space_id, id FROM item WHERE address = 'lager'")


async def _measured(base: Database, ports: tuple[int, int]) -> Measured:
    found = Measured()
    people = await _people(base)
    (document,) = await base.as_superuser(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id JOIN organisation o ON o.id = s.organisation_id "
        "WHERE o.slug = 'bgw' AND i.address = 'regal/seite-1'"
    )
    deepest = "/".join(f"tief-{depth}" for depth in range(1, DEPTH))
    pages = {
        "document": DOCUMENT,
        "folder of 20": FOLDER,
        f"folder of {LARGE_FOLDER}": "/o/bgw/lager",
        "its page 400": "/o/bgw/lager?seite=400",
        f"{DEPTH} levels deep": f"/o/bgw/{deepest}",
        f"{VERSIONS} versions": f"/inhalte/{document['id']}/verlauf",
    }
    with server(PORTAL, ports[0]):
        csrf = await load_generator.first_cookie(ports[0], "/anmelden")
        cookies = {who: [f"{cookie}; {csrf}" for cookie in signed] for who, signed in people.items()}
        for name, path in pages.items():
            found.pages[name] = await compare(base, name, path, cookies[IN_LARGE][0], ports)
        for who, signed in cookies.items():
            first, found.searches[who] = await _searches(ports[0], signed)
            print(
                f"search {who:<22} median {statistics.median(_all(found.searches[who])) * 1000:5.1f} ms  "
                f"p95 {found.slowest(who) * 1000:5.1f} ms (at most {SLOWEST * 1000:.0f})  of {len(_all(first))};  "
                f"what is asked for the first time comes from the disk: p95 {_p95(_all(first)) * 1000:5.1f} ms",
                flush=True,
            )
    return found


async def _people(base: Database) -> dict[str, list[str]]:
    """Cookies of the same two people in both installations, of people in many organisations, and of one in the space
    with the large folder."""
    rows = await base.as_superuser(
        "SELECT a.organisation_id, a.person_id, o.slug FROM affiliation a "
        "JOIN organisation o ON o.id = a.organisation_id "
        "JOIN role_assignment r ON r.organisation_id = a.organisation_id AND r.person_id = a.person_id "
        "WHERE o.slug LIKE 'haus-%' AND right(o.slug, 1) = '7' OR o.slug = 'bgw' AND r.role = 'representative' "
        "ORDER BY length(o.slug), o.slug LIMIT 20"
    )
    redis = redis_of(load().redis_url)
    sessions = Sessions(redis, idle=timedelta(hours=3), absolute=timedelta(hours=10))
    signed = {row["slug"]: await _session(sessions, row["person_id"], row["organisation_id"]) for row in rows}
    await redis.aclose()
    return {
        IN_LARGE: [signed.pop("bgw")],
        SAME: list(signed.values())[:2],
        "in many organisations": list(signed.values()),
    }


async def _session(sessions: Sessions, person_id: UUID, organisation_id: UUID) -> str:
    new = NewSession(person_id=person_id, organisation_id=organisation_id, provider=PROVIDER, id_token="none")
    return f"{COOKIE}={await sessions.begin(new)}"


async def _searches(port: int, cookies: list[str]) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Seconds of whole pages for each question, asked one after the other: by each for the first time, and again."""
    turns: tuple[dict[str, list[float]], dict[str, list[float]]] = ({}, {})
    for times in turns:
        for text in ASKED * max(1, 20 // len(cookies)):
            for cookie in cookies:
                begun = time.perf_counter()
                await load_generator.body(port, f"/suche?q={quote(text)}", cookie=cookie)
                times.setdefault(text, []).append(time.perf_counter() - begun)
    return turns


def _judged(before: Measured, after: Measured) -> list[str]:
    broken = [page.name for page in after.pages.values() if not page.holds]
    broken += [f"search {who}" for who in after.searches if after.slowest(who) > SLOWEST]
    for name, page in after.pages.items():
        growth = page.ratio / before.pages[name].ratio
        print(
            f"{name:<22} costs {growth:4.2f} times what it costs in the small installation (at most {LARGEST_GROWTH})"
        )
        if growth > LARGEST_GROWTH:
            broken.append(f"{name}: growth")
    for who in (IN_LARGE, SAME):
        growth = after.undisturbed(who) / before.undisturbed(who)
        print(f"search {who:<22} takes {growth:4.2f} times what it took in the small one (at most {LARGEST_GROWTH})")
        if growth > LARGEST_GROWTH:
            broken.append(f"search {who}: growth")
    return broken
