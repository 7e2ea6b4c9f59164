"""An organisation keeps its contact persons: adding, changing, removing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.audit import actions as audit
from portal.contacts.abilities import may_keep
from portal.contacts.queries import OwnEntry, own_entry
from portal.contacts.rules import LONGEST_TOPIC, MOST_PERSONS, MOST_TOPICS, is_phone
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.kit.text import is_mail
from tenants.context import Actor
from tenants.database import execute

ADDED, CHANGED, REMOVED = "contact:added", "contact:changed", "contact:removed"
_FIELDS = ("level", "name", "duty", "topics", "phone", "mail", "reachable", "stand_in_id")


async def add_person(*, actor: Actor, now: datetime, **given: Any) -> UUID:
    """A new contact person of the actor's organisation; gives back the id.

    Args:
        given: level, name, duty, topics (each a text), phone, mail, reachable, stand_in_id (or None).

    Raises:
        Forbidden: the actor keeps no contact persons.
        Conflict: there are as many as a directory can show.
        Invalid: the field that does not fit.
    """
    entry = await _kept_by(actor)
    if len(entry.persons) >= MOST_PERSONS:
        raise Conflict("Mehr als 60 Ansprechpersonen sind nicht möglich. Bitte entfernen Sie zuerst eine.")
    person_id = new_id()
    values = _checked(entry, given, person_id)
    await execute(
        """
        INSERT INTO contact_person (organisation_id, id, level, name, duty, topics, phone, mail, reachable, stand_in_id,
                                    revision, changed_at)
        VALUES ({}, {}, {}, {}, {}, {}::text[], {}, {}, {}, {}, 1, {})
        """,
        actor.organisation_id,
        person_id,
        *values,
        now,
    )
    await audit.record(actor=actor, action=ADDED, subject="contact_person", subject_id=person_id)
    return person_id


async def change_person(*, actor: Actor, now: datetime, person_id: UUID, revision: int, **given: Any) -> None:
    """Change somebody as they were at ``revision``; ``given`` as for ``add_person``.

    Raises:
        Forbidden: the actor keeps no contact persons.
        NotFound: not one of the own organisation.
        Conflict: somebody else has changed them since.
        Invalid: the field that does not fit.
    """
    entry = await _kept_by(actor)
    entry.access(person_id)
    changed = await execute(
        """
        UPDATE contact_person SET level = {}, name = {}, duty = {}, topics = {}::text[], phone = {}, mail = {},
            reachable = {}, stand_in_id = {}, revision = revision + 1, changed_at = {}
        WHERE organisation_id = {} AND id = {} AND revision = {} RETURNING id
        """,
        *_checked(entry, given, person_id),
        now,
        actor.organisation_id,
        person_id,
        revision,
    )
    if not changed:
        raise Conflict("Jemand anderes hat diesen Eintrag inzwischen geändert. Bitte laden Sie die Seite neu.")
    await audit.record(actor=actor, action=CHANGED, subject="contact_person", subject_id=person_id)


async def remove_person(*, actor: Actor, now: datetime, person_id: UUID) -> None:
    """Take somebody out of the directory; whoever they stood in for has nobody then.

    Raises:
        Forbidden: the actor keeps no contact persons.
        NotFound: not one of the own organisation.
    """
    entry = await _kept_by(actor)
    entry.access(person_id)
    await execute(
        "UPDATE contact_person SET stand_in_id = NULL, revision = revision + 1, changed_at = {} "
        "WHERE organisation_id = {} AND stand_in_id = {}",
        now,
        actor.organisation_id,
        person_id,
    )
    await execute("DELETE FROM contact_person WHERE organisation_id = {} AND id = {}", actor.organisation_id, person_id)
    await audit.record(actor=actor, action=REMOVED, subject="contact_person", subject_id=person_id)


async def _kept_by(actor: Actor) -> OwnEntry:
    if not may_keep(actor):
        raise Forbidden(
            "Die Ansprechpersonen pflegen Administration, Geschäftsführung, Vertretung oder Stellvertretung Ihrer "
            "Organisation."
        )
    return await own_entry()


def _checked(entry: OwnEntry, given: dict[str, Any], person_id: UUID) -> list[Any]:
    """The values in the order of ``_FIELDS``."""
    values = {**given, "topics": list(given["topics"])}
    if values["level"] not in entry.levels:
        raise Invalid("Bitte wählen Sie eine Ebene aus der Liste.", field="level")
    if not values["name"]:
        raise Invalid("Bitte geben Sie einen Namen an.", field="name")
    if not values["phone"] and not values["mail"]:
        raise Invalid("Bitte geben Sie eine Telefonnummer oder eine E-Mail-Adresse an.", field="phone")
    if values["phone"] and not is_phone(values["phone"]):
        raise Invalid("Bitte geben Sie eine Telefonnummer an, zum Beispiel 0521 51-0.", field="phone")
    if values["mail"] and not is_mail(values["mail"]):
        raise Invalid("Bitte geben Sie eine E-Mail-Adresse an, zum Beispiel name@beispiel.de.", field="mail")
    _check_topics(values["topics"])
    others = {each.person.id for each in entry.persons} - {person_id}
    if values["stand_in_id"] is not None and values["stand_in_id"] not in others:
        raise Invalid("Vertreten kann nur eine andere Ansprechperson Ihrer Organisation.", field="stand_in")
    return [values[name] for name in _FIELDS]


def _check_topics(topics: Iterable[str]) -> None:
    found = list(topics)
    if len(found) > MOST_TOPICS:
        raise Invalid("Bitte nennen Sie höchstens 12 Themen.", field="topics")
    if any(len(topic) > LONGEST_TOPIC for topic in found):
        raise Invalid("Bitte schreiben Sie jedes Thema mit höchstens 60 Zeichen.", field="topics")
