"""The names of months and days."""

from portal.calendar.rules import Event, FeedKind, Month, Standing
from portal.shell.i18n import Sentence, mark

_MONTHS = (
    mark("Januar"),
    mark("Februar"),
    mark("März"),
    mark("April"),
    mark("Mai"),
    mark("Juni"),
    mark("Juli"),
    mark("August"),
    mark("September"),
    mark("Oktober"),
    mark("November"),
    mark("Dezember"),
)
WEEKDAYS = (
    (mark("Mo"), mark("Montag")),
    (mark("Di"), mark("Dienstag")),
    (mark("Mi"), mark("Mittwoch")),
    (mark("Do"), mark("Donnerstag")),
    (mark("Fr"), mark("Freitag")),
    (mark("Sa"), mark("Samstag")),
    (mark("So"), mark("Sonntag")),
)
FEEDS = {
    FeedKind.CALENDAR: (
        mark("Termine in Ihrem Kalender"),
        mark("Für Thunderbird, Outlook, das Telefon und andere Programme, die iCalendar verstehen."),
    ),
    FeedKind.DEADLINES: (
        mark("Fristen in Ihrem Kalender"),
        mark(
            "Was Sie selbst bis wann tun müssen. Darin steht nur, was zu tun ist und wo; worum es geht, lesen Sie hier."
        ),
    ),
    FeedKind.NEWS: (
        mark("Nachrichten in Ihrem Leseprogramm"),
        mark("Für Thunderbird und andere Programme, die Atom verstehen."),
    ),
}


STANDINGS = {
    Standing.CANCELLED: mark("Fällt aus"),
    Standing.CONFIRMED: "",
    Standing.TENTATIVE: mark("Noch keine Einladung"),
}


def remark(event: Event) -> str:
    """What is to be known of an event beside its title; mostly nothing."""
    return STANDINGS[event.standing] if event.is_public else mark("Entwurf")


def month_name(month: Month) -> Sentence:
    """'Dezember 2026'."""
    return Sentence("%(month)s %(year)s", month=Sentence(_MONTHS[month.number - 1]), year=month.year)
