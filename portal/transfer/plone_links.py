"""Links inside a Plone site: where they lead once the site's content stands here."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from posixpath import normpath
from urllib.parse import SplitResult, unquote, urlsplit
from uuid import NAMESPACE_URL, UUID, uuid5

_LINK = re.compile(r"""\b(href|src)\s*=\s*(["'])(.*?)\2""", re.IGNORECASE | re.DOTALL)
_UID = re.compile(r"resolveuid/([0-9a-fA-F]{32}|[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12})([^#?]*)")
_VIEW = re.compile(r"/(?:@@[^/]+.*|view|at_download.*|image_[a-z]+|index_html|RSS)$")
_DOWNLOAD = re.compile(r"/(?:@@download|@@display-file|at_download)\b")
_ELSEWHERE = re.compile(r"(?:[a-z][a-z0-9+.-]*:|#|//)", re.IGNORECASE)


def path_of(address: str) -> str:
    """The path of an address, decoded, without a slash at its end; empty of what is no address."""
    return unquote(_split(address).path).rstrip("/")


def _split(address: str) -> SplitResult:
    try:
        return urlsplit(address)
    except ValueError:  # such as a bracket where the host should stand
        return urlsplit("")


def id_of(uid: object, address: str) -> str:
    """The UID of Plone as we write identifiers; what has none gets one from its address."""
    try:
        return str(UUID(str(uid)))
    except ValueError:
        return str(uuid5(NAMESPACE_URL, address))


@dataclass
class Links:
    """What can be linked to, by identifier and by path; ``lost`` counts what is not among it."""

    paths: dict[str, str]
    ids: set[str]
    site: str = ""
    lost: int = 0
    embedded: int = 0
    missing_pictures: int = 0
    _root: str = field(init=False)

    def __post_init__(self) -> None:
        self._root = path_of(self.site)

    def in_text(self, markup: str, base: str) -> str:
        """Formatted text of the item at the path ``base`` with its links leading along."""

        def led(found: re.Match[str]) -> str:
            name, quote, value = found[1].lower(), found[2], unescape(found[3]).strip()
            target = self.picture(value, base) if name == "src" else self.target(value, base)
            return f"{name}={quote}{escape(target)}{quote}"

        return _LINK.sub(led, markup)

    def target(self, value: str, base: str) -> str:
        """Where a link leads."""
        found, rest = self._find(value, base)
        if found is None:
            return self._old_address(value)
        _, hash_sign, anchor = value.partition("#")
        return f"/inhalte/{found}{'/datei' if _DOWNLOAD.search(rest) else ''}{hash_sign}{anchor}"

    def picture(self, value: str, base: str) -> str:
        """Where a picture comes from; others than the site's own are dropped when the text is cleaned."""
        if value.startswith("data:"):
            self.embedded += 1
            return value
        found, _ = self._find(value, base, is_picture=True)
        if found is None:
            self.missing_pictures += 1
            return value
        return f"/inhalte/{found}/bild"

    def _find(self, value: str, base: str, *, is_picture: bool = False) -> tuple[str | None, str]:
        if by_uid := _UID.search(value):
            found = id_of(by_uid[1], "")
            if found in self.ids:
                return found, by_uid[2]
            self.lost += not is_picture
            return None, ""
        path = self._path(value, base)
        for candidate in self._candidates(path):
            if candidate in self.paths:
                return self.paths[candidate], path
        return None, path

    def _path(self, value: str, base: str) -> str:
        if value.lower().startswith(("http://", "https://")):
            same = self.site and _split(value).netloc == _split(self.site).netloc
            return path_of(value) if same else ""
        if _ELSEWHERE.match(value) or not value:
            return ""
        path = path_of(value)
        return path if path.startswith("/") else normpath(f"{base.rpartition('/')[0]}/{path}")

    def _candidates(self, path: str) -> Iterable[str]:
        if path:
            bare = _VIEW.sub("", path)
            yield from (path, bare, f"{self._root}{path}", f"{self._root}{bare}")

    def _old_address(self, value: str) -> str:
        """A link to what did not come along keeps leading to the old site."""
        by_uid = _UID.search(value)
        return f"{self.site}/resolveuid/{by_uid[1]}{by_uid[2]}" if by_uid and self.site else value
