"""Mails to an applicant that has no account: that there is something, and where. Nothing of the case is in them."""

from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from uuid import UUID

from portal.kit.ids import new_id
from portal.notices.mail import one_address
from portal.settings import Settings

_CONFIRM = """Jemand hat mit dieser Adresse bei einem Netzwerk im Hilfenetz einen Antrag gestellt.

Wenn Sie das waren, bestätigen Sie ihn bitte hier; sonst müssen Sie nichts tun:

{link}

Ohne Bestätigung wird alles nach einigen Tagen gelöscht. Diese Nachricht wurde automatisch verschickt.
"""
_NEWS = """Zu Ihrem Antrag im Hilfenetz gibt es eine neue Nachricht:

{link}

Der Link ist nur für Sie bestimmt. Diese Nachricht wurde automatisch verschickt. Aus Gründen des Datenschutzes steht der
Inhalt nur im Portal.
"""


def compose(
    *, to: str, network_slug: str, token: str, is_confirmed: bool, at: datetime, event_id: UUID, found: Settings
) -> EmailMessage:
    """The mail with the link to the case.

    Raises:
        BadAddress: ``to`` is not one address.
    """
    link = f"{found.public_url}/beitritt/{network_slug}/{token}"
    message = EmailMessage()
    message["Subject"] = "Ihr Antrag im Hilfenetz" if is_confirmed else "Bitte bestätigen Sie Ihren Antrag im Hilfenetz"
    message["From"] = found.mail_from
    message["To"] = one_address(to)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = f"<{event_id}.{new_id()}@{found.mail_from.rpartition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["Content-Language"] = "de"
    message.set_content((_NEWS if is_confirmed else _CONFIRM).format(link=link))
    return message
