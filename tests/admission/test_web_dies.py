"""The portal is killed while it answers any form of an admission: what was written is written once, or not at all."""

from portal.admission.rules import State
from tests.admission.joining import FORM, GIVEN, LATER, SIGNED, Joining
from tests.client import Browser
from tests.mortal import killed_at_request

WHO = {"name": "Haus am Wehr e. V.", "contact_mail": "post@wehr.example"}


async def survived(joining: Joining, browser: Browser, path: str, form: dict[str, str]) -> None:
    """Before its commit nothing has happened; after it everything has, though nobody heard of it."""
    before = await joining.everything()
    await killed_at_request(joining.database, browser, path, form, committed=False)
    assert await joining.everything() == before, path
    await killed_at_request(joining.database, browser, path, form, committed=True)
    assert await joining.everything() != before, path


async def sent_again(joining: Joining, browser: Browser, path: str, form: dict[str, str]) -> None:
    """Who heard nothing sends the form once more, and hears how far it is; nothing happens twice."""
    after = await joining.everything()
    assert (await browser.post(path, form)).status_code in (303, 409), path
    assert await joining.everything() == after, path


async def test_an_admission_survives_the_death_of_the_portal_at_every_step(joining: Joining):
    applicant, office = joining.cast.nobody(), await joining.office()
    await survived(joining, applicant, FORM, GIVEN | WHO)
    await joining.work()
    (link,) = joining.links()
    await survived(joining, applicant, f"{link}/bestaetigung", {})
    await sent_again(joining, applicant, f"{link}/bestaetigung", {})
    await joining.work()

    application = await joining.newest()
    case = f"/n/bielefeld/aufnahmen/{application.id}"
    await survived(joining, office, f"{case}/information", {})
    await sent_again(joining, office, f"{case}/information", {})
    await joining.work()
    await joining.clock(LATER)
    await joining.work()
    assert (await joining.application(application.id)).state is State.ACCEPTED

    agreement = SIGNED | {"slug": "haus-am-wehr", "declared": "ja", "exemplar": "0"}
    await survived(joining, office, f"{case}/vereinbarung", agreement)
    await sent_again(joining, office, f"{case}/vereinbarung", agreement)
    await joining.work()
    copy = (await joining.application(application.id)).copy
    signed = {"name": "Grete Hollmann", "capacity": "Vorstand", "declared": "ja", "fassung": str(copy.id)}
    await survived(joining, applicant, f"{link}/unterschrift", signed)
    await sent_again(joining, applicant, f"{link}/unterschrift", signed)
    await joining.work()
    assert (await joining.application(application.id)).state is State.MEMBER
