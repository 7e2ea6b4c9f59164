"""What the pages of a rulebook show."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from portal.agreement.abilities import may_change
from portal.agreement.chapters import chapters_of
from portal.agreement.chapters_votes import needs_of
from portal.agreement.queries import Agreement, Version
from portal.agreement.rules import Difference, VersionState, differences
from portal.agreement.words import HEADINGS, STATES, TURNS
from portal.deadlines.wording import explain
from portal.kit.clock import german_day
from tenants.context import Actor, Seat
from tenants.rulebook import Rulebook


@dataclass(frozen=True, slots=True)
class Listed:
    """A version in the list, with what it changed; ``before`` is the number it is compared with, None for the first."""

    version: Version
    begins_on: date
    before: int | None
    found: tuple[Difference, ...]


def address_of(seat: Seat) -> str:
    """Where the rulebook of a network is."""
    return f"/n/{seat.slug}/regelwerk"


def view_of(
    actor: Actor, seat: Seat, agreement: Agreement, version: Version, books: Mapping[int, Rulebook]
) -> dict[str, Any]:
    """The context of a version as a page; ``books`` holds it, the one in force, and the one before it if there is."""
    book, in_force = books[version.number], books[agreement.in_force.number]
    before = before_of(agreement, version)
    return {
        "seat": seat,
        "base": address_of(seat),
        "may_change": may_change(actor, seat.network_id),
        "agreement": agreement,
        "version": version,
        "book": book,
        "chapters": chapters_of(book),
        "needs": needs_of(book, agreement.members),
        "headings": HEADINGS,
        "states": STATES,
        "turns": TURNS,
        "before": before,
        "found": compared(books[before.number], book) if before else (),
        "is_in_force": version.state is VersionState.IN_FORCE,
        "to_come": [each for each in agreement.versions if each.state is VersionState.TO_COME],
        "review": agreement.review_due(in_force),
        "why": explain(agreement.review_due(in_force)),
    }


def before_of(agreement: Agreement, version: Version) -> Version | None:
    """The version that a version came after; one that was replaced before its day is compared with as well."""
    earlier = [each for each in agreement.versions if each.number < version.number]
    return earlier[0] if earlier else None


def compared(before: Rulebook, after: Rulebook) -> tuple[Difference, ...]:
    """What the later one changes, in words."""
    return differences(chapters_of(before), chapters_of(after), HEADINGS)


def listed(agreement: Agreement, books: Mapping[int, Rulebook]) -> list[Listed]:
    """All versions, the latest first."""
    found = []
    for version in agreement.versions:
        before, book = before_of(agreement, version), books[version.number]
        changed = compared(books[before.number], book) if before else ()
        found.append(Listed(version, book.valid_from, before.number if before else None, changed))
    return found


def head_of(seat: Seat, agreement: Agreement, version: Version, book: Rulebook) -> list[str]:
    """The first lines of the document."""
    state, _ = STATES[version.state]
    members = "1 Mitglied" if agreement.members == 1 else f"{agreement.members} Mitgliedern"
    return [
        seat.name,
        f"Fassung {version.number}, gültig ab {german_day(book.valid_from, weekday=False)} ({state})",
        f"Die nötigen Zahlen sind die bei {members}.",
        f"Prüfsumme der Fassung (SHA-256): {book.sha256}",
    ]
