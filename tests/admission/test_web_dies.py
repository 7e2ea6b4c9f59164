"""The portal is killed while it answers any form of an admission: what was written is written once, or not at all."""

from io import BytesIO

import pypdf
import pytest

from portal.admission.copies import folder_of, key_of
from portal.admission.rules import Side, State
from portal.files.storage import storage
from tests.admission.joining import FORM, GIVEN, LATER, SIGNED, Joining
from tests.client import Browser, File
from tests.mortal import killed_at_request

WHO = {"name": "Haus am Wehr e. V.", "contact_mail": "post@wehr.example"}


def page() -> bytes:
    """A PDF file with nothing on it."""
    writer, written = pypdf.PdfWriter(), BytesIO()
    writer.add_blank_page(width=595, height=842)
    writer.write(written)
    return written.getvalue()


async def survived(
    joining: Joining, browser: Browser, path: str, form: dict[str, str], file: File | None = None
) -> None:
    """Before its commit nothing has happened; after it everything has, though nobody heard of it."""
    before = await joining.everything()
    await killed_at_request(joining.database, browser, path, form, committed=False, file=file)
    assert await joining.everything() == before, path
    await killed_at_request(joining.database, browser, path, form, committed=True, file=file)
    assert await joining.everything() != before, path


async def sent_again(
    joining: Joining, browser: Browser, path: str, form: dict[str, str], file: File | None = None
) -> None:
    """Who heard nothing sends the form once more, and hears how far it is; nothing happens twice."""
    after = await joining.everything()
    assert (await browser.post(path, form, file=file)).status_code in (303, 409), path
    assert await joining.everything() == after, path


async def died(joining: Joining, browser: Browser, path: str, form: dict[str, str], file: File | None = None) -> None:
    """Both, and then it goes on by itself."""
    await survived(joining, browser, path, form, file)
    await sent_again(joining, browser, path, form, file)
    await joining.work()


async def test_an_admission_survives_the_death_of_the_portal_at_every_step(joining: Joining):
    applicant, office = joining.cast.nobody(), await joining.office()
    await survived(joining, applicant, FORM, GIVEN | WHO)
    await joining.work()
    (link,) = joining.links()
    await died(joining, applicant, f"{link}/bestaetigung", {})

    application = await joining.newest()
    case = f"/n/bielefeld/aufnahmen/{application.id}"
    await died(joining, office, f"{case}/information", {})
    await joining.clock(LATER)
    await joining.work()
    assert (await joining.application(application.id)).state is State.ACCEPTED

    agreement = SIGNED | {"slug": "haus-am-wehr", "declared": "ja", "exemplar": "0"}
    await died(joining, office, f"{case}/vereinbarung", agreement)
    copy = (await joining.application(application.id)).copy
    signed = {"name": "Grete Hollmann", "capacity": "Vorstand", "declared": "ja", "fassung": str(copy.id)}
    await died(joining, applicant, f"{link}/unterschrift", signed)
    assert (await joining.application(application.id)).state is State.MEMBER


async def test_a_copy_signed_on_paper_survives_it_and_is_kept_once(joining: Joining):
    link, before = await joining.sent(60)
    file = ("unterschrieben.pdf", page())
    signed = {"name": "Grete Hollmann", "capacity": "Vorstand", "fassung": str(before.copy.id)}
    await died(joining, joining.cast.nobody(), f"{link}/exemplar", signed, file)
    assert (await joining.application(before.id)).state is State.SIGNED, "it arrived at night"
    await joining.clock(LATER)
    await joining.work()
    found = await joining.application(before.id)
    assert found.state is State.MEMBER
    (kept,) = await storage().keys(folder_of(found))
    assert kept == key_of(found, found.copy.of(Side.APPLICANT).file_sha256)
    read = await (await joining.office()).get(f"/n/bielefeld/aufnahmen/{before.id}/exemplar")
    assert read.content == file[1]


@pytest.mark.parametrize(("number", "state"), [(61, State.RETURNED), (62, State.CLOSED)])
async def test_the_end_of_a_case_survives_it(joining: Joining, number, state):
    if state is State.CLOSED:
        _, case = await joining.sent(number)
    else:
        await joining.again()
        await joining.applied(name=f"Verein {number}", contact_mail=f"verein{number}@verein.example")
        case = await joining.newest()
    joining.mailbox.clear()
    reason = {"reason": "Bitte nennen Sie den Namen aus dem Vereinsregister."}
    await died(joining, await joining.office(), f"/n/bielefeld/aufnahmen/{case.id}/ende", reason)
    assert (await joining.application(case.id)).state is state
    assert len(joining.links()) == 1, "it was told once"


async def test_taking_an_application_back_survives_it(joining: Joining):
    await joining.again()
    link = await joining.applied(name="Verein 63", contact_mail="verein63@verein.example")
    case = await joining.newest()
    await joining.inform(case.id)
    await joining.work()
    await died(joining, joining.cast.nobody(), f"{link}/ruecknahme", {})
    assert (await joining.application(case.id)).state is State.TAKEN_BACK
