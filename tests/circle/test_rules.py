"""What tells of a single person is recognised; months and numbers of a trend; a text as a document."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from portal.circle.export import blocks_of, trend_as_csv
from portal.circle.rules import PersonalData, months_until, personal_data_in, trend_of

MAIL, PHONE, BIRTHDAY = PersonalData.MAIL, PersonalData.PHONE, PersonalData.BIRTHDAY


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Fragen an a.b@beispiel.de", MAIL),
        ("mira (at) beispiel.de", MAIL),
        ("ruft 0521 123456 an", PHONE),
        ("+49 (521) 12 34 56", PHONE),
        ("Tel. 1234567", PHONE),
        ("geb. 1990", BIRTHDAY),
        ("geboren am 4.12.1980", BIRTHDAY),
        ("seit dem 4.12.2025", BIRTHDAY),
        ("am 4. Dezember 1980", BIRTHDAY),
        ("1980-12-04", BIRTHDAY),
        ("Seit dem Herbst 2025/26 sind es zwölf Familien mehr.", None),
        ("§ 67 SGB XII, 3.500 Euro, 10.000 bis 20.000 Menschen", None),
        ("33602 Bielefeld, am 4. Dezember, 5-9 Fälle", None),
    ],
)
def test_what_tells_of_a_single_person_is_recognised(text, found):
    assert personal_data_in(text) is found


@given(st.dates(min_value=date(1990, 1, 1), max_value=date(2100, 1, 1)), st.integers(1, 40))
def test_months_follow_each_other_and_end_with_the_last(last, count):
    months = months_until(last, count=count)
    assert len(months) == count == len(set(months))
    assert months[-1] == last.replace(day=1)
    assert list(months) == sorted(months)
    assert all(month.day == 1 for month in months)


def test_a_small_number_is_not_said_and_sums_are_not_made():
    months = months_until(date(2026, 2, 14), count=2)
    trend = trend_of([(months[0], "rent", None), (months[1], "rent", 10), (date(2020, 1, 1), "old", 5)], months)
    assert (trend.topics, trend.row("rent"), trend.highest) == (("rent",), [None, 10], 10)
    lines = trend_as_csv(trend, {"rent": "=Miete"}).decode("utf-8-sig").splitlines()
    assert lines == ["Thema;01/2026;02/2026", "'=Miete;unter 5;mindestens 10"]


def test_headings_leave_no_level_out_and_links_lead_abroad_only():
    body = '<h4>Tief</h4><p>x <a href="https://beispiel.de">y</a> <a href="/n/b">z</a></p><h3>A</h3>'
    tags = [(node["tag"], node.get("level")) for node in blocks_of(body)]
    assert tags == [("heading", 2), ("p", None), ("heading", 3)]
    assert [node["tag"] for node in blocks_of(body)[1]["of"] if isinstance(node, dict)] == ["a", "span"]
