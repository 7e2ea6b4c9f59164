"""`hilfenetz audit verify`: every organisation's chain, under the auditor's role."""

from dataclasses import dataclass

from portal.audit import actions
from portal.audit.rules import Verdict
from portal.audit.words import verdict_sentence
from tenants import database
from tenants.guard import assert_wall
from tenants.scope import scope

_FINGERPRINT = 16


@dataclass(frozen=True, slots=True)
class Report:
    """What was found, a line for each organisation, and whether every chain holds."""

    words: str
    holds: bool


async def verify(url: str) -> Report:
    """Connect under the auditor's role and recompute every chain from its first entry on."""
    await database.connect(url, max_size=1)
    try:
        await assert_wall()
        async with scope(read_only=True):
            verdicts = await actions.verify()
    finally:
        await database.disconnect()
    lines = [_line(verdict) for verdict in verdicts] or ["Es gibt noch keine Einträge."]
    return Report("\n".join(lines), all(verdict.broken is None for verdict in verdicts))


def _line(verdict: Verdict) -> str:
    """The end is printed so that it can be kept elsewhere: it shows a chain that was rewritten as a whole."""
    end = f" Ende: {verdict.head.seq}-{verdict.head.hash[:_FINGERPRINT]}" if verdict.head else ""
    return f"{verdict.slug}: {verdict_sentence(verdict)}{end}"
