"""Another spelling for a query that found nothing: looked for among all words within reach, read from a hit alone."""

import re
from dataclasses import dataclass, field

from portal.search.queries import PAGE_SIZE, SearchQuery, SearchResult, search_terms
from portal.search.rules import Kind, Term, folded, is_like, mistyped, nearest, slips, terms_of, variants
from tenants.context import Actor
from tenants.database import execute

_MOST_LIKE, _MOST_TRIED, _MOST_WORDS = 20, 6, 5
_LONGEST_ENDING = 4
_SHORT = 7  # letters; shorter words share too little with what was meant to be found by their parts
_MARKED = re.compile("<mark>(.*?)</mark>")


@dataclass(frozen=True, slots=True)
class Help:
    """What can be said to somebody who found nothing.

    Attributes:
        asks_nothing: the query holds no word that is looked for, only exclusions or signs.
        is_common: it holds only words that stand everywhere.
        text: the query in another spelling that is sure to have a hit; empty when there is none.
        result: hits of words that look alike.
    """

    asks_nothing: bool = False
    is_common: bool = False
    text: str = ""
    result: SearchResult = field(default_factory=lambda: SearchResult([]))


async def correct(actor: Actor, query: SearchQuery, *, limit: int = PAGE_SIZE) -> Help:
    """Help for a query without hits.

    Which words there are within reach is asked without looking at who may read them, so nothing of that answer is
    shown: a spelling is taken from the first hit that the actor does see, where it stands.
    """
    if not (terms := terms_of(query.text)):
        return Help(asks_nothing=True)
    typed = mistyped(terms)[:_MOST_WORDS]
    is_common, alike = await _alike(terms, typed)
    tried = {word: _tried(word, alike) for word in typed}
    if is_common or not any(tried.values()):
        return Help(is_common=is_common)
    result = await search_terms(actor, query, [_widened(term, tried) for term in terms], limit=limit)
    return Help(text=_respelt(query.text, typed, result), result=result)


async def _alike(terms: list[Term], typed: list[str]) -> tuple[bool, set[str]]:
    """Whether the query holds nothing that is searched for, and the stems that look like its words."""
    short = [variant for word in typed if len(word) <= _SHORT for variant in variants(folded(word))]
    rows = await execute(
        """
        SELECT numnode(q.wide) = 0 AS is_common, l.word
        FROM search_query({}::text[], {}::text[]) AS q LEFT JOIN search_similar({}::text[], {}::text[], {}) AS l ON true
        """,
        [term.text for term in terms],
        [term.kind.value for term in terms],
        [word.lower() for word in typed],
        short,
        _MOST_LIKE,
    )
    return rows[0]["is_common"], {row["word"] for row in rows if row["word"]}


def _tried(word: str, found: set[str]) -> list[str]:
    """The stems most like a word. A stem is its word without the ending."""
    base = folded(word)
    near = {stem: min(slips(base, stem), slips(base[: len(stem)], stem)) for stem in found}
    likely = (
        stem
        for stem in found
        if is_like(base, stem) or (len(base) - len(stem) <= _LONGEST_ENDING and is_like(base[: len(stem)], stem))
    )
    return sorted(likely, key=lambda stem: (near[stem], abs(len(stem) - len(base)), stem))[:_MOST_TRIED]


def _widened(term: Term, tried: dict[str, list[str]]) -> Term:
    """A term that may be any of the words that look alike, or what it was."""
    if term.kind not in (Kind.WORD, Kind.PREFIX) or not tried.get(term.text):
        return term
    return Term(Kind.STEMS, " ".join([term.text, *tried[term.text]]))


def _respelt(text: str, typed: list[str], result: SearchResult) -> str:
    if not result.hits:
        return ""
    first = result.hits[0]
    shown = list(dict.fromkeys(_MARKED.findall(f"{first.title} {first.snippet}")))
    respelt = text
    for word in typed:
        meant = nearest(word, shown)
        if meant is None:
            return ""
        respelt = re.sub(rf"\b{re.escape(word)}\b\*?", meant, respelt)
    return respelt if respelt != text else ""
