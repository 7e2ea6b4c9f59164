"""What the search for secrets in answers finds, and what it lets through."""

import io
import zipfile
from uuid import uuid4

from tests.isolation.asking import Answer
from tests.isolation.secrets import Secrets

HIDDEN = {
    "Wohnungsnot in der Nordstraße",
    "kurz",
    "Zeile für\nZeile steht es da",
    "am Ende\nso",
    str(uuid4()),
    str(uuid4()),
}


def test_each_is_found_wherever_it_stands_and_however_often_one_asks():
    secrets = Secrets(HIDDEN)
    assert secrets.said_in("<p>nichts davon</p>") == []
    for word in HIDDEN:
        for text in (word, f"<p>{word}</p>", f"nichts davon{word}", f"x-header: {word}x"):
            assert secrets.said_in(text) == [word]
            assert secrets.said_in(text) == [word]
    assert secrets.said_in(" ".join(HIDDEN)) == sorted(HIDDEN)
    assert secrets.said_in("<p>nichts davon</p>") == []


def test_a_part_of_one_is_none_and_what_the_asker_said_may_be_repeated():
    secrets = Secrets(HIDDEN)
    (first, *_) = sorted(HIDDEN)
    assert secrets.said_in(first[1:]) == []
    assert secrets.said_in(f"no {first}", asked=f"/inhalte/{first}") == []
    assert secrets.said_in(f"no {first}", asked="/") == [first], "it was not remembered as clean"


def packed(**files: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as package:
        for name, held in files.items():
            package.writestr(name, held)
    return content.getvalue()


def test_what_is_packed_is_found_as_well_also_in_a_package_within():
    secrets = Secrets(HIDDEN)
    for word in HIDDEN:
        inner = packed(inhalte=f"<p>{word}</p> und {word}".encode() * 20)
        for content in (inner, packed(alles=inner)):
            assert secrets.said_in(Answer(content=bytearray(content)).seen) == [word]
