"""Begin a migration: ``make migration NAME=vote_contact`` writes the dated pair of files, with its warnings."""

import re
import sys
from datetime import UTC, date, datetime
from pathlib import Path

HERE = Path(__file__).parent
_NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_MOST_A_DAY = 99

SQL = """\
-- {subject}: say here in a sentence what changes and why.
--
-- Read migrations/README.md first, then take these lines out:
-- * Old code is still running while this runs and for minutes after. Nothing it reads or writes may be gone, renamed or
--   forbidden: do that in two steps, in two releases.
-- * ALTER TABLE waits for everybody who reads the table, and everybody waits behind it; the lock is held to the end. No
--   long work in here: no rows rewritten, no constraint checked, no index built on a large table.
-- * A new table: the organisation or network leads every key, foreign key and UNIQUE; an entry in tenants/policies.py.

"""
PYTHON = '''\
"""{subject}."""

from migrations.raw import raw

ID = "{identifier}"
VERSION = "1.38.0"
DESCRIPTION = "{name}"

forwards = raw(__file__, ID, DESCRIPTION)
'''


def begin(name: str, *, folder: Path = HERE, today: date | None = None) -> list[Path]:
    """Write the pair of files behind the newest migration there is.

    Raises:
        ValueError: the name is none, or the day is full.
    """
    if not _NAME.fullmatch(name):
        raise ValueError("Der Name besteht aus Kleinbuchstaben, Ziffern und Unterstrichen, zum Beispiel vote_contact.")
    day, number = _place_after(folder, today or datetime.now(UTC).date())
    if number > _MOST_A_DAY:
        raise ValueError("An diesem Tag gibt es schon 99 Migrationen.")
    stem = folder / f"{day:%Y_%m_%d}_{number:02}_{name}"
    words = {
        "name": name,
        "subject": name.replace("_", " ").capitalize(),
        "identifier": f"{day:%Y-%m-%d}T{number:02}:00:00:000000",
    }
    written = [stem.with_suffix(".sql"), stem.with_suffix(".py")]
    for path, text in zip(written, (SQL, PYTHON), strict=True):
        path.write_text(text.format(**words), encoding="utf-8")
    return written


def _place_after(folder: Path, today: date) -> tuple[date, int]:
    """A day and number that sort behind every migration, whatever the clock of this machine says."""
    newest = max((path.stem for path in folder.glob("[0-9]*.py")), default="0001_01_01_00")
    year, month, day, number = map(int, newest.split("_")[:4])
    last = date(year, month, day)
    return (last, number + 1) if last >= today else (today, 1)


if __name__ == "__main__":
    try:
        print(*begin(*sys.argv[1:2] or [""]), sep="\n")  # noqa: T201 - tells which files to write on
    except ValueError as problem:
        sys.exit(str(problem))
