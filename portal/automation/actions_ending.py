"""The log of rules ends: what lies further back than it reaches is forgotten; by the worker."""

from datetime import datetime, timedelta

from portal.automation.events import RunsOver
from portal.automation.rules import LOG_DAYS
from portal.kit.ids import new_id
from tenants.database import execute
from tenants.outbox import emit
from tenants.scope import current_scope

AT_ONCE = 5_000  # rows of a table that go in one transaction
# That something was made by a rule is known for as long as it is there: it may become overdue much later.
_OVER = {"rule_run": "at < {}", "rule_effect": "at < {} AND happening NOT LIKE 'added:%'"}


async def end_runs(*, now: datetime, event: RunsOver) -> int:
    """Delete what is over; gives back how many rows went. While some are left, it goes on with the next event."""
    before, gone = now - timedelta(days=LOG_DAYS), {}
    for table, over in _OVER.items():
        rows = await execute(
            f"DELETE FROM {table} WHERE ctid = ANY (ARRAY(SELECT ctid FROM {table} WHERE space_id = {{}} AND {over} "  # noqa: S608
            "ORDER BY at LIMIT {})) RETURNING 1",
            event.space_id,
            before,
            AT_ONCE,
        )
        gone[table] = len(rows)
    if AT_ONCE in gone.values():
        opened = current_scope()
        whose = {"network": opened.network_id} if opened.network_id else {"to": [opened.organisation_id]}
        await emit(RunsOver(event.space_id), **whose, key=f"runs_over:{event.space_id}:{new_id()}")
    return sum(gone.values())
