"""Formatted text whose blocks lie in each other without end, or with a hundred thousand "&" in a row: a parser takes
time that grows with the square of it, and everybody else waits. Nobody writes like that; what lies too deep loses its
frame and keeps its words.
"""

import re
from collections.abc import Iterator
from html import escape, unescape

DEEPEST = 100
_MOST_UNSEEN = 500  # tags; so few are parsed in no time, however they lie in each other
_BEGINS = re.compile(r"<[a-zA-Z]")
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>")
# Of one run of text. What then ends it for the parser is no tag of ours, and goes.
_MANY_SIGNS = re.compile(r"(?:&[a-z]+;[^&]*){500}")
_ATTRIBUTE = re.compile(r"([a-zA-Z-]+)\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'=<>`]+))")
_KEPT = frozenset({"alt", "height", "href", "scope", "src", "width"})
_VOID = frozenset({"br", "hr", "img"})
_UNSAID = frozenset({"script", "style"})  # with what is in them
_CELLS = frozenset({"table", "td", "th"})
_OF_TABLES = _CELLS | {"tbody", "thead", "tr"}
# What ends by itself where one of these begins.
_ROWS = frozenset({"p", "td", "th", "tr"})
_SIBLINGS = {
    "p": frozenset({"p"}),
    "li": frozenset({"p", "li"}),
    "td": _ROWS - {"tr"},
    "th": _ROWS - {"tr"},
    "tr": _ROWS,
    "tbody": _ROWS | {"thead", "tbody"},
    "thead": _ROWS | {"thead", "tbody"},
}


def flat(html: str) -> str:
    """The same text with no more than so many elements in each other; one of few tags and signs stays as it is."""
    is_much = html.count("&") > _MOST_UNSEEN or sum(1 for _ in _BEGINS.finditer(html)) > _MOST_UNSEEN
    return "".join(_rewritten(html)) if is_much else html


def _rewritten(html: str) -> Iterator[str]:
    """Anew, so that whoever parses it sees the very tags that were counted."""
    opened: list[str] = []
    unsaid = ""
    for text, closes, name, rest in _tokens(html):
        if unsaid:
            unsaid = "" if closes and name == unsaid else unsaid
            continue
        yield _MANY_SIGNS.sub(r"\g<0><wbr>", escape(unescape(text), quote=False))
        if name in _UNSAID:
            unsaid = "" if closes else name
        elif closes:
            yield f"</{name}>" * _is_closed(opened, name)
        elif name in _VOID or (name and _is_opened(opened, name)):
            yield f"<{name}{_attributes(rest)}>"


def _is_opened(opened: list[str], name: str) -> bool:
    """False: it would lie too deep."""
    while opened and opened[-1] in _SIBLINGS.get(name, ()):
        opened.pop()
    if len(opened) >= DEEPEST:
        return False
    opened.append(name)
    return True


def _is_closed(opened: list[str], name: str) -> bool:
    """With all that lies in it. False: there is none; out of a cell nothing closes what lies around the table."""
    for place in range(len(opened) - 1, -1, -1):
        if opened[place] == name:
            del opened[place:]
            return True
        if opened[place] in _CELLS and name not in _OF_TABLES:
            return False
    return False


def _tokens(html: str) -> Iterator[tuple[str, str, str, str]]:
    """The text before a tag, "/" where it closes, its name and its rest; of what stands last only the text."""
    for part in _uncommented(html):
        at = 0
        for found in _TAG.finditer(part):
            yield part[at : found.start()], found[1], found[2].lower(), found[3]
            at = found.end()
        yield part[at:], "", "", ""


def _uncommented(html: str) -> Iterator[str]:
    at = 0
    while (begin := html.find("<!--", at)) >= 0:
        yield html[at:begin]
        end = html.find("-->", begin)
        if end < 0:
            return
        at = end + 3
    yield html[at:]


def _attributes(rest: str) -> str:
    found = ((name.lower(), unescape("".join(values))) for name, *values in _ATTRIBUTE.findall(rest))
    return "".join(f' {name}="{escape(value)}"' for name, value in found if name in _KEPT)
