"""The directory as tests talk about it: who keeps whom, who makes a version, who reads it; all under the wall."""

from typing import Any
from uuid import UUID, uuid4

from portal.contacts import actions, actions_keeping
from portal.contacts.queries import OwnEntry, Present, directory_of, own_entry
from portal.contacts.rules import Directory, DirectoryReason, Entry, Person
from tenants.context import Role
from tenants.provisioning import end_membership
from tenants.scope import scope
from tests.votes.poll import Poll
from workers.actors import system_actor

CITY = "stadt-bielefeld"
MOST = 60
LIST = "/n/bielefeld/verzeichnis"
GIVEN: dict[str, Any] = {
    "level": "working",
    "name": "Ada Neu",
    "duty": "Beratung",
    "topics": ("Sucht", "Aufnahme"),
    "phone": "+49 521 51-0",
    "mail": "ada.neu@example.org",
    "reachable": "Mo 9–12 Uhr",
    "stand_in_id": None,
}


class Book(Poll):
    """The demo world's networks with contact persons."""

    async def add(self, organisation: str = "bgw", role: Role = Role.REPRESENTATIVE, **changes: Any) -> UUID:
        """Somebody new there."""
        async with self.acting(organisation, role) as (actor, opened):
            return await actions_keeping.add_person(actor=actor, now=opened.now, **GIVEN | changes)

    async def change(
        self,
        person_id: UUID,
        organisation: str = "bgw",
        role: Role = Role.REPRESENTATIVE,
        *,
        revision: int = 1,
        **changes: Any,
    ) -> None:
        """Somebody there is changed."""
        async with self.acting(organisation, role) as (actor, opened):
            await actions_keeping.change_person(
                actor=actor, now=opened.now, person_id=person_id, revision=revision, **GIVEN | changes
            )

    async def remove(self, person_id: UUID, organisation: str = "bgw", role: Role = Role.REPRESENTATIVE) -> None:
        """Somebody there goes."""
        async with self.acting(organisation, role) as (actor, opened):
            await actions_keeping.remove_person(actor=actor, now=opened.now, person_id=person_id)

    async def own(self, organisation: str) -> OwnEntry:
        """What the organisation says of itself."""
        async with self.acting(organisation):
            return await own_entry()

    async def seen_by(self, organisation: str) -> Present:
        """The directory as that organisation sees it."""
        async with scope(organisation_id=self.cast.organisations[organisation]):
            return await directory_of(self.network)

    async def make(self, organisation: str = CITY, role: Role = Role.OFFICE, **more: Any) -> UUID:
        """A version of the office."""
        given = {"reason": DirectoryReason.UPDATE, "cause_id": None, "key": str(uuid4())}
        async with self.acting(organisation, role) as (actor, opened):
            return await actions.new_version(actor=actor, now=opened.now, network_id=self.network, **given | more)

    async def make_by_itself(self, *, leaves: str = "", **more: Any) -> UUID:
        """A version that follows from something in the network, such as a member's end; by the worker."""
        given = {"reason": DirectoryReason.WITHDRAWAL, "cause_id": uuid4(), "key": str(uuid4())}
        async with scope(network_id=self.network) as opened:
            if leaves:
                organisation_id = self.cast.organisations[leaves]
                await end_membership(network_id=self.network, organisation_id=organisation_id, ends_at=opened.now)
            return await actions.new_version(
                actor=await system_actor(), now=opened.now, network_id=self.network, **given | more
            )

    async def leave(self, organisation: str) -> None:
        """The organisation is no member any more."""
        async with self.database.role("worker"), scope(network_id=self.network) as opened:
            await end_membership(
                network_id=self.network, organisation_id=self.cast.organisations[organisation], ends_at=opened.now
            )


def named(directory: Directory) -> dict[str, set[str]]:
    """Names of contact persons by the address of their organisation."""
    return {entry.slug: {person.name for person in entry.persons} for entry in directory.members}


def a_person(name: str = "Ada Neu", **more: Any) -> Person:
    """Somebody that no database knows."""
    given = {"id": uuid4(), "stand_in": "", **GIVEN, "name": name}
    return Person(**given | more)


def an_entry(name: str, *persons: Person, **more: Any) -> Entry:
    """A member that no database knows."""
    from datetime import UTC, datetime

    given = {"id": uuid4(), "slug": name.lower(), "kind": "carrier", "is_office": False}
    return Entry(**{**given, "name": name, "since": datetime(2026, 1, 5, 9, tzinfo=UTC), "persons": persons, **more})


def a_directory(*members: Entry) -> Directory:
    """These members."""
    return Directory({"working": "Arbeitsebene", "management": "Leitungsebene"}, members)
