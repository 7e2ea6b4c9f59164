"""My day as it counts, and while its page stays open."""

import re

from portal.spaces.abilities import person_principal
from tests.client import person
from tests.home.test_pages import words


async def test_a_day_that_is_open_asks_again_when_something_is_told_or_happens_in_a_network(cast):
    browser = await cast.browser("mira.sommer", "diakonie-bielefeld")
    page = (await browser.get("/")).text
    networks = f"network-{cast.networks['bielefeld']} from:body"
    assert f'id="tag" hx-get="/tag" hx-trigger="changed from:body, {networks}" hx-swap="innerMorph"' in page
    part = await browser.get("/tag", htmx=True)
    assert words(part) in words(await browser.get("/"))
    assert "Es warten 3 Abstimmungen auf Ihre Stimme." in words(part)
    await cast.database.as_superuser("UPDATE voter SET due_at = clock_timestamp() - interval '1 second'")
    said = words(await browser.get("/tag", htmx=True))
    assert "Nichts offen" in said
    assert "Jetzt zu tun" not in said, "there may be other things to do"
    assert "Mira" not in (await cast.nobody().get("/tag", htmx=True)).text


async def test_the_sentence_counts_more_than_the_page_shows(cast):
    organisation_id = cast.organisations["diakonie-bielefeld"]
    await cast.database.as_superuser(
        """
        INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, position, created_at, changed_at,
                          owner_name, changed_by, assignee, fields)
        SELECT s.id, gen_random_uuid(), r.id, text2ltree('aufgabe-' || n), 'task', 'Aufgabe ' || n, 'open', 127, n,
               now(), now(), 'Mira Sommer', 'Mira Sommer', $1, '{}'
        FROM space s JOIN item r ON r.space_id = s.id AND r.parent_id IS NULL CROSS JOIN generate_series(1, 23) n
        WHERE s.organisation_id = $2
        """,
        person_principal(person("mira.sommer"), organisation_id),
        organisation_id,
    )
    text = words(await (await cast.browser("mira.sommer", "diakonie-bielefeld")).get("/"))
    (said,) = re.findall(r"(\d+) Aufgaben sind offen", text)
    (counted,) = re.findall(r"Meine Aufgaben (\d+) offen", text)
    assert int(said) == int(counted) >= 23
