"""Who acts, for which organisation, with which roles and seats."""

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class OrganisationKind(StrEnum):
    """Kinds of legal bodies that take part in a network (domain.md, section 2)."""

    CARRIER = "carrier"
    CITY = "city"
    HOUSING_COMPANY = "housing_company"
    JOBCENTER = "jobcenter"


class Role(StrEnum):
    """What a person does in one organisation; given by the municipal directory."""

    ADMINISTRATOR = "administrator"
    CASEWORKER = "caseworker"
    DATA_PROTECTION_OFFICER = "data_protection_officer"
    DEPUTY = "deputy"
    DIRECTOR = "director"
    JOBCENTER_TEAM = "jobcenter_team"
    LEAD = "lead"
    OFFICE = "office"
    REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Seat:
    """A membership in effect: the organisation's place in one network; ``procedures`` are those its agreement switches
    on, of somebody whom a page has met (``rulebook_words.Procedure``)."""

    network_id: UUID
    slug: str
    name: str
    is_office: bool
    procedures: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class RoomSeat:
    """A participation in effect: the organisation's place in one room of a network. In a closed one nothing changes any
    more."""

    room_id: UUID
    network_id: UUID
    slug: str
    name: str
    is_closed: bool


@dataclass(frozen=True, slots=True)
class Actor:
    """A person acting for one organisation; for the system, ``person_id`` is None and there are no roles.

    Attributes:
        rooms: of somebody whom a page or a stream has met, for choices and links; the open ones first, by name. Whether
            they are let into one is the wall's to say.
    """

    organisation_id: UUID
    organisation_slug: str
    organisation_name: str
    person_id: UUID | None
    name: str
    roles: frozenset[Role]
    seats: tuple[Seat, ...]
    rooms: tuple[RoomSeat, ...] = ()

    def has(self, *roles: Role) -> bool:
        """Whether the actor holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)

    def seat(self, network_id: UUID) -> Seat | None:
        """The seat in that network, or None: the network is out of reach."""
        return next((seat for seat in self.seats if seat.network_id == network_id), None)

    def seat_by_slug(self, slug: str) -> Seat | None:
        """The seat in the network of that address, or None: the network is out of reach."""
        return next((seat for seat in self.seats if seat.slug == slug), None)

    def is_office_of(self, network_id: UUID, concerned: UUID | None = None) -> bool:
        """Whether the actor works in the office *and* their organisation holds it in that network; where a matter
        concerns that organisation, its deputy does instead. The portal itself does, where it acts for the organisation
        that holds it."""
        seat = self.seat(network_id)
        role = Role.DEPUTY if concerned == self.organisation_id else Role.OFFICE
        return seat is not None and seat.is_office and (self.person_id is None or self.has(role))
