"""How a front page changes. Each change is the whole of one box, or the order of all."""

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.kit.ids import new_id
from portal.portlets.queries import Portlet, list_portlets
from portal.portlets.rules import MOST_PORTLETS, Move, PortletKind, Side, moved
from portal.shell.i18n import Sentence, mark
from portal.spaces.actions import lock_folder
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute


class Overtaken(Conflict):
    """Somebody else has changed a box since it was looked at. ``portlet``: as it is now."""

    def __init__(self, portlet: Portlet) -> None:
        said = mark("%(name)s hat diesen Kasten inzwischen geändert. Was Sie eingegeben haben, steht noch im Formular.")
        super().__init__(Sentence(said, name=portlet.changed_by))
        self.portlet = portlet


async def add_portlet(
    *,
    actor: Actor,
    now: datetime,
    root: Item,
    kind: PortletKind,
    side: Side,
    title: str,
    settings: Mapping[str, Any],
) -> UUID:
    """A new box at the end of the front page; gives back its id.

    Raises:
        Forbidden: the actor may not edit the front page.
        Conflict: there are enough.
    """
    before = await _locked(root)
    if len(before) >= MOST_PORTLETS:
        raise Conflict("Eine Startseite hat höchstens 20 Kästen. Bitte entfernen Sie zuerst einen.")
    identifier = new_id()
    await execute(
        """
        INSERT INTO portlet (space_id, id, item_id, kind, side, position, title, settings, changed_by, changed_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}::jsonb, {}, {})
        """,
        root.space.id,
        identifier,
        root.id,
        kind.value,
        side.value,
        len(before),
        title,
        json.dumps(settings),
        actor.name,
        now,
    )
    await _place(root, [str(portlet.id) for portlet in before] + [str(identifier)])
    return identifier


async def save_portlet(
    *,
    actor: Actor,
    now: datetime,
    root: Item,
    portlet_id: UUID,
    stand: str,
    side: Side,
    title: str,
    settings: Mapping[str, Any],
) -> None:
    """Change a box. ``stand``: that of the state which was looked at.

    Raises:
        Forbidden: the actor may not edit the front page.
        NotFound: the box is not there (any more).
        Overtaken: somebody else has changed it since.
    """
    found = next((portlet for portlet in await _locked(root) if portlet.id == portlet_id), None)
    if found is None:
        raise NotFound
    if found.stand != stand:
        raise Overtaken(found)
    await execute(
        """
        UPDATE portlet SET side = {}, title = {}, settings = {}::jsonb, changed_by = {}, changed_at = {}
        WHERE space_id = {} AND item_id = {} AND id = {}
        """,
        side.value,
        title,
        json.dumps(settings),
        actor.name,
        now,
        root.space.id,
        root.id,
        portlet_id,
    )


async def move_portlet(
    *,
    actor: Actor,  # noqa: ARG001 - as every action
    now: datetime,  # noqa: ARG001
    root: Item,
    portlet_id: UUID,
    move: Move,
) -> None:
    """One step up or down in the order.

    Raises:
        Forbidden: the actor may not edit the front page.
        NotFound: the box is not there (any more).
    """
    places = [str(portlet.id) for portlet in await _locked(root)]
    if str(portlet_id) not in places:
        raise NotFound
    await _place(root, moved(places, str(portlet_id), move))


async def remove_portlet(
    *,
    actor: Actor,  # noqa: ARG001 - as every action
    now: datetime,  # noqa: ARG001
    root: Item,
    portlet_id: UUID,
) -> None:
    """Take a box away; what it showed stays where it is.

    Raises:
        Forbidden: the actor may not edit the front page.
        NotFound: the box is not there (any more).
    """
    await _locked(root)
    removed = await execute(
        "DELETE FROM portlet WHERE space_id = {} AND item_id = {} AND id = {} RETURNING id",
        root.space.id,
        root.id,
        portlet_id,
    )
    if not removed:
        raise NotFound


async def _locked(root: Item) -> list[Portlet]:
    """The boxes now; nobody else changes them until the end of the transaction."""
    if not root.is_root or not root.may.may_edit:
        raise Forbidden("Die Startseite gestaltet, wer den Bereich bearbeiten darf.")
    await lock_folder(folder=root)
    return await list_portlets(root)


async def _place(root: Item, places: list[str]) -> None:
    await execute(
        """
        UPDATE portlet p SET position = n.position
        FROM unnest({}::uuid[]) WITH ORDINALITY AS n (id, position)
        WHERE p.space_id = {} AND p.item_id = {} AND p.id = n.id
        """,
        places,
        root.space.id,
        root.id,
    )
