"""Which rulebook holds is answered in one place: nobody else sorts versions or takes the highest."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
STATEMENT = re.compile(r"(?:FROM|JOIN) rulebook\b[^;]*?(?=\"\"\"|$)", re.MULTILINE | re.DOTALL)
CHOOSING = re.compile(r"ORDER BY [\w.]*(?:version|valid_from)\b[^)]*LIMIT|max\([\w.]*(?:version|valid_from)\)")


def test_only_the_database_chooses_the_version_in_force():
    read = 0
    for package in ("portal", "tenants", "workers"):
        for path in sorted((ROOT / package).rglob("*.py")):
            for statement in STATEMENT.findall(path.read_text("utf-8")):
                read += 1
                assert not CHOOSING.search(statement), (
                    f"{path.relative_to(ROOT)}: ask rulebook_in_force(), or standing_of() in tenants/queries.py"
                )
    assert read > 5


def test_the_one_reader_of_the_rulebook_in_force_asks_the_database():
    assert "rulebook_in_force" in (ROOT / "tenants/queries.py").read_text("utf-8")
