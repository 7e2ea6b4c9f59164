"""Positions that were released, for anybody: without signing in, and with nothing else of the network."""

from typing import Any

from litestar import MediaType, Request, Response, get
from litestar.middleware import DefineMiddleware
from litestar.middleware.rate_limit import RateLimitConfig

from portal.circle.export import paper_as_pdf, standing_of
from portal.circle.queries import PublicPaper, find_released
from portal.identity.permissions import Permission
from portal.kit.errors import NotFound
from portal.shell import reply

MOST_A_MINUTE = 120  # from one address, behind which a whole office may sit
# Whoever asks, the answer is the same: nobody is looked up.
_ANYBODY = {"permission": Permission.PUBLIC, "session": False}

AnyRequest = Request[Any, Any, Any]


def _limit() -> DefineMiddleware:
    return RateLimitConfig(
        rate_limit=("minute", MOST_A_MINUTE),
        identifier_for_request=lambda request: f"position:{request.client.host if request.client else 'unknown'}",
        set_rate_limit_headers=True,
    ).middleware


@get("/positionen/{network:str}/{position:str}", opt=_ANYBODY, name="position-public", middleware=[_limit()])
async def show_released(request: AnyRequest, network: str, position: str) -> Response[str]:
    """The text."""
    paper = await _released(network, position)
    standing = standing_of(paper.edition, paper.decided_at)
    address = f"/positionen/{network}/{position}"
    return await reply.page(request, "circle/oeffentlich.html", address=address, paper=paper, standing=standing)


@get(
    "/positionen/{network:str}/{position:str}/dokument",
    opt=_ANYBODY,
    name="position-public-document",
    media_type=MediaType.TEXT,
    middleware=[_limit()],
)
async def export_released(network: str, position: str) -> Response[Any]:
    """The text as a document."""
    paper = await _released(network, position)
    content = await paper_as_pdf(
        title=paper.title,
        network=paper.network_name,
        standing=standing_of(paper.edition, paper.decided_at),
        body=paper.body,
    )
    headers = {"Content-Disposition": f'attachment; filename="{position}.pdf"'}
    return Response(content, media_type="application/pdf", headers=headers)


async def _released(network: str, position: str) -> PublicPaper:
    if (paper := await find_released(network, position)) is None:
        raise NotFound
    return paper
