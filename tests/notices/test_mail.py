"""A mail says that there is something, and nothing about anybody or anything; it leaves once, and only if it must."""

from datetime import UTC, datetime
from email import policy
from pathlib import Path
from uuid import UUID

import pytest
from aiosmtplib.errors import SMTPConnectError, SMTPRecipientsRefused

from portal.notices import actions, mail
from portal.notices.rules import MailProblem, problem_of
from portal.settings import load
from tenants.scope import scope
from tests.notices.conftest import QUESTION

GOLDEN = Path(__file__).parent / "golden" / "mail.eml"


@pytest.fixture
def sending(staff, mailbox):
    async def send(delivery_id, at="here"):
        async with staff.database.role("worker"), scope(organisation_id=staff.organisations[at]) as opened:
            await actions.send_mail(now=opened.now, delivery_id=delivery_id)

    return send


def test_the_mail_is_the_golden_one(settings):
    message = mail.compose(
        delivery_id=UUID("00000000-0000-7000-8000-000000000001"),
        notice_id=UUID("00000000-0000-7000-8000-000000000002"),
        to="vera@here.example",
        at=datetime(2026, 11, 20, 9, 30, tzinfo=UTC),
        found=settings,
    )
    assert message.as_bytes(policy=policy.SMTP).replace(b"\r\n", b"\n").decode() == GOLDEN.read_text(encoding="utf-8")


@pytest.mark.parametrize("to", ["a@here.example, b@other.example", "a@here.example\nBcc: b@other.example", "keine"])
def test_whatever_the_directory_wrote_a_mail_goes_to_one_address(settings, to):
    with pytest.raises(mail.BadAddress) as refused:
        mail.compose(delivery_id=UUID(int=1), notice_id=UUID(int=2), to=to, at=datetime.now(UTC), found=settings)
    assert problem_of(type(refused.value).__name__) is MailProblem.ADDRESS_REFUSED


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a@Bücher.Example", "a@xn--bcher-kva.Example"),
        ("a@straße.example", "a@xn--strae-oqa.example"),  # not strasse.example, which is another's
        ("a@u\N{COMBINING DIAERESIS}ber.example", "a@xn--ber-goa.example"),
    ],
)
def test_a_domain_is_written_letter_by_letter(written, sent):
    assert mail.one_address(written).addr_spec == sent


async def test_what_arrives_is_a_link_and_nothing_else(staff, told, deliveries, sending, mailbox):
    notice_id = await told()
    await sending((await deliveries())["Vera"]["id"])
    (arrived,) = mailbox.mails()
    message = arrived.message
    assert message["Subject"] == "Neue Mitteilung im Hilfenetz"
    assert (message["To"], message["Auto-Submitted"]) == ("vera@here.example", "auto-generated")
    assert message["Message-ID"].startswith(f"<{(await deliveries())['Vera']['id']}@")
    parts = [part.get_content() for part in message.walk() if part.get_content_maintype() == "text"]
    assert [part.get_content_type() for part in message.walk()] == ["multipart/alternative", "text/plain", "text/html"]
    for part in parts:
        assert f"https://hilfenetz.test/mitteilungen/{notice_id}" in part
    whole = str(message).replace("vera@here.example", "")
    for secret in (QUESTION, "Notunterkunft", "Vera", "Hilfe Hier", "first", "Abstimmung", str(staff.here), "here"):
        assert secret not in whole, secret
        assert all(secret not in part for part in parts), secret


async def test_a_sent_mail_is_not_sent_again(told, deliveries, sending, mailbox):
    await told()
    delivery_id = (await deliveries())["Vera"]["id"]
    await sending(delivery_id)
    await sending(delivery_id)
    assert len(mailbox.mails()) == 1
    sent = (await deliveries())["Vera"]
    assert (sent["state"], sent["attempts"]) == ("sent", 1)
    assert sent["sent_at"] is not None


async def test_a_resend_after_a_crash_is_recognisable(staff, told, deliveries, sending, mailbox):
    """The mail server took it, the worker died before the commit: the second mail has the same Message-ID."""
    await told()
    delivery_id = (await deliveries())["Vera"]["id"]
    with pytest.raises(KeyboardInterrupt):
        async with staff.database.role("worker"), scope(organisation_id=staff.here) as opened:
            await actions.send_mail(now=opened.now, delivery_id=delivery_id)
            raise KeyboardInterrupt
    assert (await deliveries())["Vera"]["state"] == "queued"
    await sending(delivery_id)
    first, second = mailbox.mails()
    assert first.message["Message-ID"] == second.message["Message-ID"]


WITHDRAWING = {
    "read meanwhile": "UPDATE inbox_entry SET read_at = now()",
    "left": "UPDATE affiliation SET ends_at = clock_timestamp()",
    "lost the last role": "UPDATE role_assignment SET valid_until = clock_timestamp()",
    "lost the address": "UPDATE affiliation SET email = ''",
}


@pytest.mark.parametrize("change", WITHDRAWING)
async def test_at_sending_time_it_is_checked_again(staff, told, deliveries, sending, change):
    await told()
    await staff.database.as_superuser(WITHDRAWING[change])
    await sending((await deliveries())["Vera"]["id"])
    assert (await deliveries())["Vera"]["state"] == "withdrawn"


async def test_a_server_that_is_away_is_an_error(told, deliveries, sending, monkeypatch):
    await told()
    delivery_id = (await deliveries())["Vera"]["id"]
    monkeypatch.setenv("MAIL_URL", "smtp://127.0.0.1:9")
    monkeypatch.setattr(mail, "settings", load)
    with pytest.raises(SMTPConnectError):
        await sending(delivery_id)
    assert (await deliveries())["Vera"]["state"] == "queued"


async def test_a_refused_address_is_an_error(staff, told, deliveries, sending, mailbox):
    await staff.database.as_superuser("UPDATE affiliation SET email = 'vera@unzustellbar.example' WHERE name = 'Vera'")
    await told()
    with pytest.raises(SMTPRecipientsRefused):
        await sending((await deliveries())["Vera"]["id"])


@pytest.mark.parametrize(("is_last", "state"), [(False, "failed"), (True, "dead")])
async def test_a_failure_is_shown(staff, told, deliveries, is_last, state):
    await told()
    async with staff.database.role("worker"), scope(organisation_id=staff.here):
        found = (await deliveries())["Vera"]["id"]
        await actions.note_failure(delivery_id=found, error="SMTPConnectError", is_last=is_last)
    noted = (await deliveries())["Vera"]
    assert (noted["state"], noted["attempts"], noted["last_error"]) == (state, 1, "SMTPConnectError")


async def test_a_failed_mail_leaves_with_a_later_attempt(staff, told, deliveries, sending, mailbox):
    await told()
    delivery_id = (await deliveries())["Vera"]["id"]
    async with staff.database.role("worker"), scope(organisation_id=staff.here):
        await actions.note_failure(delivery_id=delivery_id, error="SMTPConnectError", is_last=False)
    await sending(delivery_id)
    sent = (await deliveries())["Vera"]
    assert (sent["state"], sent["attempts"], sent["last_error"]) == ("sent", 2, None)
