"""Signed-in pages of the portal against a bare Litestar page of the same size, alternating, in one run.

`make bench` prints requests a second, the ratio of the bare page to each page, and the statements a page costs; then
the same for pages of a network of 200 members, and how long a vote takes there, from its opening to the last notice;
last, how long 100,000 deadlines take that are due in one minute.
`make bench ARGS=content` fills a database with five million items first (half an hour, 12 GB) and measures search,
folders, depth and versions in it; `ARGS="content 200000"` does it with fewer. Exit code 1 when a bound of
docs/decisions/0004 is broken.
"""

import asyncio
import os
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from migrations import runner
from portal.demo import directory, seed
from portal.identity.sessions import COOKIE
from portal.local.mailbox import Mailbox
from portal.local.state import free_port
from portal.local.surroundings import Services, assemble
from portal.settings import load
from tenants.context import Role
from tests.bench import content, deadlines, network
from tests.bench import load as load_generator
from tests.bench.compare import PORTAL, compare, server
from tests.cast import cast_of
from tests.client import redis_of
from tests.database import Database


def main(arguments: list[str]) -> int:
    """Measure and print; 0 when every bound holds."""
    with (
        tempfile.TemporaryDirectory(prefix="hilfenetz-bench-", ignore_cleanup_errors=True) as folder,
        ExitStack() as stack,
    ):
        surroundings = assemble(Path(folder), durable=False)
        for service in (surroundings.database, surroundings.cache):
            stack.callback(service.stop)
            service.start()
        ports = free_port(), free_port()
        os.environ.update(surroundings.environment(public_url=f"http://localhost:{ports[0]}", port=ports[0]))
        return asyncio.run(_measure(surroundings, ports, arguments))


async def _measure(surroundings: Services, ports: tuple[int, int], arguments: list[str]) -> int:
    base = Database(surroundings.database, "hilfenetz")
    await runner.migrate(*(base.url(role) for role in ("owner", "app", "worker", "auditor")))
    await seed.seed()
    if arguments[:1] == ["content"]:
        broken = await content.measure(base, ports, items=int(arguments[1]) if arguments[1:] else content.ITEMS)
    else:
        broken = await _compare_pages(base, surroundings.mailbox, ports)
    print(f"broken bounds: {', '.join(broken)}" if broken else "all bounds hold")
    return 1 if broken else 0


async def _compare_pages(base: Database, mailbox: Mailbox, ports: tuple[int, int]) -> list[str]:
    await content.fill_shelf(base)
    pages, cookie = await _pages(base)
    with server(PORTAL, ports[0]):
        cookie += f"; {await load_generator.first_cookie(ports[0], '/anmelden')}"
        found = [await compare(base, name, path, cookie, ports) for name, path in pages.items()]
        large = await network.pages(base)
        found += [await compare(base, name, path, cookie, ports) for name, path in large.items()]
    broken = [page.name for page in found if not page.holds]
    return [*broken, *await network.measure(base, mailbox), *await deadlines.measure(base, mailbox)]


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
        "members": "/n/bielefeld/verzeichnis",
        "inbox": "/mitteilungen",
        "document": content.DOCUMENT,
        "folder of 20": content.FOLDER,
    }
    return pages, cookie


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
