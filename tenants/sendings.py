"""Which forms somebody has sent, so that each counts once; kept for a day, for the person alone."""

from tenants.database import execute

_LONGEST = 2000  # characters of an address
_KEPT = "1 day"  # longer than anybody waits before sending again what seems not to have arrived


async def begin(key: str, content: str) -> str:
    """Note that a form was sent with this content; gives back where it led if it was before, else nothing.

    Waits for another transaction that does the same with the same key. Without a key everything comes first.
    """
    if not key:
        return ""
    noted = await execute(
        """
        INSERT INTO sent_form (organisation_id, person_id, key, content, sent_at)
        VALUES (current_organisation(), current_person(), {}, {}, hilfenetz_now())
        ON CONFLICT (organisation_id, person_id, key)
            DO UPDATE SET content = excluded.content, leads_to = '', sent_at = excluded.sent_at
            WHERE sent_form.content <> excluded.content
        RETURNING key
        """,
        key,
        content,
    )
    if noted:
        return ""
    rows = await execute(
        "SELECT leads_to FROM sent_form WHERE organisation_id = current_organisation() "
        "AND person_id = current_person() AND key = {}",
        key,
    )
    return rows[0]["leads_to"] if rows else ""


async def end(key: str, leads_to: str) -> None:
    """Note where it leads; if nowhere (or elsewhere than in the portal), it may be sent again."""
    if not key:
        return
    mine = "organisation_id = current_organisation() AND person_id = current_person() AND key = {}"
    if leads_to.startswith("/") and len(leads_to) <= _LONGEST:
        await execute(f"UPDATE sent_form SET leads_to = {{}} WHERE {mine}", leads_to, key)  # noqa: S608
    else:
        await execute(f"DELETE FROM sent_form WHERE {mine}", key)  # noqa: S608


async def forget_sendings() -> None:
    """Delete what nobody sends again; for the worker, now and then."""
    await execute("DELETE FROM sent_form WHERE sent_at < hilfenetz_now() - {}::text::interval", _KEPT)
