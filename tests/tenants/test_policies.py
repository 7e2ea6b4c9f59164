"""The wall in the database is the wall in the file, and every table stands behind it."""

import importlib
import pkgutil

import asyncpg
from piccolo.table import Table

import portal
import tenants.tables
from migrations.runner import apply_policies
from tenants.database import connection_config
from tenants.policies import DEFINER_FUNCTIONS, LOGIN_ROLES, PROTECTED, REACH

TENANT_COLUMNS = {"organisation_id", "network_id", "space_id", "room_id"}
# Piccolo's own list of applied migrations; holds nothing of any organisation.
OUTSIDE = {"migration"}
# Unique without a tenant, each with its reason.
GLOBAL_KEYS = {
    "organisation_slug_key": "the address of an organisation is public within the installation",
    "network_slug_key": "the address of a network is public within the installation",
    "recent_change_pkey": "no tenant: identifiers of whom something concerned, which only its functions read",
    "heartbeat_pkey": "no tenant: the worker's sign of life",
}

SNAPSHOT = """
SELECT tablename, policyname, permissive, roles::text[], cmd, qual, with_check FROM pg_policies
WHERE schemaname = 'public' ORDER BY 1, 2
"""


async def test_every_table_has_forced_row_level_security_and_a_policy(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT c.relname, c.relrowsecurity AND c.relforcerowsecurity AS forced, "
        "EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = c.oid) AS has_policy "
        "FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p')"
    )
    bare = sorted(row["relname"] for row in rows if not (row["forced"] and row["has_policy"]))
    assert set(bare) == OUTSIDE, f"declare these tables in tenants/policies.py: {set(bare) - OUTSIDE}"
    assert {row["relname"] for row in rows} - OUTSIDE == {entry.table for entry in PROTECTED}


async def test_policies_in_the_database_are_those_declared(empty_database):
    rows = await empty_database.as_superuser(SNAPSHOT)
    found = {(row["tablename"], row["policyname"], tuple(sorted(row["roles"])), row["cmd"]) for row in rows}
    declared = {
        (entry.table, policy.name, tuple(sorted(policy.roles)), policy.command)
        for entry in PROTECTED
        for policy in entry.policies
    }
    assert found == declared


async def test_migrating_mends_a_wall_somebody_tampered_with(empty_database):
    before = await empty_database.as_superuser(SNAPSHOT)
    await empty_database.as_superuser(
        "ALTER POLICY members ON network USING (true);"
        "CREATE POLICY backdoor ON organisation TO hilfenetz_app USING (true);"
        "GRANT DELETE ON membership TO hilfenetz_app;"
    )
    assert await empty_database.as_superuser(SNAPSHOT) != before
    connection = await asyncpg.connect(**connection_config(empty_database.url("owner")))
    async with connection.transaction():
        await apply_policies(connection)
    await connection.close()
    assert await empty_database.as_superuser(SNAPSHOT) == before
    grants = await empty_database.as_superuser(
        "SELECT 1 FROM information_schema.role_table_grants WHERE grantee = 'hilfenetz_app' "
        "AND privilege_type = 'DELETE' AND table_name = 'membership'"
    )
    assert grants == []


async def test_grants_are_those_declared(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT table_name, grantee, privilege_type FROM information_schema.role_table_grants "
        "WHERE table_schema = 'public' AND grantee = ANY ($1) AND table_name <> 'migration'",
        [*LOGIN_ROLES, REACH],
    )
    found = {(row["table_name"], row["grantee"], row["privilege_type"]) for row in rows}
    declared = {
        (entry.table, role, privilege.strip())
        for entry in PROTECTED
        for role, privileges in entry.grants.items()
        for privilege in privileges.split(",")
        if "(" not in privilege  # on single columns
    }
    assert declared <= found
    assert found - declared <= set(), f"granted but not declared: {found - declared}"


async def test_every_unique_key_holds_the_tenant(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT i.indexrelid::regclass::text AS name, i.indrelid::regclass::text AS tbl, i.indisprimary, "
        "array_agg(a.attname::text) AS columns FROM pg_index i "
        "JOIN pg_class c ON c.oid = i.indrelid AND c.relnamespace = 'public'::regnamespace "
        "JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) "
        "WHERE i.indisunique GROUP BY 1, 2, 3"
    )
    tenantless = {entry.table for entry in PROTECTED if entry.tenant is None}
    for row in rows:
        if row["tbl"] in OUTSIDE or row["name"] in GLOBAL_KEYS:
            continue
        if row["indisprimary"] and row["tbl"] in tenantless:
            assert row["columns"] == ["id"], row["name"]
            continue
        tenant = {entry.table: entry.tenant for entry in PROTECTED}[row["tbl"]]
        needed = {tenant} if tenant else TENANT_COLUMNS
        assert needed & set(row["columns"]), f"{row['name']} can tell one tenant what another has: put the tenant in"


async def test_every_foreign_key_holds_the_tenant_and_deletes_at_most_what_belongs_to_an_item(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT conname, conrelid::regclass::text AS child, confrelid::regclass::text AS parent, confdeltype::text, "
        "(SELECT array_agg(attname::text) FROM pg_attribute WHERE attrelid = conrelid AND attnum = ANY (conkey)) "
        "AS columns "
        "FROM pg_constraint WHERE contype = 'f' AND connamespace = 'public'::regnamespace"
    )
    roots = {entry.table for entry in PROTECTED if entry.tenant is None}
    assert rows
    for row in rows:
        belongs_to_item = row["parent"].startswith("item") and {"space_id", "item_id"} <= set(row["columns"])
        assert row["confdeltype"] in ("a", "c" if belongs_to_item else "a"), f"{row['conname']} deletes unseen rows"
        if row["parent"] not in roots:
            assert TENANT_COLUMNS & set(row["columns"]), (
                f"{row['conname']} accepts rows of other tenants: make it composite"
            )


async def test_tenant_columns_are_never_null(empty_database):
    for entry in PROTECTED:
        if entry.tenant is None:
            assert entry.why, f"{entry.table} has no tenant column: say why"
            continue
        rows = await empty_database.as_superuser(
            "SELECT is_nullable FROM information_schema.columns WHERE table_name = $1 AND column_name = $2",
            entry.table,
            entry.tenant,
        )
        assert [row["is_nullable"] for row in rows] == ["NO"], entry.table


async def test_only_declared_functions_see_more_than_their_caller(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT p.oid::regprocedure::text AS name, p.proconfig::text[] AS config, r.rolname FROM pg_proc p "
        "JOIN pg_roles r ON r.oid = p.proowner "
        "WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef"
    )
    assert {row["name"] for row in rows} == set(DEFINER_FUNCTIONS)
    for row in rows:
        path = next((item for item in row["config"] or () if item.startswith("search_path=")), "")
        # Named last; a path that does not name it begins with it, and a temporary table stands in for ours.
        assert path.endswith(", pg_temp"), f"{row['name']}: SET search_path = pg_catalog, public, pg_temp"
        assert row["rolname"] not in {"postgres", "hilfenetz_owner"}, row["name"]


async def test_a_function_that_sees_more_is_called_by_whom_it_is_declared_for(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT p.oid::regprocedure::text AS name, array_agg(r.rolname::text) FILTER "
        "(WHERE has_function_privilege(r.oid, p.oid, 'EXECUTE')) AS roles FROM pg_proc p CROSS JOIN pg_roles r "
        "WHERE p.pronamespace = 'public'::regnamespace AND p.prosecdef AND r.rolname = ANY ($1) GROUP BY p.oid",
        list(LOGIN_ROLES),
    )
    found = {row["name"]: set(row["roles"] or ()) for row in rows}
    assert found == {name: set(roles) & set(LOGIN_ROLES) for name, roles in DEFINER_FUNCTIONS.items()}


async def test_nobody_who_signs_in_creates_anything(empty_database):
    connection = await asyncpg.connect(**connection_config(empty_database.url("owner")))
    async with connection.transaction():
        await apply_policies(connection)
    await connection.close()
    for role in LOGIN_ROLES:
        rows = await empty_database.as_superuser(
            "SELECT has_schema_privilege($1, 'public', 'CREATE') AS here, "
            "has_database_privilege($1, current_database(), 'TEMPORARY') AS temporary, "
            "has_database_privilege($1, current_database(), 'CREATE') AS schemas",
            role,
        )
        assert not any(rows[0].values()), role


def table_classes() -> dict[str, type[Table]]:
    for module in pkgutil.walk_packages(portal.__path__, "portal."):
        if module.name.endswith(".tables"):
            importlib.import_module(module.name)
    ours = [cls for cls in Table.__subclasses__() if cls.__module__.startswith(("portal.", tenants.tables.__name__))]
    return {cls._meta.tablename: cls for cls in ours}


async def test_piccolo_classes_and_the_database_have_the_same_columns(empty_database):
    rows = await empty_database.as_superuser(
        "SELECT table_name, array_agg(column_name::text ORDER BY column_name) AS columns, "
        "array_agg(column_name::text ORDER BY column_name) FILTER (WHERE is_nullable = 'YES') AS nullable "
        "FROM information_schema.columns WHERE table_schema = 'public' GROUP BY 1"
    )
    database = {row["table_name"]: row for row in rows if row["table_name"] not in OUTSIDE}
    classes = table_classes()
    assert set(classes) == set(database)
    for name, cls in classes.items():
        assert sorted(column._meta.name for column in cls._meta.columns) == database[name]["columns"], name
        nullable = sorted(column._meta.name for column in cls._meta.columns if column._meta.null)
        assert nullable == (database[name]["nullable"] or []), name
