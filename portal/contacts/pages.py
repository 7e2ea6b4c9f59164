"""The directory of a network as it is now: to read, to print, to save."""

from datetime import datetime
from pathlib import Path
from typing import Annotated, Any
from uuid import UUID

from litestar import Controller, MediaType, Request, Response, get
from litestar.params import Parameter

from portal.contacts.export import directory_as_cards
from portal.contacts.pages_keeping import KeepingController
from portal.contacts.pages_versions import VersionsController
from portal.contacts.presentation import file_of, view_of_present
from portal.contacts.queries import directory_of
from portal.contacts.rules import Directory
from portal.identity.permissions import Permission
from portal.identity.queries import access_seat
from portal.kit.errors import NotFound
from portal.shell import reply
from portal.shell.feature import Feature, NavItem, NavTopic
from tenants.context import Actor
from tenants.kept import Matter, kept_answer

_READ = {"permission": Permission.MEMBER_READ}
_MOST_KEPT = 200  # contact persons

AnyRequest = Request[Any, Any, Any]
Level = Annotated[str, Parameter(query="ebene", max_length=60)]
Topic = Annotated[str, Parameter(query="thema", max_length=60)]


class DirectoryController(Controller):
    """Everything under a network's ``verzeichnis``."""

    path = "/n/{network_slug:str}/verzeichnis"

    @get(opt=_READ, name="directory")
    async def show_directory(
        self, request: AnyRequest, actor: Actor, network_slug: str, level: Level = "", topic: Topic = ""
    ) -> Response[str]:
        """The members and whom to call there."""
        seat = access_seat(actor, network_slug)
        found = await kept_answer(
            f"directory {seat.network_id}",
            lambda: directory_of(seat.network_id),
            of={Matter.CONTACTS},
            until=lambda found: found.until,
            is_light=lambda found: found.directory.persons <= _MOST_KEPT,
        )
        view = view_of_present(actor, seat, found, level=level, topic=topic)
        return await reply.page(request, "contacts/verzeichnis.html", **view)

    @get("/tabelle", opt=_READ, name="directory-table", media_type=MediaType.TEXT)
    async def save_table(self, actor: Actor, now: datetime, network_slug: str) -> Response[Any]:
        """As a table for a spreadsheet programme."""
        return await _saved(actor, now, network_slug, "csv")

    @get("/dokument", opt=_READ, name="directory-document", media_type=MediaType.TEXT)
    async def save_document(self, actor: Actor, now: datetime, network_slug: str) -> Response[Any]:
        """As a document."""
        return await _saved(actor, now, network_slug, "pdf")

    @get("/visitenkarten", opt=_READ, name="directory-cards", media_type=MediaType.TEXT)
    async def save_cards(self, actor: Actor, now: datetime, network_slug: str) -> Response[Any]:
        """For an address book."""
        return await _saved(actor, now, network_slug, "vcf")

    @get("/visitenkarten/{contact_person_id:uuid}", opt=_READ, name="directory-card", media_type=MediaType.TEXT)
    async def save_card(self, actor: Actor, network_slug: str, contact_person_id: UUID) -> Response[Any]:
        """One card."""
        directory = (await directory_of(access_seat(actor, network_slug).network_id)).directory
        return reply.saved(directory_as_cards(_one(directory, contact_person_id)), "ansprechperson.vcf", "text/vcard")


async def _saved(actor: Actor, now: datetime, slug: str, ending: str) -> Response[Any]:
    seat = access_seat(actor, slug)
    return await file_of((await directory_of(seat.network_id)).directory, ending, seat=seat, now=now)


def _one(directory: Directory, person_id: UUID) -> Directory:
    """The directory with that contact person alone.

    Raises:
        NotFound: it has no such person.
    """
    if not (found := directory.only_person(person_id)).members:
        raise NotFound
    return found


FEATURE = Feature(
    name="contacts",
    handlers=(DirectoryController, VersionsController, KeepingController),
    navigation=(
        NavItem(
            "Verzeichnis",
            "/n/{network}/verzeichnis",
            group="network",
            topic=NavTopic.KNOWING,
            permission=Permission.MEMBER_READ,
        ),
        NavItem(
            "Ansprechpersonen",
            "/o/{organisation}/ansprechpersonen",
            group="organisation",
            permission=Permission.ORGANISATION_READ,
        ),
    ),
    templates=Path(__file__).parent / "templates",
)
