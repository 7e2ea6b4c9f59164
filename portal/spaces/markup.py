"""Formatted text: HTML in which nothing can act, made of what the editor sends or of plain text typed without it."""

import re
from collections.abc import Sequence
from functools import lru_cache
from html import escape, unescape
from html.parser import HTMLParser

import nh3
from markupsafe import Markup

from portal.spaces.nesting import flat

_TAGS = {
    "a", "blockquote", "br", "code", "del", "div", "em", "figcaption", "figure", "h1", "h2", "h3", "h4", "hr", "img",
    "li", "ol", "p", "pre", "strong", "sub", "sup", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_ATTRIBUTES = {"a": {"href"}, "img": {"src", "alt", "width", "height"}, "th": {"scope"}}
_OURS = re.compile(r"/inhalte/[0-9a-f-]{36}/(datei|bild)(\?[a-z0-9=&]*)?")
_BLOCKS = frozenset(
    {
        *("blockquote", "br", "div", "figcaption", "figure", "h1", "h2", "h3", "h4", "hr", "li", "ol", "p", "pre"),
        *("table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)
_VOID = frozenset({"br", "hr", "img"})
_STANDING = _BLOCKS - {"br"}

_FORMATTED = re.compile(rf"</?(?:{'|'.join(sorted(_TAGS))})(?:[\s/][^<>]*)?>", re.IGNORECASE)
_UNDESCRIBED = re.compile(r"<img((?:\s[a-z]+=\"[^\"]*\")*)>")
_EMPTY = frozenset({"p", "figcaption"})  # with nothing in them they are nothing
_OFTEN = 50_000  # characters; longer ones are not kept
# What a parser makes of wrongly nested blocks is sometimes nested wrongly again: two rounds do, but for contrived text.
_ROUNDS = 12
# The editor keeps spaces beside formatted words from breaking; a line may end there.
_KEPT_SPACE = re.compile(r"(?<![\s;>])&nbsp;(?=<)|(?<=>)&nbsp;(?![\s&<])")
_FIRST_LINES = re.compile(r"(?<=<pre>)\n+")  # a parser drops the first of them each time
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BLOCK_ENDS = re.compile(r"(</(?:blockquote|div|figure|h[1-4]|ol|p|pre|table|ul)>|<hr>)(?=<)")


def clean(html: str) -> str:
    """HTML without anything that could act, load from elsewhere or change how the page looks."""
    cleaned = nh3.clean(
        flat(html),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto", "tel"},
        attribute_filter=_only_ours,
        link_rel="noopener noreferrer",
    )
    return _UNDESCRIBED.sub(_described, _FIRST_LINES.sub("", cleaned)).replace("<th>", '<th scope="col">')


def shown(text: str) -> Markup:
    """What reached the database by whatever way, cleaned once more: nothing in it can act. What is read again and again
    is cleaned once."""
    return _shown(text) if len(text) <= _OFTEN else Markup(clean(text))  # noqa: S704 - it was cleaned


@lru_cache(maxsize=256)
def _shown(text: str) -> Markup:
    return Markup(clean(text))  # noqa: S704 - it was cleaned


def is_plain(text: str) -> bool:
    """Whether it holds no formatting: then a blank line begins a paragraph, and ``<`` is just a sign."""
    return not _FORMATTED.search(text)


def as_markup(text: str) -> str:
    """What somebody typed, or what the editor made of it, as markup to be kept; the same again gives the same."""
    text = _with_newlines(text).strip()
    kept = _paragraphs(text) if is_plain(text) else text
    for _ in range(_ROUNDS):
        before, kept = kept, _standing(kept)
        if kept == before:
            break
    return kept


def as_source(markup: str) -> str:
    """Markup as it is edited without the editor: plain text where that says all, else one block a line."""
    text = _plain(markup)
    if text is not None:
        return text
    lines = _BLOCK_ENDS.sub(r"\1\n", markup)
    return lines if as_markup(lines) == markup else markup


def plain_lines(html: str) -> list[str]:
    """The text of HTML, a line for each block."""
    reader = _Lines()
    reader.feed(html)
    reader.close()
    return reader.finished()


def _standing(html: str) -> str:
    """One round: nothing acts, all text stands in a block, and no block is empty."""
    reader = _Standing()
    reader.feed(_with_newlines(clean(html)))
    reader.close()
    return _KEPT_SPACE.sub(" ", clean(reader.finished()))


def _with_newlines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _only_ours(tag: str, attribute: str, value: str) -> str | None:
    """Pictures come from this portal alone: others would tell a stranger who reads the page. What is written like an
    address of the web leads there."""
    if attribute == "href" and value[:4].lower() == "www.":
        return f"https://{value}"
    if tag == "img" and attribute == "src":
        return value if _OURS.fullmatch(value) else None
    return value


def _described(found: re.Match[str]) -> str:
    """A picture that nobody described is passed over by whoever listens to the page."""
    return found[0] if " alt=" in found[1] else f'<img{found[1]} alt="">'


def _paragraphs(text: str) -> str:
    parts = [part.strip() for part in _BLANK_LINE.split(text)]
    return "".join(f"<p>{escape(part, quote=False).replace(chr(10), '<br>')}</p>" for part in parts if part)


def _plain(markup: str) -> str | None:
    """The text of markup that is nothing but paragraphs, or None."""
    if not re.fullmatch(r"(?:<p>(?:[^<]|<br>)*</p>)*", markup):
        return None
    parts = re.findall(r"<p>(.*?)</p>", markup, re.DOTALL)
    text = unescape("\n\n".join(part.replace("<br>", "\n") for part in parts))
    return text if is_plain(text) and as_markup(text) == markup else None


class _Standing(HTMLParser):
    """Puts what stands in no block, as somebody types it below a formatted text, into paragraphs. Reads clean HTML."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.parts: list[str] = []
        self.loose: list[str] = []
        self.blocks = 0
        self.inline = 0

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:  # noqa: ARG002
        source = self.get_starttag_text() or ""
        if tag in _STANDING and not self.blocks:
            self._end()
        if tag not in _VOID:
            self.blocks += tag in _STANDING
            self.inline += tag not in _STANDING
        (self.parts if self.blocks or tag == "hr" else self.loose).append(source)

    def handle_endtag(self, tag: str) -> None:
        if not (tag in _EMPTY and self._is_empty(tag)):
            (self.parts if self.blocks else self.loose).append(f"</{tag}>")
        if tag in _STANDING:
            self.blocks = max(0, self.blocks - 1)
        else:
            self.inline = max(0, self.inline - 1)

    def handle_data(self, data: str) -> None:
        if self.blocks:
            self.parts.append(data)
            return
        paragraphs = [data] if self.inline else _BLANK_LINE.split(data)
        for number, text in enumerate(paragraphs):
            if number:
                self._end()
            self.loose.append(text)

    def handle_entityref(self, name: str) -> None:
        (self.parts if self.blocks else self.loose).append(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.handle_entityref(f"#{name}")

    def finished(self) -> str:
        """The whole text."""
        self._end()
        return "".join(self.parts)

    def _is_empty(self, tag: str) -> bool:
        """Whether nothing came since this one began; then it never did."""
        begun = len(self.parts)
        while begun and self.parts[begun - 1].isspace():
            begun -= 1
        if not begun or self.parts[begun - 1] != f"<{tag}>":
            return False
        del self.parts[begun - 1 :]
        return True

    def _end(self) -> None:
        if text := "".join(self.loose).strip():
            self.parts.append(f"<p>{text.replace(chr(10), '<br>')}</p>")
        self.loose = []


class _Lines(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = []
        self.current: list[str] = []

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end()
        if tag == "img" and (alt := dict(attrs).get("alt")):
            self.current.append(alt)

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end()

    def handle_data(self, data: str) -> None:
        self.current.append(data)

    def finished(self) -> list[str]:
        """All lines that hold anything."""
        self._end()
        return self.lines

    def _end(self) -> None:
        if text := " ".join("".join(self.current).split()):
            self.lines.append(text)
        self.current = []
