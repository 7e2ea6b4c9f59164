"""A demo world for a whole file, in which organisations join; the mail server runs."""

import pytest

from portal.demo import directory
from portal.notices import live
from tests.admission.joining import Joining
from tests.cast import cast_of
from tests.client import emptied, redis_of
from tests.database import connected_copy


@pytest.fixture(scope="module")
async def joining(world_template, application, settings, surroundings):
    """The clock stands at ten o'clock on a Tuesday; nothing waits in the queue."""
    if not surroundings.mailbox.child.running:
        surroundings.mailbox.start()
    surroundings.mailbox.clear()
    redis = redis_of(settings.redis_url)
    await emptied(redis)
    async with connected_copy(world_template) as copy:
        cast = await cast_of(copy, application, redis, directory.directory_people())
        found = Joining(cast, surroundings.mailbox)
        await found.begin()
        yield found
        await cast.close()
    await live.close()
    await redis.aclose()
    surroundings.mailbox.clear()
