"""The kinds of fields: how each reads what was typed and what it says when it cannot."""

import re
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import date
from typing import Any, Generic, TypeVar, overload

from portal.shell.i18n import Sentence

Value = TypeVar("Value")
Options = tuple[tuple[str, str], ...]  # (value, label)
Raw = Any  # what Litestar's form data holds: text, a list of texts, or an uploaded file

_CONTROL = re.compile(
    r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ud800-\udfff]"
)
_BLANK = "\u115f\u1160\u2800\u3164\uffa0"  # letters and a sign that look like a space
_GERMAN_DATE = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})", re.ASCII)
_ISO_DATE = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_INTEGER = re.compile(r"[+-]?\d{1,18}", re.ASCII)
_FIRST_YEAR, _LAST_YEAR = 1900, 2199
_RAW_LIMIT = 100_000  # nobody types more into one field; what is longer is cut before anything looks at it


class Problem(Exception):
    """What was typed cannot be accepted."""

    def __init__(self, msgid: str, **values: object) -> None:
        self.sentence = Sentence(msgid, **values)
        super().__init__(self.sentence)


class Field(ABC, Generic[Value]):
    """A field of a form. On the class it is the field, on a form it is the value that was read.

    ``required`` is the sentence for an empty field, or True for a general one.
    """

    kind = "text"
    choices: Options = ()

    def __init__(self, label: str, *, help: str = "", required: str | bool = False) -> None:  # noqa: A002
        self.label = label
        self.help = help
        self.required = required
        self.name = ""

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, form: None, owner: type) -> "Field[Value]": ...
    @overload
    def __get__(self, form: object, owner: type) -> Value: ...
    def __get__(self, form: Any, owner: type) -> Any:
        return self if form is None else form.value[self.name]

    def typed(self, sent: Raw) -> str:
        """What to keep and show again of what was sent."""
        if isinstance(sent, list):
            sent = sent[0] if sent else ""
        text = sent if isinstance(sent, str) else ""
        text = text[:_RAW_LIMIT].replace("\r\n", "\n").replace("\r", "\n")
        text = unicodedata.normalize("NFC", _CONTROL.sub("", text)).strip()
        return text if _can_be_seen(text) else ""

    def write(self, value: Any) -> str:
        """The text that stands for an initial value."""
        return "" if value is None else str(value)

    def parse(self, text: str, options: Options) -> Value:
        """The value.

        Raises:
            Problem: the sentence for the person.
        """
        if text:
            return self.convert(text, options)
        if isinstance(self.required, str):
            raise Problem(self.required)
        if self.required:
            raise Problem("Bitte füllen Sie dieses Feld aus.")
        return self.empty()

    @abstractmethod
    def convert(self, text: str, options: Options) -> Value:
        """What a text that is not empty stands for.

        Raises:
            Problem: the sentence for the person.
        """

    def empty(self) -> Value:
        """What nothing stands for."""
        return None  # type: ignore[return-value]


class Text(Field[str]):
    """One line."""

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # noqa: A002
        required: str | bool = False,
        limit: int = 200,
        autocomplete: str | None = None,
    ) -> None:
        super().__init__(label, help=help, required=required)
        self.limit = limit
        self.autocomplete = autocomplete

    def typed(self, sent: Raw) -> str:
        return super().typed(sent).replace("\n", " ").replace("\t", " ")

    def convert(self, text: str, options: Options) -> str:  # noqa: ARG002
        if len(text) > self.limit:
            raise Problem(
                "Bitte schreiben Sie höchstens %(limit)s Zeichen; es sind %(length)s.",
                limit=self.limit,
                length=len(text),
            )
        return text

    def empty(self) -> str:
        return ""


class LongText(Text):
    """Several lines."""

    kind = "longtext"

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # noqa: A002
        required: str | bool = False,
        limit: int = 4000,
        rows: int = 5,
    ) -> None:
        super().__init__(label, help=help, required=required, limit=limit)
        self.rows = rows

    def typed(self, sent: Raw) -> str:
        return Field.typed(self, sent)


class Choice(Field[str]):
    """One of a few, all of them in sight."""

    kind = "choice"

    def __init__(
        self,
        label: str,
        *,
        options: Iterable[tuple[str, str]] = (),
        help: str = "",  # noqa: A002
        required: str | bool = False,
    ) -> None:
        super().__init__(label, help=help, required=required)
        self.choices = tuple((str(value), label) for value, label in options)

    def convert(self, text: str, options: Options) -> str:
        if all(text != value for value, _ in options):
            raise Problem("Bitte wählen Sie einen der angebotenen Werte.")
        return text

    def empty(self) -> str:
        return ""


class Select(Choice):
    """One of many."""

    kind = "select"


class Date(Field[date | None]):
    """A day, from the browser's calendar or typed as 4.12.2026."""

    kind = "date"

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # noqa: A002
        required: str | bool = False,
        earliest: date | None = None,
        latest: date | None = None,
    ) -> None:
        super().__init__(label, help=help, required=required)
        self.earliest = earliest
        self.latest = latest

    def write(self, value: Any) -> str:
        return value.isoformat() if isinstance(value, date) else super().write(value)

    def convert(self, text: str, options: Options) -> date:  # noqa: ARG002
        day = _day(text)
        if self.earliest is not None and day < self.earliest:
            raise Problem("Der früheste mögliche Tag ist %(day)s.", day=self.earliest)
        if self.latest is not None and day > self.latest:
            raise Problem("Der späteste mögliche Tag ist %(day)s.", day=self.latest)
        return day


class Integer(Field[int | None]):
    """A whole number."""

    kind = "integer"

    def __init__(
        self,
        label: str,
        *,
        help: str = "",  # noqa: A002
        required: str | bool = False,
        least: int | None = None,
        most: int | None = None,
    ) -> None:
        super().__init__(label, help=help, required=required)
        self.least = least
        self.most = most

    def convert(self, text: str, options: Options) -> int:  # noqa: ARG002
        if not _INTEGER.fullmatch(text):
            raise Problem("Bitte geben Sie eine ganze Zahl ein.")
        number = int(text)
        if self.least is not None and number < self.least:
            raise Problem("Die Zahl muss mindestens %(least)s sein.", least=self.least)
        if self.most is not None and number > self.most:
            raise Problem("Die Zahl darf höchstens %(most)s sein.", most=self.most)
        return number


class Checkbox(Field[bool]):
    """Yes, or nothing said."""

    kind = "checkbox"

    def write(self, value: Any) -> str:
        return "ja" if value else ""

    def convert(self, text: str, options: Options) -> bool:  # noqa: ARG002
        return text != "nein"

    def empty(self) -> bool:
        return False


def _can_be_seen(text: str) -> bool:
    """Whether anything of it leaves ink: a title without any could neither be read nor clicked."""
    return any(unicodedata.category(sign)[0] not in "CZM" and sign not in _BLANK for sign in text)


def _day(text: str) -> date:
    if match := _ISO_DATE.fullmatch(text):
        year, month, day = map(int, match.groups())
    elif match := _GERMAN_DATE.fullmatch(text):
        day, month, year = map(int, match.groups())
    else:
        raise Problem("Bitte geben Sie den Tag so an: 4.12.2026.")
    try:
        found = date(year, month, day)
    except ValueError:
        raise Problem("Diesen Tag gibt es nicht im Kalender.") from None
    if not _FIRST_YEAR <= year <= _LAST_YEAR:  # nobody means it, and reckoning at the ends of the calendar fails
        raise Problem("Bitte prüfen Sie das Jahr.")
    return found
