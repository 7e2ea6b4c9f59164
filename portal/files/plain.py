"""Text as it lies in files and mails: bytes of some encoding, and HTML."""

from html.parser import HTMLParser

MOST_READ = 2 * 1024 * 1024


def decoded(content: bytes) -> str:
    """Plain text whose encoding nobody noted."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return content.decode("utf-16", "replace")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        cut = len(content) >= MOST_READ and error.start >= len(content) - 4  # the last letter was cut through
        return content.decode("utf-8-sig" if cut else "cp1252", "replace")


class _Html(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.lines: list[str] = [""]
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.hidden += tag in ("script", "style")
        if tag not in ("a", "b", "i", "em", "strong", "span", "u", "font"):
            self.lines.append("")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style") and self.hidden > 0

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.lines[-1] += data


def html_lines(html: str) -> list[str]:
    """The text of HTML, without what a browser does not show."""
    reader = _Html()
    reader.feed(html)
    reader.close()
    return reader.lines
