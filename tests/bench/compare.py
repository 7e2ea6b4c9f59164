"""A page of the portal beside the bare page, asked in turn within one run."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import asyncpg

from portal.local.state import listens
from tenants.database import connection_config
from tests.bench import load as load_generator
from tests.bench.statements import statements_of
from tests.database import Database

ROUNDS = 7
CHANGES = 60  # of each kind
# Something changes for who asks: a text of their space, each vote, and who somebody is (docs/decisions/0092).
TEXTS = """
UPDATE item i SET position = i.position FROM space s JOIN organisation o ON o.id = s.organisation_id
WHERE o.slug = 'bgw' AND i.space_id = s.id AND i.address = 'regal/seite-20' AND i.bin_id IS NULL
"""
VOTES = "UPDATE vote SET question = question"
WHO = "UPDATE organisation SET name = name"
SECONDS = 1.5
LARGEST_RATIO = 3.0
MOST_STATEMENTS = 6
# The same server with the same options as the portal chooses for itself (portal/cli/run.py).
PLAINLY = ["granian", "--interface", "asgi", "--http", "1", "--no-ws", "--no-access-log"]
PORTAL = ["portal.cli", "serve"]


@dataclass(frozen=True)
class Compared:
    """What one page costs: ``ratio`` bare pages, ``changed`` when a text or a vote has changed since the last (the
    dearer of both), ``met`` when it is asked anew who asks; ``rate`` a second."""

    name: str
    ratio: float
    changed: float
    met: float
    rate: float
    statements: int

    @property
    def holds(self) -> bool:
        """Whether it keeps to the bounds."""
        return self.ratio <= LARGEST_RATIO and self.statements <= MOST_STATEMENTS


async def compare(base: Database, name: str, path: str, cookie: str, ports: tuple[int, int]) -> Compared:
    """Measure one page and print it; the portal listens on the first port."""
    port, bare_port = ports
    size = len(await load_generator.body(port, path, cookie=cookie))
    os.environ["BARE_PAGE_BYTES"] = str(size)
    with server([*PLAINLY, "--port", str(bare_port), "tests.bench.bare:app"], bare_port):
        ratio, ours, bare = await _ratio(port, path, cookie, bare_port)
        changed, met = await _ratios_after_changes(base, port, path, cookie, bare_port)
    found = Compared(name, ratio, changed, met, ours, await statements_of(base, path, cookie))
    print(
        f"{name:<22} {size / 1000:5.1f} kB  {ours:7.0f}/s  bare page {bare:7.0f}/s  "
        f"ratio {ratio:4.2f} (at most {LARGEST_RATIO}), {changed:4.2f} after each change, "
        f"{met:4.2f} of who asks  "
        f"statements {found.statements} (at most {MOST_STATEMENTS})",
        flush=True,
    )
    return found


async def _ratio(port: int, path: str, cookie: str, bare_port: int) -> tuple[float, float, float]:
    ours: list[float] = []
    bare: list[float] = []
    await load_generator.requests_a_second(port, path, seconds=0.5, cookie=cookie)
    await load_generator.requests_a_second(bare_port, "/", seconds=0.5)
    for _ in range(ROUNDS):
        ours.append(await load_generator.requests_a_second(port, path, seconds=SECONDS, cookie=cookie))
        bare.append(await load_generator.requests_a_second(bare_port, "/", seconds=SECONDS))
    ratios = [plain / walled for plain, walled in zip(bare, ours, strict=True)]
    return statistics.median(ratios), statistics.median(ours), statistics.median(bare)


async def _ratios_after_changes(
    base: Database, port: int, path: str, cookie: str, bare_port: int
) -> tuple[float, float]:
    """One page after the other, and before each something changes for who asks."""
    ours: dict[str, list[float]] = {TEXTS: [], VOTES: [], WHO: []}
    bare: list[float] = []
    connection = await asyncpg.connect(**connection_config(base.url("admin")))
    async with load_generator.line(port, path, cookie=cookie) as page, load_generator.line(bare_port, "/") as plain:
        for _ in range(CHANGES):
            for change, times in ours.items():
                await connection.execute(change)
                times.append(await page())
                bare.append(await plain())
    await connection.close()
    texts, votes, met = (statistics.median(times) / statistics.median(bare) for times in ours.values())
    return max(texts, votes), met


@contextmanager
def server(module: list[str], port: int) -> Iterator[None]:
    """A server process for as long as it is needed."""
    process = subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: listens(port))
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(until: Callable[[], bool]) -> None:
    for _ in range(600):
        if until():
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")
