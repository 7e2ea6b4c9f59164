"""The demo world with content, and somebody who puts a front page together."""

import re

import pytest

from tenants.context import Role
from tests.calendar.conftest import HOME, Diary

ROOT = re.compile(r"/inhalte/([0-9a-f-]{36})/startseite")


@pytest.fixture
def diary(cast) -> Diary:
    return Diary(cast)


@pytest.fixture
async def editor(cast):
    """Who edits the space of an organisation."""
    return await cast.as_role(HOME, Role.LEAD if has_lead(cast) else Role.ADMINISTRATOR)


def has_lead(cast) -> bool:
    return any(f"hilfenetz:{HOME}:lead" in entry.groups for entry in cast.people.values())


async def base_of(editor, space: str = f"/o/{HOME}") -> str:
    """Below which a front page is put together."""
    page = await editor.get(f"{space}/inhalte")
    assert page.status_code == 200, page.text
    return f"/inhalte/{ROOT.search(page.text)[1]}/startseite"


async def put(editor, kind: str, *, space: str = f"/o/{HOME}", **sent: str) -> str:
    """A box of this kind; gives back the address of its settings."""
    base = await base_of(editor, space)
    if kind not in ("text", "verweise"):
        sent = {"number": "5", **sent}
    answer = await editor.post(f"{base}?art={kind}", {"side": "breit", **sent})
    assert answer.status_code == 303, answer.text
    page = await editor.get(base)
    return re.findall(rf'href="({base}/[0-9a-f-]{{36}})"', page.text)[-1]
