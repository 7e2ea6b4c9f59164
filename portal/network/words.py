"""Procedures in words: their kinds, states, steps, what is waited for, and which rule says so."""

from collections.abc import Mapping
from dataclasses import dataclass

from portal.network.queries import Procedure, ProcedureLine, Step
from portal.network.rules import Ending, ProcedureKind, ProcedureState, StepBy, Waiting, waits_for
from portal.shell.i18n import Sentence
from tenants.rulebook_words import Procedure as Switch

KINDS: Mapping[ProcedureKind, Sentence] = {
    ProcedureKind.ADMISSION: Sentence("Aufnahme"),
    ProcedureKind.EXCLUSION: Sentence("Ausschluss"),
    ProcedureKind.OFFICE_SEAT: Sentence("Sitz der Geschäftsstelle"),
    ProcedureKind.WITHDRAWAL: Sentence("Austritt"),
}

# What happens when a state is reached, as a step that is still ahead.
AHEAD: Mapping[tuple[ProcedureKind, ProcedureState], Sentence] = {
    (ProcedureKind.ADMISSION, ProcedureState.VOTING): Sentence("Die Geschäftsstelle informiert alle Mitglieder"),
    (ProcedureKind.ADMISSION, ProcedureState.ACCEPTED): Sentence("Die Abstimmung endet"),
    (ProcedureKind.ADMISSION, ProcedureState.AGREEMENT_SENT): Sentence("Die Vereinbarung geht unterzeichnet hinaus"),
    (ProcedureKind.ADMISSION, ProcedureState.ENDED): Sentence("Die gegengezeichnete Vereinbarung trifft ein"),
    (ProcedureKind.EXCLUSION, ProcedureState.VOTING): Sentence(
        "Die Geschäftsstelle informiert alle Mitglieder und eröffnet die Abstimmung"
    ),
    (ProcedureKind.EXCLUSION, ProcedureState.DECIDED): Sentence("Die Abstimmung endet"),
    (ProcedureKind.EXCLUSION, ProcedureState.ENDED): Sentence(
        "Ist der Ausschluss beschlossen: Die Mitgliedschaft endet"
    ),
    (ProcedureKind.OFFICE_SEAT, ProcedureState.VOTING): Sentence("Die Mitglieder stimmen ab"),
    (ProcedureKind.OFFICE_SEAT, ProcedureState.DECIDED): Sentence("Das Ergebnis steht fest"),
    (ProcedureKind.OFFICE_SEAT, ProcedureState.ENDED): Sentence("Die Geschäftsstelle wird übergeben"),
    (ProcedureKind.WITHDRAWAL, ProcedureState.INFORMED): Sentence("Alle anderen Mitglieder werden informiert"),
    (ProcedureKind.WITHDRAWAL, ProcedureState.ENDED): Sentence("Die Mitgliedschaft endet"),
}
_WITH_RECEIPT = Sentence(
    "Ist der Ausschluss beschlossen: Die Mitteilung geht dem Mitglied zu, und die Mitgliedschaft endet"
)
_DECIDED = Sentence("Die Mitteilung geht dem Mitglied zu, und die Mitgliedschaft endet")
_WITH_DIRECTORY = Sentence("Die Mitgliedschaft endet, und das Verzeichnis der Mitglieder wird erneuert")

DEEDS: Mapping[str, Sentence] = {
    "accepted": Sentence("Die Mitglieder sind zur Aufnahme bereit"),
    "admission_closed": Sentence("Die Geschäftsstelle hat das Verfahren ohne Aufnahme beendet"),
    "admitted": Sentence("Die Mitgliedschaft hat begonnen"),
    "agreement_sent": Sentence("Vereinbarung unterzeichnet und an die antragstellende Organisation gesandt"),
    "application_taken_back": Sentence("Antrag auf Aufnahme zurückgenommen"),
    "application_received": Sentence("Antrag auf Aufnahme geprüft; er ist vollständig"),
    "countersigned": Sentence("Das gegengezeichnete Exemplar der Vereinbarung ist zugegangen oder geht zu"),
    "agreed": Sentence("Einigung festgehalten: Ein Mitglied ist bereit, kein anderes"),
    "called_off": Sentence("Kein Mitglied war bereit; die Geschäftsstelle bleibt, wo sie ist"),
    "decided": Sentence("Der Ausschluss ist beschlossen; die Mitteilung an das Mitglied ist zugestellt"),
    "declared": Sentence("Austritt erklärt"),
    "directory_renewed": Sentence("Neue Fassung des Verzeichnisses der Mitglieder an alle gesendet"),
    "elected": Sentence("Die Wahl ist entschieden"),
    "election_opened": Sentence("Alle Mitglieder informiert, Wahl eröffnet"),
    "ended": Sentence("Die Mitgliedschaft ist beendet"),
    "handed_over": Sentence(
        "Die Geschäftsstelle ist an %(to)s übergeben; alle Mitglieder sind förmlich informiert und haben das neue "
        "Verzeichnis"
    ),
    "informed": Sentence("Alle anderen Mitglieder förmlich informiert"),
    "members_informed": Sentence("Alle Mitglieder förmlich über den Antrag informiert, Abstimmung eröffnet"),
    "not_admitted": Sentence("Die Mitglieder haben den Antrag abgelehnt"),
    "lapsed": Sentence("Das Mitglied gehört dem Netzwerk nicht mehr an; das Verfahren ist erledigt"),
    "moved": Sentence("Ausschluss beantragt"),
    "no_result": Sentence("Die Wahl blieb ohne Ergebnis; ein neuer Wahlgang ist möglich"),
    "nobody_stays": Sentence(
        "Kein Mitglied bliebe, das die Geschäftsstelle führen kann; der Ausschluss hat keine Wirkung"
    ),
    "nobody_left": Sentence("Das Mitglied, das bereit war, ist es nicht mehr"),
    "rejected": Sentence("Der Ausschluss ist abgelehnt"),
    "seat_moved": Sentence("Der Sitz der Geschäftsstelle wird neu bestimmt"),
    "stands": Sentence("Bereit, die Geschäftsstelle zu übernehmen"),
    "stated": Sentence("Stellungnahme des betroffenen Mitglieds"),
    "stays": Sentence("Die Geschäftsstelle bleibt, wo sie ist"),
    "steps_down": Sentence("Kandidatur zurückgenommen"),
    "stood_in": Sentence("Die Geschäftsstelle scheidet aus; %(to)s vertritt sie, bis der Sitz neu bestimmt ist"),
    "taken_back": Sentence("Antrag zurückgenommen"),
    "undeliverable": Sentence(
        "Der Ausschluss ist beschlossen; die Mitteilung ließ sich noch nicht zustellen und ist erneut zuzustellen"
    ),
    "vote_opened": Sentence("Alle Mitglieder über Antrag und Begründung informiert, Abstimmung eröffnet"),
}

ENDINGS: Mapping[Ending, Sentence] = {
    Ending.ADMITTED: Sentence("aufgenommen"),
    Ending.CONFIRMED: Sentence("bestätigt"),
    Ending.EXCLUDED: Sentence("ausgeschlossen"),
    Ending.HANDED_OVER: Sentence("übergeben"),
    Ending.LAPSED: Sentence("erledigt"),
    Ending.NO_RESULT: Sentence("ohne Ergebnis"),
    Ending.REJECTED: Sentence("abgelehnt"),
    Ending.WITHDRAWN: Sentence("ausgetreten"),
}

_WAITING: Mapping[Waiting, Sentence] = {
    Waiting.APPLICANT: Sentence("wartet auf die antragstellende Organisation"),
    Waiting.CANDIDATES: Sentence("wartet auf Kandidaturen, dann auf die Geschäftsstelle"),
    Waiting.CLOCK: Sentence("läuft bis zum genannten Zeitpunkt"),
    Waiting.MEMBERS: Sentence("wartet auf die Stimmen der Mitglieder"),
    Waiting.NOBODY: Sentence("abgeschlossen"),
    Waiting.OFFICE: Sentence("wartet auf die Geschäftsstelle"),
    Waiting.PORTAL: Sentence("geht gleich von selbst weiter"),
    Waiting.RECEIPT: Sentence("wartet auf den Zugang der Mitteilung"),
}


@dataclass(frozen=True, slots=True)
class RuleText:
    """A rule of the rulebook under which a procedure runs."""

    title: str
    text: str
    source: tuple[str, ...]


def number_of(procedure: Procedure | ProcedureLine) -> str:
    """'3/2026': the running number within the network and the year."""
    return f"{procedure.number}/{procedure.year}"


def ahead_in_words(procedure: Procedure, state: ProcedureState) -> Sentence:
    """What happens when a state is reached, under the rulebook of the procedure."""
    kind, book = procedure.kind, procedure.rulebook
    if (kind, state) == (ProcedureKind.EXCLUSION, ProcedureState.ENDED) and not book.ends_with_closing():
        return _DECIDED if procedure.state is ProcedureState.DECIDED else _WITH_RECEIPT
    if (kind, state) == (ProcedureKind.WITHDRAWAL, ProcedureState.ENDED) and book.renews_directory(Switch.WITHDRAWAL):
        return _WITH_DIRECTORY
    return AHEAD[kind, state]


def waiting_in_words(procedure: Procedure | ProcedureLine) -> Sentence:
    """Who or what it waits for, or what came of it."""
    if procedure.outcome is not None:
        return ENDINGS[procedure.outcome]
    return _WAITING[waits_for(procedure.kind, procedure.state)]


def deed_in_words(step: Step) -> Sentence:
    """What was done; its words name what stands in the details."""
    return Sentence(DEEDS[step.deed].msgid, **step.details)


def doer_in_words(step: Step) -> Sentence | str:
    """By whom."""
    if step.by_kind is StepBy.PORTAL:
        return Sentence("von selbst")
    if step.by_kind is StepBy.OFFICE:
        return Sentence("Geschäftsstelle: %(name)s", name=step.by_name)
    return step.by_name


def rules_of(procedure: Procedure) -> tuple[RuleText, ...]:
    """The rules that govern it, in the words of the rulebook under which it began."""
    book = procedure.rulebook
    found = []
    if (vote := book.votes.get(procedure.kind.value)) is not None:
        found.append(RuleText(vote.title, vote.explanation, _cited(vote.section, vote.decision)))
    notices = [book.notices[key] for key in _NOTICES[procedure.kind] if key in book.notices]
    found += [RuleText(each.title, each.contents, _cited(each.section, each.decision)) for each in notices]
    if (membership := book.membership) is not None and procedure.kind is not ProcedureKind.OFFICE_SEAT:
        cited = _cited(membership.section, membership.decision)
        found.append(RuleText(Sentence("Beginn und Beendigung von Mitgliedschaften"), "", cited))
    return tuple(found)


_NOTICES: Mapping[ProcedureKind, tuple[str, ...]] = {
    ProcedureKind.ADMISSION: ("application_information", "acceptance"),
    ProcedureKind.EXCLUSION: ("exclusion_information", "exclusion"),
    ProcedureKind.OFFICE_SEAT: (),
    ProcedureKind.WITHDRAWAL: ("withdrawal_information",),
}


def _cited(section: str, decision: str) -> tuple[str, ...]:
    return tuple(filter(None, (section, decision)))
