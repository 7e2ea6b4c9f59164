"""The rules of a folder go along when it is taken along by who manages it, and come back switched off.

What a rule names (people, an organisation) is named by identifiers, folders by links to them, so that they lead to
those that came along. Where one of them is not there, the rule is left out: with a condition less it would mean more
than somebody wrote. Whom it means is called as here, whatever the package calls them: by that name somebody decides
whether to switch it on.
"""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from portal.automation.actions import add_rule, may_rule
from portal.automation.queries import RULE, rule_of
from portal.automation.rules import (
    MOST_DAYS,
    MOST_RULES,
    Conditions,
    Deeds,
    Errand,
    Moment,
    RuleState,
    Telling,
    Wording,
)
from portal.kit.errors import NotFound
from portal.spaces.abilities import ItemAbilities
from portal.spaces.luggage import Arrival, Departure, Entry, Luggage
from portal.spaces.places import Space
from portal.spaces.queries import Item, access_item
from portal.spaces.queries_steps import members_of
from portal.spaces.rules import Access
from portal.tasks.queries import choices
from tenants.context import Actor
from tenants.database import execute

_TEXTS = {"title": 120, "moment": 50, "moment_state": 50, "kind": 50, "tag": 50, "set_state": 50}
_NAMED = ("place", "organisation", "target")
_LINK = "/inhalte/"
_ERRAND = {"title": 200, "who": 200, "who_name": 200}
_TELLING = {"who": 200, "who_name": 200, "note": 200}


async def pack_rules(leaving: Departure) -> Mapping[UUID, list[Entry]]:
    """The rules of folders, in their order."""
    rows = await execute(
        f"SELECT {RULE} FROM rule r "  # noqa: S608 - a constant
        "WHERE r.space_id = {} AND r.item_id = ANY ({}::uuid[]) ORDER BY r.made_at, r.id",
        leaving.top.space.id,
        list(leaving.item_ids),
    )
    found: dict[UUID, list[Entry]] = {}
    for row in rows:
        found.setdefault(row["item_id"], []).append(_entry(rule_of(row).wording))
    return found


async def unpack_rules(arriving: Arrival) -> None:
    """Switched off, and in the name of who brings them, if they manage the folder."""
    actor = arriving.actor
    folder = await access_item(actor, arriving.item_id)
    if not may_rule(folder):
        return
    people = {value: str(label)[:200] for value, label in await choices(actor, folder)}
    for entry in arriving.entries[:MOST_RULES]:
        wording = _called(_wording(entry), people)
        if wording is not None and await _is_all_there(actor, arriving.space, wording):
            await add_rule(actor=actor, now=arriving.now, folder=folder, wording=wording, state=RuleState.OFF)


def check_rule(entry: Entry) -> str:
    """What cannot be a rule."""
    try:
        wording = _wording(entry)
    except (ValueError, TypeError, KeyError):
        return "Diese Regel hat einen Inhalt, der nicht zu ihr passt."
    errand = wording.deeds.errand
    if errand is not None and not errand.title:
        return "Eine Aufgabe, die eine Regel anlegt, braucht einen Titel."
    if not wording.title or not wording.deeds or (wording.moment is Moment.STATE) != bool(wording.moment_state):
        return "Eine Regel braucht einen Namen, etwas, das geschehen muss, und etwas, das dann folgt."
    return ""


def _managers(may: ItemAbilities) -> bool:
    return bool(may.access & Access.MANAGER)


LUGGAGE = Luggage(
    "rules",
    shape={**dict.fromkeys((*_TEXTS, *_NAMED), str), "is_deep": int, "errand": dict, "telling": dict},
    moments={},
    pack=pack_rules,
    unpack=unpack_rules,
    shows=_managers,
    check=check_rule,
)


def _entry(wording: Wording) -> Entry:
    conditions, deeds = wording.conditions, wording.deeds
    place, target = (f"{_LINK}{found}" if found else "" for found in (conditions.place_id, deeds.target_id))
    named = (place, conditions.organisation_id, target)
    errand, telling = deeds.errand, deeds.telling
    return {
        "title": wording.title, "is_deep": int(wording.is_deep), "moment": wording.moment.value,
        "moment_state": wording.moment_state, "kind": conditions.kind, "tag": conditions.tag, "set_state": deeds.state,
        **dict(zip(_NAMED, (str(found or "") for found in named), strict=True)),
        "errand": _parts(errand) if errand else {}, "telling": _parts(telling) if telling else {},
    }  # fmt: skip


def _parts(part: Errand | Telling) -> dict[str, Any]:
    names = ("title", "who", "who_name", "days") if isinstance(part, Errand) else (*_TELLING, "owner", "followers")
    found: dict[str, Any] = json.loads(json.dumps({name: getattr(part, name) for name in names}))
    return found


def _wording(entry: Entry) -> Wording:
    """The rule of an entry.

    Raises:
        ValueError, TypeError, KeyError: it is none.
    """
    texts = {name: _text(entry, name, limit) for name, limit in _TEXTS.items()}
    place, organisation, target = (UUID(entry[name].removeprefix(_LINK)) if entry[name] else None for name in _NAMED)
    errand = telling = None
    if found := entry["errand"]:
        days = found["days"]
        if days is not None and (type(days) is not int or not 0 <= days <= MOST_DAYS):
            raise ValueError
        errand = Errand(**{name: _text(found, name, limit) for name, limit in _ERRAND.items()}, days=days)
    if found := entry["telling"]:
        words = {name: _text(found, name, limit) for name, limit in _TELLING.items()}
        telling = Telling(owner=bool(found["owner"]), followers=bool(found["followers"]), **words)
    deeds = Deeds(texts["set_state"], target, errand, telling)
    conditions = Conditions(texts["kind"], texts["tag"], place, organisation)
    moment = Moment(texts["moment"])
    return Wording(texts["title"], bool(entry["is_deep"]), moment, texts["moment_state"], conditions, deeds)


def _called(wording: Wording, people: Mapping[str, str]) -> Wording | None:
    """The rule with the names whoever it means has here; None: one of them cannot be meant here."""
    errand, telling = wording.deeds.errand, wording.deeds.telling
    if any(part is not None and part.who and part.who not in people for part in (errand, telling)):
        return None
    errand = errand and replace(errand, who_name=people.get(errand.who, ""))
    telling = telling and replace(telling, who_name=people.get(telling.who, ""))
    return replace(wording, deeds=replace(wording.deeds, errand=errand, telling=telling))


def _text(found: Mapping[str, Any], name: str, limit: int) -> str:
    text = found[name]
    if not isinstance(text, str) or len(text) > limit or "\x00" in text:
        raise ValueError(name)
    text.encode()  # half a sign cannot be kept
    return text


async def _is_all_there(actor: Actor, space: Space, wording: Wording) -> bool:
    """Whether everything the rule names is there for who brings it."""
    organisation_id = wording.conditions.organisation_id
    if organisation_id is not None and (space.network_id is None or organisation_id not in await members_of(space)):
        return False
    named = (wording.conditions.place_id, wording.deeds.target_id)
    return all([await _is_folder(actor, space, item_id) for item_id in named if item_id is not None])


async def _is_folder(actor: Actor, space: Space, item_id: UUID) -> bool:
    try:
        found: Item = await access_item(actor, item_id)
    except NotFound:
        return False
    return found.space.id == space.id and found.declared.is_folder
