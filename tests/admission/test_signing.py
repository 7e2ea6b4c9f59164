"""Signatures: which copy, which file, by whom, and that they stay."""

import asyncpg
import pypdf
import pytest

from portal.admission.rules import Side, State, Way
from tests.admission.joining import Joining
from tests.client import CSRF_COOKIE

SAID = {"name": "Grete Hollmann", "capacity": "Vorstand"}


@pytest.fixture(scope="module")
async def case(joining: Joining):
    """An applicant with the agreement before it."""
    return await joining.sent()


@pytest.fixture(scope="module")
def papers(tmp_path_factory):
    """A PDF, and the same behind a password."""
    folder = tmp_path_factory.mktemp("papers")
    for name, password in (("gut.pdf", ""), ("geschuetzt.pdf", "geheim")):
        writer = pypdf.PdfWriter()
        writer.add_blank_page(width=595, height=842)
        if password:
            writer.encrypt(password)
        writer.write(folder / name)
    return folder


async def upload(browser, link: str, copy_id, name: str, content: bytes):
    """The form with a file in it."""
    await browser.get(link)
    data = {**SAID, "fassung": str(copy_id), "_csrf_token": browser.http.cookies[CSRF_COOKIE]}
    return await browser.http.post(f"{link}/exemplar", data=data, files={"file": (name, content, "application/pdf")})


async def test_another_version_cannot_be_signed(joining: Joining, case, papers):
    link, before = case
    newer = await joining.send(before.id, slug="verein-0", name="Jonas Wiegand")
    browser = joining.cast.nobody()
    for known in (before.copy.id, ""):
        refused = await browser.post(f"{link}/unterschrift", {**SAID, "declared": "ja", "fassung": str(known)})
        assert refused.status_code == 409
        assert "anderen Fassung der Vereinbarung" in refused.text
    refused = await upload(browser, link, before.copy.id, "gut.pdf", (papers / "gut.pdf").read_bytes())
    assert refused.status_code == 409
    assert "anderen Fassung der Vereinbarung" in refused.text
    said = {"name": "Jonas Wiegand", "capacity": "Leitung", "slug": "verein-0", "declared": "ja", "exemplar": "1"}
    stale = await (await joining.office()).post(f"/n/bielefeld/aufnahmen/{before.id}/vereinbarung", said)
    assert stale.status_code == 409, "from a page of which the other one of the office knows more"
    assert "kein weiteres gesandt" in stale.text
    found = await joining.application(before.id)
    assert (found.state, found.copy.id, found.copy.number) == (State.AGREEMENT_SENT, newer, 2)


async def test_what_is_no_readable_pdf_is_refused(joining: Joining, case, papers):
    link, before = case
    copy_id = (await joining.application(before.id)).copy.id
    browser, kept = joining.cast.nobody(), await joining.everything()
    good = (papers / "gut.pdf").read_bytes()
    refusals = {
        ("brief.pdf", b"Das ist ein Brief und kein PDF."): "Das ist keine PDF-Datei",
        ("bild.pdf", b"\x89PNG\r\n\x1a\n" + bytes(64)): "Das ist keine PDF-Datei",
        ("kaputt.pdf", good[: len(good) // 2]): "beschädigt",
        ("geschuetzt.pdf", (papers / "geschuetzt.pdf").read_bytes()): "verschlüsselt",
        ("leer.pdf", b""): "leer",
        ("gross.pdf", good + bytes(10 * 1024 * 1024)): "zu groß",
        ("", b""): "Bitte wählen Sie das unterschriebene Exemplar",
    }
    for (name, content), said in refusals.items():
        answer = await upload(browser, link, copy_id, name, content)
        assert answer.status_code in (413, 422), name
        assert said in answer.text, name
    assert await joining.everything() == kept


async def test_a_copy_on_paper_is_kept_and_read_by_the_office_alone(joining: Joining, case, papers):
    link, before = case
    copy_id = (await joining.application(before.id)).copy.id
    content = (papers / "gut.pdf").read_bytes()
    answer = await upload(joining.cast.nobody(), link, copy_id, "gut.pdf", content)
    assert answer.status_code == 303, answer.text
    found = await joining.application(before.id)
    signature = found.copy.of(Side.APPLICANT)
    assert (found.state, signature.way, signature.file_size) == (State.SIGNED, Way.UPLOAD, len(content))
    path = f"/n/bielefeld/aufnahmen/{before.id}/exemplar"
    read = await (await joining.office()).get(path)
    assert (read.status_code, read.content) == (200, content)
    assert "attachment" in read.headers["content-disposition"]
    for organisation in ("gfs", "caritas-duesseldorf"):
        name = joining.cast.who_without(organisation)
        assert (await (await joining.cast.browser(name, organisation)).get(path)).status_code in (403, 404)


@pytest.mark.parametrize("table", ["agreement_signature", "agreement_copy", "application_letter"])
async def test_what_was_signed_and_written_stays(joining: Joining, case, table):
    for statement in (
        f"DELETE FROM {table}",
        f"TRUNCATE {table} CASCADE",
        f"UPDATE {table} SET network_id = network_id",
    ):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await joining.rows(statement)
