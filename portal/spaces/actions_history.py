"""Going back to what was."""

from datetime import datetime

from portal.kit.errors import Conflict
from portal.spaces.actions import save_item
from portal.spaces.queries import Item
from portal.spaces.queries_history import Version
from tenants.context import Actor


async def revert_item(*, actor: Actor, now: datetime, item: Item, version: Version) -> int:
    """Let an old version count again, as a new one; gives back its number. Nothing of the history is lost.

    Raises:
        Forbidden: the actor may not edit it in its state.
        Conflict: it is like that already.
    """
    values = {name: value for name, value in version.values.items() if name in item.values}
    if {**item.values, **values} == dict(item.values):
        raise Conflict("Diese Fassung gilt schon: Seitdem hat sich nichts geändert.")
    note = f"Fassung {version.number} wiederhergestellt"
    return await save_item(actor=actor, now=now, item=item, values=values, version=item.version, note=note)
