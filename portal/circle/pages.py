"""What the members of a network speak about together: a paper as it is read, and all there is."""

from pathlib import Path
from typing import Any
from uuid import UUID

from litestar import MediaType, Request, Response, get

from portal.circle.export import paper_as_pdf, standing_of
from portal.circle.forms import RemarkForm
from portal.circle.pages_consultations import ConsultationsController
from portal.circle.pages_papers import PapersController
from portal.circle.pages_public import export_released, show_released
from portal.circle.pages_warnings import WarningsController
from portal.circle.presentation import view_of
from portal.circle.queries import access_seat
from portal.circle.rules import PaperState
from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from tenants.context import Actor
from tenants.rulebook_words import Procedure

_READ = {"permission": Permission.POSITION_READ}
AnyRequest = Request[Any, Any, Any]


@get("/n/{network:str}/positionen/{position_paper_id:uuid}", opt=_READ, name="position")
async def show_paper(request: AnyRequest, actor: Actor, network: str, position_paper_id: UUID) -> Response[str]:
    """Its text, where it stands, and what is next."""
    view = await view_of(actor, access_seat(actor, network, Procedure.POSITION), position_paper_id)
    return await reply.page(request, "circle/papier.html", form=RemarkForm.blank(), **view)


@get(
    "/n/{network:str}/positionen/{position_paper_id:uuid}/dokument",
    opt=_READ,
    name="position-document",
    media_type=MediaType.TEXT,
)
async def export_paper(actor: Actor, network: str, position_paper_id: UUID) -> Response[Any]:
    """A position in force as a document."""
    seat = access_seat(actor, network, Procedure.POSITION)
    paper = (await view_of(actor, seat, position_paper_id))["paper"]
    if paper.state is not PaperState.ADOPTED:
        raise NotFound
    standing = standing_of(paper.edition, paper.decided_at)
    content = await paper_as_pdf(title=paper.title, network=seat.name, standing=standing, body=paper.body)
    return reply.saved(content, f"{paper.slug}.pdf", "application/pdf")


FEATURE = Feature(
    name="circle",
    handlers=(
        *(show_paper, export_paper, PapersController, show_released, export_released),
        *(ConsultationsController, WarningsController),
    ),
    navigation=(
        NavItem(
            "Beratungen",
            "/n/{network}/beratungen",
            group="network",
            topic=NavTopic.MEETING,
            permission=Permission.CONSULTATION_READ,
            procedures=frozenset({Procedure.CONSULTATION}),
        ),
        NavItem(
            "Positionen",
            "/n/{network}/positionen",
            group="network",
            topic=NavTopic.MEETING,
            permission=Permission.POSITION_READ,
            procedures=frozenset({Procedure.POSITION}),
        ),
        NavItem(
            "Frühwarnungen",
            "/n/{network}/fruehwarnungen",
            group="network",
            topic=NavTopic.MEETING,
            permission=Permission.WARNING_READ,
            procedures=frozenset({Procedure.EARLY_WARNING}),
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
