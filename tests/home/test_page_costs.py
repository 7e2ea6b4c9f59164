"""What the pages of a network cost: at most six statements each, BEGIN and COMMIT included (docs/decisions/0004)."""

import re
from datetime import timedelta

from tenants.context import Role
from tests.home.test_pages import statements

NETWORK = "/n/bielefeld"
PAGES = (
    "verfahren", "verfahren/ausschluss", "verfahren/neu-zuordnen", "verfahren/geschaeftsstelle", "verfahren/austritt",
    "aufnahmen", "positionen", "positionen/neu", "beratungen", "beratungen/neu", "fruehwarnungen", "fruehwarnungen/neu",
    "regelwerk", "regelwerk/fassungen", "regelwerk/fassungen/1", "regelwerk/neu", "regelwerk/ueberpruefung",
)  # fmt: skip
ONE = ("verfahren", "aufnahmen", "positionen", "beratungen")


async def test_each_page_of_a_network_costs_at_most_six_statements(cast):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    member = await cast.as_role("gfs", Role.REPRESENTATIVE)
    await cast.database.move_clock(timedelta(minutes=1))  # nothing is kept while a job has only just begun
    costs = {}
    for path in PAGES:
        browser = office if (await office.get(f"{NETWORK}/{path}")).status_code == 200 else member
        costs[path] = await statements(browser, f"{NETWORK}/{path}")
    for path in ONE:
        found = re.search(rf'href="({NETWORK}/{path}/[0-9a-f-]{{36}})"', (await office.get(f"{NETWORK}/{path}")).text)
        if found:
            costs[f"one of {path}"] = await statements(office, found[1])
    assert {path: cost for path, cost in costs.items() if cost > 6} == {}
    assert min(costs.values()) >= 3, "otherwise nothing was counted"
