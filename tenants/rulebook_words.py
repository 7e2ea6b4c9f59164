"""The closed word lists of a rulebook: what its keys may say. Open lists (trades, bodies) stand in the file itself."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar, Self


class Procedure(StrEnum):
    """What a network can switch on."""

    ADMISSION = "admission"
    CASE_CONFERENCE = "case_conference"
    CONSULTATION = "consultation"
    EARLY_WARNING = "early_warning"
    EMPLOYMENT_SUPPORT = "employment_support"
    EVALUATION = "evaluation"
    EXCLUSION = "exclusion"
    JOBCENTER = "jobcenter"
    OFFICE_SEAT = "office_seat"
    POSITION = "position"
    QUESTION = "question"
    WITHDRAWAL = "withdrawal"


class VoteKind(StrEnum):
    """How ballots become a result (domain.md, section 5)."""

    APPROVAL = "approval"
    CHOICE = "choice"
    OBJECTION = "objection"
    UNANIMOUS = "unanimous"


class CountedBase(StrEnum):
    """Of whom a share is taken: all members, or those who said yes or no (§ 32 (1) BGB)."""

    CAST = "cast"
    MEMBERS = "members"


class PeriodStart(StrEnum):
    """What sets a voting period running: each member's receipt, or the opening for all."""

    OPENING = "opening"
    RECEIPT = "receipt"


class DepartedBallot(StrEnum):
    """What becomes of the ballot of a member that leaves while a vote runs."""

    FALLS = "falls"
    STAYS = "stays"


class EarlyEnd(StrEnum):
    """Whether a vote ends as soon as the silent can no longer change it."""

    NEVER = "never"
    WHEN_DECIDED = "when_decided"


class BallotsVisible(StrEnum):
    """Who sees how each member voted."""

    MEMBERS = "members"
    MEMBERS_AFTER_CLOSING = "members_after_closing"
    OFFICE = "office"


class ReceiptKind(StrEnum):
    """Which fact about one recipient counts as receipt (§ 130 BGB)."""

    ACKNOWLEDGED = "acknowledged"
    OPENED = "opened"
    RETRIEVABLE = "retrievable"


class Addressee(StrEnum):
    """Whom a rung of a ladder tells; each is found anew when the rung fires."""

    COORDINATION_CIRCLE = "coordination_circle"
    DEPUTY = "deputy"
    DIRECTOR = "director"
    JOBCENTER_TEAM = "jobcenter_team"
    LEAD = "lead"
    OFFICE = "office"
    REPRESENTATIVE = "representative"
    RESPONSIBLE_WORKER = "responsible_worker"


class NoticeParty(StrEnum):
    """Who sends a notice or gets it: a kind of organisation, or a part in a procedure."""

    AFFECTED_MEMBER = "affected_member"
    APPLICANT = "applicant"
    CARRIER = "carrier"
    CITY = "city"
    HOUSING_COMPANY = "housing_company"
    JOBCENTER = "jobcenter"
    MEMBERS = "members"
    OFFICE = "office"


class MembershipBegin(StrEnum):
    """When an accepted applicant is a member."""

    ACCEPTANCE = "acceptance"
    SIGNED_COPY_RECEIVED = "signed_copy_received"


class ExclusionEffect(StrEnum):
    """When an excluded member is out."""

    CLOSING = "closing"
    RECEIPT_BY_MEMBER = "receipt_by_member"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A share as a fraction of integers: never a float, so that 3 of 4 is exactly 75 %."""

    expected: ClassVar[str] = 'einen Bruch wie "3/4" oder einen Anteil wie "75 %" in Anführungszeichen'

    numerator: int
    denominator: int

    @classmethod
    def parse(cls, text: str) -> Self:
        """Read '3/4' or '75 %'."""
        if found := re.fullmatch(r"(\d{1,3})\s*/\s*(\d{1,3})", text):
            share = cls(int(found[1]), int(found[2]))
        elif found := re.fullmatch(r"(\d{1,3})\s*%", text):
            share = cls(int(found[1]), 100)
        else:
            raise ValueError(text)
        if not 0 < share.numerator <= share.denominator:
            raise ValueError(text)
        return share
