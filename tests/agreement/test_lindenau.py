"""A third, invented city joins by writing a file: everything in it follows that file, nothing another city's.

Other majorities, a threshold of two thirds, periods in months, receipt by acknowledgement, another Land, other bodies,
members that go in another way: whatever of a rule were in code would show here.
"""

from datetime import date, timedelta

from portal.agreement.chapters import chapters_of
from portal.deadlines.agreement import length_of
from portal.deadlines.receipt import Basis, fact
from portal.deadlines.rules import Length, Unit, reckon
from portal.deadlines.wording import explain
from portal.deadlines.workdays import land_of
from portal.kit.clock import local_day
from portal.votes.rules import Outcome
from tenants.rulebook import NETWORKS, load_rulebook
from tests.agreement.lindenau import HOLDER, LINDENAU, MEMBERS, answer, ask, browsing, close, seen
from tests.house.pages import check_page

OTHERS = [load_rulebook(path) for path in NETWORKS.glob("*.toml")]


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
