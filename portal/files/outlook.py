"""The text of a mail as Outlook saves it ([MS-OXMSG]): a stream for each property, a storage for each attachment."""

import codecs
import struct
from collections.abc import Sequence

from portal.files.compound import Compound
from portal.files.gathering import Words
from portal.files.plain import MOST_READ, decoded, html_lines

_SUBJECT, _BODY, _HTML = "0037", "1000", "1013"
_PEOPLE = ("0C1A", "5D01", "0E04", "0E03")  # from, their address, to, copies to
_NAMES = ("3707", "3704")  # of an attachment: the long one, the short one
_WIDE, _NARROW, _BYTES = "001F", "001E", "0102"
_CODE_PAGES = (0x3FFD, 0x3FDE)
_PROPERTIES = "__properties_version1.0"
_UTF8 = 65001
_DEEPEST = 5


def read(document: Compound, words: Words) -> None:
    """Gather subject, people, text and the names of what is attached; of attached mails the same."""
    _message(document, words, [])


def _message(document: Compound, words: Words, at: Sequence[str]) -> None:
    encoding = _encoding(document, at)
    for name in (_SUBJECT, *_PEOPLE):
        words.add(_text(document, at, name, encoding))
    for line in _text(document, at, _BODY, encoding).splitlines() or html_lines(_html(document, at, encoding)):
        words.add(line)
    for attached in document.storages(at, "__attach_version1.0_"):
        if words.is_full:
            return
        words.add(next(filter(None, (_text(document, attached, name, encoding) for name in _NAMES)), ""))
        inner = [*attached, "__substg1.0_3701000D"]
        if inner in document.paths and len(inner) <= 2 * _DEEPEST:
            _message(document, words, inner)


def _text(document: Compound, at: Sequence[str], name: str, encoding: str) -> str:
    for kind, wanted in ((_WIDE, "utf-16-le"), (_NARROW, encoding)):
        if document.has(*at, f"__substg1.0_{name}{kind}"):
            return document.stream(*at, f"__substg1.0_{name}{kind}")[:MOST_READ].decode(wanted, "replace")
    return ""


def _html(document: Compound, at: Sequence[str], encoding: str) -> str:
    stream = f"__substg1.0_{_HTML}{_BYTES}"
    if document.has(*at, stream):
        return decoded(document.stream(*at, stream)[:MOST_READ])
    return _text(document, at, _HTML, encoding)


def _encoding(document: Compound, at: Sequence[str]) -> str:
    """Of what is not kept as Unicode."""
    if document.has(*at, _PROPERTIES):
        content = document.stream(*at, _PROPERTIES)
        for place in range(24 if at else 32, len(content) - 15, 16):
            kind, name, number = struct.unpack_from("<HH4xL", content, place)
            if kind == 3 and name in _CODE_PAGES:  # noqa: PLR2004 - a whole number
                return _code_page(number)
    return "cp1252"


def _code_page(number: int) -> str:
    name = "utf-8" if number == _UTF8 else f"cp{number}"
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"
