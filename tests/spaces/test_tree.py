"""Adding, reading, moving and throwing away, through the pages people use."""

import re

from tenants.context import Role

LINK = re.compile(r"/inhalte/([0-9a-f-]{36})/")


async def add(browser, folder_url: str, kind: str = "page", **values: str) -> str:
    """Adds something through the form; gives back its address."""
    found = await browser.get(folder_url)
    assert found.status_code == 200, found.text
    folder = LINK.search(found.text)[1]
    answer = await browser.post(f"/inhalte/{folder}/eintraege?art={kind}", values)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


async def test_a_page_is_added_and_read_at_its_address(cast):
    lead = await cast.as_role("bgw", Role.REPRESENTATIVE)
    listing = await lead.get("/o/bgw/inhalte")
    assert listing.status_code == 200
    administrator = await cast.as_role("bethel-regional", Role.ADMINISTRATOR)
    address = await add(administrator, "/o/bethel-regional/inhalte", title="Regeln für Gäste", body="<p>Ruhe ab 22</p>")
    assert address == "/o/bethel-regional/regeln-fuer-gaeste"
    page = await administrator.get(address)
    assert page.status_code == 200, page.text
    assert "Ruhe ab 22" in page.text
    assert (await lead.get(address)).status_code == 404
