"""What kinds of portlets are called."""

from collections.abc import Mapping

from portal.portlets.rules import PortletKind
from portal.shell.i18n import mark

KINDS: Mapping[PortletKind, tuple[str, str]] = {
    PortletKind.NEWS: (mark("Nachrichten"), mark("Die neuesten veröffentlichten Nachrichten des Bereichs.")),
    PortletKind.EVENTS: (mark("Termine"), mark("Die nächsten Termine aus dem Kalender des Bereichs.")),
    PortletKind.TASKS: (mark("Offene Aufgaben"), mark("Was im Bereich zu erledigen ist, das Dringendste zuerst.")),
    PortletKind.DEADLINES: (
        mark("Fristen"),
        mark("Was als Nächstes endet: offene Abstimmungen, Aufgaben mit Frist, für die Redaktion auch, was abläuft."),
    ),
    PortletKind.RECENT: (mark("Zuletzt geändert"), mark("Woran gerade gearbeitet wird.")),
    PortletKind.COLLECTION: (mark("Sammlung"), mark("Was eine Sammlung des Bereichs zusammenstellt.")),
    PortletKind.LINKS: (mark("Wichtige Links"), mark("Adressen im Netz und in diesem Portal.")),
    PortletKind.TEXT: (mark("Freier Text"), mark("Eine Begrüßung, Öffnungszeiten, ein Hinweis.")),
}
