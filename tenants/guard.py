"""Refuse to run when the wall would not hold: checked once at start-up by every process that connects."""

from tenants.database import DB, execute

_QUESTION = """
SELECT r.rolname AS role, r.rolsuper OR r.rolbypassrls AS bypasses,
       (SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_class c
        WHERE c.relowner = r.oid AND c.relkind IN ('r', 'p', 'v', 'm')) AS owned,
       (SELECT array_agg(m.rolname::text ORDER BY m.rolname) FROM pg_roles m
        WHERE m.rolname <> r.rolname AND pg_has_role(r.oid, m.oid, 'SET')
          AND (m.rolsuper OR m.rolbypassrls OR EXISTS (SELECT FROM pg_class c WHERE c.relowner = m.oid))) AS becomes
FROM pg_roles r WHERE r.rolname = current_user
"""


class WallBroken(RuntimeError):
    """The connected role could see past the policies."""


async def assert_wall() -> str:
    """Make sure that the connected role is bound by the policies; gives back its name.

    Raises:
        WallBroken: it owns tables, bypasses row-level security, or may become a role that does.
    """
    async with DB.transaction():
        (answer,) = await execute(_QUESTION)
    role = answer["role"]
    if answer["bypasses"]:
        raise WallBroken(f"Die Datenbankrolle „{role}“ umgeht die Zugriffsregeln (SUPERUSER oder BYPASSRLS). {_MEND}")
    if answer["owned"]:
        raise WallBroken(f"Die Datenbankrolle „{role}“ besitzt Tabellen ({', '.join(answer['owned'][:3])} …). {_MEND}")
    if answer["becomes"]:
        raise WallBroken(f"Die Datenbankrolle „{role}“ kann zu „{answer['becomes'][0]}“ werden. {_MEND}")
    return str(role)


_MEND = "Tragen Sie in DATABASE_URL die Rolle hilfenetz_app ein (für Worker hilfenetz_worker)."
