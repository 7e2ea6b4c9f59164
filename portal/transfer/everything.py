"""Everything an organisation has here, part by part, for its administrator to take away.

Each part is a file of lines, one JSON object each. What has a meaning of its own is named in ``PARTS``; whatever other
table holds rows of the organisation, or of its own space, comes as it is (``tabellen/…``), so that a new one is not
forgotten. What is left out, and why, stands in ``LEFT_OUT``. The wall narrows every statement to the organisation.
"""

import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from uuid import UUID

from portal.kit.errors import Forbidden
from portal.shell.i18n import mark
from portal.spaces.places import SpaceKey
from portal.spaces.queries import Item, find_address
from portal.spaces.queries_lists import Entry, list_entries
from portal.spaces.queries_principals import require_standing
from portal.spaces.rules import Access
from tenants.context import Actor
from tenants.database import execute
from tenants.policies import PROTECTED
from tenants.protection import APP, ME, Protected
from tenants.scope import scope

BATCH = 1_000
FEW = 4  # files in lines, each of some megabytes
_NOBODY = UUID(int=0)
Lines = AsyncIterator[list[str]]

# In ``inhalte.zip``, or in a part of its own.
_COVERED = frozenset(
    {
        *("affiliation", "role_assignment", "audit_entry", "notice", "inbox_entry", "delivery", "ballot_signature"),
        *("contact_person", "formal_signature"),
        *("item", "item_version", "item_transition", "item_grant", "blob", "comment", "follower"),
        *("audit_head", "read_confirmation"),
    }
)
LEFT_OUT: Mapping[str, str] = {
    "blob_use": "folgt aus den Inhalten",
    "feed_key": "geheime Adressen von Abos gehören je einer Person",
    "item_draft": "was jemand geschrieben und nicht gespeichert hat, gehört dieser Person",
    "item_lock": "wer gerade bearbeitet, gilt nur für den Augenblick",
    "item_tag": "folgt aus den Inhalten",
    "rule_effect": "was Regeln getan haben, steht in rule_run",
    "search_entry": "das Verzeichnis der Suche folgt aus den Inhalten",
    "search_word": "das Verzeichnis der Suche folgt aus den Inhalten",
    "sent_form": "wird nach einem Tag vergessen und sagt nur, was schon angekommen ist",
    "upload": "was gerade hochgeladen wird, ist noch nicht da",
}


@dataclass(frozen=True, slots=True)
class Part:
    """One file of the ZIP. ``title`` says in German what it holds; ``rows`` brings its lines in batches."""

    name: str
    title: str
    rows: Callable[[Actor], Lines]


async def access_own_root(actor: Actor) -> Item:
    """The root of the organisation's own space, for who manages all of it.

    Raises:
        Forbidden: the actor does not.
    """
    root = await find_address(actor, SpaceKey.of_organisation(actor, actor.organisation_slug), "")
    if root is None or not root.may.access & Access.MANAGER:
        raise Forbidden("Alles mitnehmen kann, wer den ganzen Bereich der Organisation verwaltet.")
    return root


def parts() -> list[Part]:
    """All files but the content itself, in their order."""
    return [*PARTS, *(_table(entry) for entry in further_tables())]


def further_tables() -> list[Protected]:
    """Tables with rows of one organisation, or of its space, that the portal shows to more than one person each."""
    own = (entry for entry in PROTECTED if entry.tenant in {"organisation_id", "space_id"})
    return [entry for entry in own if entry.table not in _COVERED | LEFT_OUT.keys() and _is_shared(entry)]


def _is_shared(entry: Protected) -> bool:
    reading = [policy for policy in entry.policies if APP in policy.roles and policy.command in {"ALL", "SELECT"}]
    return any(ME not in (policy.using or "") for policy in reading)


def _asked(statement: str, *key: str, batch: int | None = None) -> Callable[[Actor], Lines]:
    """Everything a statement finds, in the order of the columns that tell its rows apart; ``line`` is the line."""
    columns = ", ".join(f"q.{part}" for part in key)
    beyond = f"WHERE ({columns}) > ({', '.join(['{}'] * len(key))}) "

    async def rows(actor: Actor) -> Lines:
        after: list[object] = []
        while True:
            page = f"SELECT q.* FROM ({statement}) q {beyond if after else ''}ORDER BY {columns} LIMIT {batch or BATCH}"  # noqa: S608
            async with _inside(actor):
                found = await execute(page, *after)
            if not found:
                return
            yield [row["line"] for row in found]
            after = [found[-1][part] for part in key]

    return rows


@asynccontextmanager
async def _inside(actor: Actor) -> AsyncIterator[None]:
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id, read_only=True):
        await require_standing(actor)
        yield


def _table(entry: Protected, *, name: str = "", title: str = "") -> Part:
    """All rows of a table, in the order of its key."""
    column = entry.tenant
    owner = "organisation_id" if column == "organisation_id" else "(SELECT id FROM space WHERE organisation_id"

    async def rows(actor: Actor) -> Lines:
        async with _inside(actor):
            key = [row["column"] for row in await execute(_KEY, entry.table)]
        mine = f"t.{column} = " + ("{}" if owner == "organisation_id" else f"{owner} = {{}})")
        columns = ", ".join(f"t.{part}" for part in key)
        after: list[object] = []
        while True:
            beyond = f" AND ({columns}) > ({', '.join(['{}'] * len(key))})" if after else ""
            statement = (
                f"SELECT to_jsonb(t)::text AS line, {columns} FROM {entry.table} t "  # noqa: S608 - names of ours
                f"WHERE {mine}{beyond} ORDER BY {columns} LIMIT {BATCH}"
            )
            async with _inside(actor):
                found = await execute(statement, actor.organisation_id, *after)
            if not found:
                return
            yield [row["line"] for row in found]
            after = [found[-1][part] for part in key]

    return Part(name or f"tabellen/{entry.table}.jsonl", title or mark("Zeilen, wie die Datenbank sie hält"), rows)


async def _notices(actor: Actor) -> Lines:
    after = UUID(int=0)
    while True:
        async with _inside(actor):
            found = await execute("SELECT * FROM notices_taken_away({}, {})", after, BATCH)
        if not found:
            return
        yield [
            json.dumps(
                {
                    **{name: str(row[name]) for name in ("id", "kind", "subject_id", "address")},
                    "created_at": row["created_at"].isoformat(),
                    "params": json.loads(row["params"]),
                    "told": json.loads(row["told"] or "[]"),
                },
                ensure_ascii=False,
            )
            for row in found
        ]
        after = found[-1]["id"]


def _kept(statement: str, **first: object) -> Callable[[Actor], Lines]:
    """What a function of the database tells page by page: it is asked for what comes after a key, and for how much."""

    async def rows(actor: Actor) -> Lines:
        after = [*first.values()]
        while True:
            async with _inside(actor):
                found = await execute(statement, *after, BATCH)
            if not found:
                return
            yield [row["line"] for row in found]
            after = [found[-1][part] for part in first]

    return rows


async def _tasks(actor: Actor) -> Lines:
    """Of the own space, and those of networks that concern the organisation."""
    mine, after = actor.organisation_id, UUID(int=0)
    while True:
        async with _inside(actor):
            found = await list_entries(
                actor, condition=_TASK, values=(mine, mine, f"%{mine}", after), order="i.id", limit=BATCH
            )
        if not found:
            return
        yield [json.dumps(_task(entry), ensure_ascii=False) for entry in found]
        after = found[-1].id


def _task(entry: Entry) -> dict[str, str | None]:
    return {
        "id": str(entry.id),
        "space": entry.space.slug,
        "address": entry.url,
        "title": entry.title,
        "state": entry.state,
        "assignee": entry.assignee,
        "due_at": entry.ends_at.isoformat() if entry.ends_at else None,
        "owner": entry.owner_name,
        "changed_at": entry.changed_at.isoformat(),
    }


_TASK = (
    "i.type = 'task' AND (s.organisation_id = {} OR i.owner_organisation_id = {} OR i.assignee LIKE {}) AND i.id > {}"
)
_KEY = """
SELECT a.attname AS column FROM pg_index x
CROSS JOIN LATERAL unnest(x.indkey) WITH ORDINALITY AS k (number, place)
JOIN pg_attribute a ON a.attrelid = x.indrelid AND a.attnum = k.number
WHERE x.indrelid = ({}::text)::regclass AND x.indisprimary ORDER BY k.place
"""
_ME = "(SELECT current_organisation())"
_ORGANISATION = f"""
SELECT jsonb_build_object(
    'id', o.id, 'slug', o.slug, 'name', o.name, 'kind', o.kind, 'land', o.land,
    'audit_head', (SELECT jsonb_build_object('seq', h.seq, 'hash', h.hash) FROM audit_head h
                   WHERE h.organisation_id = o.id),
    'memberships', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'network', n.slug, 'name', n.name, 'is_office', m.is_office, 'begins_at', m.begins_at,
                        'ends_at', m.ends_at) ORDER BY n.slug, m.begins_at), '[]')
                    FROM membership m JOIN network n ON n.id = m.network_id WHERE m.organisation_id = o.id),
    'rooms', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'network', n.slug, 'slug', r.slug, 'name', r.name, 'begins_at', p.begins_at, 'ends_at', p.ends_at)
                  ORDER BY n.slug, r.slug, p.begins_at), '[]')
              FROM room_participation p JOIN room r ON r.id = p.room_id JOIN network n ON n.id = r.network_id
              WHERE p.organisation_id = o.id)
)::text AS line, o.id FROM organisation o WHERE o.id = {_ME}
"""  # noqa: S608 - constants of this file
_PEOPLE = f"""
SELECT jsonb_build_object(
    'person_id', a.person_id, 'name', a.name, 'email', a.email, 'begins_at', a.begins_at, 'ends_at', a.ends_at,
    'roles', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                  'role', r.role, 'source', r.source, 'valid_from', r.valid_from, 'valid_until', r.valid_until)
                  ORDER BY r.valid_from, r.id), '[]')
              FROM role_assignment r WHERE r.organisation_id = a.organisation_id AND r.person_id = a.person_id)
)::text AS line, lower(a.name) AS sort, a.person_id FROM affiliation a WHERE a.organisation_id = {_ME}
"""  # noqa: S608 - constants of this file
_VOTES = f"""
SELECT jsonb_build_object(
    'id', v.id, 'network', n.slug, 'question', v.question, 'explanation', v.explanation, 'rule', v.rule,
    'rule_title', v.rule_title, 'rule_explanation', v.rule_explanation, 'rule_source', v.rule_source, 'kind', v.kind,
    'majority', jsonb_build_object('numerator', v.numerator, 'denominator', v.denominator, 'strict', v.strict,
                                   'base', v.base),
    'opened_at', v.opened_at, 'ends_at', v.ends_at, 'due_at', r.due_at, 'state', v.state, 'closed_at', v.closed_at,
    'options', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'title', p.title) ORDER BY p.place), '[]')
                FROM vote_option p WHERE p.network_id = v.network_id AND p.vote_id = v.id),
    'own_ballots', (SELECT coalesce(jsonb_agg(jsonb_build_object(
                        'id', b.id, 'answer', b.answer, 'option_id', b.option_id, 'cast_at', b.cast_at, 'late', b.late,
                        'person_id', g.person_id, 'capacity', g.capacity) ORDER BY b.cast_at, b.id), '[]')
                    FROM ballot b LEFT JOIN ballot_signature g
                         ON g.organisation_id = b.organisation_id AND g.ballot_id = b.id
                    WHERE b.network_id = v.network_id AND b.vote_id = v.id AND b.organisation_id = {_ME}),
    'result', (SELECT to_jsonb(x) - 'network_id' - 'vote_id' FROM vote_result x
               WHERE x.network_id = v.network_id AND x.vote_id = v.id)
)::text AS line, v.opened_at, v.id
FROM voter r JOIN vote v ON v.network_id = r.network_id AND v.id = r.vote_id JOIN network n ON n.id = v.network_id
WHERE r.organisation_id = {_ME}
"""  # noqa: S608 - constants of this file
_FORMAL = f"""
SELECT jsonb_build_object(
    'id', f.id, 'network', n.slug, 'number', f.number, 'year', f.year, 'kind', f.kind, 'cause_id', f.cause_id,
    'subject', f.subject, 'body', f.body, 'sender', f.sender_name, 'signed_by', f.signed_by, 'basis', f.basis,
    'rule_source', f.rule_source, 'period_days', f.period_days, 'period_months', f.period_months,
    'own_receipt', to_jsonb(r) - 'network_id' - 'notice_id' - 'organisation_id' - 'sender_id',
    'hands', (SELECT coalesce(jsonb_agg(jsonb_build_object('deed', g.deed, 'person_id', g.person_id) ORDER BY g.deed),
                              '[]')
              FROM formal_signature g WHERE g.organisation_id = r.organisation_id AND g.notice_id = r.notice_id)
)::text AS line, f.posted_at, f.id
FROM formal_receipt r JOIN formal_notice f ON f.network_id = r.network_id AND f.id = r.notice_id
    JOIN network n ON n.id = f.network_id
WHERE r.organisation_id = {_ME}
"""  # noqa: S608 - constants of this file
_ENCLOSURES = f"""
SELECT jsonb_build_object(
    'notice_id', e.notice_id, 'number', e.number, 'name', e.name, 'size', e.size, 'sha256', e.sha256,
    'base64', translate(encode(e.content, 'base64'), E'\\n', '')
)::text AS line, e.notice_id, e.number
FROM formal_receipt r JOIN formal_attachment e ON e.network_id = r.network_id AND e.notice_id = r.notice_id
WHERE r.organisation_id = {_ME}
"""  # noqa: S608 - constants of this file
_COMMENTS = f"""
SELECT jsonb_build_object(
    'id', c.id, 'network', n.slug, 'room', r.slug, 'item_id', c.item_id, 'body', c.body, 'by', c.by_name,
    'person_id', c.by_id, 'brought_by', c.brought_by, 'at', c.at, 'edited_at', c.edited_at, 'deleted_at', c.deleted_at
)::text AS line, c.at, c.id
FROM comment c JOIN space s ON s.id = c.space_id LEFT JOIN room r ON r.id = s.room_id
    LEFT JOIN network n ON n.id = coalesce(s.network_id, r.network_id)
WHERE c.by_organisation_id = {_ME}
"""  # noqa: S608 - constants of this file
_FOLLOWERS = """
SELECT jsonb_build_object('item_id', f.item_id, 'person_id', f.person_id, 'since_at', f.since_at)::text AS line,
       f.item_id, f.person_id
FROM followers_taken_away({}, {}, {}) f ORDER BY f.item_id, f.person_id
"""
_READINGS = """
SELECT jsonb_build_object('item_id', c.item_id, 'person_id', c.person_id, 'version', c.version, 'name', c.name,
                          'at', c.at)::text AS line, c.item_id, c.person_id, c.version
FROM readings_taken_away({}, {}, {}, {}) c ORDER BY c.item_id, c.person_id, c.version
"""
_TABLES = {entry.table: entry for entry in PROTECTED}

PARTS = (
    Part(
        "organisation.jsonl",
        mark("die Organisation, ihre Netzwerke, das Ende der Protokollkette"),
        _asked(_ORGANISATION, "id"),
    ),
    Part(
        "menschen.jsonl",
        mark("Menschen der Organisation mit ihren Rollen, auch früheren"),
        _asked(_PEOPLE, "sort", "person_id"),
    ),
    _table(_TABLES["audit_entry"], name="protokoll.jsonl", title=mark("das Protokoll mit seinen Prüfsummen")),
    _table(
        _TABLES["contact_person"],
        name="ansprechpersonen.jsonl",
        title=mark("Ansprechpersonen, wie sie im Verzeichnis der Netzwerke stehen"),
    ),
    Part(
        "abstimmungen.jsonl",
        mark("Abstimmungen mit eigenen Stimmen, deren Verlauf und dem Ergebnis"),
        _asked(_VOTES, "opened_at", "id"),
    ),
    Part(
        "foermliche-mitteilungen.jsonl",
        mark("förmliche Mitteilungen an die Organisation, wann sie zugingen und wer sie öffnete"),
        _asked(_FORMAL, "posted_at", "id"),
    ),
    Part(
        "anlagen.jsonl",
        mark("Anlagen dieser Mitteilungen, jede Datei in Base64"),
        _asked(_ENCLOSURES, "notice_id", "number", batch=FEW),
    ),
    Part("mitteilungen.jsonl", mark("Mitteilungen, an wen sie gingen und wann sie gelesen wurden"), _notices),
    _table(_TABLES["delivery"], name="zustellungen.jsonl", title=mark("E-Mails zu Mitteilungen und ob sie ankamen")),
    Part("kommentare.jsonl", mark("Kommentare eigener Leute, auch in Netzwerken"), _asked(_COMMENTS, "at", "id")),
    Part("aufgaben.jsonl", mark("Aufgaben im eigenen Bereich und solche in Netzwerken, die Sie betreffen"), _tasks),
    Part("beobachtet.jsonl", mark("wer was beobachtet"), _kept(_FOLLOWERS, item_id=_NOBODY, person_id=_NOBODY)),
    Part(
        "gelesen.jsonl",
        mark("wer von Ihren Leuten was zu lesen hatte und bestätigt hat"),
        _kept(_READINGS, item_id=_NOBODY, person_id=_NOBODY, version=0),
    ),
)
