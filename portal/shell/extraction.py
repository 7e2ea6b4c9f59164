"""Finds every text that people read and keeps the catalogues complete.

    python -m portal.shell.extraction          write new texts into the catalogues, list what lacks a translation
    python -m portal.shell.extraction --check  only list; exit code 1 if anything is missing or left over

In templates: ``_("…")``, ``_n("…", "…", n)`` and ``{% trans %}``. In Python: the texts given to fields, navigation
items, refusals, ``Sentence`` and ``form.fail``, the keywords label, help, required and flash, and whatever
``mark("…")`` surrounds. The command line speaks German only.
"""

import ast
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po
from jinja2.ext import babel_extract

from portal.shell.i18n import DEFAULT, LANGUAGES, po_path, read_catalogue

PORTAL = Path(__file__).resolve().parents[1]
GERMAN_ONLY = ("cli", "local")
Text = str | tuple[str, str]
_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)  # a constant, so that the file changes only when a text does

_FIRST = frozenset(
    {
        *(
            "Text",
            "LongText",
            "Choice",
            "Select",
            "Date",
            "Integer",
            "Checkbox",
            "NavItem",
            "Sentence",
            "Problem",
            "mark",
        ),
        *("Conflict", "Forbidden", "Invalid", "NotFound", "TooLarge", "Unavailable"),
    }
)
_KEYWORDS = frozenset({"flash", "help", "label", "required"})


def texts(root: Path = PORTAL) -> set[Text]:
    """All texts of the portal; a pair where the number decides."""
    found: set[Text] = set()
    for path in sorted(root.rglob("*.py")):
        if path.relative_to(root).parts[0] not in GERMAN_ONLY:
            found.update(of_python(path.read_text(encoding="utf-8")))
    for path in sorted(root.rglob("templates/**/*.*")):
        if path.suffix in (".html", ".txt") and path.relative_to(root).parts[0] not in GERMAN_ONLY:
            found.update(of_template(path))
    return {text for text in found if text}


def of_template(path: Path) -> Iterator[Text]:
    """The texts of one template."""
    with path.open("rb") as file:
        options = {"encoding": "utf-8", "trimmed": "true", "silent": "false"}
        for _, _, message, _ in babel_extract(file, ("_", "_n", "gettext", "ngettext"), (), options):
            if isinstance(message, str):
                yield message
            elif isinstance(message, tuple) and isinstance(message[0], str):
                second = message[1] if len(message) > 1 else None
                yield (message[0], second) if isinstance(second, str) else message[0]


def of_python(source: str) -> Iterator[str]:
    """The texts of one module."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call):
            yield from _constants(_candidates(node))
        elif isinstance(node, ast.Assign) and any(_name(target) == "default" for target in node.targets):
            yield from _constants([node.value])


def _candidates(call: ast.Call) -> Iterator[ast.expr]:
    name = _name(call.func)
    if name in _FIRST:
        yield from call.args[:1]
    if name == "fail":
        yield from call.args[1:2]
    for keyword in call.keywords:
        if keyword.arg in _KEYWORDS:
            yield keyword.value
        if keyword.arg == "options" and isinstance(keyword.value, ast.List | ast.Tuple):
            yield from (
                pair.elts[1] for pair in keyword.value.elts if isinstance(pair, ast.Tuple) and len(pair.elts) > 1
            )


def _constants(nodes: Iterable[ast.expr]) -> Iterator[str]:
    return (node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))


def _name(node: ast.expr) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def missing(catalogue: Catalog, wanted: set[Text]) -> list[str]:
    """The texts without a finished translation."""
    return sorted(_key(text) for text in wanted if not _translated(catalogue, text))


def left_over(catalogue: Catalog, wanted: set[Text]) -> list[str]:
    """Entries that nothing asks for any more."""
    known = {_key(text) for text in wanted}
    return sorted(_key(message.id) for message in catalogue if message.id and _key(message.id) not in known)


def update(code: str, wanted: set[Text]) -> Catalog:
    """The catalogue with exactly the texts that are used; translations are kept."""
    old = read_catalogue(code) if po_path(code).exists() else Catalog(locale=code)
    new = Catalog(
        locale=code,
        header_comment=f"# Hilfenetz: {LANGUAGES[code]}. The German text is the key; tests find what is empty.",
        project="Hilfenetz",
        version="1",
        msgid_bugs_address="-",
        creation_date=_BEGINNING,
        revision_date=_BEGINNING,
        last_translator="-",
        language_team=LANGUAGES[code],
        fuzzy=False,
    )
    for text in sorted(wanted, key=_key):
        entry = old.get(_key(text))
        new.add(text, entry.string if entry is not None and entry.string else "")
    return new


def _translated(catalogue: Catalog, text: Text) -> bool:
    entry = catalogue.get(_key(text))
    if entry is None or entry.fuzzy:
        return False
    return bool(entry.string and all(entry.string)) if isinstance(text, tuple) else bool(entry.string)


def _key(text: object) -> str:
    return str(text[0]) if isinstance(text, tuple | list) else str(text)


def main(arguments: list[str]) -> int:
    """Run the command; the number of languages with gaps is not told, only whether there are any."""
    wanted, problems = texts(), 0
    for code in LANGUAGES.keys() - {DEFAULT}:
        if "--check" not in arguments:
            catalogue = update(code, wanted)
            po_path(code).parent.mkdir(parents=True, exist_ok=True)
            with po_path(code).open("wb") as file:
                write_po(file, catalogue, width=120, omit_header=False, sort_output=True)
        catalogue = read_catalogue(code)
        gaps = [*missing(catalogue, wanted), *left_over(catalogue, wanted)]
        problems += len(gaps)
        sys.stdout.writelines(f"{code}: {gap}\n" for gap in gaps)
    return 1 if problems else 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
