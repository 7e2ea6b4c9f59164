"""Words and numbers as people write them."""

import pytest

from portal.kit.text import counted


@pytest.mark.parametrize(("number", "said"), [(0, "0 Mitglieder"), (1, "1 Mitglied"), (2, "2 Mitglieder")])
def test_numbers(number: int, said: str):
    assert counted(number, "Mitglied", "Mitglieder") == said
