"""What an applicant does: it applies, confirms its mail, and signs. By its link, or for its organisation."""

import json
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from portal.admission.abilities import may_apply
from portal.admission.actions import sign
from portal.admission.copies import Arrived, keep
from portal.admission.queries import Application, Copy, Doorplate
from portal.admission.rules import LASTING, Side, State, Way
from portal.audit import actions as audit
from portal.kit.errors import Conflict, Forbidden, NotFound
from tenants.context import Actor
from tenants.database import execute

_RUNNING = "Für diese Organisation läuft schon ein Antrag. Ein zweiter entsteht nicht."


async def apply(*, actor: Actor | None, place: Doorplate, given: Mapping[str, object]) -> None:
    """Take an application; of nobody who signed in it counts when the link in its mail was followed.

    Raises:
        Forbidden: the actor may not apply for their organisation.
        Conflict: the organisation is a member, or its application runs already.
    """
    if actor is not None and not may_apply(actor):
        raise Forbidden("Für Ihre Organisation beantragen Geschäftsführung oder Mandantenadministration die Aufnahme.")
    facts = {name: value for name, value in given.items() if isinstance(value, str)}
    said = {**facts, "name": actor.organisation_name} if actor else facts
    (row,) = await execute(
        "SELECT application_received({}, {}::jsonb, {}, {}) AS answer",
        *(place.network_id, json.dumps(said), LASTING, actor is not None),
    )
    if row["answer"] == "running":
        raise Conflict(_RUNNING)
    if row["answer"] == "member":
        raise Conflict("Ihre Organisation ist schon Mitglied dieses Netzwerks.")
    if actor is not None:
        await audit.record(actor=actor, action="admission:applied", subject="network", subject_id=place.network_id)


async def confirm() -> None:
    """The applicant followed the link of its mail; a second time changes nothing.

    Raises:
        NotFound: the link leads nowhere (any more).
    """
    (row,) = await execute("SELECT application_confirmed() AS answer")
    if row["answer"] == "gone":
        raise NotFound


async def take_back(*, actor: Actor | None, application: Application) -> None:
    """The applicant wants it no more; a second time changes nothing.

    Raises:
        NotFound: it is not the asker's.
        Conflict: it has signed, so its membership begins; or it is over.
    """
    (row,) = await execute("SELECT application_taken_back({}) AS answer", application.id)
    if row["answer"] == "gone":
        raise NotFound
    if row["answer"] == "signed":
        raise Conflict(
            "Ihr unterzeichnetes Exemplar ist schon eingegangen, und damit beginnt Ihre Mitgliedschaft. Danach können "
            "Sie den Austritt erklären."
        )
    if row["answer"] == "taken" and actor is not None and actor.organisation_id == application.organisation_id:
        await audit.record(actor=actor, action="admission:taken_back", subject="application", subject_id=application.id)


async def sign_on_screen(
    *, actor: Actor | None, application: Application, copy_id: UUID | None, name: str, capacity: str
) -> None:
    """The applicant signs the copy it was shown.

    Raises:
        Conflict: there is a newer copy, or nothing to sign (any more).
    """
    copy = _copy_to_sign(application, copy_id)
    about: dict[str, Any] = {"application": application, "copy_id": copy.id, "sha256": copy.sha256}
    await sign(side=Side.APPLICANT, way=Way.SCREEN, name=name, capacity=capacity, **about)
    await _record(actor, application)


async def keep_copy(*, application: Application, copy_id: UUID | None, file: Arrived) -> None:
    """Examine the copy an applicant signed on paper and keep it; that takes its time, so no transaction is open.

    Raises:
        Conflict: there is a newer copy, or nothing to sign (any more).
        Invalid: the file is no PDF that can be read.
    """
    _copy_to_sign(application, copy_id)
    await keep(application, file)


async def sign_on_paper(
    *, actor: Actor | None, application: Application, copy_id: UUID | None, name: str, capacity: str, file: Arrived
) -> None:
    """The applicant sends its own copy, signed on paper, which is kept already.

    Raises:
        Conflict: there is a newer copy, or nothing to sign (any more).
    """
    copy = _copy_to_sign(application, copy_id)
    about: dict[str, Any] = {"application": application, "copy_id": copy.id, "sha256": copy.sha256}
    about |= {"file_sha256": file.sha256, "file_size": file.size}
    await sign(side=Side.APPLICANT, way=Way.UPLOAD, name=name, capacity=capacity, **about)
    await _record(actor, application)


def _copy_to_sign(application: Application, copy_id: UUID | None) -> Copy:
    copy = application.copy
    if application.state in (State.SIGNED, State.MEMBER):
        raise Conflict("Ihr unterzeichnetes Exemplar ist schon eingegangen.")
    if application.state is not State.AGREEMENT_SENT or copy is None:
        raise Conflict("Es gibt noch keine Vereinbarung zu unterzeichnen.")
    if copy.id != copy_id:
        raise Conflict(
            "Diese Unterschrift gehört zu einer anderen Fassung der Vereinbarung. Die Geschäftsstelle hat inzwischen "
            "ein neues Exemplar gesandt. Hier ist es: Bitte lesen Sie es und unterzeichnen Sie dieses."
        )
    return copy


async def _record(actor: Actor | None, application: Application) -> None:
    if actor is not None and actor.organisation_id == application.organisation_id:
        await audit.record(actor=actor, action="admission:signed", subject="application", subject_id=application.id)
