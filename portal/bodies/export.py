"""Approved minutes as a tagged document (PDF/UA): the same rows give the same document, and the rows stay."""

from pathlib import Path

from portal.bodies.queries import BodySheet
from portal.bodies.queries_meetings import AgendaItem, Meeting, Resolution
from portal.bodies.words import PRESENCE
from portal.kit.clock import german_day, german_instant, german_time
from portal.kit.documents import tagged_pdf

_DOCUMENT = Path(__file__).parent / "minutes.typ"


async def minutes_as_pdf(body: BodySheet, meeting: Meeting) -> bytes:
    """The minutes with attendance, items and resolutions."""
    approved = meeting.approved_at
    given = {
        "title": f"Protokoll: {meeting.title}",
        "author": body.network_name,
        "head": [
            f"{body.rule.title}, {body.network_name}",
            f"{german_instant(meeting.begins_at)} bis {german_time(meeting.ends_at)}",
            *([f"Ort: {meeting.place}"] if meeting.place else []),
            f"Genehmigt am {german_day(approved)}, {meeting.approved_by}" if approved else "Nicht genehmigt",
        ],
        "columns": ["Mitglied", "Anwesenheit", "Für das Mitglied"],
        "rows": [[each.name, PRESENCE[each.presence], each.people or "–"] for each in meeting.attendance],
        "items": [_item(number, item, meeting) for number, item in enumerate(meeting.agenda, start=1)],
    }
    return await tagged_pdf(_DOCUMENT, given)


def result_in_words(resolution: Resolution) -> str:
    """The result with its votes."""
    outcome = "Angenommen" if resolution.adopted else "Abgelehnt"
    abstained = "1 Enthaltung" if resolution.abstained == 1 else f"{resolution.abstained} Enthaltungen"
    return f"{outcome}: {resolution.yes} dafür, {resolution.no} dagegen, {abstained}."


def _item(number: int, item: AgendaItem, meeting: Meeting) -> dict[str, object]:
    resolved = [each for each in meeting.resolutions if each.agenda_item_id == item.id]
    return {
        "title": f"TOP {number}: {item.title}",
        "introduced": f"Eingeführt von: {item.introduced_by}" if item.introduced_by else "",
        "text": [line for line in item.record.splitlines() if line.strip()] or ["–"],
        "resolutions": [
            {"title": f"Beschluss {each.number}/{each.year}", "text": [*each.text.splitlines(), result_in_words(each)]}
            for each in resolved
        ],
    }
