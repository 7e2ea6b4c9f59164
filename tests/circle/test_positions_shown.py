"""Papers in a browser: members, other networks, who has left, and anybody."""

import re

from portal.circle import actions
from portal.circle.abilities import SPEAKERS
from tenants.context import Role
from tenants.database import execute
from tenants.scope import scope
from tests.circle.table import AUTHOR, CITY, LIST, STRANGER, TITLE
from tests.documents import check_document


def without_number(text: str) -> str:
    """An error page without the number of its request."""
    return re.sub(r"[0-9a-f]{32}", "", text)


async def test_a_paper_is_written_sent_round_and_put_to_the_vote_on_its_pages(table):
    author = await table.cast.as_role(AUTHOR, Role.REPRESENTATIVE)
    office = await table.cast.as_role(CITY, Role.OFFICE)
    assert "Papier schreiben" in (await author.get(LIST)).text
    empty = await author.post(LIST, {"title": "", "body": ""})
    assert (empty.status_code, "Bitte geben Sie dem Papier einen Titel." in empty.text) == (422, True)
    made = await author.post(LIST, {"title": TITLE, "body": "Räumungen ruhen im Winter."})
    address = made.headers["location"]
    assert (await office.get(address)).status_code == 404
    assert (await author.get(f"{address}/bearbeiten")).status_code == 200

    saved = {"title": TITLE, "body": "Räumungen ruhen von November bis März.", "version": "1"}
    assert (await author.post(f"{address}/text", saved)).status_code == 303
    late = await author.post(f"{address}/text", saved | {"body": "Mein Satz."})
    assert late.status_code == 409
    assert "von November bis März" in late.text, "what somebody else has saved"
    assert "Mein Satz." in late.text, "what was typed"
    assert 'name="version" value="2"' in late.text

    assert (await author.post(f"{address}/umlauf", {})).status_code == 409, "no version, no step"
    assert (await author.post(f"{address}/umlauf", {"version": "2"})).status_code == 303
    page = (await office.get(address)).text
    assert "Zur Abstimmung stellen" in page
    assert "Text bearbeiten" not in page
    other = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await other.post(f"{address}/anmerkungen", {"text": "", "version": "2"})).status_code == 422
    assert (await other.post(f"{address}/anmerkungen", {"text": "Gut so.", "version": "2"})).status_code == 303
    assert "Gut so." in (await author.get(address)).text
    assert (await other.post(f"{address}/abstimmung", {"version": "2"})).status_code == 403
    assert (await office.post(f"{address}/abstimmung", {"version": "1"})).status_code == 409
    assert (await office.post(f"{address}/abstimmung", {"version": "2"})).status_code == 303
    assert "Die Mitglieder stimmen ab" in (await other.get(address)).text


async def test_a_paper_that_was_refused_leads_to_the_vote_and_to_a_new_edition(table):
    paper_id = await table.circulated()
    reader = await table.cast.as_role("diakonie-bielefeld", Role.LEAD)
    assert "kann anmerken" in (await reader.get(f"{LIST}/{paper_id}")).text, "who may not is not asked to"
    vote_id = await table.asked(paper_id)
    await table.decide(vote_id, "no")
    for browser in (reader, await table.cast.as_role("bgw", Role.REPRESENTATIVE)):
        page = (await browser.get(f"{LIST}/{paper_id}")).text
        assert f'href="/n/bielefeld/abstimmungen/{vote_id}"' in page
    assert page.index("Neue Ausgabe beginnen") < page.index('id="text-titel"')
    assert "Weitere Schritte" not in page


async def test_a_position_that_was_replaced_or_is_to_fall_leads_on(table):
    first = await table.adopted()
    second = await table.step(AUTHOR, actions.begin_edition, first)
    await table.step(AUTHOR, actions.circulate, second, version=1)
    await table.decide(await table.asked(second))
    reader = await table.cast.as_role("bgw", Role.LEAD)
    assert "Zur Ausgabe 2" in (await reader.get(f"{LIST}/{first}")).text
    vote_id = await table.step(CITY, actions.put_withdrawal_to_vote, second, Role.OFFICE, seat=...)
    page = (await reader.get(f"{LIST}/{second}")).text
    assert "Zur Abstimmung" in page
    for words in ("Zum Ergebnis der Abstimmung", "Veröffentlichen"):
        assert words not in page, "one vote at a time, and nothing to come before what is on"
    await table.decide(vote_id)
    page = (await reader.get(f"{LIST}/{second}")).text
    assert f'href="/n/bielefeld/abstimmungen/{vote_id}"' in page
    assert "Zum Ergebnis der Abstimmung" in page


async def test_anybody_reads_what_is_in_force_and_released_and_nothing_else(table):
    nobody, office = table.cast.nobody(), await table.cast.as_role(CITY, Role.OFFICE)
    paper_id = await table.circulated()
    public = f"/positionen/bielefeld/{(await table.paper(paper_id)).slug}"

    async def answers() -> list[int]:
        return [(await nobody.get(path)).status_code for path in (public, f"{public}/dokument")]

    unknown = without_number((await nobody.get("/positionen/bielefeld/gibt-es-nicht")).text)
    assert await answers() == [404, 404]
    await table.decide(await table.asked(paper_id))
    assert await answers() == [404, 404]
    assert without_number((await nobody.get(public)).text) == unknown
    assert (await office.post(f"{LIST}/{paper_id}/veroeffentlichung", {})).status_code == 303

    page = (await nobody.get(public)).text
    assert TITLE in page
    assert "Räumungen ruhen" in page
    hidden = await table.rows(
        "SELECT slug, name FROM organisation UNION ALL SELECT 'mira.sommer', name FROM affiliation"
    )
    said = re.sub(r"<title>.*?</title>|Netzwerk Wohnungslosenhilfe Bielefeld", "", page)
    assert not [row["name"] for row in hidden if row["name"] in said]
    assert str(paper_id) not in page
    document = await nobody.get(f"{public}/dokument")
    assert "Räumungen ruhen von November bis März." in check_document(document.content).text

    assert [(await nobody.get(f"/positionen/duesseldorf/{public.rpartition('/')[2]}")).status_code] == [404]
    assert (await office.post(f"{LIST}/{paper_id}/veroeffentlichung/ende", {})).status_code == 303
    assert await answers() == [404, 404]
    await table.step(CITY, actions.release, paper_id, Role.OFFICE)
    assert await answers() == [200, 200]
    vote_id = await table.step(CITY, actions.put_withdrawal_to_vote, paper_id, Role.OFFICE, seat=...)
    assert await answers() == [200, 200]
    await table.decide(vote_id)
    assert await answers() == [404, 404]


async def test_another_network_who_has_left_and_nobody_find_nothing(table):
    paper_id = await table.adopted()
    paths = (LIST, f"{LIST}/neu", f"{LIST}/{paper_id}", f"{LIST}/{paper_id}/dokument", f"{LIST}/{paper_id}/bearbeiten")
    steps = ("text", "umlauf", "verwerfung", "anmerkungen", "ausgaben", "abstimmung", "ruecknahme", "veroeffentlichung")
    sent = {"version": "1", "title": TITLE, "body": "x", "text": "x"}
    stranger = await table.cast.as_role(STRANGER, Role.REPRESENTATIVE)
    excluded = await table.cast.as_role("bgw", Role.REPRESENTATIVE)
    assert (await excluded.get(paths[2])).status_code == 200
    await table.rows(
        "UPDATE membership SET ends_at = hilfenetz_now() WHERE organisation_id = $1", table.cast.organisations["bgw"]
    )
    before = await table.rows("SELECT md5(string_agg(p::text, '' ORDER BY id)) AS all FROM position_paper p")
    for browser in (stranger, excluded):
        assert [(await browser.get(path)).status_code for path in paths] == [404] * len(paths)
        for step in steps:
            refused = (await browser.post(f"{LIST}/{paper_id}/{step}", sent)).status_code
            assert refused in (403, 404), step  # a right of the office is missing before anything is looked for
        assert (await browser.post(LIST, sent)).status_code == 404
    assert [(await table.cast.nobody().get(path)).status_code for path in paths] == [303] * len(paths)
    assert before == await table.rows("SELECT md5(string_agg(p::text, '' ORDER BY id)) AS all FROM position_paper p")
    for organisation in (STRANGER, "bgw"):
        async with scope(organisation_id=table.cast.organisations[organisation]):
            for kept in ("position_paper", "position_remark"):
                (row,) = await execute(f"SELECT count(*) AS n FROM {kept} WHERE network_id = {{}}", table.network)
                assert row["n"] == 0, kept


async def test_where_the_agreement_knows_no_positions_there_are_none(table):
    browser = await table.cast.as_role("jobcenter-duesseldorf", Role.OFFICE)
    assert (await browser.get("/n/duesseldorf/positionen")).status_code == 404
    assert "/positionen" not in (await browser.get("/n/duesseldorf")).text
    name = table.cast.who_without("stadt-bielefeld", *SPEAKERS)
    member = await table.cast.browser(name, "stadt-bielefeld")
    page = (await member.get(LIST)).text
    assert f'href="{LIST}"' in page
    assert "Papier schreiben" not in page, "it is for who speaks for the organisation"
    assert (await member.get(f"{LIST}/neu")).status_code == 403
