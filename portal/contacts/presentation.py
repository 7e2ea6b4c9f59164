"""What the pages of the directory show, and how it leaves the portal as a file."""

from datetime import datetime
from typing import Any

from litestar import Response

from portal.contacts.abilities import may_issue, may_keep
from portal.contacts.export import directory_as_cards, directory_as_csv, directory_as_pdf
from portal.contacts.queries import Frozen, Present
from portal.contacts.rules import Directory, differences
from portal.contacts.words import REASONS, in_words
from portal.identity.kind_words import KIND_WORDS
from portal.kit.clock import german_day, local_day
from portal.shell import reply
from portal.shell.i18n import Sentence
from tenants.context import Actor, Seat


def address_of(seat: Seat) -> str:
    """Where the directory of a network is."""
    return f"/n/{seat.slug}/verzeichnis"


def view_of_present(actor: Actor, seat: Seat, found: Present, *, level: str, topic: str) -> dict[str, Any]:
    """The context of the directory as it is now, narrowed to a level and a topic."""
    directory = found.directory.only(level=level, topic=topic)
    own = next((each for each in found.directory.members if each.id == actor.organisation_id), None)
    named = {person.level for person in own.persons} if own else set()
    return {
        "actor": actor,
        "seat": seat,
        "base": address_of(seat),
        "whole": found.directory,
        "directory": directory,
        "level": level,
        "topic": topic,
        "kinds": KIND_WORDS,
        "reasons": REASONS,
        "newest": found.newest,
        "changes": [in_words(change) for change in found.changes],
        "missing": [title for key, title in found.directory.levels.items() if key not in named],
        "may_keep": may_keep(actor),
        "may_issue": may_issue(actor, seat.network_id),
        "is_live": True,
    }


def view_of_version(actor: Actor, seat: Seat, found: Frozen) -> dict[str, Any]:
    """The context of one version."""
    changes = differences(found.other_directory, found.directory) if found.other_directory else ()
    if found.other is not None and found.other.number > found.version.number and found.other_directory is not None:
        changes = differences(found.directory, found.other_directory)
    return {
        "actor": actor,
        "seat": seat,
        "base": address_of(seat),
        "address": f"{address_of(seat)}/fassungen/{found.version.id}",
        "version": found.version,
        "other": found.other,
        "directory": found.directory,
        "changes": [in_words(change) for change in changes],
        "kinds": KIND_WORDS,
        "reasons": REASONS,
        "may_issue": may_issue(actor, seat.network_id),
        "is_live": False,
    }


async def file_of(
    directory: Directory, ending: str, *, seat: Seat, now: datetime, frozen: Frozen | None = None
) -> Response[Any]:
    """The directory as ``csv``, ``pdf`` or ``vcf`` to be saved; of a version, as it was."""
    name = f"verzeichnis-{seat.slug}-" + (
        f"fassung-{frozen.version.number}" if frozen else f"{local_day(now):%Y-%m-%d}"
    )
    match ending:
        case "csv":
            return reply.saved(directory_as_csv(directory), f"{name}.csv", "text/csv")
        case "vcf":
            return reply.saved(directory_as_cards(directory), f"{name}.vcf", "text/vcard")
    made = await directory_as_pdf(
        directory, title="Verzeichnis der Mitglieder", network=seat.name, lines=_lines(seat, now, frozen)
    )
    return reply.saved(made, f"{name}.pdf", "application/pdf")


def _lines(seat: Seat, now: datetime, frozen: Frozen | None) -> list[str]:
    if frozen is None:
        return [seat.name, f"Stand: {german_day(now, weekday=False)}"]
    version = frozen.version
    reason: Sentence = REASONS[version.reason]
    said = [f"Fassung {version.number} vom {german_day(version.made_at, weekday=False)}", f"Anlass: {reason}"]
    return [seat.name, *said, *([version.note] if version.note else [])]
