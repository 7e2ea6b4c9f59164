"""Much content, quickly: made by SQL past the wall, of a few thousand texts in invented words."""

from collections.abc import Iterator
from contextlib import asynccontextmanager

import asyncpg

from tenants.database import connection_config
from tests.database import Database

FIRST = (
    "Wohnungs Miet Kosten Beratungs Hilfe Schutz Not Antrags Sozial Gesundheits Kranken Tages Nacht Winter Umzugs Haus "
    "Personal Dienst Fahrt Küchen Sucht Schulden Arbeits Ausbildungs Familien Kinder Jugend Alters Pflege Netzwerk "
    "Vertrags Rechts Daten Sicherheits Brand Medikamenten Ehrenamts Spenden Vereins Leitungs"
)
LAST = (
    "hilfe plan ordnung bericht protokoll antrag vertrag liste regel stelle gespräch termin konzept aufnahme schulung "
    "übernahme verlust suche treffen einsatz fortbildung anlage übersicht frage lösung vorlage abrechnung prüfung "
    "zahlung vereinbarung meldung kündigung räumung wache akte karte schlüssel gruppe runde sitzung"
)
COMMON = "Beratung Haus Menschen Arbeit Woche Montag Termin Bielefeld Stadt Frage Antwort Gruppe Leitung Raum Kaffee"
A_TEXT, TEXTS, IN_A_FOLDER = 45, 3000, 118

# Few words are common and many are rare, as in any language.
_WORDS = """
CREATE UNLOGGED TABLE bench_word AS
SELECT row_number() OVER (ORDER BY o.place, md5(o.word)) - 1 AS n, o.word FROM (
    SELECT 0 AS place, word FROM string_to_table($1, ' ') AS word
    UNION ALL SELECT 1, a || b FROM string_to_table($2, ' ') AS a CROSS JOIN string_to_table($3, ' ') AS b
) AS o;
"""
_TEXTS = """
CREATE OR REPLACE FUNCTION bench_dice(seed bigint) RETURNS float8 LANGUAGE sql IMMUTABLE PARALLEL SAFE AS
    'SELECT (hashint8(seed)::bigint + 2147483648) / 4294967296.0';
CREATE UNLOGGED TABLE bench_text AS
SELECT t.n, t.words, setweight(to_tsvector('german', t.words), 'C') AS content FROM (
    SELECT g.n, (SELECT string_agg(w.word, ' ' ORDER BY k) FROM generate_series(1, {length}) AS k
               JOIN bench_word w ON w.n = floor({words} * power(bench_dice(g.n * 1000 + k), 2.2))
              ) AS words FROM generate_series(0, {texts} - 1) AS g (n)
) AS t;
ALTER TABLE bench_text ADD PRIMARY KEY (n);
ALTER TABLE bench_word ADD PRIMARY KEY (n);
ANALYZE bench_word, bench_text;
"""
_ORGANISATIONS = """
CREATE UNLOGGED TABLE bench_owner AS
SELECT n, uuidv7() AS organisation_id, uuidv7() AS space_id, uuidv7() AS root_id, (n - 1) / {members} AS network
FROM generate_series({first}, {last}) AS n;
INSERT INTO organisation (id, slug, name, kind, land)
SELECT organisation_id, 'haus-' || n, 'Haus ' || n, 'carrier', 'NW' FROM bench_owner;
CREATE UNLOGGED TABLE bench_network AS
SELECT network AS n, uuidv7() AS network_id, uuidv7() AS space_id, uuidv7() AS root_id
FROM bench_owner GROUP BY network;
INSERT INTO network (id, slug, name, land) SELECT network_id, 'netz-' || n, 'Netz ' || n, 'NW' FROM bench_network;
INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at)
SELECT b.network_id, uuidv7(), o.organisation_id, o.n % {members} = 1, now() - interval '1 year'
FROM bench_owner o JOIN bench_network b ON b.n = o.network;
INSERT INTO space (id, kind, organisation_id, network_id, title)
SELECT space_id, 'organisation', organisation_id, NULL, 'Haus ' || n FROM bench_owner
UNION ALL SELECT space_id, 'network', NULL, network_id, 'Netz ' || n FROM bench_network;
INSERT INTO person (id, provider, subject, created_at, last_sign_in_at)
SELECT organisation_id, 'verzeichnis', 'bench-' || n, now(), now() FROM bench_owner;
INSERT INTO affiliation (organisation_id, person_id, name, email, begins_at)
SELECT organisation_id, organisation_id, 'Person ' || n, 'p@haus.example', now() - interval '1 year' FROM bench_owner;
INSERT INTO role_assignment (organisation_id, id, person_id, role, source, valid_from)
SELECT organisation_id, uuidv7(), organisation_id, 'caseworker', 'bench', now() - interval '1 year' FROM bench_owner;
CREATE UNLOGGED TABLE bench_space AS
SELECT row_number() OVER () - 1 AS n, * FROM (
    SELECT space_id, root_id, 'organisation' AS kind, NULL::uuid AS network_id, organisation_id FROM bench_owner
    UNION ALL SELECT space_id, root_id, 'network', network_id, NULL FROM bench_network
) AS s;
INSERT INTO item (space_id, id, path, type, title, state, readers, marked, created_at, changed_at)
SELECT space_id, root_id, '', 'folder', 'Startseite', 'published', 63, true, now(), now() FROM bench_space;
INSERT INTO item_grant (space_id, item_id, principal, access, granted_at)
SELECT s.space_id, s.root_id, g.principal, g.access, now() FROM bench_space s
CROSS JOIN LATERAL first_grants(s.kind, s.network_id) AS g;
"""
# Of what lies in a folder some are drafts of somebody else.
_ITEMS = """
WITH made AS MATERIALIZED (
    SELECT s.space_id, s.id, s.parent_id, s.path, t.words, t.content, s.k,
           CASE WHEN s.k % 7 = 0 THEN 'private' ELSE 'published' END AS state,
           w.word || ' ' || v.word || ' ' || s.k AS title,
           now() - (s.k % 1500) * interval '1 day' AS at
    FROM ({source}) AS s
    JOIN bench_text t ON t.n = floor({texts} * bench_dice(s.seed * 1000003 + s.k))
    JOIN bench_word w ON w.n = floor({words} * power(bench_dice(s.seed + s.k * 7), 2.2))
    JOIN bench_word v ON v.n = floor({words} * bench_dice(s.seed * 31 + s.k))
), kept AS (
    INSERT INTO item (space_id, id, parent_id, path, type, title, words, fields, state, readers, position, created_at,
                      changed_at, published_at, owner_name, changed_by)
    SELECT space_id, id, parent_id, path, 'page', title, words, '{{"body": ""}}', state,
           CASE state WHEN 'private' THEN 52 ELSE 63 END, k, at, at, at, 'Person', 'Person' FROM made
)
INSERT INTO search_entry (space_id, item_id, content, changed_at)
SELECT space_id, id, setweight(to_tsvector('german', title), 'A') || content, at FROM made
"""
_FOLDERS = """
CREATE UNLOGGED TABLE bench_folder AS
SELECT s.n * 1000 + k AS n, s.space_id, s.root_id, uuidv7() AS id, k
FROM bench_space s CROSS JOIN generate_series(1, {folders}) AS k;
INSERT INTO item (space_id, id, parent_id, path, type, title, fields, state, readers, position, created_at, changed_at)
SELECT space_id, id, root_id, ('ordner-' || k)::ltree, 'folder', 'Ordner ' || k, '{{"order": ""}}', 'published', 63, k,
       now(), now() FROM bench_folder;
"""
_SPREAD = """
SELECT f.space_id, uuidv7() AS id, f.id AS parent_id, ('ordner-' || f.k || '.seite-' || p)::ltree AS path,
       f.n AS seed, p AS k
FROM bench_folder f CROSS JOIN generate_series(1, {each}) AS p WHERE f.n % 20 = {part}
"""
_WORDS_OF_SPACES = """
WITH known AS MATERIALIZED (
    SELECT DISTINCT word FROM bench_text CROSS JOIN unnest(tsvector_to_array(content)) AS word WHERE length(word) >= 4
)
INSERT INTO search_word (space_id, word, item_id)
SELECT i.space_id, w.word, i.id FROM ({items}) AS i CROSS JOIN known w
"""
_LATER = ("item", "search_entry", "search_word")


@asynccontextmanager
async def past_the_wall(base: Database) -> Iterator[asyncpg.Connection]:
    """A connection of the superuser for which no trigger and no foreign key works."""
    connection = await asyncpg.connect(**connection_config(base.url("admin")))
    await connection.execute(
        "SET session_replication_role = replica; SET synchronous_commit = off; SET work_mem = '256MB'; "
        "SET maintenance_work_mem = '768MB'; SET max_parallel_maintenance_workers = 2; SET statement_timeout = 0"
    )
    try:
        yield connection
    finally:
        await connection.close()


async def prepare(connection: asyncpg.Connection) -> int:
    """The words and texts everything is made of; gives back how many words."""
    await connection.execute("DROP TABLE IF EXISTS bench_word, bench_text")
    for part in _WORDS.strip().split(";"):
        if part.strip():
            await connection.execute(
                part.replace("$1", f"'{COMMON}'").replace("$2", f"'{FIRST}'").replace("$3", f"'{LAST}'")
            )
    words = await connection.fetchval("SELECT count(*) FROM bench_word")
    await connection.execute(_TEXTS.format(length=A_TEXT, words=words, texts=TEXTS))
    return words


async def put_into(connection: asyncpg.Connection, source: str, words: int) -> None:
    """Items of invented words; ``source`` brings space_id, id, parent_id, path, seed and k."""
    await connection.execute(_ITEMS.format(source=source, texts=TEXTS, words=words))


async def name_words(connection: asyncpg.Connection, items: str) -> None:
    """Every word is known in the spaces of these items (``space_id``, ``id``), one of each space."""
    await connection.execute(_WORDS_OF_SPACES.format(items=items))


async def spread(connection: asyncpg.Connection, *, items: int, first: int, organisations: int, words: int) -> None:
    """So many items over so many organisations, twenty to a network. The indexes are made afterwards: it is quicker."""
    await connection.execute("DROP TABLE IF EXISTS bench_owner, bench_network, bench_space, bench_folder")
    await connection.execute(_ORGANISATIONS.format(first=first, last=first + organisations - 1, members=20))
    spaces = await connection.fetchval("SELECT count(*) FROM bench_space")
    folders = max(1, items // spaces // IN_A_FOLDER)
    await connection.execute(_FOLDERS.format(folders=folders))
    indexes = await _drop_indexes(connection)
    for part in range(20):
        await put_into(connection, _SPREAD.format(each=items // spaces // folders, part=part), words)
        print(f"\r{(part + 1) * 5} % of {items} items", end="", flush=True)
    await name_words(connection, "SELECT space_id, root_id AS id FROM bench_space")
    for index in indexes:
        print(f"\r{index.split(' ON ')[0]:<60}", end="", flush=True)
        await connection.execute(index)
    print("\r" + " " * 70, end="\r")
    await settle(connection)


async def settle(connection: asyncpg.Connection) -> None:
    """What stands long since has been vacuumed and written down; what was loaded a moment ago has not."""
    await connection.execute("VACUUM (ANALYZE)")
    await connection.execute("CHECKPOINT")


async def _drop_indexes(connection: asyncpg.Connection) -> list[str]:
    rows = await connection.fetch(
        "SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition FROM pg_index i "
        "WHERE i.indrelid::regclass::text = ANY ($1) AND NOT i.indisprimary",
        list(_LATER),
    )
    for row in rows:
        await connection.execute(f"DROP INDEX {row['name']}")
    return [row["definition"] for row in rows]
