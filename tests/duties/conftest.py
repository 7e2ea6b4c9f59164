"""The demo world with deadlines in it."""

import pytest

from portal.ladders import actions
from portal.ladders.rules import Matter
from portal.notices import live
from tests.reading.library import Library


class Calendar(Library):
    """Deadlines somebody sets for their organisation."""

    async def deadline(self, title: str, *, by, organisation: str, **given) -> None:
        """A new one."""
        async with self.acting(by, organisation=organisation) as (actor, opened):
            subject = {"matter": Matter.VOTE, "subject_id": given.pop("subject_id"), "address": "/mitteilungen"}
            await actions.set_deadline(actor=actor, now=opened.now, title=title, **subject, **given)


@pytest.fixture
async def calendar(cast):
    yield Calendar(cast)
    await live.close()
