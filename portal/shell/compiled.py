"""Templates as they were compiled, kept beside what Python keeps of its modules and for as long: until one changes.

To compile all templates in all languages takes seconds of every start; what was kept is read in a moment. It lies where
nobody else may write, as Python's own does, and who keeps no modules (``PYTHONDONTWRITEBYTECODE``) keeps no templates.
"""

import marshal
import sys
from collections.abc import Iterable
from contextlib import suppress
from hashlib import sha256
from importlib.util import MAGIC_NUMBER
from pathlib import Path
from tempfile import NamedTemporaryFile

import jinja2
from jinja2.bccache import Bucket, BytecodeCache

_HERE = Path(__file__).parent
KEPT = _HERE / "__pycache__"


class Compiled(BytecodeCache):
    """The templates of these folders in one language. ``like``: what else goes into them, a text or a file each."""

    def __init__(self, code: str, folders: list[Path], like: Iterable[str | Path], *, kept: Path = KEPT) -> None:
        sources = [*sorted(_HERE.glob("*.py")), *(part for folder in folders for part in sorted(folder.rglob("*.*")))]
        place = sha256("\0".join([code, *map(str, folders)]).encode())
        content = sha256(MAGIC_NUMBER + jinja2.__version__.encode())
        for part in (*like, *sources):
            held = part.read_bytes() if isinstance(part, Path) else b""
            content.update(f"{part}\0{len(held)}\0".encode() + held)
        self.path = kept / f"templates-{place.hexdigest()[:16]}.{sys.implementation.cache_tag}.bin"
        self.stamp = content.digest()
        self.codes: dict[str, bytes] = self._read()
        self.is_new = not self.codes

    def load_bytecode(self, bucket: Bucket) -> None:
        """What was kept of a template, if anything was."""
        if code := self.codes.get(bucket.key):
            bucket.code = marshal.loads(code)  # noqa: S302 - written by us, where only we may

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Note down what had to be compiled."""
        self.codes[bucket.key] = marshal.dumps(bucket.code)
        self.is_new = True

    def save(self) -> None:
        """Keep it if there is something new; a folder that cannot be written to is no trouble."""
        if not self.is_new or sys.dont_write_bytecode:
            return
        with suppress(OSError):
            self.path.parent.mkdir(exist_ok=True)
            with NamedTemporaryFile(dir=self.path.parent, delete=False) as file:
                file.write(self.stamp + marshal.dumps(self.codes))
            Path(file.name).replace(self.path)

    def _read(self) -> dict[str, bytes]:
        try:
            found = self.path.read_bytes()
            kept: dict[str, bytes] = marshal.loads(found[32:]) if found[:32] == self.stamp else {}  # noqa: S302
        except (OSError, EOFError, ValueError, TypeError):
            return {}
        return kept
