"""What is enclosed with a letter is part of it: posted with it, read by whoever reads it, and it stays."""

import re
from hashlib import sha256

import pytest
from asyncpg.exceptions import CheckViolationError, InsufficientPrivilegeError

from portal.formal.enclosures import LARGEST, Enclosure
from portal.formal.export import receipts_as_csv
from portal.kit.errors import Invalid
from portal.shell.security import CSRF_COOKIE
from tenants.context import Role
from tenants.database import execute
from tests.files.samples import PDF
from tests.formal.desk import BODY, LIST, SUBJECT

NAME = "Begründung des Antrags.pdf"
INSERT = (
    "INSERT INTO formal_attachment (network_id, notice_id, number, name, size, sha256, content) "
    "VALUES ({}, {}, 2, 'x.pdf', 1, {}, 'x')"
)


async def sent(browser, *files, to=(), step="", left_out=(), headers=None):
    await browser.get(f"{LIST}/neu")
    fields = [("_csrf_token", (None, browser.http.cookies[CSRF_COOKIE].encode()))]
    fields += [(name, (None, value.encode())) for name, value in (("subject", SUBJECT), ("body", BODY))]
    fields += [("an", (None, str(each).encode())) for each in to]
    fields += [("anlagen", (name, content)) for name, content in files]
    fields += [("dabei", (None, name.encode())) for name in left_out]
    return await browser.http.post(f"{LIST}/neu{step}", files=fields, headers=headers)


async def test_it_goes_with_the_letter_and_is_in_the_proof(desk):
    ids = desk.cast.organisations
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    answer = await sent(office, (NAME, PDF), ("zweite.pdf", PDF), to=(ids["bgw"],))
    assert answer.status_code == 303, answer.text
    address = answer.headers["location"].removesuffix("/zugaenge")
    member = await desk.cast.as_role("bgw", Role.REPRESENTATIVE)
    opened = "SELECT opened_at FROM formal_receipt WHERE organisation_id = $1 ORDER BY posted_at DESC LIMIT 1"
    assert (await desk.rows(opened, ids["bgw"]))[0]["opened_at"] is None
    file = await member.get(f"{address}/anlagen/1")
    assert (file.status_code, file.content) == (200, PDF)
    assert file.headers["content-disposition"].startswith("attachment;")
    assert (await desk.rows(opened, ids["bgw"]))[0]["opened_at"] is not None, "to fetch it is to open the letter"
    page = await member.get(address)
    assert NAME in page.text
    assert "zweite.pdf" in page.text
    assert (await member.get(f"{address}/anlagen/3")).status_code == 404
    table = (await office.get(f"{address}/zugaenge/tabelle")).content.decode("utf-8-sig")
    assert f"{NAME} ({sha256(PDF).hexdigest()})" in table
    assert (await office.get(f"{address}/zugaenge/nachweis")).status_code == 200
    for organisation, role in (("gfs", Role.REPRESENTATIVE), ("skm", Role.REPRESENTATIVE)):
        other = await desk.cast.as_role(organisation, role)
        assert (await other.get(f"{address}/anlagen/1")).status_code in (403, 404), organisation


async def test_only_the_office_encloses_and_only_as_it_posts(desk):
    notice = await desk.post(to=("bgw",), attachments=[Enclosure(NAME, PDF)])
    assert [each.name for each in notice.attachments] == [NAME]
    assert receipts_as_csv(notice)
    for organisation, role in (("stadt-bielefeld", Role.OFFICE), ("bgw", Role.REPRESENTATIVE), ("gfs", Role.DIRECTOR)):
        with pytest.raises(InsufficientPrivilegeError):
            async with desk.acting(organisation, role):
                await execute(INSERT, desk.network, notice.id, sha256(b"x").hexdigest())
    for organisation in ("gfs", "skm"):
        async with desk.acting(organisation):
            assert await execute("SELECT FROM formal_attachment") == []
    for change in ("UPDATE formal_attachment SET name = 'y'", "DELETE FROM formal_attachment"):
        with pytest.raises(InsufficientPrivilegeError):
            await desk.rows(change)
    with pytest.raises(CheckViolationError):
        await desk.rows(
            "INSERT INTO formal_attachment SELECT network_id, notice_id, 2, name, size, $1, content "
            "FROM formal_attachment",
            "0" * 64,
        )


@pytest.mark.parametrize(
    ("files", "sentence"),
    [
        ([("brief.docx", b"PK")], "keine PDF-Datei"),
        ([("kurz.pdf", b"%PDF-1.7")], "keine PDF-Datei"),
        ([(f"{n}.pdf", PDF) for n in range(4)], "höchstens drei"),
        ([("x" * 201, PDF)], "länger als 200"),
        ([("groß.pdf", b"%PDF-" + b"x" * LARGEST + b"%%EOF")], "größer als 4 MB"),
    ],
)
async def test_what_cannot_be_enclosed_is_said_and_nothing_is_posted(desk, files, sentence):
    before = await desk.rows("SELECT count(*) FROM formal_notice")
    with pytest.raises(Invalid, match=sentence):
        await desk.post(attachments=[Enclosure(*file) for file in files])
    assert await desk.rows("SELECT count(*) FROM formal_notice") == before


async def test_the_form_says_so_and_keeps_what_was_written(desk):
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    answer = await sent(office, ("brief.docx", b"PK"), to=(desk.cast.organisations["bgw"],))
    assert answer.status_code == 422
    assert "keine PDF-Datei" in answer.text
    assert SUBJECT in answer.text


async def test_the_preview_names_what_is_enclosed_and_leaves_the_chosen_files_in_the_form(desk):
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    to = (desk.cast.organisations["bgw"],)
    beside = {"HX-Request": "true", "HX-Target": "div#answer-verfassen"}
    preview = await sent(office, (NAME, PDF), to=to, step="/vorschau", headers=beside)
    assert preview.status_code == 200
    assert re.findall('hx-target="#([a-z-]+)"', preview.text)[:2] == ["angaben", "vorschau"], "not the form"
    assert NAME in preview.text
    assert 'type="file"' not in preview.text
    refused = await sent(office, ("brief.docx", b"PK"), to=to, step="/vorschau", headers=beside)
    assert refused.status_code == 422
    assert "keine PDF-Datei" in refused.text
    assert 'type="file"' not in refused.text
    assert await desk.rows("SELECT FROM formal_attachment") == []


async def test_without_script_nobody_posts_a_letter_without_what_lay_in_its_preview(desk):
    """The browser does not give files back to a form; that is said, and held until it was."""
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    to = (desk.cast.organisations["bgw"],)
    preview = await sent(office, (NAME, PDF), to=to, step="/vorschau")
    assert f"Bitte wählen Sie noch einmal: {NAME}" in preview.text
    assert f'name="dabei" value="{NAME}"' in preview.text
    before = await desk.rows("SELECT count(*) FROM formal_notice")
    held = await sent(office, to=to, left_out=(NAME,))
    assert held.status_code == 422
    assert f"In der Vorschau lag noch bei: {NAME}." in held.text
    assert await desk.rows("SELECT count(*) FROM formal_notice") == before
    assert 'name="dabei"' not in held.text
    assert (await sent(office, (NAME, PDF), to=to, left_out=(NAME,))).status_code == 303


async def test_what_is_too_large_for_a_letter_is_said_beside_what_was_written(desk):
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    for step in ("", "/vorschau"):
        answer = await sent(office, ("groß.pdf", PDF + b"x" * 6_000_000), step=step)
        assert answer.status_code == 422
        assert "größer als 4 MB" in answer.text
        assert SUBJECT in answer.text


async def test_a_letter_may_be_looked_at_again_unchanged(desk):
    office = await desk.cast.as_role("stadt-bielefeld", Role.OFFICE)
    written = (await office.get(f"{LIST}/neu")).text.split('id="verfassen"')[1]
    token = re.search(r'name="_csrf_token" value="([^"]+)"', written)[1]
    said = {"_csrf_token": token, "subject": SUBJECT, "body": BODY, "an": str(desk.cast.organisations["bgw"])}
    beside = {"HX-Request": "true", "HX-Target": "div#answer-verfassen"}
    for _ in range(2):
        answer = await office.http.post(f"{LIST}/neu/vorschau", data=said, headers=beside)
        assert (answer.status_code, answer.headers.get("HX-Redirect")) == (200, None)
