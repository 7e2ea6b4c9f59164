"""The rulebook as a document to be printed, signed or handed over."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from portal.agreement.rules import Chapter, Clause
from portal.agreement.words import HEADINGS
from portal.kit.documents import tagged_pdf

_DOCUMENT = Path(__file__).parent / "rulebook.typ"


async def rulebook_as_pdf(
    *, title: str, network: str, head: Sequence[str], chapters: Sequence[Chapter], needs: Mapping[str, str]
) -> bytes:
    """A tagged document (PDF/UA), in German as the agreement is."""
    given = {
        "title": title,
        "network": network,
        "head": list(head),
        "chapters": [chapter_as_data(chapter, needs) for chapter in chapters],
    }
    return await tagged_pdf(_DOCUMENT, given)


def chapter_as_data(chapter: Chapter, needs: Mapping[str, str] = MappingProxyType({})) -> dict[str, Any]:
    """A chapter for a document: words only, in German as the agreement is."""
    return {
        "title": str(chapter.title),
        "lead": str(chapter.lead),
        "clauses": [_clause(clause, needs.get(clause.anchor, "")) for clause in chapter.clauses],
    }


def _clause(clause: Clause, need: str) -> dict[str, Any]:
    cited = ((HEADINGS.section, clause.section), (HEADINGS.decision, clause.decision))
    return {
        "title": clause.title,
        "meaning": clause.meaning,
        "need": need,
        "points": [{"label": point.label, "values": list(point.values)} for point in clause.points],
        "source": [f"{label}: {text}" for label, text in cited if text],
    }
