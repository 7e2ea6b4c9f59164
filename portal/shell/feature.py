"""What a feature tells the house about itself, once."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Literal

from litestar.types import ControllerRouterHandler

from portal.shell.i18n import mark
from tenants.kept import ANY, Matters

PUBLIC = "public"  # the permission of routes that anybody may open
Group = Literal["work", "organisation", "network", "inbox"]


class NavTopic(StrEnum):
    """What entries of a network are about, in the order in which the navigation shows it. Each name says the words that
    people look for, so that they find them while the topic is closed."""

    NONE = ""
    DECIDING = mark("Abstimmungen und Verfahren")
    MEETING = mark("Gremien und Beratungen")
    KNOWING = mark("Verzeichnis und Vereinbarung")
    WORKING = mark("Inhalte, Räume und Kalender")


@dataclass(frozen=True, slots=True)
class NavItem:
    """A way into a feature.

    ``address`` of a network's item contains ``{network}`` for its slug, that of an organisation's may contain
    ``{organisation}``. ``below`` says where the pages under this entry lie, if not below its own address; empty:
    the entry of one page only. ``badge_sql`` counts what waits for this person and must need no arguments: the
    wall and current_person() narrow it. For a network's item it is a query with two columns (network_id, count),
    otherwise one scalar. Where the count of a network's item ``badge_ends`` by the clock alone, a third column says
    when: a count is kept until then, or until something changes in the matters it is ``badge_of`` (``tenants.kept``).
    Counts of zero are not shown. The item of the group "inbox" stands in the header; below its address live ``/strom``
    (events) and ``/anzahl`` (all counts as fragments).
    One that is ``only_waiting`` is shown while something waits there: for what most people never have to do. One that
    belongs to ``procedures`` is shown for networks whose agreement switches one of them on. Addresses that begin with
    ``also`` lie under the entry, too. Entries of one ``topic`` stand together; one that stays alone needs no heading.
    """

    label: str
    address: str
    group: Group
    permission: str
    badge_sql: str | None = None
    badge_ends: bool = False
    badge_of: Matters = ANY
    only_waiting: bool = False
    below: str | None = None
    also: str = ""
    procedures: frozenset[str] = frozenset()
    topic: NavTopic = NavTopic.NONE


@dataclass(frozen=True, slots=True)
class Feature:
    """One package of the portal; ``templates`` is the folder that holds ``<name>/*.html``.

    ``content`` is what it adds to the content of spaces: types, tabs, panels (``portal.spaces.plugins``).
    """

    name: str
    handlers: tuple[ControllerRouterHandler, ...] = ()
    navigation: tuple[NavItem, ...] = ()
    templates: Path | None = None
    content: tuple[Any, ...] = ()
