"""Everything of an organisation on its way to the browser: one ZIP file, made while it is sent."""

from collections.abc import AsyncIterator
from datetime import datetime
from textwrap import fill
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.clock import german_instant
from portal.transfer.archive import Outgoing
from portal.transfer.everything import LEFT_OUT, access_own_root, parts
from portal.transfer.limits import LIMITS, size_words
from portal.transfer.sending import send_package
from tenants.context import Actor
from tenants.scope import current_scope, scope

CONTENT, README = "inhalte.zip", "README.txt"


async def send_everything(actor: Actor) -> AsyncIterator[bytes]:
    """The ZIP file.

    A right that ends while it is sent ends here too: each part is asked for anew.
    """
    root_id, now = await _begin(actor)
    outgoing, counts = Outgoing(), dict[str, int]()
    with outgoing.open(CONTENT, is_stored=True) as member:
        async for piece in send_package(actor, root_id):
            member.write(piece)
            yield outgoing.taken()
    for part in parts():
        counts[part.name] = 0
        with outgoing.open(part.name) as member:
            async for lines in part.rows(actor):
                counts[part.name] += len(lines)
                member.write("".join(f"{line}\n" for line in lines).encode())
                yield outgoing.taken()
    with outgoing.open(README) as member:
        member.write(told(actor, now, counts).encode())
    yield outgoing.end()


async def _begin(actor: Actor) -> tuple[UUID, datetime]:
    async with scope(organisation_id=actor.organisation_id, person_id=actor.person_id) as _:
        root = await access_own_root(actor)
        await audit.record(
            actor=actor, action="organisation:taken", subject="organisation", subject_id=actor.organisation_id
        )
        return root.id, current_scope().now


def told(actor: Actor, now: datetime, counts: dict[str, int]) -> str:
    """What is in it, for people."""
    titles = {part.name: part.title for part in parts()}
    held = "\n".join(f"  {name:<32} {titles[name]} ({count})" for name, count in counts.items())
    left_out = "\n".join(f"  {table:<32} {why}" for table, why in LEFT_OUT.items())
    return f"""{actor.organisation_name}: alles aus dem Portal
Mitgenommen am {german_instant(now)} von {actor.name}.

WAS DARIN STEHT

  {CONTENT:<32} alle Inhalte des eigenen Bereichs mit Dateien, Fassungen, Schritten der Prüfung,
  {"":<32} Zugriffsrechten und Kommentaren
{held}

{fill(_HOW.format(items=LIMITS.items, size=size_words(LIMITS.package)), 110)}

WIE MAN ES LIEST

{fill(_READ, 110)}

WAS FEHLT

{left_out}

{fill(_MISSING, 110)}
"""


_HOW = (
    "In Klammern steht, wie viele Einträge die Datei hat. Die Datei inhalte.zip lässt sich im Portal in jeden Ordner "
    "einspielen, den Sie verwalten: „Mehr“, „Mitnehmen und einspielen“. Das geht bis {items} Einträge und {size}; ist "
    "sie größer, nehmen Sie für einen Umzug im Portal die Ordner einzeln mit."
)
_READ = (
    "Jede Datei mit der Endung .jsonl ist Text in UTF-8: in jeder Zeile steht ein Eintrag als JSON-Objekt. Zeitpunkte "
    "nennen ihre Zeitzone. Menschen stehen mit ihrer Kennung (person_id), die in menschen.jsonl ihren Namen hat; "
    "Einträge mit ihrer Kennung (item_id), die in inhalte.zip, Datei inhalte.jsonl, als id steht. Das Protokoll ist "
    "eine Kette: previous_hash einer Zeile ist hash der Zeile davor, die letzte nennt organisation.jsonl als "
    "audit_head. Was unter tabellen/ liegt, sind Zeilen mit den Namen der Spalten."
)
_MISSING = (
    "Dazu kommen der Papierkorb und Dateien, die auf Schadsoftware geprüft werden. Was in einem Netzwerk steht, gehört "
    "dem Netzwerk: Dort lässt es sich Ordner für Ordner mitnehmen. Kennwörter hat das Portal keine; angemeldet wird "
    "über das Verzeichnis."
)
