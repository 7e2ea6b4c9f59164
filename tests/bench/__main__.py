"""Signed-in pages of the portal against a bare Litestar page of the same size, alternating, in one run.

`make bench` prints requests a second, the ratio of the bare page to each page, and the statements a page costs.
Exit code 1 when a bound of docs/decisions/0004 is broken.
"""

import asyncio
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from migrations import runner
from portal.demo import directory, seed
from portal.identity.sessions import COOKIE
from portal.local.state import free_port, listens
from portal.local.surroundings import Services, assemble
from portal.settings import load
from tenants import database
from tenants.context import Role
from tests.bench import load as load_generator
from tests.bench.statements import statements_of
from tests.cast import cast_of
from tests.client import redis_of
from tests.database import Database

ROUNDS = 7
SECONDS = 1.5
LARGEST_RATIO = 3.0
MOST_STATEMENTS = 6
# The same server with the same options as the portal chooses for itself (portal/cli/run.py).
PLAINLY = ["granian", "--interface", "asgi", "--http", "1", "--no-ws", "--no-access-log"]


def main() -> int:
    """Measure and print; 0 when every bound holds."""
    with (
        tempfile.TemporaryDirectory(prefix="hilfenetz-bench-", ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        surroundings = assemble(Path(folder), durable=False)
        for service in (surroundings.database, surroundings.cache):
            stack.callback(service.stop)
            service.start()
        port, bare_port = free_port(), free_port()
        os.environ.update(surroundings.environment(public_url=f"http://localhost:{port}", port=port))
        return asyncio.run(_measure(surroundings, port, bare_port))


async def _measure(surroundings: Services, port: int, bare_port: int) -> int:
    base = Database(surroundings.database, "hilfenetz")
    await runner.migrate(*(base.url(role) for role in ("owner", "app", "worker", "auditor")))
    await database.connect(base.url("worker"))
    await seed.seed()
    await database.disconnect()
    pages, cookie = await _pages(base)
    with _server(["portal.cli", "serve"], port):
        cookie += f"; {await load_generator.first_cookie(port, '/anmelden')}"
        sizes = {name: len(await load_generator.body(port, path, cookie=cookie)) for name, path in pages.items()}
        broken = []
        for name, path in pages.items():
            os.environ["BARE_PAGE_BYTES"] = str(sizes[name])
            with _server([*PLAINLY, "--port", str(bare_port), "tests.bench.bare:app"], bare_port):
                ratio, ours, bare = await _ratio(port, path, cookie, bare_port)
            statements = await statements_of(base, path, cookie)
            print(
                f"{name:<22} {sizes[name] / 1000:5.1f} kB  {ours:7.0f}/s  bare page {bare:7.0f}/s  "
                f"ratio {ratio:4.2f} (at most {LARGEST_RATIO})  statements {statements} (at most {MOST_STATEMENTS})",
                flush=True,
            )
            if ratio > LARGEST_RATIO or statements > MOST_STATEMENTS:
                broken.append(name)
    print(f"broken bounds: {', '.join(broken)}" if broken else "all bounds hold")
    return 1 if broken else 0


async def _pages(base: Database) -> tuple[dict[str, str], str]:
    """The pages to measure, and the cookie of somebody signed in."""
    from portal.app import create_app

    settings = load()
    redis = redis_of(settings.redis_url)
    cast = await cast_of(base, create_app(settings), redis, directory.directory_people())
    browser = await cast.as_role("bgw", Role.REPRESENTATIVE)
    cookie = f"{COOKIE}={browser.http.cookies[COOKIE]}"
    votes = await base.as_superuser(
        "SELECT id FROM vote WHERE state = 'open' AND network_id = $1", cast.networks["bielefeld"]
    )
    await cast.close()
    await redis.aclose()
    pages = {
        "home": "/",
        "vote": f"/n/bielefeld/abstimmungen/{votes[0]['id']}",
        "list of votes": "/n/bielefeld/abstimmungen",
        "members": "/n/bielefeld/mitglieder",
        "inbox": "/mitteilungen",
    }
    return pages, cookie


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


@contextmanager
def _server(module: list[str], port: int) -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", *module], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        _wait(lambda: listens(port))
        yield
    finally:
        process.terminate()
        process.wait()


def _wait(until: Callable[[], bool]) -> None:
    import time

    for _ in range(200):
        if until():
            return
        time.sleep(0.05)
    raise RuntimeError("the server did not start")


if __name__ == "__main__":
    sys.exit(main())
