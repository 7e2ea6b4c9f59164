"""A third, invented city: its network as provisioning makes it of its file, with people in it."""

from pathlib import Path
from uuid import UUID, uuid4

from portal.formal import actions as formal
from portal.formal.actions_telling import prove_receipts
from portal.identity.actions import record_sign_in
from portal.identity.rules import ReadClaims, person_id_of
from portal.kit.clock import local_day
from portal.votes import actions_closing
from portal.votes.actions import cast_ballot, open_vote
from tenants import provisioning
from tenants.context import Role
from tenants.rulebook import load_rulebook
from tenants.scope import scope
from tests.agreement.office import Office
from tests.cast import Cast
from tests.client import PROVIDER, person, signed_in
from workers.actors import system_actor
from workers.reactions import PLANS

LINDENAU = load_rulebook(Path(__file__).parent / "lindenau.toml")
MEMBERS = [member.slug for member in LINDENAU.members]
HOLDER = "lindenau-haus"
PEOPLE = {slug: f"leitung.{slug}" for slug in MEMBERS}
OPENED = "2026-11-12 10:00"  # a Thursday; five days on is a Tuesday, and the Wednesday after it Saxony's own holiday


class Lindenau(Office):
    """The new network, with a director in every organisation and an office in one."""

    @property
    def network(self) -> UUID:
        return self.cast.networks["lindenau"]

    async def begin(self) -> None:
        """Nothing waits from before, and the clock stands."""
        await self.rows("UPDATE outbox SET state = 'done', done_at = now() WHERE state <> 'done'")
        await self.stop(OPENED)

    async def go_on(self) -> None:
        """All that follows by itself; no mail goes out."""
        await self.work(*(event for event in PLANS if event != "MailDue"))

    async def acknowledge(self, vote: UUID, organisation: str) -> None:
        """Somebody there confirms that the letter arrived, and the worker notes what follows."""
        (notice,) = await self.rows("SELECT id FROM formal_notice WHERE cause_id = $1", vote)
        async with self.acting(organisation, Role.DIRECTOR, name=PEOPLE[organisation]) as (actor, opened):
            await formal.acknowledge(actor=actor, now=opened.now, network_id=self.network, notice_id=notice["id"])
        async with scope(network_id=self.network) as opened:
            worker = await system_actor()
            await prove_receipts(actor=worker, now=opened.now, notice_id=notice["id"])
            await actions_closing.begin_periods(actor=worker, notice_id=notice["id"])


async def found(cast: Cast) -> None:
    """What provisioning does with the file, and people who have signed in once."""
    network_id = uuid4()
    async with scope(network_id=network_id) as opened:
        await provisioning.create_network(LINDENAU.source, network_id=network_id, now=opened.now)
        for member in LINDENAU.members:
            identifier = await provisioning.create_organisation(
                slug=member.slug, name=member.name, kind=member.kind, land=LINDENAU.land
            )
            await provisioning.admit_member(
                network_id=network_id, organisation_id=identifier, is_office=member.office, begins_at=opened.now
            )
            cast.organisations[member.slug] = identifier
    cast.networks["lindenau"] = network_id
    for slug, user_name in PEOPLE.items():
        held = {Role.DIRECTOR, Role.OFFICE} if slug == HOLDER else {Role.DIRECTOR}
        roles = {slug: frozenset(role.value for role in held)}
        claims = ReadClaims(subject=user_name, name=f"Leitung {slug}", email="", roles=roles, ignored=0)
        async with scope(person_id=person_id_of(PROVIDER, user_name)) as opened:
            await record_sign_in(now=opened.now, provider=PROVIDER, claims=claims)


async def ask(lindenau: Lindenau, rule: str = "agreement", question: str = "Öffnen wir das Wohnboot?", **more) -> UUID:
    async with lindenau.acting(HOLDER, Role.OFFICE, name=PEOPLE[HOLDER]) as (actor, opened):
        return await open_vote(
            actor=actor, now=opened.now, network_id=lindenau.network, rule=rule, question=question, explanation="",
            last_day=local_day(opened.now), **more,
        )  # fmt: skip


async def answer(lindenau: Lindenau, vote: UUID, organisation: str, said: str) -> None:
    async with lindenau.acting(organisation, Role.DIRECTOR, name=PEOPLE[organisation]) as (actor, opened):
        await cast_ballot(actor=actor, now=opened.now, network_id=lindenau.network, vote_id=vote, answer=said)


async def close(lindenau: Lindenau, vote: UUID):
    return await lindenau.close(vote, network="lindenau")


async def seen(lindenau: Lindenau, vote: UUID):
    return await lindenau.sheet(vote, "lindenau-bau")


async def browsing(lindenau: Lindenau, organisation: str):
    """The director of a member at the portal."""
    who, where = person(PEOPLE[organisation]), lindenau.cast.organisations[organisation]
    browser = await signed_in(lindenau.cast.application, lindenau.cast.sessions, who, where)
    lindenau.cast.browsers.append(browser)
    return browser
