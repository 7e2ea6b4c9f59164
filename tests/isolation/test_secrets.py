"""What the search for secrets in answers finds, and what it lets through."""

from uuid import uuid4

from tests.isolation.secrets import Secrets

HIDDEN = {"Wohnungsnot in der Nordstraße", "kurz", str(uuid4()), str(uuid4())}


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
