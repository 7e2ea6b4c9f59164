"""A third, invented city joins by writing a file: everything in it follows that file, nothing another city's.

Other majorities, a threshold of two thirds, periods in months, receipt by acknowledgement, another Land, other bodies,
fewer procedures: whatever of a rule were in code would show here.
"""

from datetime import date, timedelta
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from portal.agreement.chapters import chapters_of
from portal.deadlines.agreement import length_of
from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.wording import explain
from portal.deadlines.workdays import land_of
from portal.formal import actions as formal
from portal.formal.actions_telling import prove_receipts
from portal.identity.actions import record_sign_in
from portal.identity.rules import ReadClaims, person_id_of
from portal.kit.clock import local_day
from portal.votes import actions_closing
from portal.votes.actions import cast_ballot, open_vote
from portal.votes.rules import Outcome
from tenants import provisioning
from tenants.context import Role
from tenants.rulebook import NETWORKS, load_rulebook
from tenants.scope import scope
from tests.agreement.office import Office
from tests.cast import Cast
from tests.client import PROVIDER, person, signed_in
from tests.house.pages import check_page
from workers.actors import system_actor

LINDENAU = load_rulebook(Path(__file__).parent / "lindenau.toml")
OTHERS = [load_rulebook(path) for path in NETWORKS.glob("*.toml")]
MEMBERS = [member.slug for member in LINDENAU.members]
HOLDER = "lindenau-haus"
PEOPLE = {slug: f"leitung.{slug}" for slug in MEMBERS}
OPENED = "2026-11-12 10:00"  # a Thursday; five days on is a Tuesday, and the Wednesday after it Saxony's own holiday


class Lindenau(Office):
    """The new network, with a director in every organisation and an office in one."""

    @property
    def network(self) -> UUID:
        return self.cast.networks["lindenau"]

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


@pytest.fixture
async def lindenau(cast: Cast):
    async with cast.database.role("worker"):
        await found(cast)
        made = Lindenau(cast)
        await made.stop(OPENED)
        yield made


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


async def test_its_votes_run_from_acknowledgement_and_its_days_shift_by_its_own_holidays(lindenau):
    vote = await ask(lindenau)
    assert (await seen(lindenau, vote)).ends_at is None, "nobody has acknowledged yet, however long it lies there"
    for organisation in MEMBERS[:-1]:
        await lindenau.acknowledge(vote, organisation)
    await lindenau.stop("2026-11-13 10:00")
    await lindenau.acknowledge(vote, MEMBERS[-1])
    sheet = await seen(lindenau, vote)
    ends = {voter.organisation_id: local_day(voter.due_at - timedelta(seconds=1)) for voter in sheet.voters}
    assert ends[lindenau.cast.organisations["lindenau-bau"]] == date(2026, 11, 17)
    assert ends[lindenau.cast.organisations["lindenau-jc"]] == date(2026, 11, 19), "the 18th is a holiday in Saxony"
    elsewhere = reckon(fact(Basis.ACKNOWLEDGED, date(2026, 11, 13)), Length(5, Unit.DAYS), land_of("NW"))
    assert elsewhere.last_day == date(2026, 11, 18), "and in no other Land of the portal"


async def test_two_thirds_of_five_are_four_and_end_it_as_soon_as_nobody_can_change_it(lindenau):
    vote = await ask(lindenau)
    for organisation in MEMBERS:
        await lindenau.acknowledge(vote, organisation)
    for organisation in MEMBERS[:3]:
        await answer(lindenau, vote, organisation, "yes")
    assert await close(lindenau, vote) is None
    await answer(lindenau, vote, MEMBERS[3], "yes")
    tally = await close(lindenau, vote)
    assert (tally.outcome, tally.count, tally.needed) == (Outcome.DECIDED, 4, 4)
    other = await ask(lindenau, question="Und auch im Winter?")
    for organisation in MEMBERS:
        await lindenau.acknowledge(other, organisation)
    for organisation in MEMBERS[:3]:
        await answer(lindenau, other, organisation, "yes")
    await lindenau.end(other)
    tally = await close(lindenau, other)
    assert (tally.outcome, tally.count, tally.needed) == (Outcome.REJECTED, 3, 4), "more than half is not enough here"


async def test_a_third_is_enough_to_lead_the_table(lindenau):
    vote = await ask(lindenau, "office_seat", "Wer führt?", proposals=["Haus am Fluss", "Baugenossenschaft", "Stadt"])
    for organisation in MEMBERS:
        await lindenau.acknowledge(vote, organisation)
    options = {title: key for key, title in (await seen(lindenau, vote)).options.items()}
    for organisation, title in zip(MEMBERS, ("Haus am Fluss", "Haus am Fluss", "Baugenossenschaft"), strict=False):
        await answer(lindenau, vote, organisation, options[title])
    await lindenau.end(vote)
    tally = await close(lindenau, vote)
    assert (tally.outcome, tally.count, tally.needed) == (Outcome.DECIDED, 2, 2)


async def test_a_vote_in_months_ends_with_its_month_and_says_why(lindenau):
    vote = await ask(lindenau, "office_seat", "Wer führt?", proposals=["Haus am Fluss", "Baugenossenschaft"])
    await lindenau.stop("2026-12-31 10:00")
    for organisation in MEMBERS:
        await lindenau.acknowledge(vote, organisation)
    sheet = await seen(lindenau, vote)
    last = {local_day(voter.due_at - timedelta(seconds=1)) for voter in sheet.voters}
    assert last == {date(2027, 3, 1)}, "February has no 31st, and its 28th is a Sunday"
    assert sheet.notice.period == Length(2, Unit.MONTHS)
    why = " ".join(explain(sheet.notice.deadline))
    assert all(words in why for words in ("2 Monate", "31. Dezember 2026", "28. Februar 2027", "1. März 2027")), why
    browser = await browsing(lindenau, "lindenau-bau")
    page = check_page((await browser.get(f"/n/lindenau/abstimmungen/{vote}")).text).text
    assert "Jedes Mitglied hat ab dem Zugang der Mitteilung 2 Monate Zeit." in page
    (notice,) = await lindenau.rows("SELECT body FROM formal_notice WHERE cause_id = $1", vote)
    assert "binnen 2 Monaten nach Zugang" in notice["body"]


async def test_its_periods_are_months_and_end_by_its_calendar():
    land = land_of(LINDENAU.land)
    for key, day, last in (
        ("report", date(2026, 6, 18), date(2026, 11, 19)),  # the 18th of November is the Day of Prayer
        ("report", date(2026, 9, 30), date(2027, 3, 1)),  # February lacks the day, and ends on a Sunday
        ("answer", date(2026, 9, 30), date(2026, 10, 30)),
        ("answer", date(2027, 9, 30), date(2027, 11, 1)),  # Saturday, Sunday; the 1st of November is none in Saxony
    ):
        assert reckon(fact(Basis.EVENT, day), length_of(LINDENAU.periods[key]), land).last_day == last, (key, day)


async def test_its_office_looks_at_its_agreement_every_two_years(lindenau):
    await lindenau.adjust(HOLDER)
    (due,) = await lindenau.reviews_due(HOLDER)
    assert due["ends_on"] == date(2028, 4, 3), "the 1st of April 2028 is a Saturday"


async def test_its_page_has_its_words_and_none_of_any_other_city(lindenau):
    browser = await browsing(lindenau, "lindenau-jc")
    page = check_page((await browser.get("/n/lindenau/regelwerk")).text).text
    for words in (
        "Nötig: mindestens zwei Drittel von 5 Mitgliedern, das sind mindestens 4.",
        "Zugegangen ist eine Mitteilung an dem Tag, an dem die Organisation den Empfang bestätigt.",
        "die von Sachsen",
        "1 Monat, für jedes Mitglied ab dem Zugang der Mitteilung bei ihm",
        "5 Monate",
        "Runder Tisch",
        "60 Tage vorher: Geschäftsstelle",
        "mit der Annahme des Antrags",
        "L-3",
    ):
        assert words in page, words
    own = said(LINDENAU) | {chapter.title for chapter in chapters_of(LINDENAU)}
    strange = {text for book in OTHERS for text in said(book) - own if len(text) > len("Abschnitt 6")}
    assert {text for text in strange if text in page} == set()
    for city in ("Bielefeld", "Düsseldorf", "Nordrhein-Westfalen", "Ausschluss eines Mitglieds", "75 %"):
        assert city not in page, city
    assert (await browser.get("/n/bielefeld/regelwerk")).status_code == 404


def said(book) -> set[str]:
    """What was written into a rulebook by people, as far as its page shows it."""
    return {
        text
        for chapter in chapters_of(book)
        for clause in chapter.clauses
        for text in (clause.title, clause.meaning, clause.section, clause.decision)
        if text
    }
