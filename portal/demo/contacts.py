"""Whom to call in the demo world; entered by who keeps the entry, kept as a first version by the office.

The numbers are of the range that is set aside for films and plays; the mail goes to a domain for examples.
"""

from dataclasses import dataclass
from uuid import UUID

from portal.contacts.actions import new_version
from portal.contacts.actions_keeping import add_person
from portal.contacts.rules import DirectoryReason, topics_of
from portal.demo.acting import acting
from portal.demo.world import person
from tenants.database import execute

WORKING, MANAGEMENT = "working", "management"
_FIRST = "demo:first"
_NOTE = "Die erste gemeinsame Fassung. Bitte prüfen Sie Ihren Eintrag."


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody of the cast. ``kept_by``: who enters them; ``stand_in``: by user name, entered before."""

    kept_by: str
    organisation: str
    user_name: str
    level: str
    duty: str
    topics: str
    number: str
    reachable: str = "Mo–Fr 9–12 Uhr"
    stand_in: str = ""


_OFFICES = {
    "bielefeld": ("jonas.wiegand", "stadt-bielefeld"),
    "duesseldorf": ("beate.hollands", "jobcenter-duesseldorf"),
}
CONTACTS: dict[str, tuple[Contact, ...]] = {
    "bielefeld": (
        Contact(
            "piotr.zielonka",
            "stadt-bielefeld",
            "jonas.wiegand",
            WORKING,
            "Geschäftsstelle des Netzwerks",
            "Sitzungen, Aufnahme von Mitgliedern, Portal",
            "20",
            "Mo–Do 8–16 Uhr, Fr 8–12 Uhr",
        ),
        Contact(
            "piotr.zielonka",
            "stadt-bielefeld",
            "aylin.demirci",
            MANAGEMENT,
            "Leitung der Fachstelle Wohnungserhalt",
            "Wohnungserhalt, Notunterkünfte",
            "21",
            stand_in="jonas.wiegand",
        ),
        Contact(
            "tariq.haddad",
            "bethel-regional",
            "lene.petersen",
            WORKING,
            "Streetwork und Beratung",
            "Streetwork, Sucht",
            "22",
            "Di und Do 10–15 Uhr",
        ),
        Contact(
            "tariq.haddad",
            "bethel-regional",
            "tariq.haddad",
            WORKING,
            "Teamleitung Beratung",
            "Aufnahme, Fallkonferenz",
            "23",
            stand_in="lene.petersen",
        ),
        Contact(
            "tariq.haddad",
            "bethel-regional",
            "hannelore.siekmann",
            MANAGEMENT,
            "Geschäftsführung",
            "Vereinbarungen",
            "24",
        ),
        Contact(
            "mira.sommer",
            "diakonie-bielefeld",
            "mira.sommer",
            WORKING,
            "Sozialarbeiterin",
            "Aufnahme, Mietschulden, Fallkonferenz",
            "25",
            "Mo–Do 9–15 Uhr",
        ),
        Contact("mira.sommer", "diakonie-bielefeld", "bernhard.lueking", MANAGEMENT, "Geschäftsführung", "", "26"),
        Contact(
            "kerstin.vogelsang",
            "bgw",
            "kerstin.vogelsang",
            WORKING,
            "Sozialmanagement",
            "Mietschulden, Wohnungsvergabe",
            "27",
            "Mo–Fr 8–16 Uhr",
        ),
        Contact("levin.oppermann", "gfs", "levin.oppermann", MANAGEMENT, "Geschäftsführung", "Vereinbarungen", "28"),
    ),
    "duesseldorf": (
        Contact(
            "milan.jovic",
            "jobcenter-duesseldorf",
            "beate.hollands",
            WORKING,
            "Sonderteam Wohnungslosigkeit",
            "Aufnahmeanzeigen, Hilfepläne",
            "30",
            "Mo–Do 8–15 Uhr",
        ),
        Contact(
            "milan.jovic",
            "jobcenter-duesseldorf",
            "sabine.quadflieg",
            MANAGEMENT,
            "Geschäftsführung",
            "",
            "31",
            stand_in="beate.hollands",
        ),
        Contact(
            "monika.esser-klein",
            "caritas-duesseldorf",
            "amadou.kessler",
            WORKING,
            "Betreutes Wohnen",
            "Betreutes Wohnen, Störungsmeldungen",
            "32",
        ),
        Contact(
            "ulrike.nettesheim",
            "skm",
            "hamid.rostami",
            WORKING,
            "Beratungsstelle",
            "Beratung, Beschäftigungshilfe",
            "33",
        ),
    ),
}


async def seed_contacts(network: str, network_id: UUID, *, provider: str) -> bool:
    """Enter who is not there yet and let the office make the first version; True when anything was missing."""
    built = [await _enter(contact, provider) for contact in CONTACTS[network]]
    async with acting(*_OFFICES[network], provider) as (actor, opened):
        if await execute("SELECT FROM directory_version WHERE network_id = {}", network_id):
            return any(built)
        await new_version(
            actor=actor,
            now=opened.now,
            network_id=network_id,
            reason=DirectoryReason.UPDATE,
            cause_id=None,
            key=_FIRST,
            note=_NOTE,
        )
    return True


async def _enter(contact: Contact, provider: str) -> bool:
    known = person(contact.user_name)
    async with acting(contact.kept_by, contact.organisation, provider) as (actor, opened):
        rows = await execute("SELECT id, name FROM contact_person WHERE organisation_id = {}", actor.organisation_id)
        ids = {row["name"]: row["id"] for row in rows}
        if known.name in ids:
            return False
        await add_person(
            actor=actor,
            now=opened.now,
            level=contact.level,
            name=known.name,
            duty=contact.duty,
            topics=topics_of(contact.topics),
            phone=f"0171 39200 {contact.number}",
            mail=known.email,
            reachable=contact.reachable,
            stand_in_id=ids[person(contact.stand_in).name] if contact.stand_in else None,
        )
    return True
