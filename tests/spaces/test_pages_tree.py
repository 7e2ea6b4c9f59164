"""The pages around where things lie, as people use them: without script, with the keyboard, with htmx."""

import re

import pytest

from tests.house.pages import check_page
from tests.spaces.tree import CLERK, HEAD, HOME, LEAD

READ, REFUSED, GONE = 200, 403, 404


async def page(browser, path: str, status: int = READ):
    answer = await browser.get(path)
    assert answer.status_code == status, (path, answer.status_code, answer.text[-2000:])
    return check_page(answer.text)


async def sent(browser, path: str, **data):
    answer = await browser.post(path, data)
    assert answer.status_code == 303, (path, answer.status_code, answer.text[-1500:])
    return answer.headers["location"]


@pytest.fixture
async def grown(tree):
    await tree.grow("a/", "a/b/", "a/seite", "z/")
    return tree


async def test_every_page_keeps_the_rules_of_the_house(grown):
    browser = await grown.browser(HEAD)
    folder, item = await grown.id_of("a"), await grown.id_of("a/seite")
    (root,) = await grown.rows(
        "SELECT i.id FROM item i JOIN space s ON s.id = i.space_id WHERE s.organisation_id = $1 AND parent_id IS NULL",
        grown.cast.organisations[HOME],
    )
    for part in ("verschieben", "kopieren", "bereiche", "umbenennen", "loeschen", "zeitplan", "verlauf", "vergleich"):
        shown = await page(browser, f"/inhalte/{item}/{part}")
        assert not [li for li in shown.all("li") if li.get("aria-current") == "page" and li.text.strip().isdecimal()]
    for part in ("ordnen", "papierkorb", f"verschieben?ziel={root['id']}", "loeschen"):
        await page(browser, f"/inhalte/{folder}/{part}")
    await page(browser, f"/inhalte/{item}/fassungen/1")
    await page(browser, f"/o/{HOME}/a")
    await page(browser, f"/o/{HOME}/a/seite")
    await page(browser, f"/o/{HOME}/a?seite=9")
    drawn = await page(browser, "/arbeitsablaeufe")
    assert len([svg for svg in drawn.all("svg") if svg.get("class") == "flow__picture"]) >= 2
    await grown.throw_away("a/seite")
    for part in ("zurueckholen", "endgueltig-loeschen"):
        await page(browser, f"/inhalte/{item}/{part}")
    assert "Seite" in (await page(browser, f"/inhalte/{folder}/papierkorb")).text


async def test_moving_copying_renaming_and_back_out_of_the_bin(grown):
    browser = await grown.browser(LEAD)
    item, target = await grown.id_of("a/seite"), await grown.id_of("z")
    assert await sent(browser, f"/inhalte/{item}/ort", ziel=str(target)) == f"/inhalte/{item}"
    assert (await browser.get(f"/o/{HOME}/a/seite")).headers["location"] == f"/o/{HOME}/z/seite"
    assert await sent(browser, f"/inhalte/{item}/adresse", slug="blatt") == f"/inhalte/{item}"
    assert (await browser.get(f"/inhalte/{item}")).headers["location"] == f"/o/{HOME}/z/blatt"
    await sent(browser, f"/inhalte/{item}/kopien", ziel=str(await grown.id_of("a")))
    assert await grown.addresses() == ["a", "a/b", "a/seite", "z", "z/blatt"]
    assert await sent(browser, f"/inhalte/{item}/loeschung") == f"/o/{HOME}/z"
    assert (await browser.get(f"/inhalte/{item}")).status_code == GONE
    assert await sent(browser, f"/inhalte/{item}/rueckkehr", ziel=str(target)) == f"/inhalte/{item}"
    assert (await browser.get(f"/o/{HOME}/z/blatt")).status_code == READ


async def test_a_wrong_address_is_said_beside_the_field_and_kept(grown):
    browser = await grown.browser(HEAD)
    item = await grown.id_of("a/seite")
    for wrong, said in (("", "wie die Adresse enden soll"), ("Über uns", "Kleinbuchstaben"), ("b", "schon vergeben")):
        answer = await browser.post(f"/inhalte/{item}/adresse", {"slug": wrong})
        assert answer.status_code == 422
        check_page(answer.text)
        assert said in answer.text
        assert f'value="{wrong}"' in answer.text
    assert (await browser.post(f"/inhalte/{item}/ort", {"ziel": "nirgends"})).status_code == 422


async def test_with_htmx_the_browser_is_sent_on(grown):
    browser = await grown.browser(HEAD)
    item = await grown.id_of("a/seite")
    answer = await browser.post(f"/inhalte/{item}/adresse", {"slug": "blatt"}, htmx=True)
    assert (answer.status_code, answer.headers["hx-redirect"]) == (204, f"/inhalte/{item}")


async def test_who_may_what(grown):
    """Anonymous: sign in first. Another organisation: nothing there. Without the right: told so. Nothing changes."""
    item, folder = await grown.id_of("a/seite"), await grown.id_of("a")
    reader, stranger = await grown.browser(CLERK), await grown.browser(organisation="bgw")
    before = await grown.state()
    reading = ("verschieben", "umbenennen", "loeschen", "zeitplan", "verlauf", "vergleich", "fassungen/1")
    writing = ("ort", "adresse", "loeschung", "zeitpunkte", "wiederkehr")
    for part in reading:
        path = f"/inhalte/{item}/{part}"
        assert (await reader.get(path)).status_code == REFUSED, path
        assert (await stranger.get(path)).status_code == GONE, path
        assert (await grown.cast.nobody().get(path)).headers["location"].startswith("/anmelden"), path
    for part in writing:
        path, data = f"/inhalte/{item}/{part}", {"ziel": str(folder), "slug": "neu", "fassung": "1"}
        assert (await reader.post(path, data)).status_code == REFUSED, path
        assert (await stranger.post(path, data)).status_code == GONE, path
        assert (await grown.cast.nobody().post(path, data)).status_code in (303, 401), path
    for part in ("rueckkehr", "ende", "zurueckholen"):
        assert (await reader.post(f"/inhalte/{item}/{part}")).status_code in (GONE, 405), part
    assert (await stranger.post(f"/inhalte/{item}/kopien", {"ziel": str(folder)})).status_code == GONE
    assert (await reader.post(f"/inhalte/{folder}/reihenfolge", {"hoch": str(item)})).status_code == 303
    assert await grown.state() == before


async def test_menus_offer_only_what_is_allowed(grown):
    def hrefs(html: str) -> set[str]:
        return set(re.findall(r'href="/inhalte/[0-9a-f-]{36}/([a-z-]+)', html))

    reader = hrefs((await (await grown.browser(CLERK)).get(f"/o/{HOME}/a/seite")).text)
    assert not reader & {"verschieben", "umbenennen", "loeschen", "zeitplan", "verlauf", "bearbeiten"}
    lead = hrefs((await (await grown.browser(LEAD)).get(f"/o/{HOME}/a/seite")).text)
    assert {"verschieben", "umbenennen", "loeschen", "kopieren", "zeitplan", "verlauf", "bearbeiten"} <= lead


async def test_a_page_costs_at_most_six_statements(grown, monkeypatch):
    from tenants import database

    said = []
    plain = database._numbered

    def counted(sql):
        said.append(sql)
        return plain(sql)

    monkeypatch.setattr(database, "_numbered", counted)
    browser = await grown.browser(HEAD)
    item, folder = await grown.id_of("a/seite"), await grown.id_of("a")
    for path in (
        f"/o/{HOME}/a", f"/inhalte/{item}/verlauf", f"/inhalte/{item}/vergleich", f"/inhalte/{item}/verschieben",
        f"/inhalte/{item}/kopieren", f"/inhalte/{item}/bereiche", f"/inhalte/{folder}/ordnen",
        f"/inhalte/{folder}/papierkorb", f"/inhalte/{item}/loeschen", "/arbeitsablaeufe",
    ):  # fmt: skip
        await browser.get(path)
        said.clear()
        assert (await browser.get(path)).status_code == READ
        assert len(said) <= 4, (path, said)  # BEGIN and COMMIT are the other two
