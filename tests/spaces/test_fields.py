"""The fields content is made of: what is typed, what is kept, what stands in the form again."""

from datetime import UTC, datetime

import pytest

from portal.shell.forms import Form
from portal.spaces.fields import Moment, RichText, Tags
from portal.spaces.types import ContentType


class Everything(Form):
    begins_at = Moment("Beginn")
    words = Tags("Schlagwörter", limit=1000)
    body = RichText("Text")


@pytest.mark.parametrize(
    "typed", ["2026-12-04T14:30", "4.12.2026, 14:30 Uhr", "04.12.2026 14:30", "4. 12. 2026, 14.30", "2026-12-04 14:30"]
)
def test_a_moment_is_read_as_the_browser_sends_it_and_as_people_write_it(typed):
    form = Everything.read({"begins_at": typed})
    assert form.begins_at == datetime(2026, 12, 4, 13, 30, tzinfo=UTC)
    assert Everything.blank(begins_at=form.begins_at).raw["begins_at"] == "2026-12-04T14:30"


@pytest.mark.parametrize(
    "typed", ["morgen", "31.2.2026, 10:00", "4.12.2026, 25:00", "4.12.26 10:00", "0001-01-01T00:00"]
)
def test_a_moment_that_is_none_is_told(typed):
    form = Everything.read({"begins_at": typed})
    assert form.errors.keys() == {"begins_at"}
    assert form.raw["begins_at"] == typed


def test_tags_are_each_kept_once_in_their_order():
    form = Everything.read({"words": " Haus , Nacht,Haus,, Gute  Nacht "})
    assert form.words == ["Haus", "Nacht", "Gute Nacht"]
    assert Everything.blank(words=form.words).raw["words"] == "Haus, Nacht, Gute Nacht"


def test_a_text_keeps_no_sign_that_cannot_be_kept():
    assert Everything.read({"body": "a\x00b\ud800c\r\nd"}).body == "<p>abc<br>d</p>"
    assert Everything.read({"body": ["a", "b"]}).body == ""


@pytest.mark.parametrize("name", ["slug", "change_note", "version"])
def test_a_type_takes_no_name_that_the_editor_uses(name):
    with pytest.raises(ValueError, match=name):
        ContentType(name="x", title="X", plural="X", fields={name: Tags("X", limit=10)})
