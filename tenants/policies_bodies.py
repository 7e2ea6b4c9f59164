"""The wall around bodies of a network: who sits in them, their meetings and minutes."""

from tenants.protection import (
    APP,
    APPEND,
    AS_OFFICE,
    HOLDS_OFFICE,
    NETWORK,
    OWN,
    REACH,
    READ,
    WORKER,
    WRITE,
    Policy,
    Protected,
    columns,
    everything,
)

# A body is for all members of its network, or for those of some kinds; who runs the office prepares its meetings. In
# the scope of a network the worker speaks for no organisation.
_OWN_KIND = "(SELECT o.kind FROM organisation o WHERE o.id = (SELECT current_organisation()))"
_IN_BODY = (
    f"{NETWORK} AND (kinds IS NULL OR {_OWN_KIND} = ANY (kinds) OR (SELECT current_organisation()) IS NULL "
    f"OR {HOLDS_OFFICE.format(table='body')})"
)
# Everything of a body is there for whom the body is.
_OF_BODY = (
    f"{NETWORK} AND EXISTS (SELECT FROM body b WHERE b.network_id = {{table}}.network_id AND b.id = {{table}}.body_id)"
)
_ITS_ROOM = "(room_id IS NULL OR EXISTS (SELECT FROM room r WHERE r.id = room_id AND r.network_id = body.network_id))"
_NAMES = "ARRAY['group:administrator', 'group:director'] && (SELECT my_principals())::text[]"


def _of_body(table: str, app: str, *held: Policy, worker: str = WRITE, reach: str = "") -> Protected:
    """Rows that all see for whom the body is; ``held`` says who of them writes."""
    seen = _OF_BODY.format(table=table)
    policies = (
        Policy("of_body", (APP,), "SELECT", using=seen),
        *held,
        Policy("of_body_worker", (WORKER,), "ALL", using=seen, check=seen),
        *((everything(REACH),) if reach else ()),
    )
    grants = {APP: app, WORKER: worker, REACH: reach}
    return Protected(table, "network_id", policies, {role: rights for role, rights in grants.items() if rights})


def _written(table: str, *commands: str, who: str = "true") -> tuple[Policy, ...]:
    """The policies for these commands."""
    holds = f"{_OF_BODY.format(table=table)} AND {who}"
    return tuple(
        Policy(
            f"written_{command.lower()}",
            (APP,),
            command,
            using=None if command == "INSERT" else holds,
            check=None if command == "DELETE" else holds,
        )
        for command in commands
    )


_ALL = "SELECT, INSERT, UPDATE, DELETE"
# Minutes are written by everybody the rulebook names for the body, which the portal asks; that they stay once they are
# approved, the triggers of migration 68 hold.
_WRITTEN = ("INSERT", "UPDATE", "DELETE")

BODIES = (
    Protected(
        "body",
        "network_id",
        (
            Policy("in_body", (APP, WORKER), "SELECT", using=_IN_BODY),
            Policy("begun", (APP, WORKER), "INSERT", check=f"{_IN_BODY} AND room_id IS NULL"),
            Policy("kept_by_office", (APP,), "UPDATE", using=AS_OFFICE, check=f"{AS_OFFICE} AND {_ITS_ROOM}"),
            Policy("kept_by_worker", (WORKER,), "UPDATE", using=_IN_BODY, check=f"{_IN_BODY} AND {_ITS_ROOM}"),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', 'kinds', 'room_id')}",
            WORKER: f"{APPEND}, {columns('UPDATE', 'kinds', 'room_id')}",
            REACH: READ,
        },
    ),
    _of_body(
        "body_seat",
        f"{APPEND}, {columns('UPDATE', 'ends_on')}",
        *_written("body_seat", "INSERT", "UPDATE", who=f"{OWN} AND {_NAMES}"),
    ),
    _of_body(
        "meeting",
        WRITE,
        *_written("meeting", "INSERT", "UPDATE", who=AS_OFFICE),
        reach=f"{READ}, {columns('UPDATE', 'minutes')}",
    ),
    _of_body("agenda_item", _ALL, *_written("agenda_item", *_WRITTEN), worker=_ALL),
    _of_body("attendance", _ALL, *_written("attendance", *_WRITTEN), worker=_ALL),
    _of_body(
        "minutes_objection",
        f"{APPEND}, {columns('UPDATE', 'outcome', 'answer', 'answered_at')}",
        *_written("minutes_objection", "INSERT", who=OWN),
        *_written("minutes_objection", "UPDATE", who=AS_OFFICE),
    ),
    _of_body("resolution", _ALL, *_written("resolution", *_WRITTEN), worker=_ALL),
)
