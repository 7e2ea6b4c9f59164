"""The chain, recomputed from the values of its rows alone; the database makes it in migrations/*_audit.sql."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from uuid import UUID

Details = Mapping[str, str | int | bool]

BEGINNING = "0" * 64  # what the first entry names as the hash before it
_FORM = "hilfenetz-audit-1"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_TEXT_LIMIT = 100
_INTEGER_LIMIT = 10**18


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that was done. ``person_id`` is None for what the system did by itself."""

    organisation_id: UUID
    seq: int
    id: UUID
    at: datetime
    person_id: UUID | None
    action: str
    subject: str
    subject_id: UUID
    details: Details
    request_id: str
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain ends, kept apart from its entries."""

    seq: int
    hash: str


class Fault(StrEnum):
    """What can be wrong at an entry."""

    CHANGED = "changed"  # its values do not give its hash
    CUT_OFF = "cut_off"  # it should exist, and nothing follows either
    MISSING = "missing"  # it should exist, and later ones do
    NO_HEAD = "no_head"  # it exists after the end the head names, or there is no head
    UNLINKED = "unlinked"  # it does not name the hash of the one before


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where a chain does not hold."""

    seq: int
    fault: Fault


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a check of one chain found. ``complete`` says whether it began at the first entry."""

    organisation_id: UUID
    slug: str
    name: str
    entries: int
    complete: bool
    broken: Break | None
    head: Head | None


class Chain:
    """Walks along one chain in order; ``broken`` keeps the first break.

    Begins at the first entry, or behind a ``link`` that is known to be right.
    """

    def __init__(self, link: Head = Head(0, BEGINNING)) -> None:
        self.link = link
        self.entries = 0
        self.broken: Break | None = None

    def follow(self, entries: Iterable[Entry]) -> None:
        """Walk on; entries must come in the order of their numbers."""
        for entry in entries:
            if self.broken is None:
                self.broken = self._break_at(entry)
            self.link = Head(entry.seq, entry.hash)
            self.entries += 1

    def end(self, head: Head | None) -> Break | None:
        """Compare where the walk ended with where the chain should end; gives back the first break of all."""
        if self.broken is None:
            self.broken = self._break_at_end(head)
        return self.broken

    def _break_at(self, entry: Entry) -> Break | None:
        if entry.seq != self.link.seq + 1:
            return Break(self.link.seq + 1, Fault.MISSING)
        if entry.previous_hash != self.link.hash:
            return Break(entry.seq, Fault.UNLINKED)
        return None if hash_of(entry) == entry.hash else Break(entry.seq, Fault.CHANGED)

    def _break_at_end(self, head: Head | None) -> Break | None:
        if self.link == head or (head is None and self.link.seq == 0):
            return None
        if head is not None and head.seq > self.link.seq:
            return Break(self.link.seq + 1, Fault.CUT_OFF)
        if head is not None and head.seq == self.link.seq:
            return Break(self.link.seq, Fault.UNLINKED)
        return Break((head.seq if head else 0) + 1, Fault.NO_HEAD)


def hash_of(entry: Entry) -> str:
    """The hash an entry must have, in hexadecimal."""
    return hashlib.sha256(canonical(entry).encode()).hexdigest()


def canonical(entry: Entry) -> str:
    """What is hashed: each field as ``<bytes>:<field>,``, so that no two different entries give the same text."""
    fields = (
        _FORM,
        entry.previous_hash,
        str(entry.organisation_id),
        str(entry.seq),
        str(entry.id),
        str((entry.at - _EPOCH) // timedelta(microseconds=1)),
        "" if entry.person_id is None else str(entry.person_id),
        entry.action,
        entry.subject,
        str(entry.subject_id),
        canonical_details(entry.details),
        entry.request_id,
    )
    return "".join(f"{len(field.encode())}:{field}," for field in fields)


def canonical_details(details: Details) -> str:
    """As PostgreSQL writes ``jsonb``: shorter keys first, then by bytes."""
    ordered = sorted(details, key=lambda key: (len(key.encode()), key.encode()))
    return json.dumps({key: details[key] for key in ordered}, ensure_ascii=False)


def check_details(details: Details) -> None:
    """Keep the trail to codes, counts and dates.

    Raises:
        ValueError: a value is of another kind, or looks like a text or an address of a person.
    """
    for key, value in details.items():
        if isinstance(value, str):
            if len(value) > _TEXT_LIMIT or "@" in value:
                raise ValueError(f"details[{key!r}]: a code or date of at most {_TEXT_LIMIT} characters, no address")
        elif not isinstance(value, int) or abs(value) >= _INTEGER_LIMIT:  # type: ignore[redundant-expr]
            raise ValueError(f"details[{key!r}]: text, whole number, or yes and no")
