"""The files of a form, one after the other as they come over the wire; none is held in memory or on a disk of ours."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from litestar import Request
from litestar.exceptions import HTTPException
from multipart import MultipartError, MultipartSegment, PushMultipartParser, parse_options_header

from portal.files.rules import MOST_FILES
from portal.kit.errors import Invalid, TooLarge

_LONGEST_FIELD = 10_000
_DRAINED = 512 * 1024 * 1024  # what is read and thrown away so that a browser hears the answer


@dataclass
class Arrival:
    """A file of the form: its name, and its bytes, which have to be read before the next one comes."""

    name: str
    content: AsyncIterator[bytes]


@dataclass
class FormStream:
    """The form in the body of a request. ``fields`` holds what came so far of the others."""

    request: Request
    fields: dict[str, str] = field(default_factory=dict)

    async def files(self) -> AsyncIterator[Arrival]:
        """The files, in their order; a field for files that was left empty is none.

        Raises:
            Invalid: it is not a form with files, or it broke off.
            TooLarge: more files than can be taken at once.
        """
        events, count = self._events(), 0
        async for event in events:
            if not isinstance(event, MultipartSegment):
                continue
            if event.filename is None:
                await self._read_field(event, events)
                continue
            if not event.filename:
                continue
            count += 1
            if count > MOST_FILES:
                raise TooLarge("Das sind zu viele Dateien auf einmal: möglich sind 20.")
            yield Arrival(event.filename, _content(events))

    async def drain(self) -> None:
        """Read the rest and forget it: a browser that is still sending would not hear an answer."""
        read = 0
        try:
            async for piece in self.request.stream():
                read += len(piece)
                if read > _DRAINED:
                    return
        except (HTTPException, RuntimeError):
            return

    async def _read_field(self, segment: MultipartSegment, events: AsyncIterator[object]) -> None:
        value = b""
        async for piece in _content(events):
            value += piece
            if len(value) > _LONGEST_FIELD:
                raise TooLarge
        self.fields.setdefault(str(segment.name), value.decode("utf-8", "replace"))

    async def _events(self) -> AsyncIterator[object]:
        kind, options = parse_options_header(self.request.headers.get("content-type", ""))
        if kind != "multipart/form-data" or not options.get("boundary"):
            raise Invalid("Es ist keine Datei angekommen. Bitte wählen Sie eine aus.", field="file")
        try:
            with PushMultipartParser(options["boundary"], max_segment_count=MOST_FILES * 2) as parser:
                async for chunk in pieces(self.request):
                    if parser.closed:
                        break
                    for event in parser.parse(chunk):
                        yield event
        except MultipartError:
            raise Invalid(
                "Die Übertragung ist unvollständig angekommen. Bitte laden Sie die Datei noch einmal hoch.",
                field="file",
            ) from None


async def pieces(request: Request) -> AsyncIterator[bytes]:
    """The body as it comes.

    Raises:
        Invalid: the connection broke off.
    """
    try:
        async for piece in request.stream():
            if piece:
                yield piece
    except HTTPException:
        raise Invalid("Die Übertragung ist abgebrochen. Bitte laden Sie die Datei noch einmal hoch.") from None


async def _content(events: AsyncIterator[object]) -> AsyncIterator[bytes]:
    async for event in events:
        if event is None:
            return
        yield bytes(event)  # type: ignore[call-overload]
