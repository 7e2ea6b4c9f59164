"""Bodies as tests talk about them: the office plans, members write along, the worker does what follows."""

from datetime import datetime, timedelta
from uuid import UUID

from portal.bodies import actions, actions_minutes
from portal.bodies.queries import BodySheet, access_body
from portal.bodies.queries_meetings import Attendance, Meeting, access_meeting
from portal.bodies.rules import Presence, Span
from portal.kit.clock import BERLIN
from tenants.context import Actor, Role
from tests.votes.poll import Poll

CITY, CENTRE = "stadt-bielefeld", "jobcenter-duesseldorf"
CIRCLE = ("bielefeld", "koordinierungskreis")
LEADS = ("duesseldorf", "teamleitung-jobcenter-und-sachgebietsleitungen-der-traeger")
DIRECTORS = ("duesseldorf", "geschaeftsfuehrungen-von-jobcenter-und-traegern")
PLACE = "Rathaus, Raum 7"
MONDAY = "2026-11-23 09:00"  # the clock of most tests begins here
TIMED = "SELECT id, organisation_id, network_id FROM outbox WHERE state IN ('waiting', 'handed')"


class Chamber(Poll):
    """The demo world with meetings in it."""

    def office(self, of: tuple[str, str] = CIRCLE):
        """A scope of who works in the office of that body's network."""
        return self.acting(CITY if of[0] == "bielefeld" else CENTRE, Role.OFFICE)

    async def body(self, actor: Actor, of: tuple[str, str] = CIRCLE) -> BodySheet:
        """The body as this actor sees it."""
        return await access_body(actor, *of)

    async def plan(self, of: tuple[str, str] = CIRCLE, *, days: int = 30, place: str = PLACE) -> UUID:
        """A meeting in so many days."""
        async with self.office(of) as (actor, opened):
            begins_at = opened.now + timedelta(days=days)
            span = Span(begins_at, begins_at + timedelta(hours=2), place, "https://video.example/raum")
            body = await self.body(actor, of)
            return await actions.plan_meeting(
                actor=actor, now=opened.now, body=body, title=body.rule.meeting_title, span=span
            )

    async def item(self, meeting_id: UUID, title: str = "Winterhilfe", *, of: tuple[str, str] = CIRCLE) -> UUID:
        """Something on its agenda."""
        async with self.office(of) as (actor, _):
            return await actions.add_item(
                actor=actor, body=await self.body(actor, of), meeting_id=meeting_id, title=title, duration=20,
                introduced_by="Stadt",
            )  # fmt: skip

    async def move(self, meeting_id: UUID, span: Span, title: str = "Sitzung") -> None:
        """The office gives it another date or place, as it knows it."""
        seen = (await self.meeting(meeting_id)).mark
        await self.do(actions.change_meeting, meeting_id, seen=seen, title=title, span=span)

    async def invite(self, meeting_id: UUID, *, of: tuple[str, str] = CIRCLE) -> None:
        """The office invites."""
        await self.do(actions.invite, meeting_id, of=of)

    async def invited(self, of: tuple[str, str] = CIRCLE) -> UUID:
        """A meeting with an item to which members are invited."""
        meeting_id = await self.plan(of)
        await self.item(meeting_id, of=of)
        await self.invite(meeting_id, of=of)
        return meeting_id

    async def held(self, of: tuple[str, str] = CIRCLE) -> UUID:
        """One that is over."""
        meeting_id = await self.invited(of)
        await self.after(meeting_id)
        return meeting_id

    async def after(self, meeting_id: UUID, *, days: int = 0) -> None:
        """Stop the clock when a meeting ends, or so many days later."""
        (row,) = await self.rows("SELECT ends_at FROM meeting WHERE id = $1", meeting_id)
        await self.at(row["ends_at"] + timedelta(days=days))

    async def at(self, instant: datetime) -> None:
        """Stop the clock there."""
        await self.stop(f"{instant.astimezone(BERLIN):%Y-%m-%d %H:%M:%S.%f}")

    async def do(self, action, meeting_id: UUID, *, of: tuple[str, str] = CIRCLE, **given):
        """Something the office does with a meeting, now."""
        async with self.office(of) as (actor, opened):
            return await action(
                actor=actor, now=opened.now, body=await self.body(actor, of), meeting_id=meeting_id, **given
            )

    async def write(
        self, meeting_id: UUID, item_id: UUID, text: str, *, version: int = 1, organisation: str = CITY,
        role: Role = Role.OFFICE, of: tuple[str, str] = CIRCLE,
    ) -> None:  # fmt: skip
        """Somebody writes on the minutes."""
        async with self.acting(organisation, role) as (actor, _):
            await actions_minutes.write_record(
                actor=actor, body=await self.body(actor, of), meeting_id=meeting_id, item_id=item_id, text=text,
                version=version,
            )  # fmt: skip

    async def attend(self, meeting_id: UUID, *, of: tuple[str, str] = CIRCLE) -> None:
        """Everybody was there."""
        async with self.office(of) as (actor, _):
            body = await self.body(actor, of)
            there = [Attendance(each.organisation_id, each.name, Presence.PRESENT, "") for each in body.members]
            await actions_minutes.record_attendance(actor=actor, body=body, meeting_id=meeting_id, attendance=there)

    async def resolve(self, meeting_id: UUID, item_id: UUID, text: str = "Die Wärmestube öffnet früher.", **given):
        """A resolution of the circle."""
        given = {"counts": (4, 1, 1), "adopted": True, **given}
        return await self.do(actions_minutes.record_resolution, meeting_id, item_id=item_id, text=text, **given)

    async def circulated(self, of: tuple[str, str] = CIRCLE) -> UUID:
        """A meeting whose minutes are passed round."""
        meeting_id = await self.held(of)
        await self.do(actions_minutes.begin_minutes, meeting_id, of=of)
        (item,) = (await self.meeting(meeting_id, of=of)).agenda
        await self.write(
            meeting_id, item.id, "Alle sind einverstanden.", of=of, organisation=CITY if of is CIRCLE else CENTRE
        )
        if of is CIRCLE:
            await self.resolve(meeting_id, item.id)
        await self.attend(meeting_id, of=of)
        await self.do(actions_minutes.circulate, meeting_id, of=of)
        return meeting_id

    async def approved(self, of: tuple[str, str] = CIRCLE) -> UUID:
        """A meeting whose minutes are approved."""
        meeting_id = await self.circulated(of)
        await self.at((await self.meeting(meeting_id, of=of)).objections_until)
        await self.do(actions_minutes.approve, meeting_id, of=of)
        return meeting_id

    async def meeting(self, meeting_id: UUID, *, of: tuple[str, str] = CIRCLE) -> Meeting:
        """As the office sees it."""
        async with self.office(of) as (actor, _):
            return await access_meeting(await self.body(actor, of), meeting_id)

    async def work(self, *events: str, but: str = "MailDue") -> int:
        """The worker does what is due, of these events or of all."""
        from workers import app  # noqa: F401 - registers the reactions
        from workers.reactions import PLANS, handle

        settled = 0
        async with self.database.role("worker"):
            while due := await self.rows(
                f"{TIMED} AND event = ANY ($1) AND due_at <= hilfenetz_now() ORDER BY due_at, id",
                [event for event in PLANS if event != but and (not events or event in events)],
            ):
                for row in due:
                    await handle(row["id"], organisation_id=row["organisation_id"], network_id=row["network_id"])
                settled += len(due)
        return settled
