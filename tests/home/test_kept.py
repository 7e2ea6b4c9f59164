"""Who somebody is and what waits for them is read once and kept; the next page says what has changed."""

import re
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest

import portal
from tenants import kept
from tenants.context import Role
from tenants.scope import scope
from tests.home.plans import asked, tables_of

NAVIGATION_COSTS = 3  # BEGIN, whether all still is as it was, COMMIT
FOLDER, DOCUMENT = "/n/bielefeld/vereinbarung", "/n/bielefeld/vereinbarung/wozu-wir-zusammenarbeiten"
# Frame, question, and what panels show beside an item: that changes with every lock and draft.
ASKED_EACH_TIME = re.compile(
    r"^BEGIN|^COMMIT|^\s*SELECT hilfenetz_now\(\) AS now, pg_current_snapshot|\) AS (?:bearbeitung|gespraech)\b"
)
PORTAL = Path(portal.__file__).parent


async def test_my_day_costs_three_statements_while_nothing_happens(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    await cast.database.move_clock(timedelta(minutes=1))  # nothing is kept while a job has only just begun
    for _ in range(2):
        await browser.get("/")
    assert len(await asked(browser, "/")) == NAVIGATION_COSTS


async def test_a_page_costs_at_most_six_statements_when_something_has_changed(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    vote = re.search(r'href="(/n/bielefeld/abstimmungen/[0-9a-f-]{36})"', (await browser.get("/")).text)[1]
    network = "/n/bielefeld"
    for path in ("/", vote, f"{network}/abstimmungen", f"{network}/verzeichnis", f"{network}/regelwerk", DOCUMENT):
        for _ in range(2):
            await browser.get(path)
        await cast.database.as_superuser("UPDATE organisation SET name = name")
        assert NAVIGATION_COSTS < len(await asked(browser, path)) <= 6, path


async def test_the_next_page_shows_what_somebody_else_has_changed(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    for _ in range(2):
        assert "Haus Zuversicht" not in (await browser.get("/")).text
    await cast.database.as_superuser("UPDATE organisation SET name = 'Haus Zuversicht' WHERE slug = 'bgw'")
    assert "Haus Zuversicht" in (await browser.get("/")).text


async def test_whoever_works_in_the_office_until_a_date_opens_no_vote_after_it(cast):
    new = "/n/bielefeld/abstimmungen/neu"
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    at = "date_trunc('minute', now()) + interval '2 minutes'"
    await cast.database.as_superuser(
        f"UPDATE role_assignment SET valid_until = {at} WHERE role = 'office' "
        f"AND organisation_id = '{cast.organisations['stadt-bielefeld']}'"
    )
    for _ in range(3):
        assert (await office.get(new)).status_code == 200
    await cast.database.move_clock(timedelta(minutes=3))
    assert (await office.get(new)).status_code == 403


async def test_another_employer_has_a_new_name_at_once_and_is_gone_when_the_job_ends(cast):
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    await cast.database.as_superuser(
        """
        WITH me AS (SELECT a.* FROM affiliation a JOIN organisation o ON o.id = a.organisation_id WHERE o.slug = 'bgw'),
        job AS (INSERT INTO affiliation (organisation_id, person_id, name, email, begins_at, ends_at)
                SELECT o.id, me.person_id, me.name, '', now(), now() + interval '1 minute'
                FROM me, organisation o WHERE o.slug = 'skm' RETURNING *)
        INSERT INTO role_assignment
        SELECT r.* FROM job j CROSS JOIN LATERAL (
            SELECT (jsonb_populate_record(a, jsonb_build_object('organisation_id', j.organisation_id,
                                                                'id', gen_random_uuid()))).*
            FROM role_assignment a WHERE a.person_id = j.person_id LIMIT 1) AS r
        """
    )
    for _ in range(3):
        assert "Verein Neu" not in (await browser.get("/")).text
    await cast.database.as_superuser("UPDATE organisation SET name = 'Verein Neu' WHERE slug = 'skm'")
    for _ in range(3):
        assert "Verein Neu" in (await browser.get("/")).text
    await cast.database.move_clock(timedelta(minutes=2))
    assert "Verein Neu" not in (await browser.get("/")).text


def test_every_page_that_keeps_an_answer_is_known_to_the_tests_above():
    sources = {
        str(path.relative_to(PORTAL))
        for path in PORTAL.rglob("*.py")
        if "await kept_answer(" in path.read_text("utf-8")
    }
    assert sources == {
        "contacts/pages.py",
        "home/queries.py",
        "search/pages.py",
        "spaces/pages.py",
        "spaces/pages_history.py",
        "spaces/pages_steps.py",
        "votes/pages.py",
    }


async def test_what_is_kept_is_read_from_tables_that_are_listened_to_alone(cast):
    """The plans of the statements are the proof; functions that hide what they read are read themselves."""
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    administrator = await cast.as_role("stadt-bielefeld", Role.ADMINISTRATOR)
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    vote = re.search(r'href="(/n/bielefeld/abstimmungen/[0-9a-f-]{36})"', (await browser.get("/")).text)[1]
    statements = [
        entry
        for who, path in (
            (browser, "/"),
            (browser, vote),
            (administrator, "/"),
            (browser, FOLDER),
            (browser, DOCUMENT),
            (office, await _history(cast)),
        )
        for entry in await _all_asked(cast, who, path)
        if not ASKED_EACH_TIME.search(entry[0]) and "pg_catalog." not in entry[0]  # what the driver asks for itself
    ]
    assert len(statements) >= 3
    actor = await cast.database.as_superuser(
        "SELECT a.organisation_id, a.person_id FROM affiliation a JOIN organisation o ON o.id = a.organisation_id "
        "WHERE o.slug = 'bgw' LIMIT 1"
    )
    read = set()
    async with scope(organisation_id=actor[0]["organisation_id"], person_id=actor[0]["person_id"], read_only=True):
        for statement in statements:
            read |= await tables_of(statement)
    assert {"vote", "item", "item_version", "inbox_entry", "delivery", "must_read", "membership"} <= read
    assert read - kept.LISTENED.keys() - kept.ONLY_DEAD - kept.ALONG.keys() == set()


async def test_the_history_of_a_document_is_kept_until_somebody_saves(cast):
    browser = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    history = await _history(cast)
    await cast.database.move_clock(timedelta(minutes=1))
    for _ in range(2):
        assert "Fassung 7" not in (await browser.get(history)).text
    assert len(await asked(browser, history)) == NAVIGATION_COSTS
    await cast.database.as_superuser(
        """
        WITH saved AS (UPDATE item SET version = 7 WHERE id = $1 RETURNING space_id, id)
        INSERT INTO item_version (space_id, item_id, version, type, values, by_name, at)
        SELECT v.space_id, v.item_id, 7, v.type, v.values, v.by_name, now()
        FROM item_version v JOIN saved s ON s.space_id = v.space_id AND s.id = v.item_id WHERE v.version = 1
        """,
        UUID(history.split("/")[2]),
    )
    assert "Fassung 7" in (await browser.get(history)).text


async def _history(cast) -> str:
    (document,) = await cast.database.as_superuser(
        "SELECT i.id FROM item i WHERE i.space_id = $1 AND i.address = $2",
        (
            await cast.database.as_superuser(
                "SELECT s.id FROM space s WHERE s.network_id = $1 AND s.kind = 'network'", cast.networks["bielefeld"]
            )
        )[0]["id"],
        DOCUMENT.removeprefix("/n/bielefeld/"),
    )
    return f"/inhalte/{document['id']}/verlauf"


async def _all_asked(cast, browser, path: str) -> list[tuple[str, tuple]]:
    """What a page asks when nothing that was kept stands, though it is known who asks."""
    for _ in range(2):
        await browser.get(path)
    await cast.database.as_superuser("UPDATE organisation SET name = name")
    return await asked(browser, path)


@pytest.mark.parametrize("path", ["/", "/n/bielefeld/verzeichnis"])
async def test_what_one_sees_is_kept_for_nobody_else(cast, path):
    """Two people of different organisations in one process, in turn: each sees their own name alone."""
    names = {"bgw": "Bielefelder Wohnungsbaugesellschaft", "skm": "SKM"}
    browsers = {slug: await cast.as_role(slug, Role.REPRESENTATIVE) for slug in names}
    where = {"bgw": path, "skm": path.replace("bielefeld", "duesseldorf")}
    texts = {}
    for _ in range(3):
        texts = {slug: (await browser.get(where[slug])).text for slug, browser in browsers.items()}
    for slug in names:
        mine = (await cast.database.as_superuser("SELECT name FROM organisation WHERE slug = $1", slug))[0]["name"]
        assert mine in texts[slug]
        assert all(mine not in text for other, text in texts.items() if other != slug)
