"""The three steps in words, in both languages."""

from datetime import date, timedelta

import pytest

from portal.deadlines.receipt import Basis, Event, ReceiptRule, fact, retrievable
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.wording import HOLIDAYS, LAENDER, explain, length_in_words, receipt_in_words
from portal.deadlines.workdays import Land, free_day
from portal.shell.i18n import language

AGREED = ReceiptRule(basis=Basis.RETRIEVABLE, from_hour=8, until_hour=16)
OCLOCK = "\N{NO-BREAK SPACE}Uhr"
POSTED = retrievable(date(2026, 12, 11), AGREED, Land.NW)


def test_receipt_end_and_shift_name_their_paragraphs():
    assert list(explain(reckon(POSTED, Length(14, Unit.DAYS), Land.NW))) == [
        "Zugang: Fr, 11. Dezember 2026, zu üblichen Geschäftszeiten abrufbar (§ 130 (1) BGB).",
        (
            "Frist: 14 Tage ab Sa, 12. Dezember 2026 (der Tag des Zugangs zählt nicht, § 187 (1) BGB). "
            "Ende: Fr, 25. Dezember 2026 (§ 188 (1) BGB)."
        ),
        (
            f"Fristende: Mo, 28. Dezember 2026, 24{OCLOCK}. Nach § 193 BGB verschoben auf den nächsten Werktag in "
            "Nordrhein-Westfalen, denn: Fr, 25. Dezember 2026 ist Feiertag (Erster Weihnachtstag); "
            "Sa, 26. Dezember 2026 ist Samstag und Feiertag (Zweiter Weihnachtstag); So, 27. Dezember 2026 ist Sonntag."
        ),
    ]


def test_the_same_in_english():
    said = [language("en").say(step) for step in explain(reckon(POSTED, Length(14, Unit.DAYS), Land.NW))]
    assert said == [
        "Receipt: Fri, 11 December 2026, retrievable in usual business hours (§ 130 (1) BGB).",
        (
            "Period: 14 days from Sat, 12 December 2026 (the day of receipt does not count, § 187 (1) BGB). "
            "End: Fri, 25 December 2026 (§ 188 (1) BGB)."
        ),
        (
            "Deadline: Mon, 28 December 2026, 24:00. Moved under § 193 BGB to the next working day in "
            "North Rhine-Westphalia, because: Fri, 25 December 2026 is a public holiday (Christmas Day); "
            "Sat, 26 December 2026 is a Saturday and a public holiday (Boxing Day); Sun, 27 December 2026 is a Sunday."
        ),
    ]


def test_a_shortened_month_and_an_end_that_stays():
    event = fact(Basis.EVENT, date(2026, 8, 31))
    assert list(explain(reckon(event, Length(6, Unit.MONTHS), Land.NW, shifts=False))) == [
        "Ereignis: Mo, 31. August 2026.",
        (
            "Frist: 6 Monate ab Di, 1. September 2026 (der Tag des Ereignisses zählt nicht, § 187 (1) BGB). "
            "Ende: So, 28. Februar 2027 (§ 188 (2) und (3) BGB: Der Monat ist kürzer, sein letzter Tag gilt)."
        ),
        f"Fristende: So, 28. Februar 2027, 24{OCLOCK}. § 193 BGB verschiebt diese Frist nicht.",
    ]


def test_a_first_day_that_counts():
    event = fact(Basis.EVENT, date(2026, 3, 2))
    _, end, shift = explain(reckon(event, Length(1, Unit.YEARS), Land.BY, counts_event_day=True))
    assert end == (
        "Frist: 1 Jahr ab Mo, 2. März 2026 (der erste Tag zählt mit, § 187 (2) BGB). "
        "Ende: Mo, 1. März 2027 (§ 188 (2) BGB)."
    )
    assert shift == (
        f"Fristende: Mo, 1. März 2027, 24{OCLOCK}. Das ist weder ein Samstag noch ein Sonntag noch ein Feiertag in "
        "Bayern; nach § 193 BGB bleibt es dabei."
    )


@pytest.mark.parametrize(
    ("event", "words"),
    [
        (fact(Basis.OPENED, date(2026, 12, 12)), "Zugang: Sa, 12. Dezember 2026, an diesem Tag geöffnet"),
        (fact(Basis.ACKNOWLEDGED, date(2026, 12, 12)), "Zugang: Sa, 12. Dezember 2026, an diesem Tag bestätigt"),
        (
            Event(Basis.DEEMED, date(2026, 12, 14), date(2026, 12, 10)),
            (
                "Zugang: Mo, 14. Dezember 2026. Nach dem Regelwerk gilt die Mitteilung vom Do, 10. Dezember 2026 nach "
                "dieser Zeit als zugegangen: 4 Tage."
            ),
        ),
        (
            Event(Basis.RETRIEVABLE, date(2026, 12, 11), date(2026, 12, 10), after_hours=True),
            (
                "Zugang: Fr, 11. Dezember 2026, mit dem Beginn des nächsten Werktags (§ 130 (1) BGB). "
                "Eingestellt: Do, 10. Dezember 2026, nach Geschäftsschluss."
            ),
        ),
        (
            retrievable(date(2027, 3, 13), AGREED, Land.NW),
            "Eingestellt: Sa, 13. März 2027. Sa, 13. März 2027 ist Samstag; So, 14. März 2027 ist Sonntag.",
        ),
        (retrievable(date(2026, 11, 1), AGREED, Land.NW), "ist Sonntag und Feiertag (Allerheiligen)."),
        (retrievable(date(2008, 5, 1), AGREED, Land.NW), "ist Feiertag (Christi Himmelfahrt)."),
    ],
)
def test_what_a_receipt_rests_upon(event, words):
    assert words in receipt_in_words(event)


@pytest.mark.parametrize(
    ("number", "unit", "words"), [(1, Unit.DAYS, "1 Tag"), (1, Unit.MONTHS, "1 Monat"), (2, Unit.YEARS, "2 Jahre")]
)
def test_lengths(number, unit, words):
    assert length_in_words(Length(number, unit)) == words


def test_every_land_and_every_yearly_holiday_has_an_english_name():
    assert set(LAENDER) == set(Land)
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    found = {free.holiday for land in Land for day in days if (free := free_day(day, land))} - {""}
    assert found == HOLIDAYS
    known = language("en")
    assert {name for name in HOLIDAYS if known.say(name) == name} == set()
