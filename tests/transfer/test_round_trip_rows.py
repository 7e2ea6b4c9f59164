"""What stands in the database after the round trip is what stood there: not what packages say of themselves."""

from dataclasses import replace

from tenants.context import Role
from tests.client import person
from tests.files.samples import PDF, picture
from tests.files.shelf import Shelf
from tests.transfer.real import told


async def added(desk, kind: str, folder: str = "", **values: str) -> str:
    """Something new; gives back its id."""
    place = f"/inhalte/{folder or desk.folder}"
    address = f"{place}/aufgaben" if kind == "task" else f"{place}/eintraege?art={kind}"
    answer = await desk.browser.post(address, {"title": f"Ein {kind}", **values})
    assert answer.status_code == 303, answer.text
    return (await Shelf.at(desk.cast, desk.browser, answer.headers["location"])).id


async def grow(desk) -> None:
    """Everything items can have: tags, times, an own order, grants, links, comments, steps, a file in two versions."""
    post, database = desk.browser.post, desk.cast.database
    inner = await added(desk, "folder", order="title")
    page = await added(desk, "page", inner, body="<h2>Eins</h2><p>Zwei.</p>", tags="Regeln, Gäste")
    link = f'<p>Wie <a href="/inhalte/{page}">dort</a>.</p>'
    await added(desk, "news", inner, body=link, summary="Kurz")
    await added(desk, "event", begins_at="2031-07-05T14:00", ends_at="2031-07-05T18:00", place="Hof")
    lead = f"person:{person(desk.cast.who('bgw', Role.LEAD))}@{desk.cast.organisations['bgw']}"
    await added(desk, "task", who=lead, due_at="2031-01-04T09:00", steps="Wasser\nFilter")
    later = {"title": "Neu", "body": "<p>Drei.</p>", "tags": "Gäste, Haus", "version": "1", "note": "So"}
    assert (await post(f"/inhalte/{page}/fassungen", later)).status_code == 303
    step = {"schritt": "publish", "note": "Gut", "version": "2"}
    assert (await post(f"/inhalte/{page}/zustand", step)).status_code == 303
    assert (await post(f"/inhalte/{page}/lesebestaetigung", {"until_on": "2031-03-04"})).status_code == 303
    assert (await post(f"/inhalte/{page}/adresse", {"slug": "umbenannt"})).status_code == 303
    for body in ("So soll es sein.", "Aus Versehen."):
        assert (await post(f"/inhalte/{page}/kommentare", {"body": body})).status_code == 303
    said = await database.as_superuser("SELECT id FROM comment WHERE item_id = $1::text::uuid ORDER BY at DESC", page)
    assert (await post(f"/inhalte/{page}/kommentare/{said[0]['id']}/loeschung", {})).status_code == 303
    shelf = Shelf(database, desk.browser, desk.folder, "")
    file = await shelf.upload("Satzung.pdf", PDF)
    assert (await Shelf(database, desk.browser, file, "").try_upload(("Satzung.pdf", PDF + b"\n"))).is_redirect
    await shelf.upload("Haus.png", picture())
    await database.as_superuser(
        "UPDATE item SET position = 100 - position WHERE parent_id = $1::text::uuid", desk.folder
    )
    await database.as_superuser(
        "UPDATE item SET publish_at = '2031-01-02T03:04:05.678+00', expires_at = '2032-01-02T03:04:05+00' "
        "WHERE id = $1::text::uuid",
        page,
    )
    await database.as_superuser(
        "INSERT INTO item_grant SELECT g.space_id, f.id, g.principal, 4, g.title, 'Wer teilte', g.granted_at "
        "FROM item f JOIN item r ON r.space_id = f.space_id AND r.parent_id IS NULL JOIN item_grant g "
        "ON g.space_id = r.space_id AND g.item_id = r.id WHERE f.id = $1::text::uuid AND g.access = 16",
        inner,
    )


async def test_every_row_and_every_byte_comes_back(desk, administrator):
    await grow(desk)
    (root,) = await desk.cast.database.as_superuser(
        "SELECT parent_id::text AS id FROM item WHERE id = $1::text::uuid", desk.folder
    )
    answer = await replace(desk, folder=root["id"]).put(await desk.take(desk.folder))
    assert answer.status_code == 303, answer.text
    before = await told(desk.cast.database, administrator, desk.folder)
    after = await told(desk.cast.database, administrator, answer.headers["location"].rsplit("/", 1)[1])
    assert all(before.values()), "there is something of everything"
    assert after.keys() == before.keys()
    for what, found in before.items():
        assert after[what] == found, what
