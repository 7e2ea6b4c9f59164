"""The arithmetic of a vote in words, so that everybody can follow it: numbers never stand without their meaning."""

from collections.abc import Mapping, Sequence
from datetime import date
from fractions import Fraction

from portal.deadlines.agreement import vote_length_of
from portal.deadlines.rules import Unit
from portal.formal.rules import LONGEST_BODY
from portal.kit.clock import end_of_day, german_deadline
from portal.shell.i18n import Sentence
from portal.votes.rules import Base, Counts, DepartedBallot, Feasibility, Kind, Outcome, Rule, Tally
from tenants.rulebook import VoteRule

Names = Mapping[str, str]
_NOBODY: Names = {}
_SHARES = {
    Fraction(1, 3): Sentence("ein Drittel"),
    Fraction(1, 2): Sentence("die Hälfte"),
    Fraction(2, 3): Sentence("zwei Drittel"),
}


def share_in_words(rule: Rule) -> Sentence:
    """'mehr als 75 %', 'mindestens zwei Drittel', 'alle'."""
    if rule.numerator == rule.denominator:
        return Sentence("alle")
    exact = percent(rule.numerator, rule.denominator)
    share = _SHARES.get(Fraction(rule.numerator, rule.denominator), exact)
    return Sentence("mehr als %(share)s", share=share) if rule.strict else Sentence("mindestens %(share)s", share=share)


def not_standing(title: str) -> Sentence:
    """Said to who chooses a candidacy that was taken back meanwhile."""
    return Sentence("%(title)s steht nicht mehr zur Wahl. Bitte wählen Sie neu.", title=title)


def arithmetic(tally: Tally, names: Names = _NOBODY) -> Sentence:
    """'4 von 6 Mitgliedern dafür (66,7 %), nötig: mehr als 75 %, das sind mindestens 5.'

    ``names`` gives the candidates of a choice their titles.
    """
    part = Sentence(" (%(share)s)", share=percent(tally.count, tally.base)) if tally.base else ""
    values = {"count": tally.count, "base": _base(tally), "part": part, "least": _least_of(tally)}
    if tally.rule.kind is Kind.OBJECTION:
        return Sentence("%(count)s von %(base)s dagegen%(part)s, für eine Ablehnung nötig: %(least)s.", **values)
    if tally.rule.kind is Kind.CHOICE:
        return _choice_arithmetic(tally, names, values)
    return Sentence("%(count)s von %(base)s dafür%(part)s, nötig: %(least)s.", **values)


def result_in_words(tally: Tally, names: Names = _NOBODY) -> Sentence:
    """The result if nobody spoke any more, as one short sentence."""
    passed = tally.standing is Outcome.DECIDED
    if tally.rule.kind is not Kind.CHOICE:
        return Sentence("Angenommen.") if passed else Sentence("Abgelehnt.")
    if not passed:
        return Sentence("Kein Ergebnis: Es braucht einen neuen Wahlgang.")
    return Sentence("Gewählt ist „%(winner)s“.", winner=names.get(tally.winner or "", tally.winner))


def missing_in_words(tally: Tally) -> Sentence:
    """'Noch 2 nötig.', from the side that has to gather votes."""
    if tally.rule.kind is Kind.OBJECTION:
        if tally.missing:
            return Sentence("Noch %(n)s bis zur Ablehnung.", n=tally.missing)
        return Sentence("Die Zahl für eine Ablehnung ist erreicht.")
    return (
        Sentence("Noch %(n)s nötig.", n=tally.missing) if tally.missing else Sentence("Die nötige Zahl ist erreicht.")
    )


def certainty_in_words(tally: Tally) -> Sentence:
    """What is certain once nobody silent can change the result any more."""
    if tally.rule.kind is Kind.CHOICE:
        return Sentence("Wer noch nicht gestimmt hat, kann am Ergebnis nichts mehr ändern.")
    if tally.standing is Outcome.DECIDED:
        return Sentence("Wie auch immer die Übrigen stimmen: Der Vorschlag wird angenommen.")
    return Sentence("Wie auch immer die Übrigen stimmen: Angenommen werden kann das nicht mehr.")


def breakdown(counts: Counts, kind: Kind) -> list[Sentence]:
    """'6 dafür', '1 dagegen', '0 Enthaltungen', '1 ohne Stimme'; late ballots are named, though they do not count."""
    yes, no = Sentence("%(n)s dafür", n=counts.yes), Sentence("%(n)s dagegen", n=counts.no)
    spoken = [yes, no]
    if kind is Kind.OBJECTION:
        spoken = [no, Sentence("%(n)s ohne Einwand", n=counts.yes)]
    if kind is Kind.CHOICE:
        spoken = [Sentence("%(n)s für einen Vorschlag", n=counts.cast)]
    if counts.abstained or kind is not Kind.OBJECTION:
        one = counts.abstained == 1
        spoken.append(Sentence("1 Enthaltung") if one else Sentence("%(n)s Enthaltungen", n=counts.abstained))
    late = [Sentence("%(n)s zu spät und nicht gezählt", n=counts.late)] if counts.late else []
    return [*spoken, Sentence("%(n)s ohne Stimme", n=counts.silent), *late]


def departed_in_words(tally: Tally) -> Sentence | None:
    """What the rule makes of members that left while the vote ran; None if none did."""
    if not tally.departed:
        return None
    values = {"left": tally.departed, "members": tally.counts.members, "ballots": tally.departed_ballots}
    if tally.rule.ballot_of_departed is DepartedBallot.STAYS:
        return Sentence(
            "Mitglieder, die das Netzwerk während der Abstimmung verlassen haben: %(left)s. Gerechnet wird weiter "
            "mit %(members)s Mitgliedern; schon abgegebene Stimmen von ihnen zählen mit: %(ballots)s.",
            **values,
        )
    return Sentence(
        "Mitglieder, die das Netzwerk während der Abstimmung verlassen haben: %(left)s. Gerechnet wird weiter "
        "mit %(members)s Mitgliedern; schon abgegebene Stimmen von ihnen zählen nicht mehr: %(ballots)s.",
        **values,
    )


def feasibility_in_words(rule: Rule, found: Feasibility) -> Sentence:
    """Whether a motion can succeed, and what it needs, before it is sent."""
    values = {"share": share_in_words(rule), "base": _members(found.base), "needed": found.needed}
    if rule.kind is Kind.OBJECTION:
        return Sentence("Abgelehnt wird nur, wenn mindestens %(needed)s von %(base)s widersprechen.", **values)
    if found.possible and rule.numerator == rule.denominator:
        return Sentence("Nötig: alle %(n)s.", n=found.needed)
    need = Sentence("Nötig: %(share)s von %(base)s, das sind mindestens %(needed)s.", **values)
    if found.possible:
        return need
    return Sentence(
        "Das kann nicht gelingen. %(need)s Ohne das betroffene Mitglied sind höchstens %(available)s möglich.",
        need=need,
        available=found.available,
    )


def _binnen(written: VoteRule) -> str:
    length = vote_length_of(written)
    unit = {Unit.DAYS: "Tag", Unit.MONTHS: "Monat", Unit.YEARS: "Jahr"}[length.unit]
    return f"{length.number} {unit}" if length.number == 1 else f"{length.number} {unit}en"


def letter_of(
    written: VoteRule, question: str, explanation: str, proposals: Sequence[str], last_day: date | None
) -> str:
    """What the members are told formally; ``last_day`` is the one for all, None where each has its own."""
    offered = "\n".join(f"– {title}" for title in proposals)
    period = (
        f"Ihre Organisation kann ihre Stimme bis {german_deadline(end_of_day(last_day))} abgeben und bis dahin ändern."
        if last_day
        else f"Ihre Organisation kann ihre Stimme binnen {_binnen(written)} nach Zugang dieser Mitteilung "
        "abgeben und bis dahin ändern. Wann die Mitteilung zugegangen ist und welcher Tag der letzte ist, steht "
        "bei ihr unter „Zugang“."
    )
    paragraphs = (
        "Sehr geehrte Damen und Herren,",
        "die Geschäftsstelle des Netzwerks bittet die Mitglieder, über diese Frage abzustimmen:",
        question,
        explanation,
        f"Zur Auswahl stehen:\n{offered}" if offered else "",
        f"So wird entschieden: {written.title}. {written.explanation}",
        period,
        "Abgestimmt wird im Portal unter „Abstimmungen“.",
    )
    return "\n\n".join(filter(None, paragraphs))[:LONGEST_BODY]


def percent(part: int, whole: int) -> Sentence:
    """'75 %' where it is exact, otherwise with one decimal, rounded half up: '66,7 %'. Integers only."""
    if part * 100 % whole == 0:
        return Sentence("%(n)s %%", n=part * 100 // whole)
    tenths = (part * 2000 + whole) // (2 * whole)
    return Sentence("%(whole)s,%(tenths)s %%", whole=tenths // 10, tenths=tenths % 10)


def _choice_arithmetic(tally: Tally, names: Names, values: Mapping[str, object]) -> Sentence:
    """Who leads, with how many; several with the same number are all named."""
    if not tally.count:
        return Sentence("Noch keine Stimme für einen Vorschlag, nötig: %(least)s.", **values)
    leading = [key for key, votes in tally.counts.candidates.items() if votes == tally.count]
    titles = [f"„{names.get(key, key)}“" for key in leading]
    if len(titles) == 1:
        return Sentence("%(count)s von %(base)s für %(who)s%(part)s, nötig: %(least)s.", **values, who=titles[0])
    who = Sentence("%(some)s und %(last)s", some=", ".join(titles[:-1]), last=titles[-1])
    return Sentence("Je %(count)s von %(base)s für %(who)s%(part)s, nötig: %(least)s.", **values, who=who)


def _least_of(tally: Tally) -> Sentence:
    if tally.rule.numerator == tally.rule.denominator:
        return Sentence("alle %(needed)s", needed=tally.needed)
    return Sentence("%(share)s, das sind mindestens %(needed)s", share=share_in_words(tally.rule), needed=tally.needed)


def _base(tally: Tally) -> Sentence:
    if tally.rule.base is Base.MEMBERS:
        return _members(tally.base)
    if tally.base == 1:
        return Sentence("1 abgegebenen Stimme")
    return Sentence("%(n)s abgegebenen Stimmen", n=tally.base)


def _members(number: int) -> Sentence:
    return Sentence("1 Mitglied") if number == 1 else Sentence("%(n)s Mitgliedern", n=number)
