"""The three steps of a deadline in words, each with its paragraph, so that everybody can follow the reckoning."""

from collections.abc import Sequence

from portal.deadlines.receipt import Basis, Event
from portal.deadlines.rules import Deadline, End, Length, Shift, Unit
from portal.deadlines.workdays import FreeDay, Land
from portal.kit.clock import end_of_day
from portal.shell.i18n import Sentence, mark

LAENDER = {
    Land.BB: mark("Brandenburg"),
    Land.BE: mark("Berlin"),
    Land.BW: mark("Baden-Württemberg"),
    Land.BY: mark("Bayern"),
    Land.HB: mark("Bremen"),
    Land.HE: mark("Hessen"),
    Land.HH: mark("Hamburg"),
    Land.MV: mark("Mecklenburg-Vorpommern"),
    Land.NI: mark("Niedersachsen"),
    Land.NW: mark("Nordrhein-Westfalen"),
    Land.RP: mark("Rheinland-Pfalz"),
    Land.SH: mark("Schleswig-Holstein"),
    Land.SL: mark("Saarland"),
    Land.SN: mark("Sachsen"),
    Land.ST: mark("Sachsen-Anhalt"),
    Land.TH: mark("Thüringen"),
}
HOLIDAYS = frozenset(
    {
        mark("Allerheiligen"),
        mark("Buß- und Bettag"),
        mark("Christi Himmelfahrt"),
        mark("Erster Mai"),
        mark("Erster Weihnachtstag"),
        mark("Frauentag"),
        mark("Fronleichnam"),
        mark("Heilige Drei Könige"),
        mark("Karfreitag"),
        mark("Mariä Himmelfahrt"),
        mark("Neujahr"),
        mark("Ostermontag"),
        mark("Ostersonntag"),
        mark("Pfingstmontag"),
        mark("Pfingstsonntag"),
        mark("Reformationstag"),
        mark("Tag der Deutschen Einheit"),
        mark("Weltkindertag"),
        mark("Zweiter Weihnachtstag"),
    }
)  # those of every year; a day that is celebrated once keeps its German name


def explain(deadline: Deadline) -> tuple[Sentence, Sentence, Sentence]:
    """Receipt, end, shift."""
    return (
        receipt_in_words(deadline.receipt),
        end_in_words(deadline.end, receipt=deadline.receipt.basis is not Basis.EVENT),
        shift_in_words(deadline.shift),
    )


def length_in_words(length: Length) -> Sentence:
    """'14 Tage', '1 Monat'."""
    one, many = {
        Unit.DAYS: (Sentence("1 Tag"), Sentence("%(n)s Tage", n=length.number)),
        Unit.MONTHS: (Sentence("1 Monat"), Sentence("%(n)s Monate", n=length.number)),
        Unit.YEARS: (Sentence("1 Jahr"), Sentence("%(n)s Jahre", n=length.number)),
    }[length.unit]
    return one if length.number == 1 else many


def receipt_in_words(event: Event) -> Sentence:
    """Why this is the day."""
    values: dict[str, object] = {"day": event.day, "given": event.given_on}
    if event.basis is Basis.EVENT:
        return Sentence("Ereignis: %(day)s.", **values)
    if event.basis is Basis.OPENED:
        return Sentence("Zugang: %(day)s, an diesem Tag geöffnet (§ 130 (1) BGB).", **values)
    if event.basis is Basis.ACKNOWLEDGED:
        return Sentence("Zugang: %(day)s, an diesem Tag bestätigt (§ 130 (1) BGB).", **values)
    if event.basis is Basis.DEEMED:
        waited = length_in_words(Length((event.day - event.given_on).days, Unit.DAYS))
        return Sentence(
            "Zugang: %(day)s. Nach dem Regelwerk gilt die Mitteilung vom %(given)s nach dieser Zeit als zugegangen: "
            "%(waited)s.",
            **values,
            waited=waited,
        )
    return _retrievable(event, values)


def end_in_words(end: End, *, receipt: bool = True) -> Sentence:
    """Where the period begins and ends."""
    values: dict[str, object] = {
        "length": length_in_words(end.length),
        "begin": _begin(end, receipt=receipt),
        "first": end.first_day,
        "day": end.day,
        "law": "§ 188 (1) BGB" if end.length.unit is Unit.DAYS else "§ 188 (2) BGB",
    }
    if end.shortened:
        return Sentence(
            "Frist: %(length)s ab %(first)s (%(begin)s). Ende: %(day)s (§ 188 (2) und (3) BGB: Der Monat ist kürzer, "
            "sein letzter Tag gilt).",
            **values,
        )
    return Sentence("Frist: %(length)s ab %(first)s (%(begin)s). Ende: %(day)s (%(law)s).", **values)


def shift_in_words(shift: Shift) -> Sentence:
    """Whether the end stays, and why."""
    values: dict[str, object] = {"due": end_of_day(shift.day), "land": Sentence(LAENDER[shift.land])}
    if not shift.applies:
        return Sentence("Fristende: %(due)s. § 193 BGB verschiebt diese Frist nicht.", **values)
    if not shift.skipped:
        return Sentence(
            "Fristende: %(due)s. Das ist weder ein Samstag noch ein Sonntag noch ein Feiertag in %(land)s; "
            "nach § 193 BGB bleibt es dabei.",
            **values,
        )
    return Sentence(
        "Fristende: %(due)s. Nach § 193 BGB verschoben auf den nächsten Werktag in %(land)s, denn: %(why)s.",
        **values,
        why=_why(shift.skipped),
    )


def _retrievable(event: Event, values: dict[str, object]) -> Sentence:
    if event.day == event.given_on:
        return Sentence("Zugang: %(day)s, zu üblichen Geschäftszeiten abrufbar (§ 130 (1) BGB).", **values)
    if event.after_hours:
        values["given"] = Sentence("%(given)s, nach Geschäftsschluss", given=event.given_on)
    if not event.skipped:
        return Sentence(
            "Zugang: %(day)s, mit dem Beginn des nächsten Werktags (§ 130 (1) BGB). Eingestellt: %(given)s.", **values
        )
    return Sentence(
        "Zugang: %(day)s, mit dem Beginn des nächsten Werktags (§ 130 (1) BGB). Eingestellt: %(given)s. %(why)s.",
        **values,
        why=_why(event.skipped),
    )


def _begin(end: End, *, receipt: bool) -> Sentence:
    if end.counts_event_day:
        return Sentence("der erste Tag zählt mit, § 187 (2) BGB")
    if receipt:
        return Sentence("der Tag des Zugangs zählt nicht, § 187 (1) BGB")
    return Sentence("der Tag des Ereignisses zählt nicht, § 187 (1) BGB")


def _why(skipped: Sequence[FreeDay]) -> Sentence:
    """'Sa, 26. Dezember 2026 ist Samstag und Feiertag (Zweiter Weihnachtstag); So, …'"""
    said, *rest = [_free_in_words(free) for free in skipped]
    for part in rest:
        said = Sentence("%(first)s; %(next)s", first=said, next=part)
    return said


def _free_in_words(free: FreeDay) -> Sentence:
    # On 1 May 2008 two holidays met, and the calendar names both.
    values: dict[str, object] = {"day": free.day, "holiday": Sentence(free.holiday.partition("; ")[0])}
    if free.is_saturday:
        if free.holiday:
            return Sentence("%(day)s ist Samstag und Feiertag (%(holiday)s)", **values)
        return Sentence("%(day)s ist Samstag", **values)
    if free.is_sunday:
        if free.holiday:
            return Sentence("%(day)s ist Sonntag und Feiertag (%(holiday)s)", **values)
        return Sentence("%(day)s ist Sonntag", **values)
    return Sentence("%(day)s ist Feiertag (%(holiday)s)", **values)
