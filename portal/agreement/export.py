"""The rulebook as a document to be printed, signed or handed over."""

import asyncio
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import typst

from portal.agreement.rules import Chapter, Clause
from portal.agreement.words import HEADINGS

_DOCUMENT = Path(__file__).parent / "rulebook.typ"


async def rulebook_as_pdf(
    *, title: str, network: str, head: Sequence[str], chapters: Sequence[Chapter], needs: Mapping[str, str]
) -> bytes:
    """A tagged document (PDF/UA), in German as the agreement is."""
    given = {
        "title": title,
        "network": network,
        "head": list(head),
        "chapters": [
            {
                "title": chapter.title,
                "lead": chapter.lead,
                "clauses": [_clause(clause, needs.get(clause.anchor, "")) for clause in chapter.clauses],
            }
            for chapter in chapters
        ],
    }
    return await asyncio.to_thread(_compiled, json.dumps(given))


def _clause(clause: Clause, need: str) -> dict[str, Any]:
    cited = ((HEADINGS.section, clause.section), (HEADINGS.decision, clause.decision))
    return {
        "title": clause.title,
        "meaning": clause.meaning,
        "need": need,
        "points": [{"label": point.label, "values": list(point.values)} for point in clause.points],
        "source": [f"{label}: {text}" for label, text in cited if text],
    }


def _compiled(given: str) -> bytes:
    made = typst.compile(
        _DOCUMENT.read_bytes(),
        format="pdf",
        ignore_system_fonts=True,
        pdf_standards=["ua-1"],
        sys_inputs={"given": given},
    )
    return bytes(made)
