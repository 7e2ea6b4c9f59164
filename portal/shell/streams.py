"""Bodies that are read as they come, such as uploads: a route that says ``streams`` reads its body itself.

So that the guard against forged posts still sees the token before anything is read, it looks at the first field alone;
what it read is there again for the route.
"""

import re

from litestar.exceptions import PermissionDeniedException
from litestar.types import Receive, ReceiveMessage

_PEEKED = 16 * 1024
_FIRST = re.compile(
    rb"\A(?:\r\n)?--[^\r\n]{1,200}\r\n(?:[^\r\n]+\r\n)*?"
    rb'content-disposition:[^\r\n]*;[ ]*name="?([A-Za-z_]{1,40})"?[^\r\n]*\r\n(?:[^\r\n]+\r\n)*\r\n'
    rb"([^\r\n]{0,1000})\r\n",
    re.IGNORECASE,
)


class FirstField:
    """The first field of a multipart body that nobody has read yet; ``again`` gives the body from its beginning."""

    def __init__(self, receive: Receive) -> None:
        self._receive = receive
        self._kept: list[ReceiveMessage] = []

    async def read(self) -> tuple[str, str]:
        """Name and value.

        Raises:
            PermissionDeniedException: the body does not begin with one.
        """
        seen = b""
        while len(seen) < _PEEKED:
            message = await self._receive()
            self._kept.append(message)
            seen += message.get("body", b"")  # type: ignore[operator]
            if match := _FIRST.match(seen):
                return match[1].decode(), match[2].decode("ascii", "replace")
            if message["type"] != "http.request" or not message.get("more_body"):
                break
        raise PermissionDeniedException

    async def again(self) -> ReceiveMessage:
        """The next message, those that were read already first."""
        return self._kept.pop(0) if self._kept else await self._receive()
