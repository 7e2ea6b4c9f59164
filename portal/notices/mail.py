"""The mail itself: it says that there is a notice and where, and nothing about anybody or anything.

Mail travels in the open, lies in shared mailboxes and is forwarded. So neither the matter nor the organisation, neither
the person's name nor a number of anything is in it; the only thing that differs from mail to mail is the link. An
invitation brings the date along for calendars: which body, when, where, and its address in the portal.
"""

import unicodedata
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit
from uuid import UUID

import aiosmtplib
import icalendar
from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape

from portal.settings import Settings, settings

SUBJECT = "Neue Mitteilung im Hilfenetz"

_PATIENCE = 10.0
_TEMPLATES = Environment(
    loader=FileSystemLoader(Path(__file__).parent / "templates"),
    autoescape=select_autoescape(["html"]),
    undefined=StrictUndefined,
    keep_trailing_newline=True,
)


class BadAddress(ValueError):
    """What the directory wrote is not one address."""


def compose(
    *, delivery_id: UUID, notice_id: UUID, to: str, at: datetime, found: Settings, calendar: str | None = None
) -> EmailMessage:
    """The mail about a notice; ``calendar`` comes along as what calendars take in, for the one it is addressed to.

    The Message-ID follows from the delivery: if the worker dies after the mail server took the mail and before that was
    written down, the mail goes out a second time, and mail programs and archives recognise it as the same.

    Raises:
        BadAddress: ``to`` is not one address.
    """
    link = f"{found.public_url}/mitteilungen/{notice_id}"
    message = EmailMessage()
    message["Subject"] = SUBJECT
    message["From"] = found.mail_from
    message["To"] = one_address(to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{delivery_id}@{found.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"  # RFC 3834: out-of-office programs keep quiet
    message["X-Auto-Response-Suppress"] = "All"
    message.set_content(_TEMPLATES.get_template("notices/mail.txt").render(link=link))
    message.add_alternative(_TEMPLATES.get_template("notices/mail.html").render(link=link), subtype="html")
    if calendar is not None:
        entry, method = _entry_for(calendar, message["To"].addresses[0].addr_spec)
        message.add_alternative(entry, subtype="calendar", params={"method": method})
    message["Content-Language"] = "de"
    message.set_boundary(f"=={delivery_id.hex}==")
    return message


async def send(message: EmailMessage) -> None:
    """Hand the mail to the server.

    Raises:
        aiosmtplib.SMTPException: the server did not take it.
        OSError: it is not there.
    """
    parts = urlsplit(settings().mail_url)
    is_tls = parts.scheme == "smtps"
    await aiosmtplib.send(
        message,
        hostname=parts.hostname,
        port=parts.port or (465 if is_tls else 25),
        username=unquote(parts.username) if parts.username else None,
        password=unquote(parts.password) if parts.password else None,
        use_tls=is_tls,
        local_hostname=urlsplit(settings().public_url).hostname,  # otherwise the resolver is asked, and may take long
        timeout=_PATIENCE,
    )


def _entry_for(calendar: str, to: str) -> tuple[str, str]:
    """The object with the one who gets this mail as its attendee, as invitations need it; and what it asks for."""
    made = icalendar.Calendar.from_ical(calendar)
    for event in made.walk("VEVENT"):
        event.add("attendee", f"mailto:{to}", parameters={"PARTSTAT": "NEEDS-ACTION", "RSVP": "FALSE"})
    return made.to_ical().decode(), str(made["METHOD"])


def one_address(text: str) -> Address:
    """An address as mail servers take it: its domain in ASCII, letter by letter; Python's own coding makes "ss" of "ß",
    which is somebody else's domain.

    Raises:
        BadAddress: it is not one address.
    """
    name, at, domain = text.rpartition("@")
    try:
        return Address(addr_spec=name + at + ".".join(map(_in_ascii, domain.split("."))))
    except (MessageError, ValueError, IndexError):
        raise BadAddress from None


def _in_ascii(label: str) -> str:
    if label.isascii():
        return label
    return f"xn--{unicodedata.normalize('NFC', label.lower()).encode('punycode').decode()}"
