"""Style, script and fonts, from memory: what the pages need of KERN, htmx and Trix, and the little that is ours.

The version in the address is a digest of all contents, so a browser may keep what it has for a year. It stands in the
path, not in a query, because style sheets name their fonts by relative addresses.
"""

import gzip
import re
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.handlers import HTTPRouteHandler

from portal.kit.errors import NotFound
from portal.shell.feature import PUBLIC

OWN = Path(__file__).parent / "static"
KERN = Path("@kern-ux/native/dist")
HTMX = Path("htmx.org/dist")
TRIX = Path("trix/dist")

_TYPES = {
    ".css": "text/css",
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
}
_YEAR = "public, max-age=31536000, immutable"


class FrontEndMissing(Exception):
    """A front-end package is not where FRONTEND_DIR says."""


@dataclass(frozen=True, slots=True)
class Asset:
    """A file as it is sent."""

    content: bytes
    packed: bytes | None
    media_type: str


class Assets:
    """All static files of the portal, read once.

    Raises:
        FrontEndMissing: names the file and what to do.
    """

    def __init__(self, frontend: Path) -> None:
        files = _kern(frontend / KERN) | _htmx(frontend / HTMX) | _trix(frontend / TRIX)
        files |= {path.name: path.read_bytes() for path in sorted(OWN.iterdir()) if path.suffix in _TYPES}
        self._files = {name: _asset(name, content) for name, content in files.items()}
        digest = sha256()
        for name, content in sorted(files.items()):
            digest.update(name.encode() + b"\0" + content)
        self.version = digest.hexdigest()[:12]

    def url(self, name: str) -> str:
        """The address of a file; fails loudly for one that does not exist."""
        if name not in self._files:
            raise KeyError(name)
        return f"/static/{self.version}/{name}"

    def find(self, name: str) -> Asset:
        """The file, or 404."""
        if (asset := self._files.get(name)) is None:
            raise NotFound
        return asset


def static_handler(assets: Assets) -> HTTPRouteHandler:
    """The route that serves them."""

    @get(
        "/static/{version:str}/{name:path}",
        name="static",
        opt={"permission": PUBLIC, "scope": False, "session": False, "exclude_from_csrf": True},
        include_in_schema=False,
        sync_to_thread=False,
    )
    def serve(request: Request[Any, Any, Any], version: str, name: Path) -> Response[bytes]:
        asset = assets.find(name.as_posix().lstrip("/"))
        headers = {"Cache-Control": _YEAR if version == assets.version else "no-cache", "Vary": "Accept-Encoding"}
        if asset.packed is not None and "gzip" in request.headers.get("accept-encoding", ""):
            headers["Content-Encoding"] = "gzip"
            return Response(asset.packed, headers=headers, media_type=asset.media_type)
        return Response(asset.content, headers=headers, media_type=asset.media_type)

    return serve


def _kern(dist: Path) -> dict[str, bytes]:
    faces = _read(dist / "fonts/fira-sans.css")
    fonts = sorted(set(re.findall(r"\./(fira-sans/[\w-]+\.woff2)", faces.decode())))
    return {
        "kern/kern.css": _read(dist / "kern.min.css"),
        "kern/fira-sans.css": faces,
        **{f"kern/{font}": _read(dist / "fonts" / font) for font in fonts},
    }


def _htmx(dist: Path) -> dict[str, bytes]:
    """The library with its extension as one script: it looks through the page as soon as it has run, and an extension
    that arrives after that is never asked."""
    return {"htmx.js": _read(dist / "htmx.min.js") + b"\n" + _read(dist / "ext/hx-sse.min.js")}


def _trix(dist: Path) -> dict[str, bytes]:
    """The editor of formatted text. It writes two style sheets into the page, which our policy refuses, rightly: what
    they say stands in app.css, and it writes them where they mean nothing."""
    script, sheet = _read(dist / "trix.umd.min.js"), b'document.createElement("style")'
    if script.count(sheet) != 1:
        raise FrontEndMissing("Diese Fassung von trix legt ihre Formate anders an; bitte static.py und app.css prüfen.")
    return {"trix.js": script.replace(sheet, b'document.createElement("template")')}


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise FrontEndMissing(
            f"{path} fehlt. Holen Sie die Oberflächen-Pakete mit `npm ci` oder setzen Sie FRONTEND_DIR."
        ) from None


def _asset(name: str, content: bytes) -> Asset:
    media_type = _TYPES[Path(name).suffix]
    packed = None if media_type.startswith("font/") else gzip.compress(content, compresslevel=9, mtime=0)
    return Asset(content, packed, media_type)
