"""`hilfenetz tally`: a result with its arithmetic, without a database."""

from portal.cli.rulebooks import find_rulebook
from portal.kit.errors import Invalid
from portal.votes import agreement


def tally_in_words(
    rule: str, rulebook: str, *, members: int, yes: int, no: int, abstain: int, candidates: tuple[int, ...]
) -> tuple[int, str]:
    """0 decided, 1 rejected, 2 impossible; and what to print."""
    try:
        book = find_rulebook(rulebook)
    except Invalid as problem:
        return agreement.IMPOSSIBLE, problem.message
    return agreement.tally_in_words(book, rule, members=members, yes=yes, no=no, abstain=abstain, candidates=candidates)
