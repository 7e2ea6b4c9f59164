"""`hilfenetz deadline`: the last day of a period with its reckoning, without a database."""

import json
import re
from datetime import UTC, date, datetime, time

from portal.cli.rulebooks import find_rulebook
from portal.deadlines.agreement import receipt_rule_of
from portal.deadlines.receipt import Basis, Event, ReceiptRule, fact, retrievable
from portal.deadlines.rules import Deadline, Length, Unit, reckon
from portal.deadlines.stored import as_data
from portal.deadlines.wording import explain
from portal.deadlines.workdays import KNOWN, Land, land_of
from portal.kit.clock import BERLIN, german_day
from portal.kit.errors import Invalid

_DAY = re.compile(r"(\d{4}-\d{2}-\d{2})(?:T(\d{2}:\d{2}(?::\d{2})?))?")
_RULES = {rule.value: rule for rule in (Basis.RETRIEVABLE, Basis.OPENED, Basis.ACKNOWLEDGED, Basis.EVENT)}


def deadline_in_words(
    day: str,
    *,
    days: int | None,
    months: int | None,
    years: int | None,
    land: str,
    receipt_rule: str,
    rulebook: str,
    count_first_day: bool,
    no_shift: bool,
    as_json: bool,
) -> tuple[int, str]:
    """0 and the reckoning; 2 and what is wrong with the input."""
    try:
        length = _length(days=days, months=months, years=years)
        book = find_rulebook(rulebook)
        where = land_of(land or book.land)
        event = _event(_moment(day), receipt_rule, receipt_rule_of(book.receipt), where)
        found = reckon(event, length, where, counts_event_day=count_first_day, shifts=not no_shift)
    except Invalid as problem:
        return 2, problem.message
    return 0, _as_json(found) if as_json else _as_text(found)


def _length(*, days: int | None, months: int | None, years: int | None) -> Length:
    given = [(Unit.DAYS, days), (Unit.MONTHS, months), (Unit.YEARS, years)]
    lengths = [(number, unit) for unit, number in given if number is not None]
    if len(lengths) != 1:
        raise Invalid("Bitte genau eine Länge angeben: --days, --months oder --years.")
    return Length(*lengths[0])


def _moment(text: str) -> date | datetime:
    """A day, or an instant given as the clock in Berlin shows it."""
    found = _DAY.fullmatch(text)
    if not found:
        raise Invalid(
            f"„{text}“ ist kein Tag. Bitte schreiben Sie Jahr-Monat-Tag, zum Beispiel 2026-12-11, "
            "mit Uhrzeit 2026-12-11T17:30."
        )
    try:
        day = date.fromisoformat(found[1])
    except ValueError:
        raise Invalid(f"Den Tag „{found[1]}“ gibt es nicht im Kalender.") from None
    if day.year not in KNOWN:
        raise Invalid("Fristen lassen sich nur für die Jahre 1991 bis 2100 berechnen.")
    return _instant(day, found[2]) if found[2] else day


def _instant(day: date, clock: str) -> datetime:
    try:
        instant = datetime.combine(day, time.fromisoformat(clock), tzinfo=BERLIN)
    except ValueError:
        raise Invalid(f"Die Uhrzeit „{clock}“ gibt es nicht.") from None
    if instant.astimezone(UTC).astimezone(BERLIN).time() != instant.time():
        raise Invalid(f"Die Uhrzeit „{clock}“ gibt es am {german_day(day)} nicht: Die Uhr wird vorgestellt.")
    return instant


def _event(moment: date | datetime, name: str, agreed: ReceiptRule, land: Land) -> Event:
    basis = _RULES.get(name) if name else agreed.basis
    if basis is None:
        raise Invalid(f"Die Zugangsregel „{name}“ gibt es nicht. Es gibt: {', '.join(_RULES)}.")
    return retrievable(moment, agreed, land) if basis is Basis.RETRIEVABLE else fact(basis, moment)


def _as_text(found: Deadline) -> str:
    steps = [f"{number}. {sentence}" for number, sentence in enumerate(explain(found), start=1)]
    last = f"Letzter Tag: {german_day(found.last_day, long=True)}, 24 Uhr ({found.last_day})"
    return "\n".join([last, *steps])


def _as_json(found: Deadline) -> str:
    return json.dumps({**as_data(found), "explanation": explain(found)}, ensure_ascii=False, indent=2)
