"""A meeting as an entry for calendars (iCalendar, RFC 5545 and 5546): the body, when, where, and its address in the
portal, where one signs in. No agenda, no link to a conference, nobody's name."""

from datetime import UTC, datetime
from urllib.parse import urlsplit

import icalendar

from portal.bodies.queries_meetings import Meeting
from portal.bodies.rules import MeetingState
from portal.settings import settings


def calendar_of(meeting: Meeting, *, title: str, address: str, at: datetime) -> str:
    """An invitation, an update of it, or its cancellation. To whom it goes, the mail says."""
    found = settings()
    is_off = meeting.state is MeetingState.CANCELLED
    made = icalendar.Calendar()
    made.add("prodid", "-//Hilfenetz//Sitzungen//DE")
    made.add("version", "2.0")
    made.add("method", "CANCEL" if is_off else "REQUEST")
    event = icalendar.Event()
    event.add("uid", f"{meeting.id}@{urlsplit(found.public_url).hostname}")
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", at.astimezone(UTC))
    event.add("dtstart", meeting.begins_at.astimezone(UTC))
    event.add("dtend", meeting.ends_at.astimezone(UTC))
    event.add("summary", title)
    if meeting.place:
        event.add("location", meeting.place)
    event.add("url", f"{found.public_url}{address}")
    event.add("description", f"{found.public_url}{address}")
    event.add("organizer", f"mailto:{found.mail_from}")
    event.add("status", "CANCELLED" if is_off else "CONFIRMED")
    made.add_component(event)
    return made.to_ical().decode()
