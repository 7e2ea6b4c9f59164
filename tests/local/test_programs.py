"""The real PostgreSQL, Valkey and mail server of a local installation."""

import smtplib
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from portal.local.cache import Cache
from portal.local.database import Database
from portal.local.mailbox import Mailbox
from portal.local.problem import LocalProblem
from portal.local.state import State
from portal.local.surroundings import assemble
from tests.local.processes import alive


@pytest.fixture
def database(state: State):
    server = Database(state, durable=True)
    server.start()
    yield server
    server.stop()


def test_the_database_keeps_its_data_through_a_crash_and_a_new_start(database: Database, state: State):
    database.run("CREATE TABLE kept AS SELECT 7 AS number", database="hilfenetz")
    database.restart(crash=True)
    assert database.run("SELECT number FROM kept", database="hilfenetz") == "7"
    database.stop()
    again = Database(state, durable=True)
    again.start()
    try:
        assert again.run("SELECT number FROM kept", database="hilfenetz") == "7"
    finally:
        again.stop()


def test_the_owner_may_create_roles_and_nothing_more(database: Database):
    assert database.run(
        "SELECT rolcreaterole, rolsuper, rolbypassrls FROM pg_roles WHERE rolname = 'hilfenetz_owner'"
    ) == ("t|f|f")
    assert (
        database.run("SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'hilfenetz'") == "hilfenetz_owner"
    )


def test_nobody_gets_in_without_a_password(database: Database):
    assert "trust" not in (database.data / "pg_hba.conf").read_text().split("# TYPE", 1)[1]
    database.state.secrets()
    path = database.state / "secrets.json"
    path.write_text(path.read_text().replace(database.state.secrets()["admin"], "wrong"))
    with pytest.raises(LocalProblem, match="password authentication failed"):
        database.run("SELECT 1")


def test_the_cache_forgets_when_wiped_and_keeps_over_a_stop(state: State):
    cache = Cache(state, durable=True)
    cache.start()
    cache._say("SET session 1")
    cache.restart()
    assert b"$1\r\n1" in cache._say("GET session")
    cache.wipe()
    assert b"$-1" in cache._say("GET session")
    pid = cache.child.pid
    cache.stop()
    assert not alive(pid)


@pytest.fixture
def mailbox(state: State):
    found = Mailbox(state)
    found.start()
    yield found
    found.stop()


def send(mailbox: Mailbox, to: str, text: str = "Guten Tag\n") -> None:
    with smtplib.SMTP("127.0.0.1", mailbox.port, timeout=5) as client:
        client.sendmail("a@example.org", [to], f"Subject: Neue Mitteilung\nTo: {to}\n\n{text}")


def read(address: str) -> str:
    with urllib.request.urlopen(address, timeout=5) as answer:
        return str(answer.read().decode())


def test_mails_are_kept_in_order_and_can_be_read(mailbox: Mailbox):
    assert "Noch keine E-Mail" in read(mailbox.page)
    send(mailbox, "b@example.org", "Erste <script>alert(1)</script>\n")
    send(mailbox, "c@example.org", "Zweite: http://localhost:8000/mitteilungen\n")
    first, second = mailbox.mails()
    assert (first.message["X-Envelope-To"], second.message["To"]) == ("b@example.org", "c@example.org")
    assert "Neue Mitteilung" in read(mailbox.page)
    assert '<a href="http://localhost:8000/mitteilungen"' in read(mailbox.page + second.name)
    assert "<script>" not in read(mailbox.page + first.name)
    mailbox.clear()
    assert mailbox.mails() == []


def test_two_domains_show_what_failing_deliveries_look_like(mailbox: Mailbox):
    for domain, code in (("unzustellbar.example", 550), ("besetzt.example", 451)):
        with pytest.raises(smtplib.SMTPRecipientsRefused) as refusal:
            send(mailbox, f"b@{domain}")
        assert [answer[0] for answer in refusal.value.recipients.values()] == [code]
    assert mailbox.mails() == []


def test_an_address_outside_the_mails_is_not_found(mailbox: Mailbox):
    for path in ("../secrets.json", "nothing"):
        with pytest.raises(urllib.error.HTTPError, match="404"):
            read(mailbox.page + path)


def test_the_folder_may_lie_where_only_root_gets_in(folder: Path):
    """A checkout in somebody's home, made by root: PostgreSQL runs as another user and must get through."""
    closed = folder / "home" / "checkout"
    closed.mkdir(parents=True)
    (folder / "home").chmod(0o700)
    server = Database(State(closed / ".hilfenetz"), durable=False)
    server.start()
    try:
        assert server.run("SELECT 1") == "1"
    finally:
        server.stop()


def test_two_installations_run_side_by_side_and_share_nothing(folder: Path):
    ours, theirs = (assemble(folder / name, durable=False) for name in ("ours", "theirs"))
    settings, others = (
        found.environment(public_url=f"http://localhost:{port}", port=port)
        for found, port in ((ours, 8101), (theirs, 8102))
    )
    assert {name for name in settings if settings[name] == others[name]} == {"OIDC_CLIENT_ID", "MAIL_FROM"}
    assert len(_ports(settings)) > 4
    assert not _ports(settings) & _ports(others)
    parts = [part for found in (ours, theirs) for part in (found.database, found.cache)]
    try:
        for part in parts:
            part.launch()
        for part in parts:
            part.settle()
        ours.database.run("CREATE TABLE ours ()", database="hilfenetz")
        ours.cache._say("SET ours 1")
        assert theirs.database.run("SELECT to_regclass('ours') IS NULL", database="hilfenetz") == "t"
        assert b"$-1" in theirs.cache._say("GET ours")
    finally:
        for part in parts:
            part.stop()


def _ports(settings: dict[str, str]) -> set[int]:
    return {port for value in settings.values() if "://" in value and (port := urlsplit(value).port)}
