"""`hilfenetz tally`: a result with its arithmetic, without a database."""

from pathlib import Path

from portal.votes import agreement
from tenants.rulebook import NETWORKS, RulebookError, load_rulebook


def tally_in_words(
    rule: str, rulebook: str, *, members: int, yes: int, no: int, abstain: int, candidates: tuple[int, ...]
) -> tuple[int, str]:
    """0 decided, 1 rejected, 2 impossible; and what to print."""
    path = Path(rulebook) if rulebook.endswith(".toml") else NETWORKS / f"{rulebook}.toml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in NETWORKS.glob("*.toml")))
        return agreement.IMPOSSIBLE, f"Das Regelwerk „{rulebook}“ gibt es nicht. Es gibt: {known}."
    try:
        book = load_rulebook(path)
    except RulebookError as problem:
        return agreement.IMPOSSIBLE, str(problem)
    return agreement.tally_in_words(book, rule, members=members, yes=yes, no=no, abstain=abstain, candidates=candidates)
