"""Log lines are JSON and carry no personal data, whoever wrote them."""

import json
import subprocess
import sys

WRITING = """
import logging, structlog
from portal.kit.logging import configure
configure("INFO")
structlog.contextvars.bind_contextvars(request_id="r1", organisation="bgw", person="Mira Sommer")
structlog.get_logger("web").info("answered", route="/mitteilungen", status=200, name="Mira Sommer")
logging.getLogger("library").warning("Mail an %s", "mira.sommer@example.org")
logging.getLogger("httpx").info("GET /callback?code=geheim")
try:
    raise ValueError("Key (email)=(mira.sommer@example.org) already exists")
except ValueError:
    logging.getLogger("library").exception("failed for %s", "Mira Sommer")
    structlog.get_logger("web").exception("failed")
"""


def lines() -> list[dict]:
    written = subprocess.run([sys.executable, "-c", WRITING], capture_output=True, text=True, check=True)
    assert written.stderr == ""
    assert "mira" not in written.stdout.lower()
    return [json.loads(line) for line in written.stdout.splitlines()]


def test_only_listed_keys_are_written_and_what_was_dropped_is_named():
    first = lines()[0]
    assert first["event"] == "answered"
    assert (first["route"], first["status"]) == ("/mitteilungen", 200)
    assert (first["request_id"], first["organisation"], first["level"], first["logger"]) == ("r1", "bgw", "info", "web")
    assert first["dropped"] == ["name", "person"]
    assert first["timestamp"].endswith("Z")


def test_other_libraries_are_written_without_their_arguments():
    assert [line["event"] for line in lines()[1:]] == ["Mail an %s", "failed for %s", "failed"]


def test_of_an_exception_only_its_kind_and_its_way_are_written():
    for line in lines()[2:]:
        assert line["error"] == "builtins.ValueError"
        assert line["places"] == ["<string>:10 <module>"]
