"""Events as iCalendar, news as Atom. Nothing in them but what is published: no names of people, no texts in full.

The same rows give the same bytes, so that what has not changed need not be sent again.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote, urlsplit
from xml.etree import ElementTree as ET

import icalendar

from portal.calendar.rules import Event, Standing
from portal.duties.queries import Duty
from portal.spaces.queries_lists import Entry

CALENDAR_TYPE = "text/calendar"
ATOM_TYPE = "application/atom+xml; charset=utf-8"

_ATOM = "http://www.w3.org/2005/Atom"
_HOURLY = timedelta(hours=1)
_NO_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def calendar_of(events: Iterable[Event], *, title: str, public_url: str) -> bytes:
    """A calendar with these events."""
    return _calendar("Kalender", title, (_component(event, public_url) for event in events))


def deadlines_of(duties: Iterable[Duty], *, title: str, public_url: str) -> bytes:
    """A calendar with the last days of these: what is to be done and where, never what it is about."""
    return _calendar("Fristen", title, (_last_day(duty, public_url) for duty in duties))


def atom_of(entries: Iterable[Entry], *, title: str, key: str, made_at: datetime, public_url: str) -> bytes:
    """A feed with these news, the newest first. ``key`` tells it from other feeds and says nothing about its secret."""
    entries = list(entries)
    feed = ET.Element("feed", {"xmlns": _ATOM, "xml:lang": "de"})
    _add(feed, "id", f"urn:uuid:{key}")
    _add(feed, "title", title)
    _add(feed, "updated", _stamp(max((entry.changed_at for entry in entries), default=made_at)))
    ET.SubElement(feed, "link", {"href": public_url})
    for entry in entries:
        part = ET.SubElement(feed, "entry")
        _add(part, "id", f"urn:uuid:{entry.id}")
        _add(part, "title", entry.title)
        _add(part, "published", _stamp(entry.published_at or entry.changed_at))
        _add(part, "updated", _stamp(entry.changed_at))
        _add(ET.SubElement(part, "author"), "name", entry.space.title)
        ET.SubElement(part, "link", {"href": _absolute(entry.url, public_url)})
        _add(part, "summary", entry.summary)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ET.tostring(feed, encoding="utf-8")


def _calendar(name: str, title: str, entries: Iterable[icalendar.Event]) -> bytes:
    made = icalendar.Calendar()
    made.add("prodid", f"-//Hilfenetz//{name}//DE")
    made.add("version", "2.0")
    made.add("x-wr-calname", title)
    made.add("refresh-interval", _HOURLY, parameters={"VALUE": "DURATION"})
    for entry in entries:
        made.add_component(entry)
    return bytes(made.to_ical())


def _component(event: Event, public_url: str) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", f"{event.id}@{urlsplit(public_url).hostname}")
    made.add("dtstamp", event.changed_at.astimezone(UTC))
    made.add("last-modified", event.changed_at.astimezone(UTC))
    made.add("sequence", event.version)
    made.add("summary", event.title)
    if event.is_all_day:
        first, last = event.days
        made.add("dtstart", first)
        made.add("dtend", last + timedelta(days=1))
    else:
        made.add("dtstart", event.begins_at.astimezone(UTC))
        if event.ends_at is not None and event.ends_at > event.begins_at:
            made.add("dtend", event.ends_at.astimezone(UTC))
    if event.place:
        made.add("location", event.place)
    if event.summary:
        made.add("description", event.summary)
    made.add("categories", [event.space_title])
    made.add("url", _absolute(event.url, public_url))
    if event.standing is not Standing.CONFIRMED:
        made.add("status", event.standing.value)
    return made


def _last_day(duty: Duty, public_url: str) -> icalendar.Event:
    made = icalendar.Event()
    made.add("uid", f"{duty.id}@{urlsplit(public_url).hostname}")
    made.add("dtstamp", duty.set_at.astimezone(UTC))
    made.add("summary", f"Frist: {duty.what}" + (f" ({duty.place})" if duty.kept else ""))
    made.add("dtstart", duty.last_day)
    made.add("dtend", duty.last_day + timedelta(days=1))
    made.add("transp", "TRANSPARENT")
    made.add("url", _absolute(duty.address, public_url))
    return made


def _absolute(address: str, public_url: str) -> str:
    return f"{public_url}{quote(address)}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _NO_XML.sub("", text)


def _stamp(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
