"""Two languages. German is what templates and code are written in; other catalogues are looked up by the German text.

Texts contain no markup. ``_("Text")`` gives plain text that autoescape escapes; only ``{% trans %}`` blocks, whose
text cannot come from a person, may contain markup.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from litestar import Request

from portal.shell.dates import words_for

LANGUAGES = {"de": "Deutsch", "en": "English"}
DEFAULT = "de"
COOKIE = "__Host-sprache"
CATALOGUES = Path(__file__).parent / "catalogues"


class Sentence(str):
    """A German sentence with values in it that can still be said in another language.

    As a string it is the finished German sentence. A date is said as a day, an instant as an end that somebody has to
    keep.
    """

    __slots__ = ("given", "msgid")

    msgid: str
    given: Mapping[str, object]

    def __new__(cls, msgid: str, **values: object) -> "Sentence":
        made = super().__new__(cls, msgid % _dated(values, DEFAULT) if values else msgid)
        made.msgid = msgid
        made.given = values
        return made


class Language:
    """A language and its catalogue."""

    def __init__(self, code: str, catalogue: NullTranslations) -> None:
        self.code = code
        self.name = LANGUAGES[code]
        self.gettext = catalogue.gettext
        self.ngettext = catalogue.ngettext

    def say(self, text: str, /, **values: object) -> str:
        """The text in this language. With values a literal percent sign is written ``%%``, without it is not."""
        if isinstance(text, Sentence):
            return self.say(text.msgid, **text.given, **values)
        if not text:
            return ""
        translated = self.gettext(text)
        return translated % {name: self._inner(value) for name, value in values.items()} if values else translated

    def _inner(self, value: object) -> object:
        """A sentence inside a sentence is said in the same language."""
        return self.say(value) if isinstance(value, Sentence) else _date_in_words(value, self.code)

    def count(self, one: str, many: str, number: int, /, **values: object) -> str:
        """The form for that number; ``%(n)s`` in the text is the number itself."""
        return self.ngettext(one, many, number) % {"n": number, **values}


def _dated(values: Mapping[str, object], code: str) -> dict[str, object]:
    return {name: _date_in_words(value, code) for name, value in values.items()}


def _date_in_words(value: object, code: str) -> object:
    if not isinstance(value, date):
        return value
    words = words_for(code)
    return words.deadline(value) if isinstance(value, datetime) else words.day(value)


def mark(text: str) -> str:
    """The text itself; says that it belongs into the catalogues though it is translated elsewhere."""
    return text


def po_path(code: str) -> Path:
    """Where the catalogue of a language lies."""
    return CATALOGUES / code / "LC_MESSAGES" / "hilfenetz.po"


def read_catalogue(code: str) -> Catalog:
    """The catalogue as translators edit it."""
    with po_path(code).open("rb") as file:
        return read_po(file, locale=code)


@cache
def language(code: str) -> Language:
    """A language with its catalogue, read once a process."""
    if code == DEFAULT:
        return Language(code, NullTranslations())
    compiled = BytesIO()
    write_mo(compiled, read_catalogue(code))
    compiled.seek(0)
    return Language(code, GNUTranslations(compiled))


def language_of(request: Request[Any, Any, Any]) -> Language:
    """The language this browser chose, else German."""
    code = request.cookies.get(COOKIE, DEFAULT)
    return language(code if code in LANGUAGES else DEFAULT)
