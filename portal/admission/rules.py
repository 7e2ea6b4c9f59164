"""What can be said of applications and agreements without a database, clock or request."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

LASTING = timedelta(days=7)  # how long a link waits to be followed
KEPT = timedelta(days=90)  # how long people are known of after a case that led to nothing; so long its links lead there
LARGEST_COPY = 10 * 1024 * 1024
LONGEST_FIELD, LONGEST_REASON, LONGEST_SLUG = 2000, 1000, 60

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class State(StrEnum):
    """How far an application is."""

    UNCONFIRMED = "unconfirmed"
    APPLIED = "applied"
    INFORMED = "informed"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    AGREEMENT_SENT = "agreement_sent"
    SIGNED = "signed"
    MEMBER = "member"
    RETURNED = "returned"  # by the office, before the members were asked
    CLOSED = "closed"  # by the office, when nothing came of it after they accepted
    TAKEN_BACK = "taken_back"  # by the applicant


class Side(StrEnum):
    """Who signs an agreement."""

    APPLICANT = "applicant"
    OFFICE = "office"


class Way(StrEnum):
    """How the applicant signs: a declaration on the screen, or its own copy on paper."""

    SCREEN = "screen"
    UPLOAD = "upload"


class Letter(StrEnum):
    """What the office tells an applicant."""

    ACCEPTED = "accepted"
    AGREEMENT = "agreement"
    CLOSED = "closed"
    INFORMED = "informed"
    MEMBER = "member"
    RECEIVED = "received"
    REJECTED = "rejected"
    RETURNED = "returned"
    TAKEN_BACK = "taken_back"


BY_HAND = frozenset({State.RETURNED, State.CLOSED, State.TAKEN_BACK})  # ended by the office or the applicant
IN_VAIN = BY_HAND | {State.REJECTED}
RUNNING = frozenset(State) - IN_VAIN - {State.MEMBER, State.UNCONFIRMED}
RETRACTABLE = RUNNING - {State.SIGNED}


def is_slug(text: str) -> bool:
    """Whether it can be the address of an organisation."""
    return len(text) <= LONGEST_SLUG and _SLUG.fullmatch(text) is not None


def written_out(content: Mapping[str, Any]) -> str:
    """The content of an agreement as the one text that is signed."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1)


def fingerprint(text: str) -> str:
    """What a text is known by."""
    return sha256(text.encode()).hexdigest()


def in_groups(digest: str) -> str:
    """A fingerprint as people compare it."""
    return " ".join(digest[start : start + 8] for start in range(0, len(digest), 8))
