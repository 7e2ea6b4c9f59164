"""The wall, declared: for every table whose rows it holds, who may touch it, and which rows PostgreSQL shows to whom.

A table that is not declared here is unreachable for the portal and the workers. ``hilfenetz migrate`` makes the
database equal to this file after the migrations, in their transaction; a test holds ``pg_policies`` against it.

To add a table: one entry in the block of its feature, with ``own`` (rows of one organisation), ``of_network`` (rows all
members share), ``of_space`` or ``beside_item`` (content) from ``tenants.protection``, and its isolation test.
"""

from collections.abc import Iterable, Mapping

from tenants.policies_admission import ADMISSION
from tenants.policies_agreement import AGREEMENT
from tenants.policies_bodies import BODIES
from tenants.policies_circle import CIRCLE
from tenants.policies_contacts import CONTACTS
from tenants.policies_content import CONTENT
from tenants.policies_formal import FORMAL
from tenants.policies_identity import IDENTITY
from tenants.policies_ladders import LADDERS
from tenants.policies_network import PROCEDURES
from tenants.policies_votes import VOTES
from tenants.protection import (
    APP,
    APPEND,
    AS_OFFICE,
    AUDITOR,
    LOGIN_ROLES,
    ME,
    NETWORK,
    OWN,
    OWN_PERSON,
    REACH,
    REACHED,
    READ,
    WORKER,
    WRITE,
    Policy,
    Protected,
    columns,
    everything,
    of_network,
)

_SENT = (
    *("id", "organisation_id", "network_id", "event", "payload", "key"),
    *("due_at", "next_at", "request_id", "created_at"),
)
_OF_APPLICATION = "network_id IS NOT NULL AND payload ? 'application_id'"
_AUDITOR_READS = Policy("auditor_reads", (AUDITOR,), "SELECT", using="true")
_REACH_READS = Policy("reach_reads", (REACH,), "SELECT", using="true")

_REACHED_ROOM = "id = ANY ((SELECT reach_spaces())::uuid[])"
_ITS_ROOM = "SELECT FROM room r WHERE r.id = room_participation.room_id"
_MAY_TAKE_PART = (
    f"AND {AS_OFFICE} AND r.closed_at IS NULL AND EXISTS (SELECT FROM membership m WHERE m.network_id = r.network_id "
    "AND m.organisation_id = room_participation.organisation_id "
    "AND m.begins_at <= room_participation.begins_at AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))"
)

TENANTS = (
    Protected(
        "organisation",
        None,
        (
            Policy(
                "own_and_reached",
                (APP, WORKER),
                "SELECT",
                using="id = (SELECT current_organisation()) OR id = ANY ((SELECT reach_organisations())::uuid[])",
            ),
            Policy("worker_provisions", (WORKER,), "INSERT", check="true"),
            _AUDITOR_READS,
            _REACH_READS,
        ),
        {APP: READ, WORKER: APPEND, REACH: READ, AUDITOR: READ},
        why="an organisation is the tenant; its id leads its key",
    ),
    Protected(
        "network",
        None,
        (
            Policy("members", (APP, WORKER), "SELECT", using="id = ANY ((SELECT reach_networks())::uuid[])"),
            Policy("worker_provisions", (WORKER,), "INSERT", check="id = ANY ((SELECT reach_networks())::uuid[])"),
            _REACH_READS,
        ),
        {APP: READ, WORKER: APPEND, REACH: READ},
        why="a network is the tenant of what its members share; its id leads its key",
    ),
    of_network(
        "membership",
        READ,
        worker=WRITE,
        reach=f"{READ}, UPDATE (ends_at)",
        extra=(_REACH_READS, Policy("procedure_ends", (REACH,), "UPDATE", using="true", check="true")),
    ),
    Protected(
        "space",
        None,
        (
            Policy("own_or_network", (APP, WORKER), "ALL", using=f"{OWN} OR {NETWORK}", check=f"{OWN} OR {NETWORK}"),
            Policy("room_taken_part_in", (APP, WORKER), "SELECT", using=f"kind = 'room' AND {_REACHED_ROOM}"),
            Policy("born_with_its_room", (REACH,), "INSERT", check="kind = 'room'"),
            _REACH_READS,
        ),
        {APP: READ, WORKER: WRITE, REACH: APPEND},
        why="a space belongs to an organisation, a network or a room; each row names exactly one of them",
    ),
    # The office opens and closes rooms and says who takes part; that alone lets it into none of them. In the scope of a
    # person who works there, never in its own: so the demo world is built.
    Protected(
        "room",
        None,
        (
            Policy("taken_part_in", (APP, WORKER), "SELECT", using=_REACHED_ROOM),
            Policy("office", (APP, WORKER), "SELECT", using=AS_OFFICE),
            Policy("opened", (APP, WORKER), "INSERT", check=f"{AS_OFFICE} AND closed_at IS NULL"),
            Policy(
                "closed",
                (APP,),
                "UPDATE",
                using=f"{AS_OFFICE} AND closed_at IS NULL",
                check=f"{AS_OFFICE} AND closed_at IS NOT NULL",
            ),
            _REACH_READS,
        ),
        {APP: f"{APPEND}, {columns('UPDATE', 'closed_at')}", WORKER: APPEND, REACH: READ},
        why="a room is the tenant of what lies in it; its id leads its key",
    ),
    Protected(
        "room_participation",
        "room_id",
        (
            Policy("of_rooms_one_sees", (APP, WORKER), "SELECT", using=f"EXISTS ({_ITS_ROOM})"),
            Policy(
                "begun", (APP, WORKER), "INSERT", check=f"ends_at IS NULL AND EXISTS ({_ITS_ROOM} {_MAY_TAKE_PART})"
            ),
            Policy(
                "ended",
                (APP,),
                "UPDATE",
                using=f"ends_at IS NULL AND EXISTS ({_ITS_ROOM} AND {AS_OFFICE})",
                check=f"ends_at IS NOT NULL AND EXISTS ({_ITS_ROOM} AND {AS_OFFICE})",
            ),
            everything(REACH),  # the room of a body: whoever is admitted takes part with the same statement
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', 'ends_at')}",
            WORKER: APPEND,
            REACH: f"{APPEND}, {columns('UPDATE', 'ends_at')}",
        },
    ),
    Protected(
        "outbox",
        None,
        (
            everything(WORKER),
            Policy("tell_reached", (APP,), "INSERT", check=f"{OWN} OR {REACHED} OR {NETWORK}"),
            # Whoever applies is not of the network yet; its case goes on through functions of the database.
            Policy("of_applications", (REACH,), "INSERT", check=_OF_APPLICATION),
            # Of these the office is told that one was given up, and it goes on with it (migration 91).
            Policy("dead_of_applications", (REACH,), "SELECT", using=_OF_APPLICATION),
            Policy(
                "applications_go_on",
                (REACH,),
                "UPDATE",
                using=f"{_OF_APPLICATION} AND state = 'dead'",
                check=f"{_OF_APPLICATION} AND state = 'waiting'",
            ),
            Policy("own_organisation", (APP,), "SELECT", using=OWN),
            Policy(
                "send_again", (APP,), "UPDATE", using=f"{OWN} AND state = 'dead'", check=f"{OWN} AND state = 'waiting'"
            ),
        ),
        # Neither who sent it nor how far it is: those are the database's and the worker's to say.
        {
            APP: f"SELECT, {columns('INSERT', *_SENT)}, {columns('UPDATE', 'state', 'attempts', 'next_at')}",
            WORKER: "SELECT, INSERT, UPDATE, DELETE",
            REACH: f"SELECT, {columns('INSERT', *_SENT)}, {columns('UPDATE', 'state', 'attempts', 'next_at')}",
        },
        why="a queue of identifiers: each row names the organisation or network it is for",
    ),
    Protected(
        "recent_change",
        None,
        (everything(REACH), everything(WORKER)),
        {REACH: APPEND, WORKER: "SELECT, DELETE"},
        why="identifiers of whom something concerned, never of what; the portal only asks whether there is any for it",
    ),
    Protected(
        "heartbeat",
        None,
        (everything(WORKER), Policy("read", (APP,), "SELECT", using="true")),
        {APP: READ, WORKER: WRITE},
        why="the worker's sign of life belongs to no organisation",
    ),
)


AUDIT = (
    Protected(
        "audit_entry",
        "organisation_id",
        (
            Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN),
            # Nobody writes down somebody else as the one who acted; the worker repeats what people did.
            Policy("own_deed", (APP,), "INSERT", check=f"{OWN} AND person_id IS NOT DISTINCT FROM {ME}"),
            Policy("deed_of_others", (WORKER,), "INSERT", check=OWN),
            _AUDITOR_READS,
        ),
        {APP: APPEND, WORKER: APPEND, AUDITOR: READ},
    ),
    Protected(
        "audit_head",
        "organisation_id",
        (Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN), everything(REACH), _AUDITOR_READS),
        {APP: READ, WORKER: READ, AUDITOR: READ, REACH: WRITE},
    ),
)

_MARKED_READ = "UPDATE (read_at), UPDATE (set_aside_at)"
_OWN_ENTRY = "SELECT FROM inbox_entry e WHERE e.organisation_id = notice.organisation_id AND e.notice_id = notice.id"
# Only the worker tells people; the portal shows each person what they were told.
NOTICES = (
    Protected(
        "notice",
        "organisation_id",
        (
            Policy("told_to_me", (APP,), "SELECT", using=f"{OWN} AND EXISTS ({_OWN_ENTRY} AND e.person_id = {ME})"),
            Policy("own_organisation", (WORKER,), "ALL", using=OWN, check=OWN),
            _REACH_READS,
        ),
        {APP: READ, WORKER: APPEND, REACH: READ},
    ),
    Protected(
        "inbox_entry",
        "organisation_id",
        (
            Policy("own_person", (APP,), "ALL", using=OWN_PERSON, check=OWN_PERSON),
            Policy("own_organisation", (WORKER,), "ALL", using=OWN, check=OWN),
            _REACH_READS,
        ),
        {APP: f"{READ}, {_MARKED_READ}", WORKER: f"{APPEND}, {_MARKED_READ}", REACH: READ},
    ),
    Protected(
        "delivery",
        "organisation_id",
        (
            Policy("own_organisation", (APP,), "SELECT", using=OWN),
            Policy(
                "send_again", (APP,), "UPDATE", using=f"{OWN} AND state = 'dead'", check=f"{OWN} AND state = 'queued'"
            ),
            Policy("own_organisation_worker", (WORKER,), "ALL", using=OWN, check=OWN),
        ),
        {APP: "SELECT, UPDATE (state)", WORKER: WRITE},
    ),
)

PROTECTED: tuple[Protected, ...] = (
    *TENANTS,
    *AGREEMENT,
    *IDENTITY,
    *AUDIT,
    *NOTICES,
    *FORMAL,
    *VOTES,
    *LADDERS,
    *PROCEDURES,
    *ADMISSION,
    *CIRCLE,
    *CONTACTS,
    *CONTENT,
    *BODIES,
)

# Functions that see more than their caller. Everything else runs with the caller's own rights.
DEFINER_FUNCTIONS: Mapping[str, tuple[str, ...]] = {
    "agreement_copy_stamp()": (REACH,),  # a trigger
    "agreement_signature_stamp()": (REACH,),  # and another
    "application_confirmed()": (APP,),
    "application_mail_again(uuid,uuid)": (APP,),
    "application_mail_problem(uuid,uuid)": (APP,),
    "application_network(uuid)": (WORKER,),
    "application_received(uuid,jsonb,interval,boolean)": (APP,),
    "application_taken_back(uuid)": (APP,),
    "audit_chain()": (REACH,),  # a trigger: nobody calls it
    "await_ballot(uuid,uuid)": (WORKER,),
    "ballot_stamp()": (REACH,),  # a trigger as well
    "body_room_joined()": (REACH,),  # and that
    "body_room_office()": (REACH,),
    "change_noted()": (REACH,),  # a trigger too
    "changed_since(pg_snapshot,timestamp with time zone,text)": (APP, WORKER),
    "contacts_noted()": (REACH,),  # a trigger
    "current_application()": (APP, WORKER),
    "death_noted()": (REACH,),  # and another
    "early_warning_trend(uuid,date)": (APP,),
    "early_warning_words(uuid,integer)": (APP, WORKER),
    "directory_version_stamp()": (REACH,),  # one more
    "feed_holder(text,text)": (APP,),
    "find_closed()": (APP, WORKER, REACH),
    "find_networks()": (APP, WORKER, REACH),
    "find_organisations()": (APP, WORKER, REACH),
    "find_principals()": (APP, WORKER, REACH),
    "find_spaces()": (APP, WORKER, REACH),
    "followers_taken_away(uuid,uuid,integer)": (APP,),
    "formal_notice_stamp()": (REACH,),  # a trigger
    "formal_receipt_stamp()": (REACH,),  # and another
    "item_grant_marks()": (REACH,),  # a trigger as well
    "item_leads_on()": (REACH,),  # and another
    "item_tag_keep()": (REACH,),
    "may_lead(uuid,text)": (APP,),
    "minutes_kept()": (REACH,),  # a trigger
    "minutes_objection_stamp()": (REACH,),  # and another
    "my_access(uuid,uuid)": (APP, WORKER),
    "nothing_changed(pg_snapshot,timestamp with time zone,text)": (APP, WORKER),
    "notices_taken_away(uuid,integer)": (APP,),
    "position_paper_stamp()": (REACH,),  # a trigger
    "procedure_notice_received()": (REACH,),  # a trigger
    "procedure_takes_effect()": (REACH,),  # and another
    "public_office(uuid)": (APP,),
    "public_rulebook(text)": (APP,),
    "readings_of(uuid,uuid)": (APP,),
    "readings_taken_away(uuid,uuid,integer,integer)": (APP,),
    "released_position(text,text)": (APP,),
    "room_space()": (REACH,),  # a trigger
    "search_candidates(uuid[],text[],text[],boolean,integer)": (APP, WORKER),
    "search_keep()": (REACH,),  # a trigger
    "search_ranks(uuid[],uuid[],text[],text[],timestamp with time zone)": (APP, WORKER),
    "search_similar(text[],text[],integer)": (APP, WORKER),
    "space_root()": (REACH,),  # a trigger too
    "office_candidacy_stamp()": (REACH,),  # a trigger
    "membership_office_left()": (REACH,),  # another
    "organisations_by_slug(text[])": (APP, WORKER),
    "own_affiliations()": (APP, WORKER),
    "takes_all_away()": (REACH,),  # asked by those above that end the same way
    "withdraw_candidacy(uuid,uuid)": (APP,),  # for code from before
    "withdraw_candidacy(uuid,uuid,timestamp with time zone)": (APP,),
    "work_noted()": (REACH,),  # a trigger
}


def statements(existing: Iterable[tuple[str, str]]) -> list[str]:
    """The SQL that makes a database equal to the declaration.

    Args:
        existing: (table, policy) pairs now in the database; all of them are replaced.
    """
    everyone = ", ".join((*LOGIN_ROLES, REACH))
    result = [f"DROP POLICY {policy} ON {table}" for table, policy in existing]
    result += [
        f"REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {everyone}",
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
    ]
    # Who can create a table for the time of a session can stand one in front of ours.
    result.append(
        f"DO $$ BEGIN EXECUTE format('REVOKE TEMPORARY ON DATABASE %I FROM PUBLIC, {everyone}', "
        "current_database()); END $$"
    )
    for entry in PROTECTED:
        result.append(f"ALTER TABLE {entry.table} ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY")
        result += [policy.statement(entry.table) for policy in entry.policies]
        result += [f"GRANT {privileges} ON {entry.table} TO {role}" for role, privileges in entry.grants.items()]
    # As their owner: from anybody else PostgreSQL takes this with a warning and changes nothing. Whoever migrates makes
    # triggers of some of them later.
    result.append(f"SET LOCAL ROLE {REACH}")
    for function, roles in DEFINER_FUNCTIONS.items():
        result.append(f"REVOKE ALL ON FUNCTION {function} FROM PUBLIC, {', '.join(LOGIN_ROLES)}")
        result.append(f"GRANT EXECUTE ON FUNCTION {function} TO {', '.join(roles)}, SESSION_USER")
    result.append("RESET ROLE")
    return result
