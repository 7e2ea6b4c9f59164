"""Words and numbers as people write them."""

import pytest

from portal.kit.text import counted, is_mail, number_in, paragraphs_of


@pytest.mark.parametrize(("number", "said"), [(0, "0 Mitglieder"), (1, "1 Mitglied"), (2, "2 Mitglieder")])
def test_numbers(number: int, said: str):
    assert counted(number, "Mitglied", "Mitglieder") == said


@pytest.mark.parametrize(
    ("sent", "number"),
    [("7", 7), ("999999999", 999_999_999), ("9999999999", 0), ("-1", 0), ("²", 0), ("٣", 0), ("", 0), (None, 0)],
)
def test_a_number_comes_back_as_it_went_or_is_none(sent, number):
    assert number_in(sent) == number


def test_an_empty_line_begins_a_paragraph():
    assert paragraphs_of("Sehr geehrte\nDamen\n\n\n\nwir kommen.\n") == [["Sehr geehrte", "Damen"], ["wir kommen."]]


@pytest.mark.parametrize(
    ("text", "fits"),
    [("a.b@example.org", True), ("ä@bücher.de", True), ("a@b", False), ("a b@c.de", False), ("a@b..de", False),
     ("a@b.de, c@d.de", False), ("<a@b.de>", False), ("@b.de", False), ("a@-b.de", False), ("a@b.de-", False),
     ("a[1]@b.de", False), ("a@b_c.de", False), (f"a@{'b.' * 130}de", False)],
)  # fmt: skip
def test_addresses(text: str, fits: bool):
    assert is_mail(text) is fits
