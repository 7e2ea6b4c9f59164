"""What happens to people is written down once, in the trail of the organisation concerned, however often it is told."""

from datetime import timedelta

import pytest

import workers.tasks.audit  # noqa: F401 - registers the reactions
from portal.identity.events import AffiliationEnded, PersonSignedIn, RoleEnded, RoleGiven
from tenants import outbox
from tenants.context import Role
from tenants.scope import scope
from tests.client import person
from workers.reactions import handle

MIRA = person("mira.sommer")


@pytest.mark.parametrize(
    ("make", "action", "is_by_the_person"),
    [
        (lambda now: PersonSignedIn(MIRA, now), "person:signed_in", True),
        (lambda now: RoleGiven(MIRA, Role.LEAD, now), "role:given", False),
        (lambda now: RoleEnded(MIRA, Role.DEPUTY, now), "role:ended", False),
        (lambda now: AffiliationEnded(MIRA, now), "person:left", False),
    ],
)
async def test_it_is_written_once_where_it_belongs(cast, make, action, is_by_the_person):
    organisation = cast.organisations["diakonie-bielefeld"]
    async with cast.database.role("worker"):
        async with scope(organisation_id=organisation) as opened:
            event = make(opened.now - timedelta(seconds=1))
            await outbox.emit(event, to=[organisation], key="told")
        rows = await cast.database.as_superuser("SELECT id FROM outbox WHERE key = 'told'")
        for _ in range(2):
            await handle(rows[0]["id"], organisation_id=organisation, network_id=None)
    found = await cast.database.as_superuser(
        "SELECT organisation_id, person_id, subject, subject_id FROM audit_entry WHERE action = $1", action
    )
    assert [tuple(row) for row in found] == [(organisation, MIRA if is_by_the_person else None, "person", MIRA)]
