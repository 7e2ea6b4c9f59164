"""Reading applications; the wall shows each asker what it may see of one, and the rest is missing."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from portal.admission.rules import RUNNING, Letter, Side, State, Way
from portal.kit.errors import NotFound
from portal.kit.text import paragraphs_of
from portal.notices.rules import MailProblem, problem_of
from tenants.context import OrganisationKind
from tenants.database import execute
from tenants.queries import Standing, standing_of
from tenants.rulebook import Rulebook, parse_rulebook
from tenants.rulebook_words import Procedure


@dataclass(frozen=True, slots=True)
class Doorplate:
    """A network as everybody may know it."""

    network_id: UUID
    rulebook_id: UUID
    rulebook: Rulebook


@dataclass(frozen=True, slots=True)
class Contact:
    """What only the office and the applicant know."""

    organisation_id: UUID | None
    legal_form: str
    seat: str
    contact_name: str
    contact_mail: str


@dataclass(frozen=True, slots=True)
class Written:
    """A letter to the applicant."""

    id: UUID
    kind: Letter
    subject: str
    body: str
    sender_name: str
    signed_by: str
    written_at: datetime

    @property
    def paragraphs(self) -> list[list[str]]:
        """Its lines, by paragraph."""
        return paragraphs_of(self.body)


@dataclass(frozen=True, slots=True)
class Signature:
    """Of one side under one copy."""

    side: Side
    way: Way
    name: str
    capacity: str
    sha256: str
    file_sha256: str | None
    file_size: int | None
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Copy:
    """The agreement as it is signed."""

    id: UUID
    number: int
    content: str
    sha256: str
    made_at: datetime
    signatures: tuple[Signature, ...]

    def of(self, side: Side) -> Signature | None:
        """The signature of that side."""
        return next((each for each in self.signatures if each.side is side), None)


@dataclass(frozen=True, slots=True)
class Application:
    """One application as whoever asks may see it. ``copies``: the newest first."""

    network_id: UUID
    id: UUID
    organisation_id: UUID | None
    name: str
    kind: OrganisationKind
    field: str
    rulebook_id: UUID
    state: State
    submitted_at: datetime
    expires_at: datetime | None
    confirmed_at: datetime | None
    informed_at: datetime | None
    vote_id: UUID | None
    decided_at: datetime | None
    sent_at: datetime | None
    slug: str | None
    signed_at: datetime | None
    acknowledged_at: datetime | None
    received_at: datetime | None
    ended_at: datetime | None
    contact: Contact | None
    letters: tuple[Written, ...]
    copies: tuple[Copy, ...]

    @property
    def copy(self) -> Copy | None:
        """The one that counts."""
        return self.copies[0] if self.copies else None


@dataclass(frozen=True, slots=True)
class Line:
    """An application in a list."""

    id: UUID
    name: str
    state: State
    submitted_at: datetime
    ended_at: datetime | None


async def access_network(slug: str) -> Doorplate:
    """A network that takes members in.

    Raises:
        NotFound: there is none, or it does not.
    """
    rows = await execute("SELECT network_id, rulebook_id, source FROM public_rulebook({})", slug)
    if rows:
        rulebook = parse_rulebook(rows[0]["source"], file="rulebook")
        if Procedure.ADMISSION in rulebook.procedures:
            return Doorplate(rows[0]["network_id"], rows[0]["rulebook_id"], rulebook)
    raise NotFound


async def office_of(network_id: UUID) -> str:
    """Who is responsible for what an applicant says of itself: the member that holds the office, by name."""
    (row,) = await execute("SELECT public_office({}) AS name", network_id)
    return row["name"] or ""


async def warnings_of(application: Application) -> tuple[MailProblem | None, bool]:
    """For its office: why a mail to the applicant was given up, None while none was; and whether another application
    runs under the same name."""
    (row,) = await execute(
        """
        SELECT application_mail_problem({}, {}) AS error, EXISTS (
            SELECT FROM application a JOIN application b ON b.network_id = a.network_id AND b.name_key = a.name_key
            WHERE a.network_id = {} AND a.id = {} AND b.id <> a.id AND b.confirmed_at IS NOT NULL
              AND a.ended_at IS NULL AND b.ended_at IS NULL) AS has_namesake
        """,
        *(application.network_id, application.id, application.network_id, application.id),
    )
    return problem_of(row["error"]), row["has_namesake"]


async def access_application(network_id: UUID, application_id: UUID, *, lock: bool = False) -> Application:
    """One application of a network.

    Args:
        lock: nobody else takes a step with it until this transaction ends.

    Raises:
        NotFound: out of reach, or not there.
    """
    if lock:
        await execute(
            "SELECT FROM application WHERE network_id = {} AND id = {} FOR NO KEY UPDATE", network_id, application_id
        )
    return await _one("a.id = {}", network_id, application_id)


async def access_case(network_id: UUID, token: str) -> Application:
    """The application whose applicant came by this link.

    Raises:
        NotFound: it leads nowhere (any more).
    """
    await execute("SELECT set_config('app.applicant', {}, true)", token)
    waiting = "(a.confirmed_at IS NOT NULL OR a.expires_at > hilfenetz_now())"
    return await _one(f"a.id = (SELECT current_application()) AND {waiting}", network_id)


async def access_own(network_id: UUID, organisation_id: UUID) -> Application:
    """The newest application of the scope's own organisation.

    Raises:
        NotFound: it never applied.
    """
    return await _one(
        "a.organisation_id = {} AND a.organisation_id = (SELECT current_organisation())", network_id, organisation_id
    )


async def list_applications(network_id: UUID, *, limit: int = 200) -> list[Line]:
    """The applications of a network one may know of, newest first; those that nobody confirmed are none yet."""
    rows = await execute(
        "SELECT id, name, state, submitted_at, ended_at FROM application "
        "WHERE network_id = {} AND confirmed_at IS NOT NULL ORDER BY submitted_at DESC, id LIMIT {}",
        network_id,
        limit,
    )
    return [Line(**{**row, "state": State(row["state"])}) for row in rows]


async def rulebook_under(application: Application) -> Rulebook:
    """The rulebook under which an application began; for who reaches the network."""
    rows = await execute(
        "SELECT source FROM rulebook WHERE network_id = {} AND id = {}", application.network_id, application.rulebook_id
    )
    if not rows:
        raise NotFound
    return parse_rulebook(rows[0]["source"], file="rulebook")


async def standing_under(application: Application, rulebook: Rulebook) -> Standing:
    """The rulebook under which an application began, and the members now; for who reaches the network."""
    if (standing := await standing_of(application.network_id)) is None:
        raise NotFound
    return replace(standing, rulebook_id=application.rulebook_id, rulebook=rulebook)


def is_running(application: Application) -> bool:
    """Whether something is still to come of it."""
    return application.state in RUNNING


_COLUMNS = tuple(name for name in Application.__slots__ if name not in ("contact", "letters", "copies"))
_APPLICATION = f"""
SELECT {", ".join(f"a.{name}" for name in _COLUMNS)},
    (SELECT to_json(c) FROM application_contact c WHERE c.network_id = a.network_id AND c.application_id = a.id)
        AS contact,
    (SELECT json_agg(l ORDER BY l.written_at DESC, l.id DESC) FROM application_letter l
     WHERE l.network_id = a.network_id AND l.application_id = a.id) AS letters,
    (SELECT json_agg(c ORDER BY c.number DESC) FROM agreement_copy c
     WHERE c.network_id = a.network_id AND c.application_id = a.id) AS copies,
    (SELECT json_agg(s) FROM agreement_signature s
     WHERE s.network_id = a.network_id AND s.application_id = a.id) AS signatures
FROM application a WHERE a.network_id = {{}} AND <condition> ORDER BY a.submitted_at DESC LIMIT 1
"""  # noqa: S608 - constants of this file


async def _one(condition: str, network_id: UUID, *values: object) -> Application:
    rows = await execute(_APPLICATION.replace("<condition>", condition), network_id, *values)
    if not rows:
        raise NotFound
    return _application(rows[0])


def _application(row: Mapping[str, Any]) -> Application:
    kept = {name: row[name] for name in _COLUMNS}
    kept |= {"kind": OrganisationKind(row["kind"]), "state": State(row["state"])}
    contact = json.loads(row["contact"]) if row["contact"] else None
    signatures = json.loads(row["signatures"] or "[]")
    return Application(
        **kept,
        contact=_contact(contact) if contact else None,
        letters=tuple(_letter(letter) for letter in json.loads(row["letters"] or "[]")),
        copies=tuple(_copy(copy, signatures) for copy in json.loads(row["copies"] or "[]")),
    )


def _contact(row: Mapping[str, Any]) -> Contact:
    ours = UUID(row["organisation_id"]) if row["organisation_id"] else None
    return Contact(ours, *(row[name] for name in ("legal_form", "seat", "contact_name", "contact_mail")))


def _letter(row: Mapping[str, Any]) -> Written:
    words = {name: row[name] for name in ("subject", "body", "sender_name", "signed_by")}
    return Written(
        id=UUID(row["id"]), kind=Letter(row["kind"]), written_at=datetime.fromisoformat(row["written_at"]), **words
    )


def _copy(row: Mapping[str, Any], signatures: list[dict[str, Any]]) -> Copy:
    under = tuple(_signature(each) for each in signatures if each["copy_id"] == row["id"])
    made_at = datetime.fromisoformat(row["made_at"])
    return Copy(UUID(row["id"]), row["number"], row["content"], row["sha256"], made_at, under)


def _signature(row: Mapping[str, Any]) -> Signature:
    kept = {name: row[name] for name in ("name", "capacity", "sha256", "file_sha256", "file_size")}
    return Signature(
        side=Side(row["side"]), way=Way(row["way"]), signed_at=datetime.fromisoformat(row["signed_at"]), **kept
    )
