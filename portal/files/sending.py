"""From the storage to the browser: whole or in part, as it comes, with headers under which nothing can act."""

from collections.abc import AsyncIterator
from typing import Any

from litestar import Request, Response
from litestar.response import Stream

from portal.files.queries import ORIGINAL, Blob
from portal.files.rules import Range, Unsatisfiable, disposition, is_unchanged, requested_range
from portal.files.storage import Missing, storage
from portal.kit.errors import NotFound

AnyRequest = Request[Any, Any, Any]

_POLICY = "default-src 'none'; sandbox"
_NOT_MODIFIED, _PARTIAL, _UNSATISFIABLE = 304, 206, 416
PREVIEW_TYPE = "image/webp"


async def send_original(request: AnyRequest, blob: Blob, *, inline: bool = False) -> Response[Any]:
    """The bytes as they were uploaded; to be saved, unless ``inline``, which is for pictures alone.

    Raises:
        NotFound: the storage has lost it.
    """
    tag = f'"{blob.sha256[:40]}"'
    headers = {
        **_headers(tag),
        "Accept-Ranges": "bytes",
        "Content-Disposition": disposition(blob.name, inline=inline and blob.is_picture),
    }
    if is_unchanged(request.headers.get("If-None-Match"), tag):
        return Response(None, status_code=_NOT_MODIFIED, headers=headers)
    try:
        part = requested_range(_range_of(request, tag), blob.size)
    except Unsatisfiable:
        headers |= {"Content-Range": f"bytes */{blob.size}"}
        return Response(None, status_code=_UNSATISFIABLE, headers=headers, media_type="text/plain")
    if part is not None:
        headers["Content-Range"] = f"bytes {part.start}-{part.end - 1}/{blob.size}"
    headers["Content-Length"] = str(part.end - part.start if part else blob.size)
    content = _nothing() if request.method == "HEAD" else await _read(blob, ORIGINAL, part)
    return Stream(content, status_code=_PARTIAL if part else 200, headers=headers, media_type=blob.media_type)


async def send_preview(request: AnyRequest, blob: Blob, name: str) -> Response[Any]:
    """A picture the worker made.

    Raises:
        NotFound: there is none of that name.
    """
    if name not in blob.previews:
        raise NotFound
    tag = f'"{blob.sha256[:24]}-{name}"'
    headers = _headers(tag) | {"Content-Disposition": "inline"}
    if is_unchanged(request.headers.get("If-None-Match"), tag):
        return Response(None, status_code=_NOT_MODIFIED, headers=headers)
    return Stream(await _read(blob, name), headers=headers, media_type=PREVIEW_TYPE)


def _headers(tag: str) -> dict[str, str]:
    """Kept by the browser alone and asked about each time, so that a right that ended ends here too."""
    return {"ETag": tag, "Cache-Control": "private, no-cache", "Content-Security-Policy": _POLICY}


def _range_of(request: AnyRequest, tag: str) -> str | None:
    """The ``Range`` header, unless it is about another content than there is now."""
    condition = request.headers.get("If-Range")
    return request.headers.get("Range") if condition is None or condition == tag else None


async def _read(blob: Blob, name: str, part: Range | None = None) -> AsyncIterator[bytes]:
    try:
        return await storage().read(blob.key(name), part)
    except Missing:
        raise NotFound from None


async def _nothing() -> AsyncIterator[bytes]:
    empty: tuple[bytes, ...] = ()
    for piece in empty:
        yield piece
