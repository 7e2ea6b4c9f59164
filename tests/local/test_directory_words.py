"""The directory speaks German on every page that people of the portal meet."""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po

from portal.local.directory_words import WORDS, please_wait, write_words

CANAILLE = Path(next(iter(find_spec("canaille").submodule_search_locations)))
MET = (
    *("templates/base.html", "templates/error.html", "templates/core/login.html", "templates/core/auth/base.html"),
    *("templates/core/auth/password.html", "templates/core/partial/login_field.html", "templates/macro/flask.html"),
    *("templates/oidc/auth.html", "templates/oidc/authorize.html", "templates/oidc/logout.html", "core/auth.py"),
    *("core/endpoints/auth/__init__.py", "core/endpoints/auth/password.py", "oidc/endpoints/oauth.py"),
)
# For whoever set Canaille up, never shown by ours.
OF_OTHERS = ("Your Canaille instance is not fully configured",)
KEYWORDS = {"_": None, "gettext": None, "lazy_gettext": None, "ngettext": (1, 2)}


@pytest.fixture(scope="module")
def known(tmp_path_factory) -> dict[str, str]:
    """What has German, as the directory puts it together."""
    folder = tmp_path_factory.mktemp("words")
    write_words(folder)
    found: dict[str, str] = {}
    for root in (CANAILLE / "translations", folder):
        with (root / "de/LC_MESSAGES/messages.mo").open("rb") as file:
            found |= {str(message.id): str(message.string) for message in read_mo(file) if message.string}
    return found


def said() -> Iterator[tuple[str, str]]:
    """Every text of these pages, with its file."""
    for name in MET:
        method = "python" if name.endswith(".py") else "jinja2"
        for _, text, _, _ in extract_from_file(method, CANAILLE / name, KEYWORDS, options={"trimmed": "true"}):
            for one in text if isinstance(text, tuple) else (text,):
                yield name, one


def test_every_text_of_a_page_people_meet_has_german(known):
    missing = {(name, text) for name, text in said() if text not in known and not text.startswith(OF_OTHERS)}
    assert missing == set()


def test_nothing_is_said_that_canaille_does_not_ask_for():
    with (CANAILLE / "translations/messages.pot").open("rb") as file:
        asked = {message.id for message in read_po(file)} | {text for _, text in said()}
    assert WORDS.keys() - asked == set()


def test_who_tried_too_often_is_told_how_long_to_wait():
    assert please_wait(0.2) == "Das waren zu viele Versuche. Bitte warten Sie 1 Sekunde."
    assert please_wait(1.2) == "Das waren zu viele Versuche. Bitte warten Sie 2 Sekunden."
