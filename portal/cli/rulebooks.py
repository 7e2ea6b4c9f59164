"""The rulebook that a command names: a network that we bring along, or a file."""

from pathlib import Path

from portal.kit.errors import Invalid
from tenants.rulebook import NETWORKS, Rulebook, RulebookError, load_rulebook


def find_rulebook(name: str) -> Rulebook:
    """The rulebook of that network, or of a TOML file.

    Raises:
        Invalid: there is none, or it breaks the rules of rulebooks.
    """
    path = Path(name) if name.endswith(".toml") else NETWORKS / f"{name}.toml"
    if not path.is_file():
        known = ", ".join(sorted(found.stem for found in NETWORKS.glob("*.toml")))
        raise Invalid(f"Das Regelwerk „{name}“ gibt es nicht. Es gibt: {known}.")
    try:
        return load_rulebook(path)
    except RulebookError as problem:
        raise Invalid(str(problem)) from None


def check_file(path: Path) -> tuple[int, str]:
    """0 and that it is in order; 2 and every place that has to be changed, a line each."""
    try:
        load_rulebook(path)
    except RulebookError as problem:
        return 2, "\n".join(problem.problems)
    return 0, "in Ordnung"
