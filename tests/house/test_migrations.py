"""Migrations come in pairs, in order, with their two steps; a new one begins with its warnings."""

import re
from datetime import date
from pathlib import Path

import pytest

from migrations import new, runner

FOLDER = Path(new.__file__).parent
SQL = sorted(FOLDER.glob("[0-9]*.sql"))
# What old code that still runs would stumble over.
BREAKING = re.compile(
    r"\bDROP\s+(TABLE|COLUMN|VIEW|FUNCTION)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bALTER\s+COLUMN\s+\w+\s+(SET\s+DATA\s+)?TYPE\b"
    r"|\bADD\s+COLUMN\b(?![^;,]*\bDEFAULT\b)[^;,]*\bNOT\s+NULL\b",
    re.IGNORECASE,
)
SECOND_STEP = re.compile(r"^-- Second step after (\d{4}_\d\d_\d\d_\d\d_\w+)\.", re.MULTILINE)


def breaks_old_code(statements: str) -> bool:
    return bool(BREAKING.search(re.sub(r"--.*", "", statements)))


def test_each_has_its_sql_and_its_python():
    assert [path.stem for path in SQL] == sorted(path.stem for path in FOLDER.glob("[0-9]*.py"))
    assert len(SQL) == len(runner.known()) == len(set(runner.known()))


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_it_says_what_it_is_for_and_its_warnings_were_read(path: Path):
    text = path.read_text(encoding="utf-8")
    assert re.match(r"-- [A-Z].{20,}", text), f"{path.name}: begin with a sentence about what changes and why"
    assert "say here in a sentence" not in text
    assert "take these lines out" not in text


@pytest.mark.parametrize("path", SQL, ids=lambda path: path.stem)
def test_what_old_code_would_miss_goes_in_two_steps(path: Path):
    text = path.read_text(encoding="utf-8")
    if breaks_old_code(text):
        first = SECOND_STEP.search(text)
        assert first, f"{path.name}: '-- Second step after <migration>.', see migrations/README.md"
        assert (FOLDER / f"{first[1]}.sql").exists(), f"{path.name} names {first[1]}"
        assert first[1] < path.stem


@pytest.mark.parametrize(
    ("statement", "breaks"),
    [
        ("ALTER TABLE vote DROP COLUMN question", True),
        ("ALTER TABLE vote RENAME question TO matter", True),
        ("ALTER TABLE vote ALTER COLUMN question SET NOT NULL", True),
        ("ALTER TABLE vote ALTER COLUMN question TYPE varchar", True),
        ("ALTER TABLE vote ADD COLUMN contact text NOT NULL", True),
        ("ALTER TABLE vote ADD COLUMN contact text NOT NULL DEFAULT ''", False),
        ("ALTER TABLE vote ADD COLUMN contact text", False),
        ("CREATE TABLE a (id uuid NOT NULL)", False),
        ("-- DROP TABLE vote", False),
    ],
)
def test_the_two_step_rule_knows_what_breaks(statement: str, breaks: bool):
    assert breaks_old_code(statement) == breaks


def test_a_new_one_comes_last_and_warns_its_author(tmp_path: Path):
    sql, python = new.begin("vote_contact", folder=tmp_path, today=date(2027, 1, 2))
    assert (sql.name, python.name) == ("2027_01_02_01_vote_contact.sql", "2027_01_02_01_vote_contact.py")
    warned = sql.read_text(encoding="utf-8")
    for word in ("Old code is still running", "two steps", "waits", "no index built", "tenants/policies.py"):
        assert word in warned
    compile(python.read_text(encoding="utf-8"), python.name, "exec")
    assert 'ID = "2027-01-02T01:00:00:000000"' in python.read_text(encoding="utf-8")
    again, _ = new.begin("vote_contact_again", folder=tmp_path, today=date(2027, 1, 1))  # a clock that is behind
    assert again.name == "2027_01_02_02_vote_contact_again.sql"


@pytest.mark.parametrize("name", ["", "Vote", "vote-contact", "../vote", "vote__x"])
def test_a_name_that_is_none_is_told(tmp_path: Path, name: str):
    with pytest.raises(ValueError, match="zum Beispiel vote_contact"):
        new.begin(name, folder=tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_rules_are_written_beside_them():
    rules = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert len(rules.splitlines()) <= 60
    for word in ("two steps", "Second step after", "lock_timeout", "NOT VALID", "make migration NAME="):
        assert word in rules
