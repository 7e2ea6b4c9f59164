"""The rulebook of a network: in force now, each of its versions, and all of them with what changed."""

from pathlib import Path
from typing import Annotated, Any

from litestar import Controller, MediaType, Request, Response, get
from litestar.params import Parameter

from portal.agreement.abilities import may_change
from portal.agreement.export import rulebook_as_pdf
from portal.agreement.pages_versions import VersionsController
from portal.agreement.presentation import address_of, before_of, head_of, listed, view_of
from portal.agreement.queries import Agreement, Version, access_agreement, books_of
from portal.agreement.words import STATES, TURNS
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from tenants.context import Actor, Seat
from tenants.rulebook import Rulebook

_READ = {"permission": Permission.AGREEMENT_READ}

AnyRequest = Request[Any, Any, Any]
AllOpen = Annotated[bool, Parameter(query="alles")]


class RulebookController(Controller):
    """Reading, under a network's ``regelwerk``."""

    path = "/n/{network_slug:str}/regelwerk"

    @get(opt=_READ, name="rulebook")
    async def show_rulebook(
        self, request: AnyRequest, actor: Actor, network_slug: str, all_open: AllOpen = False
    ) -> Response[str]:
        """The version in force."""
        seat = access_seat(actor, network_slug)
        agreement = await access_agreement(seat.network_id)
        view = await _view(actor, seat, agreement, agreement.in_force)
        here = address_of(seat)
        return await reply.page(request, "agreement/regelwerk.html", here=here, all_open=all_open, **view)

    @get("/fassungen", opt=_READ, name="rulebook-versions")
    async def show_versions(self, request: AnyRequest, actor: Actor, network_slug: str) -> Response[str]:
        """All versions with what each changed."""
        seat = access_seat(actor, network_slug)
        agreement = await access_agreement(seat.network_id)
        lines = listed(agreement, await books_of(seat.network_id))
        context: dict[str, Any] = {
            "seat": seat,
            "base": address_of(seat),
            "lines": lines,
            "states": STATES,
            "turns": TURNS,
        }
        may = may_change(actor, seat.network_id)
        return await reply.page(request, "agreement/fassungen.html", may_change=may, **context)

    @get("/fassungen/{number:int}", opt=_READ, name="rulebook-version")
    async def show_version(
        self, request: AnyRequest, actor: Actor, network_slug: str, number: int, all_open: AllOpen = False
    ) -> Response[str]:
        """One version, whenever it was or will be in force."""
        seat = access_seat(actor, network_slug)
        agreement = await access_agreement(seat.network_id)
        view = await _view(actor, seat, agreement, agreement.version(number))
        here = f"{address_of(seat)}/fassungen/{number}"
        return await reply.page(request, "agreement/fassung.html", here=here, all_open=all_open, **view)

    @get("/fassungen/{number:int}/dokument", opt=_READ, name="rulebook-document", media_type=MediaType.TEXT)
    async def export_document(self, actor: Actor, network_slug: str, number: int) -> Response[Any]:
        """The version as a document."""
        seat = access_seat(actor, network_slug)
        agreement = await access_agreement(seat.network_id)
        view = await _view(actor, seat, agreement, version := agreement.version(number))
        document = await rulebook_as_pdf(
            title=f"Regelwerk: {view['book'].agreement}",
            network=seat.name,
            head=head_of(seat, agreement, version, view["book"]),
            chapters=view["chapters"],
            needs=view["needs"],
        )
        return _saved(view["book"], document, "pdf", "application/pdf")

    @get("/fassungen/{number:int}/datei", opt=_READ, name="rulebook-file", media_type=MediaType.TEXT)
    async def export_file(self, actor: Actor, network_slug: str, number: int) -> Response[Any]:
        """The version as it was put into force, to write the next one from."""
        seat = access_seat(actor, network_slug)
        version = (await access_agreement(seat.network_id)).version(number)
        book = (await books_of(seat.network_id, [version.number]))[version.number]
        return _saved(book, book.source.encode(), "toml", "application/toml")


async def _view(actor: Actor, seat: Seat, agreement: Agreement, version: Version) -> dict[str, Any]:
    before = before_of(agreement, version)
    numbers = {version.number, agreement.in_force.number, *([before.number] if before else [])}
    return view_of(actor, seat, agreement, version, await books_of(seat.network_id, numbers))


def _saved(book: Rulebook, content: bytes, ending: str, kind: str) -> Response[Any]:
    return reply.saved(content, f"regelwerk-{book.slug}-{book.version}.{ending}", kind)


FEATURE = Feature(
    name="agreement",
    handlers=(RulebookController, VersionsController),
    navigation=(
        NavItem(
            "Regelwerk",
            "/n/{network}/regelwerk",
            group="network",
            topic=NavTopic.KNOWING,
            permission=Permission.AGREEMENT_READ,
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
