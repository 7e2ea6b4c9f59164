"""A network's agreement as data (domain.md, section 3).

A rulebook is one TOML file. Every rule cites the section of the agreement it comes from, or says as a ``decision`` what
was settled here where the agreement is silent; both are shown to users. A further city joins by writing such a file.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache
from pathlib import Path

from tenants.context import OrganisationKind, Role
from tenants.rulebook_reader import MisfitError, RulebookError, expects, read_toml
from tenants.rulebook_words import (
    Addressee,
    BallotsVisible,
    CountedBase,
    DepartedBallot,
    EarlyEnd,
    ExclusionEffect,
    MembershipBegin,
    NoticeParty,
    PeriodStart,
    Procedure,
    ReceiptKind,
    Threshold,
    VoteKind,
)

__all__ = ["NETWORKS", "Rulebook", "RulebookError", "load_rulebook", "parse_rulebook"]

NETWORKS = Path(__file__).parent / "networks"
_TEXT = "einen Text mit 1 bis 200 Zeichen"
_PROSE = "einen Text mit 1 bis 20000 Zeichen"
_DAYS = "eine ganze Zahl von 1 bis 366"
_LENGTHS = ("period_days", "period_weeks", "period_months", "period_years")  # one of them
_SLUG = r"[a-z0-9]+(?:-[a-z0-9]+)*"
# Procedures that end with a vote, and what kinds of votes can end them: a seat is chosen, a position is everybody's.
_DECIDED_BY = {
    Procedure.ADMISSION: (VoteKind.APPROVAL, VoteKind.OBJECTION, VoteKind.UNANIMOUS),
    Procedure.EXCLUSION: (VoteKind.APPROVAL, VoteKind.OBJECTION, VoteKind.UNANIMOUS),
    Procedure.OFFICE_SEAT: (VoteKind.CHOICE,),
    Procedure.POSITION: (VoteKind.UNANIMOUS,),
}
_LAENDER = ["BB", "BE", "BW", "BY", "HB", "HE", "HH", "MV", "NI", "NW", "RP", "SH", "SL", "SN", "ST", "TH"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Base of all rules: where it is written, or what was decided because it is written nowhere."""

    section: str = expects(_TEXT, default="", most=200)
    decision: str = expects(_TEXT, default="", most=1000)

    def __post_init__(self) -> None:
        if not self.section and not self.decision:
            raise MisfitError(
                "section", "fehlt; erwartet „section“ (Stelle der Vereinbarung) oder „decision“ (Festlegung)."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundingMember:
    """An organisation the network is founded with."""

    slug: str = expects("einen Kurznamen wie „stadt-musterstadt“", pattern=_SLUG, most=60)
    name: str = expects(_TEXT, most=200)
    kind: OrganisationKind
    office: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class VoteRule(Cited):
    """One majority. Without ``affected_member_votes`` no single member is the matter of the vote."""

    title: str = expects(_TEXT, most=200)
    explanation: str = expects(_PROSE, most=20_000)
    kind: VoteKind
    threshold: Threshold
    strict: bool
    base: CountedBase
    period_days: int | None = expects(_DAYS, default=None, most=366)
    period_weeks: int | None = expects("eine ganze Zahl von 1 bis 52", default=None, most=52)
    period_months: int | None = expects("eine ganze Zahl von 1 bis 12", default=None, most=12)
    period_years: int | None = expects("die Zahl 1", default=None, most=1)
    period_starts: PeriodStart
    ballot_of_departed: DepartedBallot
    early_end: EarlyEnd
    ballots_visible_to: BallotsVisible
    affected_member_votes: bool | None = None
    for_questions: bool = False

    def __post_init__(self) -> None:
        Cited.__post_init__(self)
        given = [name for name in _LENGTHS if getattr(self, name) is not None]
        if len(given) != 1:
            found = " und ".join(f"„{name}“" for name in given) or "keine"
            raise MisfitError(
                "period_days", f"gefunden {found}, erwartet genau eine Angabe: {', '.join(f'„{n}“' for n in _LENGTHS)}."
            )
        whole = self.threshold.numerator == self.threshold.denominator
        if whole and self.strict:
            raise MisfitError("strict", "gefunden „true“ bei 100 %, erwartet „false“: mehr als alle gibt es nicht.")
        if (self.kind is VoteKind.UNANIMOUS) and not whole:
            raise MisfitError("threshold", 'bei kind = "unanimous" erwartet "1/1": Einstimmig sind alle.')


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceiptRule(Cited):
    """When a notice counts as received; the hours matter for ``retrievable`` only."""

    rule: ReceiptKind
    from_hour: int = expects("eine Stunde von 0 bis 23", least=0, most=23)
    until_hour: int = expects("eine Stunde von 1 bis 24", most=24)
    deemed_after_days: int | None = expects(_DAYS, default=None, most=366)

    def __post_init__(self) -> None:
        Cited.__post_init__(self)
        if self.from_hour >= self.until_hour:
            raise MisfitError(
                "until_hour", f"gefunden „{self.until_hour}“, erwartet eine spätere Stunde als from_hour."
            )


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Cited):
    """How often the agreement itself is looked at again."""

    every_years: int = expects("eine ganze Zahl von 1 bis 20", most=20)


@dataclass(frozen=True, slots=True, kw_only=True)
class MembershipRule(Cited):
    """Beginning and end of a membership. ``office_stand_in``: where the member goes that holds the office, members of
    these kinds stand in before others, in this order."""

    begins: MembershipBegin
    exclusion_takes_effect: ExclusionEffect
    directory_sent_on: tuple[Procedure, ...]
    office_stand_in: tuple[OrganisationKind, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Body(Cited):
    """A standing body and who sits in it for each member."""

    title: str = expects(_TEXT, most=200)
    roles: tuple[Role, ...]
    kinds: tuple[OrganisationKind, ...] | None = None
    named: bool = False
    rules_of_procedure: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting(Cited):
    """How often a body meets; without ``every_months`` when it is needed."""

    title: str = expects(_TEXT, most=200)
    body: str = expects("den Schlüssel eines Gremiums unter [bodies]")
    every_months: int | None = expects("eine ganze Zahl von 1 bis 60", default=None, most=60)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """One step of a ladder: days before (negative) or after the end of the period, and who is told."""

    days: int = expects("eine ganze Zahl von -366 bis 366", least=-366, most=366)
    tell: tuple[Addressee, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder(Cited):
    """Reminders and escalation of one kind of deadline; each rung fires once."""

    title: str = expects(_TEXT, most=200)
    rungs: tuple[Rung, ...]

    def __post_init__(self) -> None:
        Cited.__post_init__(self)
        days = [rung.days for rung in self.rungs]
        if days != sorted(set(days)):
            raise MisfitError("rungs", "erwartet Stufen mit aufsteigenden, verschiedenen Tagen.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Period(Cited):
    """A length of time in days or months, and the ladder that watches it."""

    title: str = expects(_TEXT, most=200)
    days: int | None = expects(_DAYS, default=None, most=366)
    months: int | None = expects("eine ganze Zahl von 1 bis 60", default=None, most=60)
    ladder: str = expects("den Schlüssel einer Leiter unter [ladders]", default="", least=0)

    def __post_init__(self) -> None:
        Cited.__post_init__(self)
        if (self.days is None) == (self.months is None):
            raise MisfitError("days", "erwartet genau eine Angabe, entweder „days“ oder „months“.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Titled(Cited):
    """A thing of a catalogue: trade, measure, level of contact persons."""

    title: str = expects(_TEXT, most=200)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceType(Titled):
    """A kind of help the procedures apply to, perhaps only under a condition."""

    law: str = expects(_TEXT, most=200)
    condition: str = expects(_TEXT, default="", least=0, most=500)


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeKind(Titled):
    """A formal message, who sends it to whom, and the periods to send and to answer it."""

    senders: tuple[NoticeParty, ...]
    recipients: tuple[NoticeParty, ...]
    contents: str = expects(_PROSE, most=20_000)
    period: str = expects("den Schlüssel einer Frist unter [periods]", default="", least=0)
    answer_period: str = expects("den Schlüssel einer Frist unter [periods]", default="", least=0)
    only_with_release: bool = False
    kept_out_of_e_file: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ReleaseForm(Cited):
    """The form a client signs; a release keeps the version it was signed under."""

    version: str = expects("eine Fassung wie „2026-1“", pattern=r"[0-9A-Za-z.-]+", most=40)
    title: str = expects(_TEXT, most=200)
    text: str = expects(_PROSE, most=20_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rulebook:
    """A network's agreement. ``source`` is the text it was read from, ``sha256`` its fingerprint."""

    slug: str = expects("einen Kurznamen wie „musterstadt“", pattern=_SLUG, most=60)
    name: str = expects(_TEXT, most=200)
    city: str = expects(_TEXT, most=200)
    land: str = expects(f"ein Bundesland, eines von {', '.join(_LAENDER)}", pattern="|".join(_LAENDER))
    version: int = expects("eine ganze Zahl ab 1")
    valid_from: date
    agreement: str = expects("einen Text mit 1 bis 300 Zeichen", most=300)
    procedures: tuple[Procedure, ...]
    members: tuple[FoundingMember, ...]
    receipt: ReceiptRule
    review: Review
    release_form: ReleaseForm
    votes: Mapping[str, VoteRule]
    bodies: Mapping[str, Body]
    meetings: Mapping[str, Meeting]
    ladders: Mapping[str, Ladder]
    contact_levels: Mapping[str, Titled]
    service_types: Mapping[str, ServiceType]
    periods: Mapping[str, Period] = field(default_factory=dict)
    trades: Mapping[str, Titled] = field(default_factory=dict)
    measures: Mapping[str, Titled] = field(default_factory=dict)
    notices: Mapping[str, NoticeKind] = field(default_factory=dict)
    warning_topics: Mapping[str, Titled] = field(default_factory=dict)
    membership: MembershipRule | None = None
    source: str = field(default="", init=False)
    sha256: str = field(default="", init=False)

    def __post_init__(self) -> None:
        self._check_members()
        self._check_procedures()
        for key, meeting in self.meetings.items():
            _refers(f"meetings.{key}.body", meeting.body, self.bodies)
        for key, period in self.periods.items():
            _refers(f"periods.{key}.ladder", period.ladder, self.ladders)
        for key, notice in self.notices.items():
            _refers(f"notices.{key}.period", notice.period, self.periods)
            _refers(f"notices.{key}.answer_period", notice.answer_period, self.periods)

    def renews_directory(self, procedure: Procedure) -> bool:
        """Whether all members are sent a new directory after a procedure of this kind."""
        return self.membership is None or procedure in self.membership.directory_sent_on

    def ends_with_closing(self) -> bool:
        """Whether an exclusion ends the membership with the decision, not with its receipt."""
        return self.membership is not None and self.membership.exclusion_takes_effect is ExclusionEffect.CLOSING

    def rules_for_questions(self) -> dict[str, VoteRule]:
        """The majorities under which the office may ask the members anything, by key."""
        return {key: rule for key, rule in self.votes.items() if rule.for_questions}

    def _check_members(self) -> None:
        slugs = [member.slug for member in self.members]
        if doubled := next((slug for slug in slugs if slugs.count(slug) > 1), None):
            raise MisfitError("members", f"gefunden „{doubled}“ doppelt, erwartet jedes Mitglied nur einmal.")
        offices = sum(member.office for member in self.members)
        if offices != 1:
            raise MisfitError("members", f"gefunden {offices} Mitglieder mit office = true, erwartet genau eines.")

    def _check_procedures(self) -> None:
        for procedure, kinds in _DECIDED_BY.items():
            if procedure not in self.procedures:
                continue
            if (rule := self.votes.get(procedure)) is None:
                raise MisfitError(
                    f"votes.{procedure}", f"fehlt, erwartet, weil das Verfahren „{procedure}“ eingeschaltet ist."
                )
            if rule.kind not in kinds:
                wanted = " oder ".join(f"„{kind}“" for kind in kinds)
                raise MisfitError(
                    f"votes.{procedure}.kind", f"gefunden „{rule.kind}“, für dieses Verfahren erwartet {wanted}."
                )
        if Procedure.QUESTION in self.procedures and not self.rules_for_questions():
            raise MisfitError("votes", "erwartet mindestens eine Mehrheit mit for_questions = true für freie Fragen.")
        if self.membership is None and {Procedure.ADMISSION, Procedure.EXCLUSION} & set(self.procedures):
            raise MisfitError("membership", "fehlt, erwartet, weil Aufnahme oder Ausschluss eingeschaltet ist.")


def load_rulebook(path: Path) -> Rulebook:
    """Read a rulebook file.

    Raises:
        RulebookError: file, line, key, what was found and what is expected, a sentence each.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise RulebookError([f"{path.name}: Die Datei lässt sich nicht lesen ({error.strerror})."]) from None
    except UnicodeDecodeError as error:
        raise RulebookError([f"{path.name}: Byte {error.start} ist kein UTF-8; bitte als UTF-8 speichern."]) from None
    return parse_rulebook(text, file=path.name)


@lru_cache(maxsize=256)
def parse_rulebook(text: str, *, file: str) -> Rulebook:
    """Read the text of a rulebook, such as the one kept in the database."""
    rulebook = read_toml(Rulebook, text, file)
    object.__setattr__(rulebook, "source", text)
    object.__setattr__(rulebook, "sha256", hashlib.sha256(text.encode()).hexdigest())
    return rulebook


def _refers(key: str, target: str, known: Mapping[str, object]) -> None:
    if target and target not in known:
        raise MisfitError(key, f"gefunden „{target}“, erwartet einen von: {', '.join(known) or '(keiner vorhanden)'}.")
