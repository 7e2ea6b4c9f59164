"""A Chromium for the browser tests: the system's, else from the package manager when root, else Playwright's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from portal.local.problem import LocalProblem

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find() -> str | None:
    """The path of an installed Chromium: CHROMIUM, the system's, or Playwright's."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, _NAMES)), None) or _playwrights()


def ensure() -> str:
    """Find a Chromium, or install one.

    Raises:
        LocalProblem: none could be installed.
    """
    if found := find():
        return found
    print("Chromium für die Tests installieren …", flush=True)  # noqa: T201 - progress for the person at the keyboard
    if os.geteuid() == 0 and shutil.which("apt-get"):
        _try("apt-get", "update", "--quiet")
        _try("apt-get", "install", "--yes", "--quiet", "--no-install-recommends", "chromium")
    if find() is None:
        _try(sys.executable, "-m", "playwright", "install", "chromium")
    if found := find():
        return found
    raise LocalProblem(
        "Für die Tests fehlt Chromium. Installieren Sie das Paket „chromium“ Ihres Systems, "
        "oder nennen Sie mit CHROMIUM den Pfad eines vorhandenen."
    )


_ASK = "from playwright.sync_api import sync_playwright as p\nwith p() as x: print(x.chromium.executable_path)"


def _playwrights() -> str | None:
    """In a process of its own: Playwright's plain interface refuses to work where an event loop runs."""
    asked = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True, check=False)
    path = asked.stdout.strip()
    return path if path and Path(path).exists() else None


def _try(*command: str) -> None:
    subprocess.run(command, env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, check=False)


if __name__ == "__main__":
    try:
        ensure()
    except LocalProblem as problem:
        sys.exit(str(problem))
