"""Versions of the directory: all of them, one as it was with its differences, and a new one."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get, post
from litestar.params import Parameter

from portal.contacts import actions
from portal.contacts.abilities import may_issue
from portal.contacts.forms import USUAL, VersionForm
from portal.contacts.presentation import address_of, file_of, view_of_present, view_of_version
from portal.contacts.queries import access_version, directory_of, list_versions
from portal.contacts.rules import DirectoryReason
from portal.contacts.words import REASONS
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.shell import reply
from portal.shell.i18n import mark
from tenants.context import Actor, Seat

_READ = {"permission": Permission.MEMBER_READ}
_ISSUE = {"permission": Permission.DIRECTORY_ISSUE}
_NEW = "contacts/fassung_neu.html"

_MADE_BEFORE = mark(
    "Mit diesem Formular haben Sie schon eine Fassung gemacht. Was jetzt hier steht, gilt noch nicht. Soll es eine "
    "weitere Fassung geben, halten Sie sie bitte noch einmal fest."
)

AnyRequest = Request[Any, Any, Any]
PageNumber = Annotated[int, Parameter(query="seite", ge=1, le=10_000)]
Other = Annotated[int | None, Parameter(query="gegen", ge=1, le=1_000_000)]


class VersionsController(Controller):
    """Everything under ``verzeichnis/fassungen``."""

    path = "/n/{network_slug:str}/verzeichnis/fassungen"

    @get(opt=_READ, name="directory-versions")
    async def show_versions(
        self, request: AnyRequest, actor: Actor, network_slug: str, page: PageNumber = 1
    ) -> Response[str]:
        """All versions, newest first."""
        seat = access_seat(actor, network_slug)
        versions, has_older = await list_versions(seat.network_id, page=page)
        if page > 1 and not versions:
            raise NotFound
        lists: dict[str, Any] = {"versions": versions, "page": page, "has_older": has_older}
        lists |= {"seat": seat, "base": address_of(seat), "reasons": REASONS}
        lists |= {"may_issue": may_issue(actor, seat.network_id)}
        return await reply.page(request, "contacts/fassungen.html", **lists)

    @get("/neu", opt=_ISSUE, name="directory-version-new")
    async def show_new(self, request: AnyRequest, actor: Actor, network_slug: str) -> Response[str]:
        """The form of a new version, with what has changed since the newest."""
        view = await _issuing(actor, access_seat(actor, network_slug))
        form = VersionForm.blank(reason=USUAL)
        return await reply.page(request, _NEW, form=form, key=str(new_id()), **view)

    @post(opt=_ISSUE, name="directory-version-make", status_code=200)
    async def make_version(self, request: AnyRequest, actor: Actor, now: datetime, network_slug: str) -> Response[str]:
        """Make it and send it to every member; sent in twice, it is made once."""
        seat = access_seat(actor, network_slug)
        view = await _issuing(actor, seat)
        form = await VersionForm.of(request)
        key = _key_of((await request.form()).get("schluessel"))
        made = await _make(form, actor, now, seat, key) if form.ok else None
        if made is None:
            slots = {"fassung": "contacts/_fassung_neu.html"}
            return await reply.invalid(request, _NEW, form=form, key=str(new_id()), slots=slots, **view)
        flash = "Die neue Fassung ist festgehalten und geht allen Mitgliedern zu."
        return await reply.changed(request, to=f"{address_of(seat)}/fassungen/{made}", flash=flash)

    @get("/{directory_version_id:uuid}", opt=_READ, name="directory-version")
    async def show_version(
        self, request: AnyRequest, actor: Actor, network_slug: str, directory_version_id: UUID, other: Other = None
    ) -> Response[str]:
        """One version as it was, and in what it differs from another."""
        seat = access_seat(actor, network_slug)
        found = await access_version(seat.network_id, directory_version_id, other=other)
        return await reply.page(request, "contacts/fassung.html", **view_of_version(actor, seat, found))

    @get("/{directory_version_id:uuid}/tabelle", opt=_READ, name="directory-version-table", media_type=MediaType.TEXT)
    async def save_table(
        self, actor: Actor, now: datetime, network_slug: str, directory_version_id: UUID
    ) -> Response[Any]:
        """As a table for a spreadsheet programme."""
        return await _saved(actor, now, network_slug, directory_version_id, "csv")

    @get(
        "/{directory_version_id:uuid}/dokument", opt=_READ, name="directory-version-document", media_type=MediaType.TEXT
    )
    async def save_document(
        self, actor: Actor, now: datetime, network_slug: str, directory_version_id: UUID
    ) -> Response[Any]:
        """As a document."""
        return await _saved(actor, now, network_slug, directory_version_id, "pdf")

    @get(
        "/{directory_version_id:uuid}/visitenkarten",
        opt=_READ,
        name="directory-version-cards",
        media_type=MediaType.TEXT,
    )
    async def save_cards(
        self, actor: Actor, now: datetime, network_slug: str, directory_version_id: UUID
    ) -> Response[Any]:
        """For an address book."""
        return await _saved(actor, now, network_slug, directory_version_id, "vcf")


async def _saved(actor: Actor, now: datetime, slug: str, version_id: UUID, ending: str) -> Response[Any]:
    seat = access_seat(actor, slug)
    found = await access_version(seat.network_id, version_id)
    return await file_of(found.directory, ending, seat=seat, now=now, frozen=found)


async def _issuing(actor: Actor, seat: Seat) -> dict[str, Any]:
    if not may_issue(actor, seat.network_id):
        raise Forbidden("Neue Fassungen des Verzeichnisses macht die Geschäftsstelle dieses Netzwerks.")
    return view_of_present(actor, seat, await directory_of(seat.network_id), level="", topic="")


def _key_of(sent: Any) -> str:
    """The key that belongs to this form as it was shown."""
    try:
        return str(UUID(str(sent)))
    except ValueError:
        return str(new_id())


async def _make(form: VersionForm, actor: Actor, now: datetime, seat: Seat, key: str) -> UUID | None:
    """The version's id; None where the same form made one before that is not what it says now."""
    try:
        reason = DirectoryReason(form.reason)
    except ValueError:
        raise Invalid("Bitte wählen Sie einen Anlass.", field="reason") from None
    said: dict[str, Any] = {"reason": reason, "note": form.note}
    place: dict[str, Any] = {"network_id": seat.network_id, "key": f"office:{key}", "cause_id": None}
    version_id = await actions.new_version(actor=actor, now=now, **place, **said)
    made = (await access_version(seat.network_id, version_id)).version
    if {"reason": made.reason, "note": made.note} != said:
        form.fail(None, _MADE_BEFORE)
        return None
    return version_id
