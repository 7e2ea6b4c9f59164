"""What is installed is what is in the repository, and the Makefile explains itself."""

import re
import subprocess
import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("portal", "tenants", "workers", "migrations")


def run(*command: str | Path, cwd: Path = ROOT) -> str:
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=True).stdout


def test_everything_of_the_packages_is_installed(tmp_path: Path):
    tracked = {name for name in run("git", "ls-files", *PACKAGES).splitlines() if (ROOT / name).is_file()}
    for name in (*tracked, "pyproject.toml", "LICENSE"):
        (tmp_path / "source" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "source" / name).write_bytes((ROOT / name).read_bytes())
    building = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    run(*building, "--wheel-dir", tmp_path, ".", cwd=tmp_path / "source")
    (wheel,) = tmp_path.glob("*.whl")
    installed = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    assert installed == tracked


def test_make_says_what_it_can_do():
    shown = run("make")
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
    assert targets
    for target in targets[1].split():
        assert re.search(rf"^  {target} +\S", shown, re.MULTILINE), target


def test_the_licence_is_named_everywhere_alike():
    for name in ("LICENSE", "pyproject.toml", "package.json", "publiccode.yml"):
        assert "EUPL-1.2" in (ROOT / name).read_text(encoding="utf-8"), name


def test_ci_runs_what_everybody_runs():
    path = ROOT / ".ci" / "run"
    assert path.stat().st_mode & 0o111
    assert path.read_text(encoding="utf-8").rstrip().endswith("make test")
