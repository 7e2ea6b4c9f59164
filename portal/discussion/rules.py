"""What can be said of comments without a database, clock or request."""

import re
from collections.abc import Iterable
from typing import TypeVar

LONGEST = 4000
_MOST_NAMED = 5
# "@" at the beginning of a word, and the name behind it: a word, and more words with a capital letter.
_CALL = re.compile(r"(?:^|(?<=[\s(„“\"'‚‘«»,;:!?]))@([^\W\d_][\w-]*(?:[ ][^\W\d_][\w-]*){0,2})")
Key = TypeVar("Key")


def not_found(body: str, names: Iterable[str]) -> list[str]:
    """Whom a text calls with "@" and nobody of these names is: as they are written, each once."""
    rest = body
    for name in sorted(names, key=lambda name: -len(name)):
        rest = _meant(name).sub(" ", rest)
    return list(dict.fromkeys(f"@{_name(found[1])}" for found in _CALL.finditer(rest)))[:_MOST_NAMED]


def _name(words: str) -> str:
    """The first word, and those after it that look like more of a name."""
    first, *more = words.split(" ")
    kept = [first]
    for word in more:
        if not word[0].isupper():
            break
        kept.append(word)
    return " ".join(kept)


def _meant(name: str) -> re.Pattern[str]:
    return re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE)


def mentioned(body: str, names: Iterable[tuple[Key, str]]) -> list[Key]:
    """Who is meant by "@Name" in a text; of two names that begin alike the longer one."""
    found, rest = [], body
    for key, name in sorted(names, key=lambda entry: -len(entry[1])):
        meant = _meant(name)
        if meant.search(rest):
            found.append(key)
            rest = meant.sub(" ", rest)
    return found
