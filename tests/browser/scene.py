"""A space with something of everything in it, made by sending the portal's own forms: GfS, the carrier of Bielefeld."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from playwright.async_api import APIResponse

from tests.browser.window import Window, Windows
from tests.files.samples import pdf, picture

AUTHOR, REVIEWER, MANAGER, READER = "thanh.nguyen-brandt", "levin.oppermann", "carola.windmoeller", "rasmus.heidbreder"
SPACE = "/o/gfs"
_ID = r"/inhalte/([0-9a-f-]{36})/"
_VERSION = r'name="version" value="(\d+)"'
_TEXT = (
    "<h2>Nachts</h2><p>Ab 22 Uhr ist es im Haus still. Wer später kommt, klingelt bei der Nachtwache.</p>"
    "<h2>Küche</h2><ul><li>Das Geschirr räumt jede und jeder selbst weg.</li><li>Freitags wird geputzt.</li></ul>"
)


@dataclass(frozen=True)
class Desk:
    """Somebody who sends forms without looking at them."""

    window: Window
    token: str

    @classmethod
    async def of(cls, windows: Windows, who: str) -> "Desk":
        """A desk of somebody; the token stands in every page."""
        window = await windows.of(who, path=None)
        page = await (await window.page.request.get(f"{windows.stage.address}/")).text()
        return cls(window, _first(r'name="_csrf_token" value="([^".]+)', page))  # without the page: it sends many

    async def send(self, path: str, **data: Any) -> APIResponse:
        """Send a form and see where it leads. A file is a dict, as Playwright wants it."""
        fields = {"_csrf_token": self.token, **data}
        how = "multipart" if any(isinstance(value, dict) for value in data.values()) else "form"
        answer = await self.window.page.request.post(self.window.stage.address + path, **{how: fields})
        assert answer.ok, f"{path}: {answer.status} {(await answer.text())[-2000:]}"
        return answer

    async def look(self, path: str) -> str:
        """A page, as it is written."""
        return await (await self.window.page.request.get(self.window.stage.address + path)).text()

    async def add(self, folder: str, kind: str, title: str, **values: Any) -> str:
        """Something new; gives back its identifier."""
        answer = await self.send(f"/inhalte/{folder}/eintraege?art={kind}", title=title, **values)
        return id_of(await answer.text())

    async def step(self, item: str, name: str) -> None:
        """A step of the workflow."""
        version = _first(_VERSION, await self.look(f"/inhalte/{item}"))
        await self.send(f"/inhalte/{item}/zustand", schritt=name, version=version)


def id_of(page: str) -> str:
    """Whose page it is: everything one does with an item lies below its identifier."""
    return _first(_ID, page)


async def furnish(windows: Windows) -> dict[str, str]:
    """Everything VISITS look at; gives back identifiers by name."""
    manager, author, reviewer = [await Desk.of(windows, who) for who in (MANAGER, AUTHOR, REVIEWER)]
    root = id_of(await manager.look(f"{SPACE}/inhalte"))
    folder = await manager.add(root, "folder", "Haus am Kamp", summary="Was im Haus gilt und was dort ansteht.")
    page = await _page(manager, author, reviewer, folder)
    found = {"root": root, "folder": folder, "page": page}
    found["empty"] = await manager.add(folder, "folder", "Fotos vom Sommerfest")
    found["locked"] = await author.add(folder, "page", "Schlüssel und wer sie hat", body="<p>Noch zu klären.</p>")
    await manager.look(f"/inhalte/{found['locked']}/bearbeiten")
    found["draft"] = await manager.add(folder, "page", "Einzug: was mitzubringen ist", body="<p>Bettzeug.</p>")
    draft = {"title": "Einzug: was mitzubringen ist", "body": "<p>Bettzeug und ein Ausweis.</p>", "version": "1"}
    await manager.send(f"/inhalte/{found['draft']}/zwischenstand", **draft)
    found["binned"] = await manager.add(folder, "page", "Alte Telefonliste", body="<p>Gilt nicht mehr.</p>")
    await manager.send(f"/inhalte/{found['binned']}/loeschung")
    found["waiting"] = await author.add(folder, "page", "Besuch nach 20 Uhr", body="<p>Nur nach Absprache.</p>")
    await author.step(found["waiting"], "submit")
    found |= await _things(manager, folder)
    for kind in ("termine", "verweise"):
        await _portlet(manager, root, kind)
    rule = {"title": "Neues wird gemeldet", "moment": "added", "reach": "hier", "tell_owner": "ja"}
    await manager.send(f"/inhalte/{folder}/regeln", **rule)
    found["rule"] = _first(r"/regeln/([0-9a-f-]{36})", await manager.look(f"/inhalte/{folder}/regeln"))
    front = await manager.look(f"/inhalte/{root}/startseite")
    found["portlet"] = _first(r"/startseite/([0-9a-f-]{36})", front)
    for desk in (manager, author, reviewer):
        await desk.window.context.close()
    return found


async def _page(manager: Desk, author: Desk, reviewer: Desk, folder: str) -> str:
    """Published, changed since, talked about, with a working copy."""
    page = await manager.add(
        folder, "page", "Hausordnung", summary="Für alle, die hier wohnen.", body=_TEXT, tags="Haus"
    )
    await manager.step(page, "publish")
    changed = {"title": "Hausordnung", "summary": "Für alle, die hier wohnen.", "tags": "Haus"}
    later = _TEXT.replace("22 Uhr", "23 Uhr")
    await manager.send(f"/inhalte/{page}/fassungen", **changed, body=later, version="1", change_note="Später still")
    await manager.send(f"/inhalte/{page}/lesebestaetigung", until_on="")
    await reviewer.send(f"/inhalte/{page}/lesevermerk", fassung="2")
    await author.send(f"/inhalte/{page}/kommentare", body="Gilt das auch am Wochenende?")
    await reviewer.send(f"/inhalte/{page}/kommentare", body="Ja, an jedem Tag. Die Hausversammlung wollte es so.")
    copy = {"body": later.replace("Freitags", "Samstags"), "version": "2"}
    await manager.send(f"/inhalte/{page}/arbeitskopie", **changed, **copy)
    return page


async def _things(manager: Desk, folder: str) -> dict[str, str]:
    """Other types: a file with pages, a picture, an event, a task, a collection, a link."""
    today = datetime.now(tz=UTC).date()
    paper = {"name": "Mietvertrag (Muster).pdf", "mimeType": "application/pdf", "buffer": pdf("Mietvertrag", pages=2)}
    photo = {"name": "Haus.png", "mimeType": "image/png", "buffer": picture()}
    found = {
        "file": id_of(await (await manager.send(f"/inhalte/{folder}/dateien", dateien=paper)).text()),
        "photo": id_of(await (await manager.send(f"/inhalte/{folder}/dateien", dateien=photo)).text()),
        "collection": await manager.add(folder, "collection", "Alles zum Haus", within="space", order="newest"),
        "link": await manager.add(folder, "link", "Der Stadtplan", target="https://www.bielefeld.de/"),
        "event": await manager.add(
            folder, "event", "Hausversammlung", begins_at=f"{today + timedelta(1)}T18:00",
            ends_at=f"{today + timedelta(1)}T19:30", place="Gemeinschaftsraum", body="<p>Mit Suppe.</p>",
        ),
    }  # fmt: skip
    await manager.step(found["event"], "publish")
    form = await manager.look(f"/inhalte/{folder}/aufgabe")
    somebody = _first(r'value="(person:[^"]+)"[^>]*>Thanh', form)
    task = await manager.send(
        f"/inhalte/{folder}/aufgaben", title="Rauchmelder prüfen", body="In allen Zimmern.", who=somebody,
        due_at=f"{today + timedelta(3)}T12:00", steps="Erdgeschoss\nErster Stock\nDach",
    )  # fmt: skip
    return found | {"task": id_of(await task.text())}


async def _portlet(manager: Desk, root: str, kind: str) -> None:
    settings = {"links": "Stadt Bielefeld | https://www.bielefeld.de/"} if kind == "verweise" else {"number": "5"}
    await manager.send(f"/inhalte/{root}/startseite?art={kind}", title="", side="schmal", **settings)


def _first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, f"{pattern} is not in the page"
    return found[1]
