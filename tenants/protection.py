"""What a declaration of the wall is made of: policies, and the usual kinds of tables."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

APP, WORKER, AUDITOR, REACH = "hilfenetz_app", "hilfenetz_worker", "hilfenetz_auditor", "hilfenetz_reach"
LOGIN_ROLES = (APP, WORKER, AUDITOR)

# Wrapped as (SELECT f()) so that PostgreSQL asks once a statement, not once a row.
OWN = "organisation_id = (SELECT current_organisation())"
ME = "(SELECT current_person())"
NETWORK = "network_id = ANY ((SELECT reach_networks())::uuid[])"
# Every statement names the space it means, so this only checks it. As a condition on the column it would be taken for a
# second one that narrows the rows, and the planner would expect a handful where a hundred thousand are.
SPACE = "array_position((SELECT reach_spaces()), space_id) IS NOT NULL"
OWN_PERSON = f"{OWN} AND person_id = {ME}"
REACHED = "organisation_id = ANY ((SELECT reach_organisations())::uuid[])"

# The office of the network, as the database sees it: the organisation that holds it now.
HOLDS_OFFICE = (
    "EXISTS (SELECT FROM membership o WHERE o.network_id = {table}.network_id AND o.is_office "
    "AND o.organisation_id = (SELECT current_organisation()) "
    "AND o.begins_at <= hilfenetz_now() AND (o.ends_at IS NULL OR o.ends_at > hilfenetz_now()))"
)
# The office as a person: who works there, for the member that holds it now.
AS_OFFICE = "('office:' || network_id) = ANY ((SELECT my_principals())::text[])"
# As HOLDS_OFFICE, of the organisation that a row names in this column.
OFFICE_IS = HOLDS_OFFICE.replace("(SELECT current_organisation())", "{table}.{column}")
# Whoever a row of a network is for belongs to that very network: who has several reaches more than its members.
MEMBER_THERE = (
    "EXISTS (SELECT FROM membership o WHERE o.network_id = {table}.network_id "
    "AND o.organisation_id = {table}.organisation_id "
    "AND o.begins_at <= hilfenetz_now() AND (o.ends_at IS NULL OR o.ends_at > hilfenetz_now()))"
)
# The scope of a network, which belongs to no organisation and is the worker's alone (decision 0003).
NETWORKS_SCOPE = f"(SELECT current_organisation()) IS NULL AND {NETWORK}"

READ, WRITE, APPEND = "SELECT", "SELECT, INSERT, UPDATE", "SELECT, INSERT"


@dataclass(frozen=True)
class Policy:
    """One ``CREATE POLICY``: ``command`` is SELECT, INSERT, UPDATE, DELETE or ALL."""

    name: str
    roles: tuple[str, ...]
    command: str
    using: str | None = None
    check: str | None = None
    restrictive: bool = False  # holds beside all others, instead of allowing more

    def statement(self, table: str) -> str:
        """The SQL that creates it."""
        kind = " AS RESTRICTIVE" * self.restrictive
        clauses = [f"CREATE POLICY {self.name} ON {table}{kind} FOR {self.command} TO {', '.join(self.roles)}"]
        if self.using:
            clauses.append(f"USING ({self.using})")
        if self.check:
            clauses.append(f"WITH CHECK ({self.check})")
        return " ".join(clauses)


@dataclass(frozen=True)
class Protected:
    """A table behind the wall. ``tenant`` is the column that leads its keys; None for a table that is the tenant
    itself or holds nothing of any organisation (then ``why`` says so)."""

    table: str
    tenant: str | None
    policies: tuple[Policy, ...]
    grants: Mapping[str, str]
    why: str = field(default="")


def everything(role: str) -> Policy:
    """A policy that hides nothing from a role that needs all rows of this table, such as a queue's."""
    return Policy(f"{role}_all", (role,), "ALL", using="true", check="true")


def own(table: str, grants: str = WRITE, *, worker: str | None = None, extra: Iterable[Policy] = ()) -> Protected:
    """Rows of exactly one organisation, invisible to every other."""
    policy = Policy("own_organisation", (APP, WORKER), "ALL", using=OWN, check=OWN)
    return Protected(table, "organisation_id", (policy, *extra), {APP: grants, WORKER: worker or grants})


def of_network(
    table: str, grants: str = WRITE, *, worker: str | None = None, reach: str = "", extra: Iterable[Policy] = ()
) -> Protected:
    """Rows that all members of a network share, for as long as their membership is in effect."""
    policy = Policy("members_of_network", (APP, WORKER), "ALL", using=NETWORK, check=NETWORK)
    granted = {APP: grants, WORKER: worker or grants, REACH: reach}
    return Protected(
        table, "network_id", (policy, *extra), {role: rights for role, rights in granted.items() if rights}
    )


def of_space(
    table: str, grants: str = WRITE, *, worker: str | None = None, reach: str = "", extra: Iterable[Policy] = ()
) -> Protected:
    """Rows of a space: of the organisation's own, or of a network's for as long as the membership is in effect.

    Inside a space the grants on its items decide (``portal.spaces``).
    """
    policies = (
        Policy("within_space", (APP, WORKER), "ALL", using=SPACE, check=SPACE),
        *extra,
        *((everything(REACH),) if reach else ()),
    )
    granted = {APP: grants, WORKER: worker or grants, REACH: reach}
    return Protected(table, "space_id", policies, {role: rights for role, rights in granted.items() if rights})


# Nothing of a closed room is written any more; asked beside whatever else holds a row.
_NOT_CLOSED = "array_position((SELECT closed_spaces()), space_id) IS NULL"


def in_open_rooms(entry: Protected, *, but: Iterable[str] = ()) -> Protected:
    """A table of content, of whose rows in a closed room nobody who signs in makes, changes or deletes any; ``but``
    names commands that stay."""
    written = entry.grants.get(APP, "")
    held = [command for command in ("INSERT", "UPDATE", "DELETE") if command in written and command not in but]
    policies = (
        Policy(
            f"in_open_rooms_{command.lower()}",
            (APP,),
            command,
            using=None if command == "INSERT" else _NOT_CLOSED,
            check=None if command == "DELETE" else _NOT_CLOSED,
            restrictive=True,
        )
        for command in held
    )
    return replace(entry, policies=(*entry.policies, *policies))


def columns(privilege: str, *names: str) -> str:
    """A privilege on these columns alone."""
    return ", ".join(f"{privilege} ({name})" for name in names)


_MY_ACCESS = "(SELECT my_access({table}.space_id, {table}.item_id))"


def beside_item(table: str, app: str, *, check: str, worker: str, delete: str = "", reach: str = "") -> Protected:
    """Rows that belong to an item: read within reach of the space, written only by who has been given access to it."""
    policies = (
        Policy("within_space", (APP,), "SELECT", using=SPACE),
        Policy("given_access", (APP,), "INSERT", check=f"{SPACE} AND {check}"),
        *((Policy("given_access_too", (APP,), "DELETE", using=f"{SPACE} AND {delete}"),) if delete else ()),
        Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE),
        *((everything(REACH),) if reach else ()),
    )
    granted = {APP: app, WORKER: worker, REACH: reach}
    return Protected(table, "space_id", policies, {role: rights for role, rights in granted.items() if rights})


def touched(table: str) -> str:
    """Whoever was given anything at the item, or made it."""
    return f"{_MY_ACCESS.format(table=table)} <> 0"


def edited(table: str) -> str:
    """Whoever may edit the item in the state it is in."""
    item = f"SELECT i.writers FROM item i WHERE i.space_id = {table}.space_id AND i.id = {table}.item_id"  # noqa: S608 - a table's name
    return f"{_MY_ACCESS.format(table=table)} & ({item}) <> 0"


def moderated(table: str) -> str:
    """Whoever edits or manages the place."""
    return f"{_MY_ACCESS.format(table=table)} & 20 <> 0"  # EDITOR or MANAGER, portal.spaces.rules.Access


def filled(table: str) -> str:
    """Whoever may edit the item, or add something to it."""
    item = f"SELECT i.writers | 22 FROM item i WHERE i.space_id = {table}.space_id AND i.id = {table}.item_id"  # noqa: S608 - a table's name
    return f"{_MY_ACCESS.format(table=table)} & ({item}) <> 0"  # 22: CONTRIBUTOR, EDITOR, MANAGER


def changed(table: str) -> str:
    """Whoever made or changed the item in this very transaction: that they might, its triggers have held."""
    return (
        f"EXISTS (SELECT FROM item i WHERE i.space_id = {table}.space_id AND i.id = {table}.item_id "
        "AND i.xmin = pg_current_xact_id()::xid)"
    )


def by_me(table: str, right: str = "") -> str:
    """In nobody else's name, by whoever has this right; without one, by whoever ``changed`` the item."""
    return f"by_id IS NOT DISTINCT FROM {ME} AND {right or changed(table)}"


def by_us(table: str) -> str:
    """As ``by_me``, and in the name of no other organisation."""
    ours = "by_organisation_id IS NOT DISTINCT FROM (SELECT current_organisation())"
    return f"{ours} AND {named('by_name')} AND {by_me(table)}"


def named(column: str) -> str:
    """Under one's own name; under another only with one's own beside it, as who brought that."""
    return f"CASE WHEN brought_by = '' THEN {column} ELSE brought_by END = (SELECT my_name())"


def reviewed(table: str) -> str:
    """Whoever reviews or manages the place."""
    return f"{_MY_ACCESS.format(table=table)} & 24 <> 0"  # REVIEWER or MANAGER, portal.spaces.rules.Access


MANAGED = f"{_MY_ACCESS.format(table='item_grant')} & 48 <> 0"  # MANAGER or OWNER, portal.spaces.rules.Access
