"""The repository holds the product and nothing else."""

import re
import subprocess
import tomllib
from pathlib import Path

import yaml

from portal.shell.i18n import LANGUAGES

ROOT = Path(__file__).resolve().parents[2]
TOP = {
    "portal", "workers", "tenants", "migrations", "tests", "docs", "docker-compose.yml", "Dockerfile", "pyproject.toml",
    "README.md", "Makefile", "LICENSE", "publiccode.yml", "package.json", "package-lock.json", "requirements.lock",
    "requirements-dev.lock",
}  # fmt: skip


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def texts() -> list[tuple[Path, str]]:
    binary = {".png", ".woff2", ".lock"}
    paths = [path for path in tracked() if path.suffix not in binary and path.name != "package-lock.json"]
    return [(path, path.read_text(encoding="utf-8")) for path in paths]


def test_the_top_level_shows_the_house():
    top = {path.relative_to(ROOT).parts[0] for path in tracked()}
    extra = {name for name in top if not name.startswith(".")} - TOP
    assert not extra, f"move into a package or docs/: {extra}"


def test_locks_hold_hashes_and_no_addresses():
    for name in ("requirements.lock", "requirements-dev.lock", "package-lock.json"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "sha256:" in text or "sha512-" in text
        assert not re.search(r'"resolved":|file://|--index-url|--find-links|https?://[^"\s]*/simple', text), name


def test_nothing_is_left_unfinished():
    pattern = re.compile(
        r"\b(TO" r"DO|FIX" r"ME|XX" r"X|NotImplemented" r"Error)\b|pytest\.mark\.(sk" r"ip|x" r"fail)\b"
    )
    for path, text in texts():
        found = pattern.search(text)
        assert not found, f"{path.relative_to(ROOT)}: {found.group() if found else ''}: finish it or take it out"


def test_decisions_fit_on_a_page_and_name_their_test():
    pages = sorted((ROOT / "docs" / "decisions").glob("0*.md"))
    assert len(pages) >= 3
    for path in pages:
        text = path.read_text(encoding="utf-8")
        assert len(text.splitlines()) <= 60, path.name
        for reference in re.findall(r"`(tests/[\w/]+\.py)`", text):
            assert (ROOT / reference).exists(), f"{path.name} names {reference}"
        assert "`tests/" in text, f"{path.name}: which test enforces it?"


def test_the_readme_has_at_most_two_pages():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 110


def test_publiccode_says_what_the_standard_asks():
    found = yaml.safe_load((ROOT / "publiccode.yml").read_text(encoding="utf-8"))
    needed = {
        "publiccodeYmlVersion", "name", "url", "platforms", "categories", "developmentStatus", "softwareType",
        "description", "legal", "maintenance", "localisation",
    }  # fmt: skip
    assert needed <= set(found)
    assert (found["publiccodeYmlVersion"], found["developmentStatus"]) == ("0.4", "development")
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert str(found["softwareVersion"]) == version
    assert isinstance(found["releaseDate"], str), "a date in quotes: YAML would make something else of it"
    for words in found["description"].values():
        assert len(words["shortDescription"]) <= 150
        assert 150 <= len(words["longDescription"]) <= 10_000
        assert all(len(feature) <= 100 for feature in words["features"])
    assert set(found["description"]) == set(found["localisation"]["availableLanguages"]) == set(LANGUAGES)
    assert found["maintenance"]["contacts"]
