"""Admissions as tests talk about them: somebody applies by the public form, the office and the worker go on."""

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import workers.app  # noqa: F401 - registers all reactions
from portal.admission import actions, actions_following
from portal.admission.queries import Application, access_application
from portal.local.mailbox import Mailbox
from tenants.context import Role
from tenants.scope import scope
from tests.client import Browser
from tests.mortal import killed_at_work
from tests.votes.poll import BIELEFELD, Poll
from workers.actors import system_actor
from workers.reactions import ReactionFailed, handle

CITY, FORM = "stadt-bielefeld", "/beitritt/bielefeld"
TUESDAY, LATER = "2026-11-24 10:00", "2026-12-09 10:00"
GIVEN = {
    "name": "Wärmestube Nord e. V.",
    "kind": "carrier",
    "legal_form": "eingetragener Verein",
    "seat": "Nordstraße 4, 33602 Bielefeld",
    "field": "Tagesaufenthalt für wohnungslose Menschen.",
    "contact_name": "Grete Hollmann",
    "contact_mail": "vorstand@waermestube.example",
    "will": "ja",
}
SIGNED = {"name": "Jonas Wiegand", "capacity": "Leitung der Geschäftsstelle"}


@dataclass
class Joining(Poll):
    """The network of Bielefeld and those who want to join it."""

    mailbox: Mailbox

    async def begin(self) -> None:
        """Nothing waits from before, and the clock stands."""
        await self.rows("UPDATE outbox SET state = 'done', done_at = now() WHERE state <> 'done'")
        await self.stop(TUESDAY)

    async def clock(self, instant: str) -> None:
        """From now on it is this time of Berlin."""
        await self.rows(
            "CREATE OR REPLACE FUNCTION hilfenetz_now() RETURNS timestamptz LANGUAGE sql STABLE "
            f"SET search_path = pg_catalog AS $$ SELECT timestamp '{instant}' AT TIME ZONE 'Europe/Berlin' $$"
        )

    async def again(self) -> None:
        """It is Tuesday again, and whoever joined before has left: nobody works there who could receive a letter."""
        await self.clock(TUESDAY)
        await self.rows(
            "UPDATE membership SET ends_at = begins_at WHERE organisation_id NOT IN "
            "(SELECT id FROM organisation WHERE slug = ANY ($1)) AND network_id = $2",
            *(list(BIELEFELD), self.network),
        )

    async def work(self, *, dying: bool = False) -> list[str]:
        """What the worker does until nothing is due any more; gives back the events it settled. With ``dying`` the
        first process for each of them is killed before its commit, and the message comes twice afterwards."""
        settled: list[str] = []
        async with self.database.role("worker"):
            while due := await self.rows(
                "SELECT id, organisation_id, network_id, event FROM outbox "
                "WHERE state IN ('waiting', 'handed') AND due_at <= hilfenetz_now() ORDER BY created_at, id LIMIT 20"
            ):
                for row in due:
                    place = {"organisation_id": row["organisation_id"], "network_id": row["network_id"]}
                    if dying and row["event"] not in settled:
                        await self._die(row, place)
                    for _ in range(1 + dying):
                        await handle(row["id"], **place)
                    settled.append(row["event"])
        return settled

    async def try_all(self, identifiers: Iterable[UUID]) -> None:
        """Hand these rows of the network to the worker once, whatever comes of it."""
        async with self.database.role("worker"):
            for identifier in identifiers:
                with suppress(ReactionFailed):
                    await handle(identifier, organisation_id=None, network_id=self.network)

    async def _die(self, row: dict[str, Any], place: dict[str, UUID | None]) -> None:
        """Everything that follows from an event happens, and is undone since it is never committed."""
        before = await self.everything()
        await killed_at_work(self.database, row["id"], committed=False, **place)
        assert await self.everything() == before, row["event"]

    def links(self) -> list[str]:
        """The addresses that were mailed, without the host."""
        texts = [mail.text for mail in self.mailbox.mails()]
        return [found for text in texts for found in re.findall(r"https://hilfenetz\.test(/beitritt/\S+)", text)]

    async def applied(self, *, dying: bool = False, **given: str) -> str:
        """Somebody applies by the form and follows the link; gives back the address of the case."""
        self.mailbox.clear()
        browser = self.cast.nobody()
        answer = await browser.post(FORM, {**GIVEN, **given})
        assert answer.status_code == 303, answer.text
        await self.work(dying=dying)
        link = self.links()[-1]
        confirmed = await browser.post(f"{link}/bestaetigung")
        assert confirmed.status_code == 303, confirmed.text
        await self.work(dying=dying)
        return link

    async def sent(self, number: int = 0) -> tuple[str, Application]:
        """An application whose agreement waits for the signature: the address of its case, and it."""
        await self.again()
        link = await self.applied(name=f"Verein {number}", contact_mail=f"verein{number}@verein.example")
        found = await self.decided((await self.newest()).id)
        await self.send(found.id, slug=f"verein-{number}")
        await self.work()
        return link, await self.application(found.id)

    async def newest(self) -> Application:
        """The application that came last, as the worker sees it."""
        (row,) = await self.rows("SELECT id FROM application ORDER BY xmin::text::bigint DESC LIMIT 1")
        return await self.application(row["id"])

    async def application(self, application_id: UUID) -> Application:
        """As the worker sees it."""
        async with self.database.role("worker"), scope(network_id=self.network):
            return await access_application(self.network, application_id)

    async def inform(self, application_id: UUID) -> UUID:
        """The office confirms that it is complete."""
        async with self.acting(CITY, Role.OFFICE) as (actor, opened):
            return await actions.inform_members(
                actor=actor, now=opened.now, network_id=self.network, application_id=application_id
            )

    async def object(self, vote_id: UUID, number: int) -> None:
        """So many members object."""
        for organisation in BIELEFELD[:number]:
            await self.answer(organisation, vote_id, "no")

    async def decided(self, application_id: UUID, *, objections: int = 0) -> Application:
        """The members are informed, and their time is over."""
        vote_id = await self.inform(application_id)
        await self.object(vote_id, objections)
        await self.work()
        await self.end(vote_id)
        await self.work()
        return await self.application(application_id)

    async def send(self, application_id: UUID, *, slug: str = "waermestube-nord", **said: str) -> UUID:
        """The office signs and sends the agreement."""
        async with self.acting(CITY, Role.OFFICE) as (actor, opened):
            about: dict[str, Any] = {"network_id": self.network, "application_id": application_id}
            about["known"] = len((await access_application(self.network, application_id)).copies)
            return await actions.send_agreement(actor=actor, now=opened.now, slug=slug, **about, **{**SIGNED, **said})

    async def follow(self, reaction: str, application_id: UUID) -> None:
        """One reaction of the worker, by its name."""
        async with self.database.role("worker"), scope(network_id=self.network) as opened:
            do = getattr(actions_following, reaction)
            await do(actor=await system_actor(), now=opened.now, application_id=application_id)

    async def office(self) -> Browser:
        """A browser of the office."""
        return await self.cast.as_role(CITY, Role.OFFICE)

    async def everything(self) -> dict[str, str]:
        """What all rows say, to show that nothing has changed."""
        tables = await self.rows("SELECT tablename AS name FROM pg_tables WHERE schemaname = 'public'")
        names = [row["name"] for row in tables]
        sums = ", ".join(
            f"(SELECT md5(string_agg(t::text, '' ORDER BY t::text)) FROM {name} t) AS {name}" for name in names
        )
        return (await self.rows(f"SELECT {sums}"))[0]
