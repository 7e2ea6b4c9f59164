"""Every action that is recorded anywhere has its words, and every code of a reason too."""

import ast
from collections.abc import Iterator
from pathlib import Path

import portal
from portal.audit.rules import Fault, Verdict
from portal.audit.words import ACTIONS, FAULTS, verdict_sentence
from portal.identity.role_words import ROLE_WORDS, in_order
from tenants.context import Role

ROOT = Path(portal.__file__).parent


def recorded() -> Iterator[tuple[str, str]]:
    """(file, action) of each call of ``record``; constants of the same module are followed."""
    for path in sorted(ROOT.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and _name(node.func) == "record"]
        if not calls:
            continue
        codes = {node.value for node in ast.walk(tree) if isinstance(node, ast.Constant) and _is_code(node.value)}
        given = {keyword.value for call in calls for keyword in call.keywords if keyword.arg == "action"}
        literal = {node.value for node in given if isinstance(node, ast.Constant)}
        yield from ((path.name, code) for code in literal | (codes if len(literal) < len(given) else set()))


def _name(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _is_code(value: object) -> bool:
    parts = value.split(":") if isinstance(value, str) else []
    return len(parts) == 2 and all(part.replace("_", "").isalpha() and part.islower() for part in parts)


def test_every_recorded_action_has_words():
    found = set(recorded())
    assert len(found) > 10
    for file, action in found:
        assert action in ACTIONS, f"{file} records {action!r}: add its words to portal/audit/words.py"


def test_no_words_are_left_over():
    assert set(ACTIONS) == {action for _, action in recorded()} | {"audit:checked"}


def test_every_fault_and_every_role_has_words():
    assert set(FAULTS) == set(Fault)
    assert set(ROLE_WORDS) == set(Role)
    assert set(in_order(Role)) == set(Role)


def test_a_verdict_is_a_sentence():
    def said(**given) -> str:
        plain = {"organisation_id": None, "slug": "a", "name": "A", "entries": 3, "complete": True}
        return verdict_sentence(Verdict(**{**plain, "broken": None, "head": None, **given}))

    assert said() == "Alle 3 Einträge sind unversehrt."
    assert said(entries=1) == "Der eine Eintrag ist unversehrt."
    assert said(complete=False) == "Die letzten 3 Einträge sind unversehrt."
