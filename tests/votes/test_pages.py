"""What the pages of votes show, and to whom."""

from contextlib import AsyncExitStack

from tenants import database
from tenants.context import Role
from tests.database import POOL
from tests.house.pages import check_page, read
from tests.votes.markup import LIST, address, words
from tests.votes.poll import QUESTION


async def test_the_list_shows_what_waits_and_what_was_decided(poll):
    await poll.ask()
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = check_page((await browser.get(LIST)).text)
    assert QUESTION in page.text
    assert "Ihre Stimme fehlt noch" in page.text
    assert "Abgelehnt" in page.text


async def test_who_may_not_vote_is_not_asked_to(poll):
    await poll.ask()
    browser = await poll.cast.browser("ruth.kaminski", "diakonie-bielefeld")
    page = check_page((await browser.get(LIST)).text)
    assert "Ihre Stimme fehlt noch" not in page.text
    assert "Ihre Organisation hat noch nicht abgestimmt" in page.text
    assert "Neue Abstimmung" not in page.text


async def test_what_has_ended_is_offered_to_nobody_though_it_is_not_counted_yet(poll):
    vote_id = await poll.ask()
    await poll.database.as_superuser(
        "UPDATE voter SET due_at = clock_timestamp() - interval '1 minute' WHERE vote_id = $1", vote_id
    )
    await poll.database.as_superuser(
        "UPDATE vote SET ends_at = clock_timestamp() - interval '1 minute', opened_at = ends_at - interval '9 days' "
        "WHERE id = $1",
        vote_id,
    )
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = check_page((await browser.get(LIST)).text)
    part = read((await browser.get(f"{LIST}/liste", htmx=True)).text)
    for text in (page.text, part.text):
        assert text.index("Beendet") < text.index(QUESTION) < text.index("Wird ausgezählt")
    links = [link for found in (page, part) for link in found.all("a") if link.get("href") == address(vote_id)]
    assert [link.text for link in links] == [QUESTION, QUESTION]


async def test_an_open_list_asks_again_when_something_happens_in_the_network(poll):
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    page = check_page((await browser.get(LIST)).text)
    (stack,) = (element for element in page.all("div") if element.get("id") == "abstimmungen")
    assert (stack.get("hx-get"), stack.get("hx-trigger")) == (f"{LIST}/liste", f"network-{poll.network} from:body")


async def test_an_empty_list_says_what_comes_next(poll):
    await poll.database.as_superuser(
        "SET session_replication_role = replica; DELETE FROM ballot_signature; DELETE FROM ballot; "
        "DELETE FROM vote_result; DELETE FROM vote_option; DELETE FROM voter; DELETE FROM vote;"
    )
    member = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    assert "Zurzeit läuft keine Abstimmung" in check_page((await member.get(LIST)).text).text
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    page = check_page((await office.get(LIST)).text)
    assert [link.get("href") for link in page.all("a") if link.text == "Neue Abstimmung"] == [f"{LIST}/neu"] * 2


async def test_the_page_says_who_i_am_here_what_to_do_and_where_it_stands(poll):
    vote_id = await poll.ask()
    await poll.answer("gfs", vote_id, "yes")
    browser = await poll.cast.browser("mira.sommer", "diakonie-bielefeld")
    page = words((await browser.get(address(vote_id))).text)
    for part in (
        QUESTION,
        "Sie stimmen als Stellvertretung",
        "Stimme abgeben",
        "1 von 6 Mitgliedern dafür (16,7 %), nötig: mehr als die Hälfte, das sind mindestens 4.",
        "Noch 3 nötig.",
        "Wie wird die Frist gerechnet?",
        "Mitglieder stimmen ab",
    ):
        assert part in page, part


async def test_a_decided_vote_says_so_and_stays_open(poll):
    vote_id = await poll.ask()
    for organisation in ("gfs", "bgw", "trockendock", "bethel-regional"):
        await poll.answer(organisation, vote_id, "yes")
    browser = await poll.cast.as_role("diakonie-bielefeld", Role.REPRESENTATIVE)
    page = check_page((await browser.get(address(vote_id))).text)
    assert (
        "Wie auch immer die Übrigen stimmen: Der Vorschlag wird angenommen. Sie bleibt bis zum letzten Tag" in page.text
    )
    assert "Stimme abgeben" in page.text


async def test_who_joined_later_is_told_no_more_of_the_end_than_is_known_to_them(poll):
    """The letter that says how the time is reckoned did not go to them."""
    vote_id = await poll.ask("position")
    joined = "INSERT INTO membership (network_id, id, organisation_id, is_office, begins_at) "
    joined += "VALUES ($1, gen_random_uuid(), $2, false, clock_timestamp())"
    await poll.rows(joined, poll.network, poll.cast.organisations["skm"])
    browser = await poll.cast.as_role("skm", Role.REPRESENTATIVE)
    page = words((await browser.get(address(vote_id))).text)
    assert "Letzter Tag der Abstimmung:" in page
    assert "festgesetzt" not in page
    await poll.rows("UPDATE voter SET due_at = NULL WHERE vote_id = $1", vote_id)
    await poll.rows("UPDATE vote SET ends_at = NULL WHERE id = $1", vote_id)
    page = words((await browser.get(address(vote_id))).text)
    assert "Jedes Mitglied hat eine eigene Frist ab dem Zugang der Mitteilung." in page


async def test_own_ballots_are_listed_with_who_cast_them_for_the_own_organisation_alone(poll):
    vote_id = await poll.ask()
    await poll.answer("bethel-regional", vote_id, "yes")
    own = await poll.cast.browser("lene.petersen", "bethel-regional")
    assert "Tariq Haddad" in (await own.get(address(vote_id))).text
    other = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    assert "Tariq Haddad" not in (await other.get(address(vote_id))).text


async def test_hidden_ballots_show_neither_names_nor_numbers(poll):
    vote_id = await poll.ask()
    await poll.rows("UPDATE vote SET ballots_visible_to = 'office' WHERE id = $1", vote_id)
    await poll.answer("gfs", vote_id, "yes")
    member = await poll.cast.as_role("bgw", Role.REPRESENTATIVE)
    page = check_page((await member.get(address(vote_id))).text)
    assert "wird bis zum Ende nicht gezeigt" in page.text
    assert "dafür" not in page.text
    colleague = await poll.cast.as_role("stadt-bielefeld", Role.REPRESENTATIVE)
    assert "dafür" not in (await colleague.get(address(vote_id))).text, "who does not work in the office"
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    assert "1 dafür" in check_page((await office.get(address(vote_id))).text).text


async def test_each_page_costs_at_most_six_statements(poll):
    vote_id = await poll.ask()
    office = await poll.cast.as_role("stadt-bielefeld", Role.OFFICE)
    seen = []
    async with AsyncExitStack() as stack:
        for _ in range(POOL):
            connection = await stack.enter_async_context(database.DB.pool.acquire())
            connection.add_query_logger(lambda record: seen.append(record.query))
    for path in (LIST, f"{LIST}/neu", address(vote_id), f"{address(vote_id)}/stand"):
        await office.get(path)
        seen.clear()
        assert (await office.get(path)).status_code == 200
        assert len(seen) <= 6, (path, seen)


async def test_what_cannot_be_is_refused(poll):
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    for path in ("/0", "/keine-nummer", "/00000000-0000-7000-8000-000000000000"):
        assert (await browser.get(LIST + path)).status_code == 404
    for query in ("?seite=0", "?seite=viele", "?seite=999999999"):
        assert (await browser.get(LIST + query)).status_code == 400


async def test_closed_votes_are_paged(poll):
    browser = await poll.cast.as_role("gfs", Role.REPRESENTATIVE)
    await poll.database.as_superuser(
        "INSERT INTO vote SELECT c.* FROM vote v, generate_series(1, 30) AS n, "
        "LATERAL jsonb_populate_record(NULL::vote, to_jsonb(v) "
        "|| jsonb_build_object('id', gen_random_uuid(), 'question', 'Alte Frage ' || n)) AS c "
        "WHERE v.state = 'closed' AND v.network_id = (SELECT id FROM network WHERE slug = 'bielefeld') LIMIT 30;"
        "INSERT INTO vote_result SELECT c.* FROM vote v, (SELECT to_jsonb(r) AS row FROM vote_result r LIMIT 1) AS r, "
        "LATERAL jsonb_populate_record(NULL::vote_result, r.row || jsonb_build_object('vote_id', v.id)) AS c "
        "WHERE v.question LIKE 'Alte Frage %';"
    )
    first = check_page((await browser.get(LIST)).text)
    second = check_page((await browser.get(f"{LIST}?seite=2")).text)
    assert "Alte Frage" in first.text
    assert "Offen" not in [heading.text for heading in second.all("h2")]
    assert any(link.get("href") == f"{LIST}?seite=2" for link in first.all("a"))
