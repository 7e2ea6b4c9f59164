"""Who may do what with an item and all below it: granting, taking away, cutting what comes from above."""

from datetime import datetime

from portal.audit import actions as audit
from portal.kit.errors import Forbidden, Invalid
from portal.notices import live
from portal.spaces.abilities import person_principal
from portal.spaces.principals import Kind, parse_principal
from portal.spaces.queries import Item
from portal.spaces.queries_principals import title_of
from portal.spaces.rules import GRANTED, Access
from tenants.context import Actor
from tenants.database import execute


async def grant(*, actor: Actor, now: datetime, item: Item, principal: str, access: Access) -> None:
    """Give a principal one kind of access to an item and all below it; a second time changes nothing.

    Args:
        principal: as ``abilities.principals_of`` spells it.

    Raises:
        Forbidden: the actor may not share it.
        Invalid: nobody is meant by the principal whom this space could be shared with, or it is no access.
    """
    _check(item)
    if access not in GRANTED:
        raise Invalid("Bitte wählen Sie, was erlaubt sein soll.", field="access")
    title = await title_of(actor, item.space, principal)
    given = await execute(
        """
        INSERT INTO item_grant (space_id, item_id, principal, access, title, granted_by, granted_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING access
        """,
        item.space.id,
        item.id,
        principal,
        int(access),
        title[:200],
        actor.name,
        now,
    )
    if given:
        await _record(actor, item, "item:shared", _given(principal, title, access))
        await live.changed(live.everybody(item.space.owner_id))


async def revoke(*, actor: Actor, item: Item, principal: str, access: Access) -> None:
    """Take it away again; what comes from above stays. What was not given any more stays so.

    Raises:
        Forbidden: the actor may not share it.
        Invalid: nobody could manage the space any more.
    """
    _check(item)
    if item.is_root and access is Access.MANAGER:
        await _leave_a_manager(item, principal)
    taken = await execute(
        "DELETE FROM item_grant WHERE space_id = {} AND item_id = {} AND principal = {} AND access = {} "
        "RETURNING title",
        item.space.id,
        item.id,
        principal,
        int(access),
    )
    if taken:
        await _record(actor, item, "item:unshared", _given(principal, taken[0]["title"], access))
        await live.changed(live.everybody(item.space.owner_id))


async def set_inheritance(*, actor: Actor, now: datetime, item: Item, inherits: bool) -> None:
    """Let what is granted above count here, or cut it. Who cuts keeps managing what they cut off.

    Raises:
        Forbidden: the actor may not share it, or it is the front page: nothing lies above it.
    """
    _check(item)
    if item.is_root:
        raise Forbidden("Über der Startseite liegt nichts, von dem sie etwas erben könnte.")
    if item.inherits is inherits:
        return
    if not inherits and actor.person_id is not None:
        own = person_principal(actor.person_id, actor.organisation_id)
        await grant(actor=actor, now=now, item=item, principal=own, access=Access.MANAGER)
    await execute("UPDATE item SET inherits = {} WHERE space_id = {} AND id = {}", inherits, item.space.id, item.id)
    await _record(actor, item, "item:inheritance_kept" if inherits else "item:inheritance_cut", {})
    await live.changed(live.everybody(item.space.owner_id))


def _check(item: Item) -> None:
    if not item.may.may_share:
        raise Forbidden("Zugriffsrechte vergibt, wer den Eintrag verwaltet.")


async def _leave_a_manager(item: Item, principal: str) -> None:
    """Two who take the right from each other wait for each other: the front page is locked."""
    await execute("SELECT FROM item WHERE space_id = {} AND id = {} FOR NO KEY UPDATE", item.space.id, item.id)
    others = await execute(
        "SELECT FROM item_grant WHERE space_id = {} AND item_id = {} AND access = {} AND principal <> {}",
        item.space.id,
        item.id,
        int(Access.MANAGER),
        principal,
    )
    if not others:
        raise Invalid("Jemand muss den Bereich verwalten. Geben Sie dieses Recht zuerst jemand anderem.")


def _given(principal: str, title: str, access: Access) -> dict[str, str | int | bool]:
    """What and to whom, for the trail: people by their identifier, organisations by name, roles by their code."""
    meant = parse_principal(principal)
    found: dict[str, str | int | bool] = {"access": str(access.name).lower()}
    if meant is None:
        return found
    found["to"] = meant.kind.value
    if meant.kind is Kind.PERSON:
        found["to_person"] = meant.key
    elif meant.kind is Kind.GROUP:
        found["to_role"] = meant.key
    if title and meant.kind is not Kind.PERSON:
        found["organisation"] = title[:100]
    return found


async def _record(actor: Actor, item: Item, action: str, details: dict[str, str | int | bool]) -> None:
    await audit.record(actor=actor, action=action, subject="item", subject_id=item.id, details=details)
