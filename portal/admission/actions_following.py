"""What follows by itself, in the scope of the network and by the worker alone: mails, the outcome of the vote, the
beginning of a membership. Everything here looks up how far the application is and does its step once."""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from portal.admission import course, mail, wording
from portal.admission.actions import write_letter
from portal.admission.copies import folder_of
from portal.admission.events import AdmissionOwed, ApplicantTold, ApplicationForgotten, CopySigned, MembershipBegan
from portal.admission.queries import Application, access_application, rulebook_under, standing_under
from portal.admission.rules import BY_HAND, IN_VAIN, KEPT, LONGEST_SLUG, Letter, State
from portal.bodies.events import MeetingsToCome
from portal.contacts.actions import new_version
from portal.contacts.rules import DirectoryReason
from portal.deadlines.agreement import receipt_rule_of
from portal.deadlines.receipt import Delivery
from portal.deadlines.workdays import land_of
from portal.files.storage import storage
from portal.formal import actions as formal
from portal.formal.rules import deemed_at, known_receipt
from portal.kit.errors import NotFound
from portal.notices import live
from portal.notices import mail as post
from portal.settings import settings
from portal.spaces.rules import numbered, slug_of
from portal.votes.rules import Outcome, Tally, VoteCause
from tenants.context import Actor
from tenants.database import execute
from tenants.outbox import emit
from tenants.provisioning import admit_member, create_organisation
from tenants.queries import organisations_by_slug
from tenants.rulebook import Rulebook
from tenants.rulebook_words import MembershipBegin, Procedure
from tenants.scope import current_scope


async def send_link(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """Send the applicant the way to its case; the last step of its transaction."""
    if (found := await _find(actor, application_id)) is not None and found.contact is not None:
        await _mail(actor, now, found, occasion="sent")


async def expire(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """What nobody confirmed in time is gone, as if it had never been sent."""
    found = await _find(actor, application_id)
    if found is None or found.state is not State.UNCONFIRMED or found.expires_at is None or found.expires_at > now:
        return
    await _delete(found, ("application_key", "application_contact"))
    await execute("DELETE FROM application WHERE network_id = {} AND id = {}", found.network_id, found.id)


async def key_for(*, now: datetime, application: Application, occasion: str) -> str:
    """The link for the applicant on this occasion: what it ends with. Only what it is known by is kept.

    A mail may have left though its transaction came to nothing, so each attempt has the same link: the next one makes
    what was delivered count.
    """
    said = f"applicant {application.id} {occasion}".encode()
    token = urlsafe_b64encode(hmac.digest(settings().secret_key.encode(), said, "sha256")).decode().rstrip("=")
    await execute(
        "INSERT INTO application_key (network_id, application_id, hash, made_at) VALUES ({}, {}, {}, {}) "
        "ON CONFLICT DO NOTHING",
        *(application.network_id, application.id, sha256(token.encode()).digest(), now),
    )
    return token


async def begin_case(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """The office learns of the application, the applicant that it arrived."""
    found = await _find(actor, application_id)
    if found is None or found.state is not State.APPLIED:
        return
    rulebook = await rulebook_under(found)
    await _write(actor, now, found, Letter.RECEIVED, wording.received(rulebook, found))
    await _owe(actor, found)


async def decide(*, actor: Actor, now: datetime, cause: VoteCause, vote_id: UUID, tally: Tally) -> None:
    """The vote of the members is closed: accepted or rejected, in the same transaction."""
    found = await _find(actor, cause.id)
    if found is None or found.state is not State.INFORMED or found.vote_id != vote_id:
        return
    rulebook = await rulebook_under(found)
    is_accepted = tally.outcome is Outcome.DECIDED
    await execute(
        "UPDATE application SET state = {}, decided_at = {}, ended_at = {} WHERE network_id = {} AND id = {}",
        *(State.ACCEPTED if is_accepted else State.REJECTED, now, None if is_accepted else now),
        *(found.network_id, found.id),
    )
    await course.decided(found, vote_id, is_accepted=is_accepted)
    if not is_accepted:
        await _write(actor, now, found, Letter.REJECTED, wording.rejected(rulebook, found))
        await _forget_later(replace(found, ended_at=now))
    elif rulebook.membership is not None and rulebook.membership.begins is MembershipBegin.ACCEPTANCE:
        await _found_membership(actor, now, found, rulebook, at=now)
    else:
        await _write(actor, now, found, Letter.ACCEPTED, wording.accepted(rulebook, found))
    await _owe(actor, found)


async def follow_end(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """The office or the applicant has ended the case: the procedure ends with it, and whoever knew of it is told."""
    found = await _find(actor, application_id)
    if found is None or found.state not in BY_HAND:
        return
    if found.informed_at is not None:
        await _tell_members(actor, now, found)
    if found.state is State.TAKEN_BACK and found.contact is not None:
        await _write(actor, now, found, Letter.TAKEN_BACK, wording.taken_back(found))
    await _forget_later(found)
    await _owe(actor, found)


async def forget(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """What is known of people by a case that led to nothing goes; what no member ever knew of goes altogether."""
    found = await _find(actor, application_id)
    if found is None or found.state not in IN_VAIN or found.ended_at is None:
        return
    if found.ended_at + KEPT > now:  # the clock went back after the timer rang
        await _forget_later(found, after=now)
        return
    await _delete(found, ("application_key", "application_letter", "application_contact"))
    await storage().delete(folder_of(found))  # a copy may have been kept and never booked
    if found.informed_at is None:
        await execute("DELETE FROM application WHERE network_id = {} AND id = {}", found.network_id, found.id)


async def tell_applicant(*, actor: Actor, now: datetime, application_id: UUID, letter_id: UUID) -> None:
    """A letter lies there: its organisation is told, or its address gets a mail."""
    found = await _find(actor, application_id)
    if found is None or found.contact is None or all(letter.id != letter_id for letter in found.letters):
        return
    if found.contact.organisation_id is None:
        await _mail(actor, now, found, occasion=str(letter_id))
        return
    event = ApplicantTold(found.network_id, found.id, letter_id)
    await emit(event, to=[found.contact.organisation_id], key=f"applicant_told:{letter_id}")


async def remind(*, actor: Actor, now: datetime, application_id: UUID, copy_id: UUID) -> None:
    """The applicant still owes its signature under the newest copy."""
    found = await _find(actor, application_id)
    if found is None or found.state is not State.AGREEMENT_SENT or found.copy is None or found.copy.id != copy_id:
        return
    newest = next(letter for letter in found.letters if letter.kind is Letter.AGREEMENT)
    if found.contact is not None and found.contact.organisation_id is not None:
        event = ApplicantTold(found.network_id, found.id, newest.id)
        await emit(event, to=[found.contact.organisation_id], key=f"applicant_told:{newest.id}:{now.isoformat()}")
        return
    await _mail(actor, now, found, occasion=str(copy_id))


async def receive_copy(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """The signed copy has come. As soon as its receipt is certain, by the rulebook's rule, the membership is founded
    for that instant, though it may lie ahead."""
    found = await _find(actor, application_id)
    if found is None or found.state is not State.SIGNED or found.received_at is not None or found.signed_at is None:
        return
    rulebook = await rulebook_under(found)
    rule, land = receipt_rule_of(rulebook.receipt), land_of(rulebook.land)
    delivery = Delivery(found.signed_at, found.acknowledged_at, found.acknowledged_at)
    event = known_receipt(delivery, rule, land, now=now)
    await _owe(actor, found)
    if event is None:
        if (at := deemed_at(found.signed_at, rule)) is not None and at > now:
            key = f"copy_deemed:{found.id}:{at.isoformat()}:{now.isoformat()}"
            await emit(CopySigned(found.id), network=found.network_id, due_at=at, key=key)
        return
    await course.countersigned(found)
    await _found_membership(actor, now, found, rulebook, at=event.at or now)
    await _owe(actor, found)


async def begin_membership(*, actor: Actor, now: datetime, application_id: UUID) -> None:
    """From this instant the organisation is a member."""
    found = await _find(actor, application_id)
    if found is None or found.received_at is None or found.state not in (State.SIGNED, State.ACCEPTED):
        return
    if found.received_at > now:  # the clock went back after the timer rang
        await _begin_at(found, found.received_at, after=now)
        return
    await execute(
        "UPDATE application SET state = {}, ended_at = {} WHERE network_id = {} AND id = {}",
        *(State.MEMBER, now, found.network_id, found.id),
    )
    await course.admitted(found)
    if (await rulebook_under(found)).renews_directory(Procedure.ADMISSION):
        about: dict[str, Any] = {"network_id": found.network_id, "cause_id": found.id, "key": f"admission:{found.id}"}
        await new_version(actor=actor, now=now, reason=DirectoryReason.ADMISSION, **about)
        await course.directory_renewed(found)
    if found.organisation_id is not None:
        await emit(MeetingsToCome(found.network_id), to=[found.organisation_id], key=f"joined:{found.id}")
    await live.changed(live.network(found.network_id))
    await _owe(actor, found)


async def _found_membership(
    actor: Actor, now: datetime, found: Application, rulebook: Rulebook, *, at: datetime
) -> None:
    """Organisation, if it has none, membership and timer: all of it or nothing."""
    organisation_id, slug = await _tenant_of(found, rulebook)
    standing = await execute(
        "SELECT FROM membership WHERE network_id = {} AND organisation_id = {} AND ends_at IS NULL",
        *(found.network_id, organisation_id),
    )
    if not standing:
        await admit_member(network_id=found.network_id, organisation_id=organisation_id, is_office=False, begins_at=at)
    await execute(
        "UPDATE application SET organisation_id = {}, received_at = {}, slug = {} WHERE network_id = {} AND id = {}",
        *(organisation_id, at, slug, found.network_id, found.id),
    )
    await _write(actor, now, found, Letter.MEMBER, wording.begins(found, at))
    await _begin_at(found, at)


async def _tenant_of(found: Application, rulebook: Rulebook) -> tuple[UUID, str]:
    """The applicant's tenant, made if there is none; under the address the office chose, or one like it."""
    if found.organisation_id is not None:
        (row,) = await execute("SELECT slug FROM organisation WHERE id = {}", found.organisation_id) or [
            {"slug": found.slug}
        ]
        return found.organisation_id, row["slug"] or ""
    wanted = numbered(found.slug or slug_of(found.name)[: LONGEST_SLUG - 3].strip("-") or "organisation")
    taken = await organisations_by_slug(wanted)
    slug = next(each for each in wanted if each not in taken)
    async with current_scope().speaking_for(found.network_id):  # it moves into the new organisation, and back after it
        made = await create_organisation(slug=slug, name=found.name, kind=found.kind, land=rulebook.land)
    return made, slug


async def _write(actor: Actor, now: datetime, found: Application, kind: Letter, words: tuple[str, str]) -> None:
    await write_letter(actor=actor, now=now, application=found, kind=kind, words=words)


async def _begin_at(found: Application, at: datetime, *, after: datetime | None = None) -> None:
    key = f"membership_began:{found.id}" + (f":{after.isoformat()}" if after else "")
    await emit(MembershipBegan(found.id), network=found.network_id, due_at=at, key=key)


async def _owe(actor: Actor, found: Application) -> None:
    """The office learns that it is its turn, or how it ended; while nobody holds the office there is nobody to tell."""
    if actor.seats[0].is_office:
        (row,) = await execute(
            "SELECT state, received_at FROM application WHERE network_id = {} AND id = {}", found.network_id, found.id
        )
        key = f"admission_owed:{found.id}:{row['state']}:{row['received_at'] is not None}"
        await emit(AdmissionOwed(found.network_id, found.id), to=[actor.organisation_id], key=key)


async def _mail(actor: Actor, now: datetime, found: Application, *, occasion: str) -> None:
    """A mail with a link of its own."""
    assert found.contact is not None  # noqa: S101 - the worker sees it
    message = mail.compose(
        to=found.contact.contact_mail,
        network_slug=actor.seats[0].slug,
        token=await key_for(now=now, application=found, occasion=occasion),
        is_confirmed=found.confirmed_at is not None,
        at=now,
        event_id=found.id,
        found=settings(),
    )
    await post.send(message)


async def _tell_members(actor: Actor, now: datetime, found: Application) -> None:
    """Its procedure ends, and a letter says so to all members."""
    if not await course.ended(actor, found, by_applicant=found.state is State.TAKEN_BACK):
        return
    standing = await standing_under(found, await rulebook_under(found))
    subject, body = wording.over(found)
    about: dict[str, Any] = {"network_id": found.network_id, "standing": standing, "subject": subject, "body": body}
    everybody = [member for member, _ in standing.members]
    await formal.post(actor=actor, now=now, recipients=everybody, key=f"admission_over:{found.id}", **about)


async def _delete(found: Application, tables: tuple[str, ...]) -> None:
    for table in tables:
        await execute(
            f"DELETE FROM {table} WHERE network_id = {{}} AND application_id = {{}}",  # noqa: S608 - constants
            *(found.network_id, found.id),
        )


async def _forget_later(found: Application, *, after: datetime | None = None) -> None:
    assert found.ended_at is not None  # noqa: S101 - of what is over
    key = f"application_forgotten:{found.id}" + (f":{after.isoformat()}" if after else "")
    await emit(ApplicationForgotten(found.id), network=found.network_id, due_at=found.ended_at + KEPT, key=key)


async def _find(actor: Actor, application_id: UUID) -> Application | None:
    """The application, which nobody else changes until this transaction ends; None if it is gone."""
    try:
        return await access_application(actor.seats[0].network_id, application_id, lock=True)
    except NotFound:
        return None
