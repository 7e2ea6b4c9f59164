"""What can be said of rules without a database, clock or request: when one is meant, and that chains of them end."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

LONGEST_CHAIN = 5
LOG_DAYS = 180  # what lies further back is past: no rule is meant by it any more, and no log tells of it
MOST_DAYS = 365
MOST_RULES = 50  # of one folder

Chain = tuple[UUID, ...]  # the rules that ran, the last one last


class Moment(StrEnum):
    """What has to happen."""

    ADDED = "added"
    CHANGED = "changed"
    MOVED = "moved"
    OVERDUE = "overdue"
    STATE = "state"


class RuleState(StrEnum):
    """Whether a rule runs; paused it has stopped itself."""

    ON = "on"
    OFF = "off"
    PAUSED = "paused"


class Pause(StrEnum):
    """Why a rule has stopped itself."""

    AUTHOR_GONE = "author_gone"
    NO_MEMBER = "no_member"
    RIGHT_GONE = "right_gone"
    TARGET_GONE = "target_gone"


class Outcome(StrEnum):
    """What came of a run."""

    WAITING = "waiting"
    DONE = "done"
    NOTHING = "nothing"
    REFUSED = "refused"
    LOOP = "loop"
    DEPTH = "depth"
    PAUSED = "paused"


class Deed(StrEnum):
    """What a rule does, in the order in which it does it."""

    STATE = "state"
    MOVE = "move"
    TASK = "task"
    TELL = "tell"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What has to be true beside the moment; what is empty does not matter."""

    kind: str = ""
    tag: str = ""
    place_id: UUID | None = None
    organisation_id: UUID | None = None


@dataclass(frozen=True, slots=True)
class Errand:
    """A task to be made. ``who`` is spelt as a grant is; ``days`` None: it has no end."""

    title: str
    who: str = ""
    who_name: str = ""
    days: int | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """Who is told: who made the item, who follows it, and somebody spelt as a grant is."""

    owner: bool = False
    followers: bool = False
    who: str = ""
    who_name: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Deeds:
    """What follows."""

    state: str = ""
    target_id: UUID | None = None
    errand: Errand | None = None
    telling: Telling | None = None

    def __bool__(self) -> bool:
        return bool(self.state or self.target_id or self.errand or self.telling)


@dataclass(frozen=True, slots=True)
class Wording:
    """All that is declared of a rule."""

    title: str
    is_deep: bool
    moment: Moment
    moment_state: str
    conditions: Conditions
    deeds: Deeds


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a folder."""

    id: UUID
    folder_id: UUID
    wording: Wording
    state: RuleState
    reason: str
    author_id: UUID
    author_organisation_id: UUID
    author_name: str
    since_at: datetime


@dataclass(frozen=True, slots=True)
class Fact:
    """Something happened to an item, as its rows say; ``happening`` names it and nothing else.

    ``state`` was reached, or ``came_from`` was the address before; ``by`` is the organisation that did it, or that
    added what is overdue now (None: the portal itself).
    """

    moment: Moment
    happening: str
    at: datetime
    state: str = ""
    came_from: str = ""
    by: UUID | None = None


def lies_in(address: str, folder: str, *, deep: bool) -> bool:
    """Whether something at an address lies directly in a folder, or with ``deep`` anywhere below it."""
    above = address.rpartition("/")[0] if address else None
    if above is None:
        return False
    return above == folder or (deep and (folder == "" or address.startswith(f"{folder}/")))


def is_meant(wording: Wording, fact: Fact, *, address: str, folder: str, since_at: datetime) -> bool:
    """Whether a rule of a folder is for this fact about what lies at ``address``; conditions are another matter.

    What happened before the rule was there is past. Something is moved here only from elsewhere.
    """
    if wording.moment is not fact.moment or fact.at < since_at:
        return False
    if wording.moment is Moment.STATE and wording.moment_state != fact.state:
        return False
    if wording.moment is Moment.MOVED and lies_in(fact.came_from, folder, deep=wording.is_deep):
        return False
    return lies_in(address, folder, deep=wording.is_deep)


def is_met(
    conditions: Conditions, *, kind: str, tags: Collection[str], address: str, place: str | None, by: UUID | None
) -> bool:
    """Whether all conditions are true.

    Args:
        place: the address of the folder the conditions name; None: it is not there.
        by: the organisation of whoever did it.
    """
    return (
        conditions.kind in ("", kind)
        and (not conditions.tag or conditions.tag.casefold() in {tag.casefold() for tag in tags})
        and (conditions.place_id is None or (place is not None and lies_in(address, place, deep=True)))
        and (conditions.organisation_id is None or conditions.organisation_id == by)
    )


def guarded(rule_id: UUID, chain: Sequence[UUID]) -> Outcome | None:
    """Why a rule must not run after those in ``chain``; None: it may. So every chain ends."""
    if rule_id in chain:
        return Outcome.LOOP
    return Outcome.DEPTH if len(chain) >= LONGEST_CHAIN else None
