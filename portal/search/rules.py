"""What somebody means by what they typed, and which words look alike."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

LONGEST_QUERY = 200
MOST_TERMS = 16

_QUOTES = str.maketrans(dict.fromkeys("„“”‟«»", '"'))
_NOTHING = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ud800-\udfff<>\\]")
_TERM = re.compile(r'(?P<minus>[-+]?)(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_OR = frozenset({"or", "oder", "|"})
_WORD = re.compile(r"[^\W\d_]+")
_ALPHABET = "abcdefghijklmnopqrstuvwxyz"
_SHORT, _LONG = 4, 8


class Kind(StrEnum):
    """What a term is meant as; ``search_query`` in the database knows the same words."""

    WORD = "word"
    PREFIX = "prefix"
    PHRASE = "phrase"
    NOT = "not"
    STEMS = "stems"
    OR = "or"


@dataclass(frozen=True, slots=True)
class Term:
    """A part of a query."""

    kind: Kind
    text: str


def plain(text: str) -> str:
    """What was typed without what nobody can see or mean, each space once."""
    text = _NOTHING.sub(" ", unicodedata.normalize("NFC", text.translate(_QUOTES)))
    return " ".join(text.split())


def terms_of(text: str) -> list[Term]:
    """The terms of a query: words, "phrases", -exclusions, beginnings* and oder between alternatives.

    A quotation mark that is not closed lasts to the end. An alternative needs something that is looked for.
    """
    alternatives: list[list[Term]] = [[]]
    for match in list(_TERM.finditer(plain(text)))[:MOST_TERMS]:
        if (match["word"] or "").lower() in _OR:
            alternatives.append([])
        elif term := _term(match):
            alternatives[-1].append(term)
    wanted = [terms for terms in alternatives if any(term.kind != Kind.NOT for term in terms)]
    result = [term for terms in wanted for term in (*terms, Term(Kind.OR, ""))]
    return result[:-1]


def _term(match: re.Match[str]) -> Term | None:
    text = (match["phrase"] if match["word"] is None else match["word"]).strip()
    if not any(character.isalnum() for character in text):
        return None
    if match["minus"] == "-":
        return Term(Kind.NOT, text)
    if match["word"] is None:
        return Term(Kind.PHRASE, text)
    if text.endswith("*"):
        return Term(Kind.PREFIX, text.rstrip("*"))
    return Term(Kind.WORD, text)


def beginning(text: str) -> list[Term]:
    """The terms of something that is still being typed: its last word may go on."""
    terms = terms_of(text)
    if terms and terms[-1].kind == Kind.WORD and not text.endswith(" "):
        terms[-1] = Term(Kind.PREFIX, terms[-1].text)
    return terms


def folded(word: str) -> str:
    """A word without umlauts, as the stems are kept: 'Häuser' and 'Haeuser' are 'hauser'."""
    word = word.lower().replace("ß", "ss").translate(str.maketrans("äöü", "aou"))
    return re.sub(r"(?<!q)ue", "u", word).replace("ae", "a").replace("oe", "o")


def mistyped(terms: Iterable[Term]) -> list[str]:
    """The words of a query that may be spelt wrongly: plain words of letters."""
    words = (term.text for term in terms if term.kind in (Kind.WORD, Kind.PREFIX))
    return list(dict.fromkeys(word for word in words if _WORD.fullmatch(word) and len(word) >= _SHORT))


def variants(word: str) -> list[str]:
    """Everything that is one slip away from a short word: a letter more, less, another, or two in the other order."""
    halves = [(word[:at], word[at:]) for at in range(len(word) + 1)]
    found = {left + right[1:] for left, right in halves if right}
    found |= {left + right[1] + right[0] + right[2:] for left, right in halves if len(right) > 1}
    found |= {left + letter + right[1:] for left, right in halves if right for letter in _ALPHABET}
    found |= {left + letter + right for left, right in halves for letter in _ALPHABET}
    return sorted(found - {word})


def slips(left: str, right: str) -> int:
    """How many slips lie between two words (Damerau and Levenshtein, neighbours exchanged count once)."""
    before, above = [0] * (len(right) + 1), list(range(len(right) + 1))
    for row, letter in enumerate(left, start=1):
        current = [row]
        for column, other in enumerate(right, start=1):
            cost = min(above[column] + 1, current[-1] + 1, above[column - 1] + (letter != other))
            if row > 1 and column > 1 and letter == right[column - 2] and left[row - 2] == other:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        before, above = above, current
    return above[-1]


def is_like(typed: str, word: str) -> bool:
    """Whether a word can have been meant: one slip in a short one, two in a long one, three in a very long one."""
    allowed = 1 if len(typed) <= _SHORT else 2 if len(typed) <= _LONG else 3
    return abs(len(typed) - len(word)) <= allowed and slips(typed, word) <= allowed


def nearest(typed: str, words: Sequence[str]) -> str | None:
    """The word that was most likely meant, if any can have been: half of it may be different, such as its ending."""
    base = folded(typed)
    ranked = sorted((slips(base, folded(word)), place) for place, word in enumerate(words))
    return words[ranked[0][1]] if ranked and ranked[0][0] <= max(2, len(base) // 2) else None
