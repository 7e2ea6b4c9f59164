"""How something comes to be read by everybody, and how it is confirmed; telling and reminding is the worker's."""

from datetime import date, datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.kit.clock import end_of_day, local_day
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices.actions import mark_subject_read, tell
from portal.notices.rules import READING, NoticeKind
from portal.reading.events import ReadingAsked, ReadingDue, ReadingReminded, ReadingWanted
from portal.reading.queries import Demand, find_demand, who_must_read
from portal.reading.rules import KINDS, remind_at
from portal.shell.i18n import Sentence
from portal.spaces.actions import access_as_system
from portal.spaces.actions_telling import REVIEWERS, concerned
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit


def may_demand(item: Item) -> bool:
    """Whether the person may ask that it be read."""
    return item.declared.name in KINDS and item.may.may_review


def may_look_after(actor: Actor, item: Item, demand: Demand | None) -> bool:
    """Whether the person may know who has read it, remind, and change what is asked for."""
    reviews = item.declared.name in KINDS and bool(item.access & REVIEWERS)
    return reviews or (demand is not None and demand.is_by(actor))


async def demand_reading(
    *, actor: Actor, now: datetime, item: Item, until_on: date | None, known: str | None = None
) -> None:
    """Ask that an item be read from its publication on, or set another end.

    Args:
        known: the ``mark`` of the demand that the actor saw, empty if there was none; by default whatever there is.

    Raises:
        Forbidden: the actor neither reviews there nor asked for it.
        Invalid: the day is over.
        Conflict: somebody else asked for it, set another end or ended it meanwhile; theirs stays.
    """
    demand = await find_demand(item)
    _require(actor, item, demand)
    until_at = end_of_day(until_on) if until_on else None
    if until_at is not None and until_at <= now:
        raise Invalid("Dieser Tag ist schon vorbei.", field="until_on")
    if demand is not None and demand.until_at == until_at:
        return
    if known is not None and known != (demand.mark if demand else ""):
        raise _overtaken(demand)
    reminder = remind_at(now, until_at) if until_at else None
    if demand is None:
        is_written = await _insert(actor, now, item, until_at, reminder, version=item.version)
    else:
        is_written = await _set_end(item, demand, until_at, reminder)
    if not is_written:
        raise _overtaken(await find_demand(item))
    await audit.record(actor=actor, action="reading:demanded", subject="item", subject_id=item.id)
    await _ask(item)


async def bring_demand(*, actor: Actor, now: datetime, item: Item, version: int, until_at: datetime | None) -> None:
    """Ask for what was asked for elsewhere, now and in the actor's name; what is over by then tells nobody any more.

    Raises:
        Forbidden: the actor does not review there.
    """
    if not may_demand(item):
        raise Forbidden("Um eine Lesebestätigung bittet, wer hier veröffentlichen darf.")
    is_over = until_at is not None and until_at <= now
    rows = await execute(
        "SELECT version FROM item_version WHERE space_id = {} AND item_id = {} AND version = {}",
        item.space.id,
        item.id,
        version,
    )
    reminder = remind_at(now, until_at) if until_at is not None and not is_over else None
    await _insert(actor, now, item, until_at, reminder, version=version if rows else item.version)
    await audit.record(actor=actor, action="reading:demanded", subject="item", subject_id=item.id)
    if not is_over:
        await _ask(item)


async def renew_demand(*, actor: Actor, now: datetime, item: Item) -> None:
    """Ask everybody for the present version, also those who have read an older one.

    Raises:
        Forbidden: the actor neither reviews there nor asked for it.
        Conflict: it need not be read, or the present version is asked for already.
    """
    demand = await _looked_after(actor, item)
    if demand.version >= item.version:
        raise Conflict("Seit der letzten Bitte um Bestätigung hat sich der Text nicht geändert.")
    if demand.is_late(now):
        raise Conflict("Die Frist ist vorbei. Bitte setzen Sie zuerst eine neue.")
    await execute(
        "UPDATE must_read SET version = {}, asked_at = {}, remind_at = {} WHERE space_id = {} AND item_id = {}",
        item.version,
        now,
        remind_at(now, demand.until_at) if demand.until_at else None,
        item.space.id,
        item.id,
    )
    await audit.record(actor=actor, action="reading:renewed", subject="item", subject_id=item.id)
    await _ask(item)


async def end_demand(*, actor: Actor, item: Item) -> None:
    """Nobody has to read it any more. What was confirmed stays.

    Raises:
        Forbidden: the actor neither reviews there nor asked for it.
        Conflict: nobody has to.
    """
    await _looked_after(actor, item)
    await execute("DELETE FROM must_read WHERE space_id = {} AND item_id = {}", item.space.id, item.id)
    await audit.record(actor=actor, action="reading:ended", subject="item", subject_id=item.id)


async def remind(*, actor: Actor, now: datetime, item: Item) -> None:
    """Remind whoever has not read it, in every organisation; once a day.

    Raises:
        Forbidden: the actor neither reviews there nor asked for it.
        Conflict: it need not be read (yet), or somebody reminded today.
    """
    demand = await _looked_after(actor, item)
    if not item.here.is_public:
        raise Conflict("Erst wenn der Text veröffentlicht ist, lässt sich daran erinnern.")
    if demand.reminded_at is not None and local_day(demand.reminded_at) == local_day(now):
        raise Conflict("Heute wurde schon erinnert. Morgen geht es wieder.")
    changed = await execute(
        """
        UPDATE must_read SET reminded_at = {} WHERE space_id = {} AND item_id = {}
        AND reminded_at IS NOT DISTINCT FROM {} RETURNING item_id
        """,
        now,
        item.space.id,
        item.id,
        demand.reminded_at,
    )
    if not changed:
        raise Conflict("Heute wurde schon erinnert. Morgen geht es wieder.")
    await audit.record(actor=actor, action="reading:reminded", subject="item", subject_id=item.id)
    await _remind_all(item, now)


async def confirm(*, actor: Actor, now: datetime, item: Item, version: int) -> None:
    """Say that one has read a version; a second time changes nothing.

    Args:
        version: the one that was on the page.

    Raises:
        Conflict: nobody asks for it, or it is asked for a newer version.
    """
    demand = await find_demand(item)
    if demand is None or not item.here.is_public:
        raise Conflict("Das muss niemand (mehr) bestätigen.")
    if not demand.version <= version <= item.version:
        raise Conflict(
            "Der Text wurde inzwischen geändert. Bitte laden Sie die Seite neu und lesen Sie ihn noch einmal."
        )
    rows = await execute(
        """
        INSERT INTO read_confirmation (space_id, item_id, organisation_id, person_id, version, name, at)
        VALUES ({}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING version
        """,
        item.space.id,
        item.id,
        actor.organisation_id,
        actor.person_id,
        version,
        actor.name,
        now,
    )
    await mark_subject_read(actor=actor, now=now, subject_id=item.id, kinds=READING)
    if rows:
        details: dict[str, str | int | bool] = {"version": version}
        await audit.record(actor=actor, action="reading:confirmed", subject="item", subject_id=item.id, details=details)


async def follow_asked(*, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Let every organisation know whose people have to read it now, and be woken before the end; worker only."""
    item, demand = await _demanded(actor, item_id)
    if item is None or demand is None:
        return
    key = f"reading_wanted:{item.id}:{demand.asked_at.isoformat()}:{now.isoformat()}"
    await emit(ReadingWanted(item.space.id, item.id), to=await concerned(item), key=key)
    if demand.remind_at is not None and demand.remind_at > now:
        await _wind(item, demand.remind_at, key=f"reading_due:{item.id}:{demand.remind_at.isoformat()}")


async def tell_readers(*, actor: Actor, now: datetime, item_id: UUID) -> None:
    """Tell those of the organisation who have to read it, but not who asked for it; worker only."""
    item, demand = await _demanded(actor, item_id)
    if item is None or demand is None:
        return
    people = await who_must_read(actor, item) - {demand.by_id}
    key = f"must_read:{item.id}:{demand.asked_at.isoformat()}"
    await _tell(actor, now, item, demand, people, kind=NoticeKind.MUST_READ, key=key)


async def follow_due(*, actor: Actor, now: datetime, item_id: UUID) -> None:
    """The end is near: remind, once; worker only."""
    item, demand = await _demanded(actor, item_id)
    if item is None or demand is None or demand.remind_at is None:
        return
    if demand.remind_at > now:  # put off, or the clock went back
        await _wind(item, demand.remind_at, key=f"reading_due:{item.id}:after:{now.isoformat()}")
        return
    await _remind_all(item, demand.remind_at)


async def remind_readers(*, actor: Actor, now: datetime, event: ReadingReminded) -> None:
    """Remind those of the organisation who have not read it; worker only. What the event says counts for nothing unless
    the demand says so too."""
    item, demand = await _demanded(actor, event.item_id)
    if item is None or demand is None or event.at not in (demand.remind_at, demand.reminded_at) or event.at > now:
        return
    people = await who_must_read(actor, item)
    key = f"reading_reminder:{item.id}:{event.at.isoformat()}"
    await _tell(actor, now, item, demand, people, kind=NoticeKind.READING_REMINDER, key=key)


async def _demanded(actor: Actor, item_id: UUID) -> tuple[Item | None, Demand | None]:
    """What has to be read now; nothing, unless it is published."""
    item = await access_as_system(actor=actor, item_id=item_id)
    if item is None or not item.here.is_public or item.space.is_closed:
        return None, None
    return item, await find_demand(item)


async def _looked_after(actor: Actor, item: Item) -> Demand:
    demand = await find_demand(item)
    _require(actor, item, demand)
    if demand is None:
        raise Conflict("Das muss niemand (mehr) bestätigen.")
    return demand


def _require(actor: Actor, item: Item, demand: Demand | None) -> None:
    item.space.require_open()
    if not may_look_after(actor, item, demand):
        raise Forbidden("Um eine Lesebestätigung bittet, wer hier veröffentlichen darf.")


async def _insert(
    actor: Actor, now: datetime, item: Item, until_at: datetime | None, reminder: datetime | None, *, version: int
) -> bool:
    """False when somebody asked for it at the same moment."""
    rows = await execute(
        """
        INSERT INTO must_read (space_id, item_id, version, until_at, remind_at, by_id, by_organisation_id, by_name,
                               by_organisation, asked_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING item_id
        """,
        item.space.id,
        item.id,
        version,
        until_at,
        reminder,
        actor.person_id,
        actor.organisation_id,
        actor.name,
        actor.organisation_name,
        now,
    )
    return bool(rows)


async def _set_end(item: Item, demand: Demand, until_at: datetime | None, reminder: datetime | None) -> bool:
    """False when somebody set another one, or ended it, at the same moment."""
    rows = await execute(
        """
        UPDATE must_read SET until_at = {}, remind_at = {}
        WHERE space_id = {} AND item_id = {} AND asked_at = {} AND until_at IS NOT DISTINCT FROM {} RETURNING item_id
        """,
        until_at,
        reminder,
        item.space.id,
        item.id,
        demand.asked_at,
        demand.until_at,
    )
    return bool(rows)


def _overtaken(demand: Demand | None) -> Conflict:
    """What is there now instead of what whoever asks saw."""
    if demand is None:
        return Conflict(
            "Inzwischen muss das niemand mehr bestätigen. Ihre Angabe ist nicht gespeichert; sie steht noch im "
            "Formular."
        )
    if demand.until_at is None:
        return Conflict(
            "Inzwischen ist etwas anderes gespeichert: zu lesen ohne Frist. Ihre Angabe steht noch im Formular: "
            "Speichern Sie sie, wenn sie stattdessen gelten soll."
        )
    return Conflict(
        Sentence(
            "Inzwischen ist etwas anderes gespeichert: zu lesen bis %(until)s. Ihre Angabe steht noch im Formular: "
            "Speichern Sie sie, wenn sie stattdessen gelten soll.",
            until=demand.until_at,
        )
    )


async def _ask(item: Item) -> None:
    event = ReadingAsked(item.space.id, item.id)
    await emit(event, **item.space.recipients, key=f"reading_asked:{item.id}:{new_id()}")


async def _wind(item: Item, at: datetime, *, key: str) -> None:
    await emit(ReadingDue(item.space.id, item.id), **item.space.recipients, due_at=at, key=key)


async def _remind_all(item: Item, at: datetime) -> None:
    event = ReadingReminded(item.space.id, item.id, at)
    await emit(event, to=await concerned(item), key=f"reading_reminded:{item.id}:{at.isoformat()}")


async def _tell(
    actor: Actor, now: datetime, item: Item, demand: Demand, people: set[UUID], *, kind: NoticeKind, key: str
) -> None:
    if not people:
        return
    params = {"title": item.title, "space": item.space.title, "by": demand.by_name}
    if demand.until_at is not None:
        params["due_at"] = demand.until_at.isoformat()
    await tell(
        actor=actor, now=now, kind=kind, roles=(), people=people, subject_id=item.id, address=item.admin_url,
        params=params, key=key,
    )  # fmt: skip
