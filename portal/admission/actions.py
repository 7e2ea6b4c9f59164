"""What the office does with an application: it informs the members, sends the agreement, confirms the copy it got."""

from datetime import datetime
from typing import Any
from uuid import UUID

from portal.admission import course, wording
from portal.admission.abilities import may_run
from portal.admission.agreement import content_of
from portal.admission.events import ApplicantReminded, ApplicantWritten, ApplicationEnded, CopySigned
from portal.admission.queries import Application, access_application, rulebook_under, standing_under
from portal.admission.rules import Letter, Side, State, Way, fingerprint, written_out
from portal.audit import actions as audit
from portal.deadlines.agreement import length_of
from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Deadline, reckon
from portal.deadlines.workdays import land_of
from portal.formal.words import SIGNED_BY_PORTAL
from portal.kit.clock import local_day
from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done, move_deadline, set_deadline
from portal.ladders.agreement import ladder_of
from portal.ladders.rules import Matter, rungs_to_come
from portal.votes.actions import open_vote
from portal.votes.rules import VoteCause
from tenants.context import Actor, Role, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import list_members, organisations_by_slug
from tenants.rulebook import Rulebook

CAUSE = "admission"
REVIEW, SENDING, RETURN = "application_review", "agreement_sending", "countersignature"


def address_of(seat: Seat, application_id: UUID) -> str:
    """The page of an application in its network."""
    return f"/n/{seat.slug}/aufnahmen/{application_id}"


def deadline_of(rulebook: Rulebook, period: str, begins_at: datetime) -> Deadline | None:
    """When the network agreed that a step is done; None where it agreed on nothing."""
    written = rulebook.periods.get(period)
    if written is None:
        return None
    return reckon(fact(Basis.EVENT, local_day(begins_at)), length_of(written), land_of(rulebook.land))


async def inform_members(*, actor: Actor, now: datetime, network_id: UUID, application_id: UUID) -> UUID:
    """The application is complete: all members are informed and decide. Gives back the vote.

    Raises:
        NotFound: out of reach.
        Forbidden: only the office informs.
        Conflict: they were informed already.
    """
    application, seat = await _access(actor, network_id, application_id)
    if application.state is not State.APPLIED:
        raise Conflict("Über diesen Antrag sind die Mitglieder schon informiert. Bitte laden Sie die Seite neu.")
    rulebook = await rulebook_under(application)
    assert application.contact is not None  # noqa: S101 - the office sees it
    await course.begin(actor, application)
    vote_id = await open_vote(
        actor=actor,
        now=now,
        network_id=network_id,
        rule="admission",
        question=wording.question_of(application)[:300],
        explanation=application.field,
        cause=VoteCause(CAUSE, application_id, address_of(seat, application_id)),
        letter=wording.information(rulebook, application, application.contact.seat),
        under=await standing_under(application, rulebook),
    )
    await execute(
        "UPDATE application SET state = {}, informed_at = {}, vote_id = {} WHERE network_id = {} AND id = {}",
        *(State.INFORMED, now, vote_id, network_id, application_id),
    )
    await course.informed(actor, application, vote_id)
    await write_letter(actor=actor, now=now, application=application, kind=Letter.INFORMED, words=wording.informed())
    await deadline_done(actor=actor, now=now, matter=Matter.APPLICATION_REVIEW, subject_id=application_id)
    await audit.record(actor=actor, action="admission:informed", subject="application", subject_id=application_id)
    return vote_id


async def send_agreement(
    *,
    actor: Actor,
    now: datetime,
    network_id: UUID,
    application_id: UUID,
    name: str,
    capacity: str,
    slug: str,
    known: int | None,
) -> UUID:
    """The office signs and sends the agreement; sent again, the newer copy counts alone. Gives back the copy.

    Args:
        known: the number of the newest copy whoever signs knows of; 0: of none.

    Raises:
        NotFound: out of reach.
        Forbidden: only the office signs.
        Conflict: the members did not accept (yet), the applicant has signed, or there is a newer copy.
        Invalid: the short name is taken.
    """
    application, seat = await _access(actor, network_id, application_id)
    if application.state not in (State.ACCEPTED, State.AGREEMENT_SENT):
        raise Conflict("Die Vereinbarung lässt sich jetzt nicht senden. Bitte laden Sie die Seite neu.")
    if known != (application.copy.number if application.copy else 0):
        raise Conflict(
            "Inzwischen ist schon ein Exemplar der Vereinbarung versandt worden. Es wurde kein weiteres gesandt. Bitte "
            "öffnen Sie den Antrag neu."
        )
    taken = (await organisations_by_slug([slug])).get(slug)
    if taken is not None and taken != application.organisation_id:
        raise Invalid(
            "Diesen Kurznamen hat schon eine andere Organisation. Bitte wählen Sie einen anderen.", field="slug"
        )
    rulebook = await rulebook_under(application)
    members = [member.name for member in await list_members(network_id)]
    content = written_out(content_of(rulebook, application, office=actor.organisation_name, members=members))
    copy_id = new_id()
    await execute(
        "INSERT INTO agreement_copy (network_id, id, application_id, content, sha256) VALUES ({}, {}, {}, {}, {})",
        *(network_id, copy_id, application_id, content, fingerprint(content)),
    )
    about: dict[str, Any] = {"application": application, "copy_id": copy_id}
    signed: dict[str, Any] = {"name": name, "capacity": capacity, "sha256": fingerprint(content)}
    await sign(side=Side.OFFICE, way=Way.SCREEN, **about, **signed)
    await execute(
        "UPDATE application SET state = {}, sent_at = {}, slug = {} WHERE network_id = {} AND id = {}",
        *(State.AGREEMENT_SENT, now, slug, network_id, application_id),
    )
    await course.agreement_sent(actor, application)
    told: dict[str, Any] = {"kind": Letter.AGREEMENT, "words": wording.agreement(), "key": f"agreement:{copy_id}"}
    await write_letter(actor=actor, now=now, application=application, **told)
    await deadline_done(actor=actor, now=now, matter=Matter.AGREEMENT_SENDING, subject_id=application_id)
    await _await_return(actor, now, rulebook=rulebook, address=address_of(seat, application_id), **about)
    await audit.record(actor=actor, action="admission:agreement_sent", subject="application", subject_id=application_id)
    return copy_id


async def end_case(*, actor: Actor, now: datetime, network_id: UUID, application_id: UUID, reason: str) -> None:
    """Nothing will come of it: the office gives an application back, or closes a case that nobody signed. The name is
    free from then on.

    Raises:
        NotFound: out of reach.
        Forbidden: only the office ends it.
        Conflict: the members are deciding, the applicant has signed, or it is over.
    """
    application, _ = await _access(actor, network_id, application_id)
    if application.state is State.APPLIED:
        state, kind, words = State.RETURNED, Letter.RETURNED, wording.returned(application, reason)
    elif application.state in (State.ACCEPTED, State.AGREEMENT_SENT):
        state, kind, words = State.CLOSED, Letter.CLOSED, wording.closed(application, reason)
    else:
        raise Conflict("Dieses Verfahren lässt sich jetzt nicht beenden. Bitte laden Sie die Seite neu.")
    await write_letter(actor=actor, now=now, application=application, kind=kind, words=words)
    await execute(
        "UPDATE application SET state = {} WHERE network_id = {} AND id = {}", state, network_id, application_id
    )
    await emit(ApplicationEnded(application_id), network=network_id, key=f"application_ended:{application_id}")
    await audit.record(actor=actor, action="admission:ended", subject="application", subject_id=application_id)


async def acknowledge_copy(*, actor: Actor, now: datetime, network_id: UUID, application_id: UUID) -> None:
    """The office holds the signed copy in its hands; a second time changes nothing.

    Raises:
        NotFound: out of reach.
        Forbidden: only the office receives.
        Conflict: there is none.
    """
    application, _ = await _access(actor, network_id, application_id)
    if application.signed_at is None:
        raise Conflict("Es ist noch kein unterzeichnetes Exemplar eingegangen.")
    if application.acknowledged_at is not None or application.received_at is not None:
        return
    await execute(
        "UPDATE application SET acknowledged_at = {} WHERE network_id = {} AND id = {}", now, network_id, application_id
    )
    await emit(CopySigned(application_id), network=network_id, key=f"copy_acknowledged:{application_id}")
    await audit.record(
        actor=actor, action="admission:copy_acknowledged", subject="application", subject_id=application_id
    )


async def send_mail_again(*, actor: Actor, network_id: UUID, application_id: UUID) -> None:
    """What could not be delivered to the applicant is tried again.

    Raises:
        NotFound: out of reach.
        Forbidden: only the office has it sent.
        Conflict: nothing was given up (any more).
    """
    await _access(actor, network_id, application_id)
    (row,) = await execute("SELECT application_mail_again({}, {}) AS is_sent", network_id, application_id)
    if not row["is_sent"]:
        raise Conflict("Diese E-Mail wird bereits verschickt oder ist schon angekommen. Bitte laden Sie die Seite neu.")
    await audit.record(actor=actor, action="admission:mail_resent", subject="application", subject_id=application_id)


async def sign(
    *,
    application: Application,
    copy_id: UUID,
    sha256: str,
    side: Side,
    way: Way,
    name: str,
    capacity: str,
    file_sha256: str | None = None,
    file_size: int | None = None,
) -> None:
    """Put a signature under a copy; the database writes the time, and says what follows from the applicant's."""
    await execute(
        """
        INSERT INTO agreement_signature
            (network_id, copy_id, side, application_id, way, name, capacity, sha256, file_sha256, file_size)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(application.network_id, copy_id, side, application.id, way, name, capacity, sha256, file_sha256, file_size),
    )


async def write_letter(
    *, actor: Actor, now: datetime, application: Application, kind: Letter, words: tuple[str, str], key: str = ""
) -> None:
    """Lay a letter into the applicant's case, and have it told; of each key there is one."""
    subject, body = words
    letter_id = new_id()
    made = await execute(
        """
        INSERT INTO application_letter
            (network_id, id, application_id, kind, key, subject, body, sender_name, signed_by, written_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT (network_id, application_id, key) DO NOTHING
        RETURNING id
        """,
        *(application.network_id, letter_id, application.id, kind, key or kind.value, subject, body),
        *(actor.organisation_name[:200], _hand_of(actor), now),
    )
    if made:
        event = ApplicantWritten(application.id, letter_id)
        await emit(event, network=application.network_id, key=f"applicant_written:{letter_id}")


def _hand_of(actor: Actor) -> str:
    return actor.name[:200] if actor.person_id else SIGNED_BY_PORTAL


async def _access(actor: Actor, network_id: UUID, application_id: UUID) -> tuple[Application, Seat]:
    """An application for the office, which nobody else changes until this transaction ends."""
    if (seat := actor.seat(network_id)) is None:
        raise NotFound
    application = await access_application(network_id, application_id, lock=may_run(actor, network_id))
    if not may_run(actor, network_id):
        raise Forbidden("Aufnahmen führt nur die Geschäftsstelle dieses Netzwerks.")
    return application, seat


async def _await_return(
    actor: Actor, now: datetime, *, application: Application, rulebook: Rulebook, copy_id: UUID, address: str
) -> None:
    """The applicant is reminded of its signature, and the office sees to it that it comes."""
    deadline = deadline_of(rulebook, RETURN, now)
    if deadline is None:
        return
    ladder = ladder_of(rulebook, rulebook.periods[RETURN].ladder)
    for rung in rungs_to_come(ladder, due_at=deadline.due_at, now=now, lapses=False):
        event, key = ApplicantReminded(application.id, copy_id), f"applicant_reminded:{copy_id}:{rung.step.days}"
        await emit(event, network=application.network_id, due_at=rung.due_at, key=key)
    about: dict[str, Any] = {"matter": Matter.COUNTERSIGNATURE, "subject_id": application.id}
    end: dict[str, Any] = {"due_at": deadline.due_at, "reckoned": deadline}
    more: dict[str, Any] = {"title": application.name, "address": address, "network_id": application.network_id}
    if not await set_deadline(actor=actor, now=now, roles=(Role.OFFICE,), ladder=ladder, **about, **end, **more):
        await move_deadline(actor=actor, now=now, **about, **end)
