"""The arithmetic of a vote in words, so that everybody can follow it: numbers never stand without their meaning."""

from collections.abc import Mapping
from fractions import Fraction

from portal.kit.text import counted, listed
from portal.votes.rules import Base, Counts, DepartedBallot, Feasibility, Kind, Outcome, Rule, Tally

_SHARES = {Fraction(1, 2): "die Hälfte", Fraction(1, 3): "ein Drittel", Fraction(2, 3): "zwei Drittel"}


def share_in_words(rule: Rule) -> str:
    """'mehr als 75 %', 'mindestens zwei Drittel', 'alle'."""
    if rule.numerator == rule.denominator:
        return "alle"
    share = _SHARES.get(Fraction(rule.numerator, rule.denominator)) or percent(rule.numerator, rule.denominator)
    return f"{'mehr als' if rule.strict else 'mindestens'} {share}"


def arithmetic(tally: Tally, names: Mapping[str, str] | None = None) -> str:
    """'4 von 6 Mitgliedern dafür (66,7 %), nötig: mehr als 75 %, das sind mindestens 5.'

    ``names`` gives the candidates of a choice their titles.
    """
    need = share_in_words(tally.rule)
    least = f"alle {tally.needed}" if need == "alle" else f"{need}, das sind mindestens {tally.needed}"
    if tally.rule.kind is Kind.OBJECTION:
        return f"{_part(tally)} dagegen{_percent_of(tally)}, für eine Ablehnung nötig: {least}."
    if tally.rule.kind is Kind.CHOICE:
        return f"{_leading(tally, names or {})}{_percent_of(tally)}, nötig: {least}."
    return f"{_part(tally)} dafür{_percent_of(tally)}, nötig: {least}."


def result_in_words(tally: Tally, names: Mapping[str, str] | None = None) -> str:
    """The result if nobody spoke any more, as one short sentence."""
    passed = tally.standing is Outcome.DECIDED
    if tally.rule.kind is Kind.CHOICE:
        winner = (names or {}).get(tally.winner or "", tally.winner)
        return f"Gewählt ist „{winner}“." if passed else "Kein Ergebnis: Es braucht einen neuen Wahlgang."
    return "Angenommen." if passed else "Abgelehnt."


def missing_in_words(tally: Tally) -> str:
    """'noch 2 nötig', from the side that has to gather votes."""
    if tally.rule.kind is Kind.OBJECTION:
        return f"noch {tally.missing} bis zur Ablehnung" if tally.missing else "Zahl für eine Ablehnung erreicht"
    return f"noch {tally.missing} nötig" if tally.missing else "nötige Zahl erreicht"


def breakdown(counts: Counts, kind: Kind) -> str:
    """'6 dafür, 1 dagegen, 0 Enthaltungen, 1 ohne Stimme'; late ballots are named, though they do not count."""
    spoken = [f"{counts.yes} dafür", f"{counts.no} dagegen"]
    if kind is Kind.OBJECTION:
        spoken = [f"{counts.no} dagegen", f"{counts.yes} ohne Einwand"]
    if kind is Kind.CHOICE:
        spoken = [f"{counts.cast} für einen Vorschlag"]
    rest = [counted(counts.abstained, "Enthaltung", "Enthaltungen"), f"{counts.silent} ohne Stimme"]
    late = [f"{counts.late} zu spät (nicht gezählt)"] if counts.late else []
    return ", ".join([*spoken, *rest, *late])


def departed_in_words(tally: Tally) -> str:
    """What the rule makes of members that left while the vote ran; empty if none did."""
    if not tally.departed:
        return ""
    left = counted(tally.departed, "Mitglied hat", "Mitglieder haben")
    stays = tally.rule.ballot_of_departed is DepartedBallot.STAYS
    ballots = counted(tally.departed_ballots, "abgegebene Stimme", "abgegebene Stimmen")
    verb = "zählt" if tally.departed_ballots == 1 else "zählen"
    return (
        f"{left} während der Abstimmung das Netzwerk verlassen. Die Zahl der Mitglieder bleibt bei "
        f"{tally.counts.members}; {ballots} {verb} {'mit' if stays else 'nicht mehr mit'}."
    )


def feasibility_in_words(rule: Rule, found: Feasibility) -> str:
    """Whether a motion can succeed, and what it needs, before it is sent."""
    if rule.kind is Kind.OBJECTION:
        return f"Abgelehnt wird nur, wenn {_least(found.needed)} von {_members(found.base)} widersprechen."
    need = f"Nötig: {share_in_words(rule)} von {_members(found.base)}, das sind {_least(found.needed)}."
    if found.possible:
        return need
    return f"Das kann nicht gelingen. {need} Ohne das betroffene Mitglied sind höchstens {found.available} möglich."


def percent(part: int, whole: int) -> str:
    """'75 %' where it is exact, otherwise with one decimal, rounded half up: '66,7 %'. Integers only."""
    if part * 100 % whole == 0:
        return f"{part * 100 // whole} %"
    tenths = (part * 2000 + whole) // (2 * whole)
    return f"{tenths // 10},{tenths % 10} %"


def _part(tally: Tally) -> str:
    return f"{tally.count} von {_base(tally)}"


def _base(tally: Tally) -> str:
    if tally.rule.base is Base.CAST:
        return counted(tally.base, "abgegebenen Stimme", "abgegebenen Stimmen")
    return _members(tally.base)


def _members(number: int) -> str:
    return counted(number, "Mitglied", "Mitgliedern")


def _least(number: int) -> str:
    return f"mindestens {number}"


def _percent_of(tally: Tally) -> str:
    return f" ({percent(tally.count, tally.base)})" if tally.base else ""


def _leading(tally: Tally, names: Mapping[str, str]) -> str:
    """Who leads, with how many; several with the same number are all named."""
    if not tally.count:
        return f"0 von {_base(tally)} für einen Vorschlag"
    leading = [key for key, votes in tally.counts.candidates.items() if votes == tally.count]
    titles = listed([f"„{names.get(key, key)}“" for key in leading])
    return f"{'Je ' if len(leading) > 1 else ''}{tally.count} von {_base(tally)} für {titles}"
