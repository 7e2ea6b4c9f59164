"""A further version of a rulebook: what it may change, and what stays as it was founded."""

from collections.abc import Iterator
from datetime import date

from tenants.rulebook import Rulebook, parse_rulebook
from tenants.rulebook_reader import Path, RulebookError, dotted, lines_of

LONGEST_SOURCE = 200_000
# What a network was founded as; people, spaces and holidays hang on it, so no version changes it.
_FOUNDED = {
    "slug": "Der Kurzname steht in allen Adressen des Netzwerks",
    "name": "Der Name des Netzwerks steht fest",
    "city": "Die Stadt steht fest",
    "land": "Nach den Feiertagen dieses Landes laufen Fristen",
}
_MEMBERS = (
    "weicht von der Gründung ab, erwartet dieselben Mitglieder wie bisher. Mitglieder kommen und gehen durch Aufnahme, "
    "Austritt und Ausschluss, nicht durch ein neues Regelwerk."
)


def parse_successor(text: str, *, file: str, before: Rulebook, today: date) -> Rulebook:
    """Read the version that follows ``before``.

    Args:
        today: the first day on which it may begin.

    Raises:
        RulebookError: file, line, key, what was found and what is expected, a sentence each.
    """
    if len(text) > LONGEST_SOURCE:
        raise RulebookError([f"{file}: Die Datei ist zu lang, erwartet höchstens {LONGEST_SOURCE} Zeichen."])
    if "\x00" in text:
        raise RulebookError([f"{file}: Das ist keine Textdatei, erwartet ein Regelwerk als TOML."])
    book = parse_rulebook(text, file=file)
    lines = lines_of(text)
    problems = [_placed(file, lines, path, sentence) for path, sentence in _misfits(book, before, today)]
    if problems:
        raise RulebookError(problems)
    return book


def _misfits(book: Rulebook, before: Rulebook, today: date) -> Iterator[tuple[Path, str]]:
    for key, why in _FOUNDED.items():
        found, expected = getattr(book, key), getattr(before, key)
        if found != expected:
            yield (key,), f"gefunden „{found}“, erwartet „{expected}“ wie bisher. {why}."
    if book.version != before.version + 1:
        yield ("version",), f"gefunden „{book.version}“, erwartet „{before.version + 1}“, die nächste Fassung."
    if book.valid_from < today:
        yield (
            ("valid_from",),
            f"gefunden {book.valid_from}, erwartet einen Tag ab heute ({today}): Regeln gelten nie rückwirkend.",
        )
    if book.members != before.members:
        pairs = zip(book.members, before.members, strict=False)
        number = next((place for place, (found, expected) in enumerate(pairs) if found != expected), 0)
        yield ("members", number), _MEMBERS


def _placed(file: str, lines: dict[Path, int], path: Path, sentence: str) -> str:
    line = next((lines[path[:end]] for end in range(len(path), 0, -1) if path[:end] in lines), None)
    where = f"{file}, Zeile {line}" if line else file
    return f"{where}: {dotted(path)}: {sentence}"
