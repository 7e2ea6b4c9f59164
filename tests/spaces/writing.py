"""Writing content through the pages people use."""

import re

from portal.spaces.queries_editing import EDIT

ITEM = re.compile(r"/inhalte/([0-9a-f-]{36})/")
ROOT = "/o/bethel-regional/inhalte"
_HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


async def id_at(browser, url: str) -> str:
    """The id of what is shown at an address."""
    found = await browser.get(url)
    assert found.status_code == 200, found.text
    return ITEM.search(found.text)[1]


async def added(browser, kind: str = "page", *, folder_url: str = ROOT, **values: str) -> str:
    """Adds something through the form; gives back its id."""
    folder = await id_at(browser, folder_url)
    answer = await browser.post(f"/inhalte/{folder}/eintraege?art={kind}", values)
    assert answer.status_code == 303, answer.text
    return await id_at(browser, answer.headers["location"])


async def published(browser, item: str, *, version: int = 1) -> None:
    """Makes the step that everybody sees."""
    sent = {"schritt": "publish", "version": str(version)}
    assert (await browser.post(f"/inhalte/{item}/zustand", sent)).status_code == 303


def hidden(answer) -> dict[str, str]:
    """What the page itself puts into the form of the editor."""
    form = answer.text.split('id="eintrag"')[1].split("</form>")[0]
    return {name: value for name, value in _HIDDEN.findall(form) if name != "_csrf_token"}


async def saved(browser, item: str, sent: dict[str, str] | None = None, **values: str):
    """Sends the form of the editor; ``sent`` is what it was opened with."""
    opened = sent if sent is not None else hidden(await browser.get(f"/inhalte/{item}/bearbeiten"))
    return await browser.post(f"/inhalte/{item}/fassungen", {**opened, **values})


async def kept(browser, item: str, purpose: str = EDIT, *, htmx: bool = True, **values: str):
    """What the page sends while somebody types."""
    return await browser.post(f"/inhalte/{item}/zwischenstand?zweck={purpose}", {"version": "1", **values}, htmx=htmx)
