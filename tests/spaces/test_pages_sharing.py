"""The tab "Freigabe", and why somebody sees something."""

import html
import re

import pytest

from tenants.context import Role
from tests.client import person

ID = re.compile(r"/inhalte/([0-9a-f-]{36})")


def text_of(response) -> str:
    """What people read of a page, in one line."""
    body = response.text.partition("<main")[2].partition("</main>")[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", body)).split())


async def root_of(browser, base: str) -> str:
    return ID.search((await browser.get(f"{base}/inhalte")).text)[1]


async def add(browser, folder: str, kind: str, **values: str) -> str:
    """Adds something through the form; gives back its id."""
    answer = await browser.post(f"/inhalte/{folder}/eintraege?art={kind}", values)
    assert answer.status_code == 303, answer.text
    page = await browser.get(answer.headers["location"])
    return next(found for found in ID.findall(page.text) if found != folder)


async def give(browser, item: str, who: str, access: int, *, role: str = "", name: str = ""):
    query = f"?name={name}" if name else ""
    return await browser.post(f"/inhalte/{item}/freigaben{query}", {"who": who, "role": role, "access": str(access)})


@pytest.fixture
async def admin(cast):
    return await cast.as_role("bethel-regional", Role.ADMINISTRATOR)


@pytest.fixture
async def folder(admin):
    """A folder in the own space of ``bethel-regional``."""
    return await add(admin, await root_of(admin, "/o/bethel-regional"), "folder", title="Handbuch")


async def test_the_table_says_who_what_where_from_whom_and_since_when(cast, admin, folder):
    page = await admin.get(f"/inhalte/{folder}/freigabe")
    assert page.status_code == 200, page.text
    said = text_of(page)
    assert "Alle in" in said
    assert "von Anfang an" in said
    assert 'href="/o/bethel-regional/inhalte"' in page.text, "where it was given"
    assert (await give(admin, folder, "everyone", 4, role="lead")).status_code == 303
    said = text_of(await admin.get(f"/inhalte/{folder}/freigabe"))
    me = cast.people[cast.who("bethel-regional", Role.ADMINISTRATOR)]
    assert "Alle mit der Aufgabe „Leitung“ (Gruppe) bearbeiten auf diesem Eintrag" in said
    assert f"von {me.given_name} {me.family_name}" in said


async def test_a_person_of_the_own_organisation_is_searched_by_name(cast, admin, folder):
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR)
    colleague = cast.people[name]
    page = await admin.get(f"/inhalte/{folder}/freigabe?name={colleague.family_name[:4].upper()}")
    principal = f"person:{person(name)}@{cast.organisations['bethel-regional']}"
    assert principal in page.text
    answer = await give(admin, folder, principal, 16, name=colleague.family_name)
    assert answer.status_code == 303, text_of(answer)
    assert colleague.family_name in text_of(await admin.get(f"/inhalte/{folder}/freigabe"))
    theirs = await cast.browser(name, "bethel-regional")
    assert (await theirs.get(f"/inhalte/{folder}/freigabe")).status_code == 200
    nobody = await admin.get(f"/inhalte/{folder}/freigabe?name=Xyzzy")
    assert "Niemand gefunden" in text_of(nobody)


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("", "wer Zugriff bekommen soll"),
        ("everyone+emperor", "angebotenen Werte"),
        ("nonsense", "angebotenen Werte"),
        ("office:{network}", "angebotenen Werte"),
        ("organisation:{bgw}", "angebotenen Werte"),
        ("person:{stranger}@{bgw}", "angebotenen Werte"),
    ],
)
async def test_whom_this_space_cannot_be_shared_with_is_refused_with_a_sentence(cast, admin, folder, asked, sentence):
    known = {
        "network": cast.networks["bielefeld"],
        "bgw": cast.organisations["bgw"],
        "stranger": person(cast.who("bgw", Role.REPRESENTATIVE)),
    }
    who, _, role = asked.partition("+")
    answer = await give(admin, folder, who.format(**known), 1, role=role)
    assert answer.status_code == 422
    assert sentence in text_of(answer)
    rows = await cast.database.as_superuser("SELECT FROM item_grant WHERE item_id = $1", folder)
    assert not rows


async def test_taking_away_leaves_what_comes_from_above_and_nobody_can_leave_a_space_without_a_manager(
    cast, admin, folder
):
    await give(admin, folder, "everyone", 4)
    answer = await admin.post(f"/inhalte/{folder}/entzug", {"principal": "everyone", "access": "4"})
    assert answer.status_code == 303
    assert not await cast.database.as_superuser("SELECT FROM item_grant WHERE item_id = $1", folder)
    marked = await cast.database.as_superuser("SELECT marked FROM item WHERE id = $1", folder)
    assert [row["marked"] for row in marked] == [False]
    root = await root_of(admin, "/o/bethel-regional")
    last = await admin.post(f"/inhalte/{root}/entzug", {"principal": "group:administrator", "access": "16"})
    assert last.status_code == 422
    assert "Jemand muss den Bereich verwalten" in last.text
    unknown = await admin.post(f"/inhalte/{folder}/entzug", {"principal": "everyone", "access": "7"})
    assert unknown.status_code == 422


async def test_before_cutting_it_is_said_who_loses_the_access(cast, admin, folder):
    page = await admin.get(f"/inhalte/{folder}/vererbung")
    other = cast.people[cast.who_without("bethel-regional", Role.ADMINISTRATOR)]
    assert page.status_code == 200
    assert other.family_name in text_of(page).partition("Wer den Zugriff verliert")[2]
    me = cast.people[cast.who("bethel-regional", Role.ADMINISTRATOR)]
    assert f"{me.given_name} {me.family_name}" not in text_of(page).partition("verliert")[2].partition("Was weiter")[0]
    theirs = await cast.browser(other.user_name, "bethel-regional")
    assert (await theirs.get(f"/inhalte/{folder}")).status_code == 303
    assert (await admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})).status_code == 303
    assert (await theirs.get(f"/inhalte/{folder}")).status_code == 404
    page = await admin.get(f"/inhalte/{folder}/vererbung")
    assert "Wer es dann sieht" in text_of(page)
    assert "gilt hier nicht: getrennt" in text_of(await admin.get(f"/inhalte/{folder}/freigabe"))
    assert (await admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "ja"})).status_code == 303
    assert (await theirs.get(f"/inhalte/{folder}")).status_code == 303
    assert (await admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "vielleicht"})).status_code == 422
    root = await root_of(admin, "/o/bethel-regional")
    assert (await admin.get(f"/inhalte/{root}/vererbung")).status_code == 404
    assert (await admin.post(f"/inhalte/{root}/vererbung", {"inherits": "nein"})).status_code == 403


async def test_why_somebody_sees_it_and_somebody_else_does_not(cast, admin, folder):
    page = await add(admin, folder, "page", title="Entwurf", body="<p>noch nicht</p>")
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR, Role.LEAD, Role.DIRECTOR)
    other = cast.people[name]
    asked = await admin.get(f"/inhalte/{page}/zugriff?person={person(name)}")
    said = text_of(asked)
    assert f"Warum sieht {other.given_name} {other.family_name} das nicht?" in said
    assert "Entwurf" in said
    assert "Deshalb ist er für diesen Menschen jetzt nicht zu sehen" in said
    asked = await admin.get(f"/inhalte/{folder}/zugriff?person={person(name)}")
    said = text_of(asked)
    assert f"Warum sieht {other.given_name} {other.family_name} das?" in said
    assert "lesen : gegeben an Alle in" in said
    mine = text_of(await admin.get(f"/inhalte/{page}/zugriff"))
    assert "Warum sehen Sie das?" in mine
    assert "weil Sie den Eintrag angelegt haben" in mine
    assert "verwalten : gegeben an Alle mit der Aufgabe „Administration“" in mine


async def test_what_a_cut_keeps_away_stands_apart_from_what_counts(admin, folder):
    await admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})
    said = text_of(await admin.get(f"/inhalte/{folder}/zugriff"))
    counts, _, kept_away = said.partition("Das kommt daher")[2].partition("Das gilt hier nicht")
    assert "verwalten : gegeben an" in counts
    assert "lesen : gegeben an" not in counts
    assert "lesen : gegeben an Alle in" in kept_away.partition("Der Eintrag ist im Stand")[0]


async def test_who_made_it_is_told_who_may_change_it_in_its_state(cast, admin, folder):
    """Whoever made it may edit their own, but not any more what is published."""
    page = await add(admin, folder, "page", title="Aushang")
    draft = text_of(await admin.get(f"/inhalte/{page}/zugriff")).partition("Ändern können ihn:")[2]
    assert "wer den Eintrag angelegt hat" in draft
    await cast.database.as_superuser("UPDATE item SET state = 'published' WHERE id = $1", page)
    public = text_of(await admin.get(f"/inhalte/{page}/zugriff")).partition("Ändern können ihn:")[2]
    assert "wer hier bearbeiten darf" in public
    assert "wer den Eintrag angelegt hat" not in public.partition("Menschen Ihrer Organisation")[0]


async def test_whoever_is_the_only_one_found_is_chosen(cast, admin, folder):
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR)
    page = await admin.get(f"/inhalte/{folder}/freigabe?name={cast.people[name].family_name}")
    assert "Gefunden ist 1 Person" in text_of(page)
    assert re.search(rf'value="person:{person(name)}@[0-9a-f-]+" selected', page.text)
    many = await admin.get(f"/inhalte/{folder}/freigabe?name=e")
    assert "Wählen Sie unter „Für wen?“." in text_of(many)
    assert not re.search(r'value="person:[^"]+" selected', many.text)


async def test_pages_that_belong_to_a_tab_show_it(admin, folder):
    here = 'href="/inhalte/{}/{}" aria-current="page"'.format
    assert here(folder, "freigabe") in (await give(admin, folder, "", 1)).text
    assert here(folder, "freigabe") in (await admin.get(f"/inhalte/{folder}/vererbung")).text
    assert here(folder, "verlauf") in (await admin.get(f"/inhalte/{folder}/fassungen/1")).text
    assert here(folder, "freigabe") not in (await admin.get(f"/inhalte/{folder}/zugriff")).text


async def test_the_trail_says_which_right_was_given_and_taken_and_whose(cast, admin, folder):
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR)
    colleague = cast.people[name]
    principal = f"person:{person(name)}@{cast.organisations['bethel-regional']}"
    await give(admin, folder, principal, 4, name=colleague.family_name)
    await give(admin, folder, "everyone", 8, role="lead")
    await admin.post(f"/inhalte/{folder}/entzug", {"principal": principal, "access": "4"})
    officer = await cast.as_role("bethel-regional", Role.DATA_PROTECTION_OFFICER)
    said = text_of(await officer.get("/datenschutz/protokoll"))
    full = f"{colleague.given_name} {colleague.family_name}"
    assert f"Zugriff auf einen Inhalt gegeben bearbeiten: {full} ·" in said
    assert f"Zugriff auf einen Inhalt genommen bearbeiten: {full} ·" in said
    assert "Zugriff auf einen Inhalt gegeben prüfen: Leitung ·" in said
    assert f"bearbeiten: {full}" in (await officer.get("/datenschutz/protokoll/tabelle")).text
    kept = await cast.database.as_superuser("SELECT details::text AS kept FROM audit_entry")
    assert not any(colleague.family_name in row["kept"] for row in kept), "names are looked up when it is read"


async def test_who_does_not_manage_it_learns_about_themselves_alone(cast, admin, folder):
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR)
    theirs = await cast.browser(name, "bethel-regional")
    other = person(cast.who("bethel-regional", Role.ADMINISTRATOR))
    page = await theirs.get(f"/inhalte/{folder}/zugriff?person={other}")
    assert page.status_code == 200
    assert "Warum sehen Sie das?" in text_of(page)
    assert "Menschen Ihrer Organisation" not in text_of(page)
    assert (await theirs.get(f"/inhalte/{folder}/freigabe")).status_code == 403
    assert (await theirs.get(f"/inhalte/{folder}/vererbung")).status_code == 403


async def test_in_a_network_space_others_are_organisations_and_tasks_never_names(cast):
    office = await cast.as_role("stadt-bielefeld", Role.OFFICE)
    folder = await add(office, await root_of(office, "/n/bielefeld"), "folder", title="Gemeinsames")
    page = await office.get(f"/inhalte/{folder}/freigabe")
    assert "Geschäftsstelle des Netzwerks" in text_of(page)
    bgw = cast.organisations["bgw"]
    assert f"organisation:{bgw}" in page.text
    stranger = cast.people[cast.who("bgw", Role.REPRESENTATIVE)]
    found = await office.get(f"/inhalte/{folder}/freigabe?name={stranger.family_name}")
    assert stranger.given_name not in text_of(found)
    assert "Niemand gefunden" in text_of(found)
    assert (await give(office, folder, f"organisation:{bgw}", 4, role="representative")).status_code == 303
    grants = await cast.database.as_superuser("SELECT principal FROM item_grant WHERE item_id = $1", folder)
    assert [row["principal"] for row in grants] == [f"group:representative@{bgw}"]
    outside = await give(office, folder, f"organisation:{cast.organisations['skm']}", 4)
    assert outside.status_code == 422
    seen = text_of(await office.get(f"/inhalte/{folder}/zugriff?organisation={bgw}&aufgabe=representative"))
    assert "bearbeiten" in seen.partition("Das kommt daher")[2].partition("In diesem Stand")[0]
    assert "bei" in seen
    listed = text_of(await office.get(f"/inhalte/{folder}/zugriff"))
    assert "Mitglieder des Netzwerks" in listed
    line = listed.partition("Mitglieder des Netzwerks")[2].partition("Bielefelder Wohnungsbaugesellschaft")[2]
    assert "mit der Aufgabe „Vertretung im Koordinierungskreis“: lesen, beitragen, bearbeiten" in line
    everybody = text_of(await office.get(f"/inhalte/{folder}/zugriff?organisation={bgw}"))
    assert "Warum sieht Bielefelder Wohnungsbaugesellschaft das?" in everybody
    await office.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})
    cut = text_of(await office.get(f"/inhalte/{folder}/zugriff")).partition("Mitglieder des Netzwerks")[2]
    assert "Bielefelder Wohnungsbaugesellschaft nur mit einer Aufgabe darf nichts" in cut
    officer = await cast.as_role("stadt-bielefeld", Role.DATA_PROTECTION_OFFICER)
    said = text_of(await officer.get("/datenschutz/protokoll"))
    assert "bearbeiten: Vertretung im Koordinierungskreis bei Bielefelder Wohnungsbaugesellschaft" in said
    assert stranger.family_name not in listed


async def test_what_is_said_of_a_place_that_is_closed_to_me_is_neither_its_name_nor_its_address(cast, admin, folder):
    """Somebody manages a page in a folder that they cannot see."""
    await admin.post(f"/inhalte/{folder}/vererbung", {"inherits": "nein"})
    page = await add(admin, folder, "page", title="Ausnahme")
    name = cast.who_without("bethel-regional", Role.ADMINISTRATOR, Role.LEAD, Role.DIRECTOR)
    principal = f"person:{person(name)}@{cast.organisations['bethel-regional']}"
    answer = await give(admin, page, principal, 16, name=cast.people[name].family_name)
    assert answer.status_code == 303, text_of(answer)
    theirs = await cast.browser(name, "bethel-regional")
    for path in ("freigabe", "vererbung", "zugriff"):
        shown = await theirs.get(f"/inhalte/{page}/{path}")
        assert shown.status_code == 200
        assert "Handbuch" not in shown.text, path
        assert folder not in shown.text, path


async def test_in_a_large_organisation_nobody_is_forgotten(cast, admin, folder):
    """Two hundred whose names come first count with the others; a list that is not all of them says so."""
    home, gross = cast.organisations["bethel-regional"], "FROM person WHERE provider = 'gross'"
    many = (
        "INSERT INTO person SELECT gen_random_uuid(), 'gross', 'p' || n, now(), now() FROM generate_series(1, 200) n",
        f"INSERT INTO affiliation SELECT $1, id, 'Aaa ' || subject, '', now() {gross}",
        f"INSERT INTO role_assignment SELECT $1, gen_random_uuid(), id, 'deputy', 'x', now() {gross}",
    )
    for number, statement in enumerate(many):
        await cast.database.as_superuser(statement, *[home][:number])
    losing = (
        "SELECT DISTINCT person_id FROM role_assignment WHERE organisation_id = $1 AND role <> 'administrator' "
        "AND valid_until IS NULL"
    )
    people = len(await cast.database.as_superuser(losing, home))
    lost = text_of(await admin.get(f"/inhalte/{folder}/vererbung"))
    assert people > 200
    assert f"und {people - 30} weitere" in lost
    seen = text_of(await admin.get(f"/inhalte/{folder}/zugriff"))
    assert "Gezeigt sind die ersten 200. Suchen Sie nach einem Namen" in seen
    assert "Gezeigt sind" not in text_of(await admin.get(f"/inhalte/{folder}/zugriff?name=Aaa"))
