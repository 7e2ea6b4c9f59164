"""What can be said of comments without a database, clock or request."""

import re
from collections.abc import Iterable
from typing import TypeVar

LONGEST = 4000
Key = TypeVar("Key")


def mentioned(body: str, names: Iterable[tuple[Key, str]]) -> list[Key]:
    """Who is meant by "@Name" in a text; of two names that begin alike the longer one."""
    found, rest = [], body
    for key, name in sorted(names, key=lambda entry: -len(entry[1])):
        meant = re.compile(rf"@{re.escape(name)}(?!\w)", re.IGNORECASE)
        if meant.search(rest):
            found.append(key)
            rest = meant.sub(" ", rest)
    return found
