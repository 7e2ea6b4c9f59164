"""Who is told, once; who may put away, look after, send again; and that a refusal changes nothing."""

from uuid import uuid4

import asyncpg
import pytest

from portal.kit.errors import Conflict, Forbidden, NotFound
from portal.notices import actions, queries
from portal.notices.rules import NoticeKind
from tenants.context import Role
from tenants.scope import scope
from tests.notices.conftest import QUESTION


async def entries(staff) -> set[str]:
    rows = await staff.database.as_superuser(
        "SELECT a.name FROM inbox_entry e JOIN affiliation a USING (organisation_id, person_id)"
    )
    return {row["name"] for row in rows}


async def counts(staff) -> tuple[int, ...]:
    (row,) = await staff.database.as_superuser(
        "SELECT (SELECT count(*) FROM notice) AS a, (SELECT count(*) FROM inbox_entry) AS b, "
        "(SELECT count(*) FROM delivery) AS c, (SELECT count(*) FROM outbox WHERE event = 'MailDue') AS d"
    )
    return tuple(row.values())


async def test_those_who_hold_a_role_are_told_and_get_a_mail(staff, told):
    await told()
    assert await entries(staff) == {"Vera", "Dirk"}
    assert await counts(staff) == (1, 2, 2, 2)


async def test_the_same_key_tells_nobody_twice(staff, told):
    first = await told()
    assert await told() == first
    assert await counts(staff) == (1, 2, 2, 2)


async def test_who_is_added_under_the_same_key_is_told_too(staff, told):
    await told(roles=(Role.REPRESENTATIVE,))
    await told(roles=(Role.REPRESENTATIVE, Role.DEPUTY))
    assert await entries(staff) == {"Vera", "Dirk"}
    assert await counts(staff) == (1, 2, 2, 2)


async def test_the_same_key_in_another_organisation_is_another_notice(staff, told):
    assert await told() != await told(at="neighbour")
    assert await entries(staff) == {"Vera", "Dirk", "Nora"}


async def test_where_nobody_holds_the_role_the_administrators_are_told(staff, told):
    await told(roles=(Role.JOBCENTER_TEAM,))
    assert await entries(staff) == {"Adam"}


async def test_who_left_or_lost_the_role_is_not_told(staff, told):
    await staff.database.as_superuser("UPDATE affiliation SET ends_at = clock_timestamp() WHERE name = 'Vera'")
    await staff.database.as_superuser("UPDATE role_assignment SET valid_until = now() WHERE role = 'deputy'")
    await told()
    assert await entries(staff) == {"Adam"}


async def test_who_has_no_address_is_told_in_the_portal(staff, told):
    await staff.hire("Otto", Role.OFFICE, email="")
    await told(roles=(Role.OFFICE,))
    assert await entries(staff) == {"Otto"}
    assert await counts(staff) == (1, 1, 0, 0)


async def test_the_portal_itself_cannot_tell(staff):
    """Only the worker's role may write notices: what the web tells, it tells through an event."""
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with scope(organisation_id=staff.here, person_id=staff.people["Vera"]) as opened:
            await actions.tell(
                actor=staff.actor("Vera"),
                now=opened.now,
                kind=NoticeKind.VOTE_OPENED,
                roles=(Role.DEPUTY,),
                subject_id=uuid4(),
                address="/n/first",
                params={},
                key="k",
            )
    assert await counts(staff) == (0, 0, 0, 0)


@pytest.mark.parametrize(
    "address", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", "relative", "/"]
)
async def test_a_notice_leads_nowhere_but_into_the_portal(staff, address):
    actor = staff.actor()
    with pytest.raises(asyncpg.CheckViolationError):
        async with staff.database.role("worker"), scope(organisation_id=actor.organisation_id) as opened:
            await actions.tell(
                actor=actor,
                now=opened.now,
                kind=NoticeKind.VOTE_OPENED,
                roles=(Role.DEPUTY,),
                subject_id=uuid4(),
                address=address,
                params={},
                key="k",
            )


async def unread_of(staff, name, at="here") -> int:
    async with scope(organisation_id=staff.organisations[at], person_id=staff.people[name]):
        return len(await queries.list_unread())


async def test_to_open_a_notice_is_to_read_it(staff, told, acting):
    notice_id = await told()
    notice = await acting(actions.open_notice, "Vera", notice_id=notice_id)
    assert (notice.id, notice.read_at, notice.params["question"]) == (
        notice_id,
        None,
        QUESTION,
    )
    assert notice.params["due_at"].tzinfo is not None
    assert await unread_of(staff, "Vera") == 0
    assert await unread_of(staff, "Dirk") == 1
    assert (await acting(actions.open_notice, "Vera", notice_id=notice_id)).read_at is not None


async def test_marking_twice_changes_nothing(staff, told, acting):
    notice_id = await told()
    await acting(actions.mark_read, "Vera", notice_id=notice_id)
    (before,) = await staff.database.as_superuser("SELECT read_at FROM inbox_entry WHERE read_at IS NOT NULL")
    await acting(actions.mark_read, "Vera", notice_id=notice_id)
    (after,) = await staff.database.as_superuser("SELECT read_at FROM inbox_entry WHERE read_at IS NOT NULL")
    assert before == after


async def test_marking_all_leaves_others_their_own(staff, told, acting):
    await told()
    await told(key="vote_opened:2")
    assert await acting(actions.mark_all_read, "Vera") == 2
    assert await unread_of(staff, "Vera") == 0
    assert await unread_of(staff, "Dirk") == 2


@pytest.mark.parametrize("action", [actions.open_notice, actions.mark_read])
@pytest.mark.parametrize("who", [("Carl", "here"), ("Adam", "here"), ("Nora", "neighbour"), ("Fred", "stranger")])
async def test_a_notice_that_was_not_told_to_me_does_not_exist(staff, told, acting, action, who):
    notice_id = await told()
    with pytest.raises(NotFound):
        await acting(action, who[0], at=who[1], notice_id=notice_id)
    rows = await staff.database.as_superuser("SELECT FROM inbox_entry WHERE read_at IS NOT NULL")
    assert rows == []


@pytest.fixture
async def dead(staff, told, deliveries):
    """Vera's mail was given up."""
    await told()
    found = (await deliveries())["Vera"]["id"]
    await staff.database.as_superuser("UPDATE delivery SET state = 'dead', last_error = 'OSError' WHERE id = $1", found)
    await staff.database.as_superuser("UPDATE outbox SET state = 'dead', attempts = 8 WHERE key = $1", f"mail:{found}")
    return found


async def state_of(staff, delivery_id) -> tuple[str, str, int]:
    (row,) = await staff.database.as_superuser(
        "SELECT d.state, o.state AS outbox, o.attempts FROM delivery d JOIN outbox o ON o.key = 'mail:' || d.id "
        "WHERE d.id = $1",
        delivery_id,
    )
    return tuple(row.values())


async def trail(staff) -> list[str]:
    return [row["action"] for row in await staff.database.as_superuser("SELECT action FROM audit_entry ORDER BY seq")]


async def test_an_administrator_sends_again_and_it_is_written_down(staff, dead, acting):
    await acting(actions.send_again, "Adam", delivery_id=dead)
    assert await state_of(staff, dead) == ("queued", "waiting", 0)
    assert await trail(staff) == ["delivery:resent"]
    with pytest.raises(Conflict):
        await acting(actions.send_again, "Adam", delivery_id=dead)


@pytest.mark.parametrize(
    ("who", "refusal"),
    [(("Vera", "here"), Forbidden), (("Axel", "neighbour"), NotFound), (("Fred", "stranger"), NotFound)],
)
async def test_nobody_else_sends_again(staff, dead, acting, who, refusal):
    with pytest.raises(refusal):
        await acting(actions.send_again, who[0], at=who[1], delivery_id=dead)
    assert await state_of(staff, dead) == ("dead", "dead", 8)
    assert await trail(staff) == []


async def test_a_mail_that_is_under_way_is_not_sent_again(staff, told, deliveries, acting):
    await told()
    with pytest.raises(Conflict):
        await acting(actions.send_again, "Adam", delivery_id=(await deliveries())["Vera"]["id"])


async def test_after_an_outage_all_are_sent_again_at_once(staff, dead, acting):
    assert await acting(actions.send_all_again, "Adam") == 1
    assert await state_of(staff, dead) == ("queued", "waiting", 0)
    assert await trail(staff) == ["delivery:all_resent"]


async def test_nobody_else_sends_all_again(staff, dead, acting):
    with pytest.raises(Forbidden):
        await acting(actions.send_all_again, "Vera")
    assert await acting(actions.send_all_again, "Axel", at="neighbour") == 0
    assert await state_of(staff, dead) == ("dead", "dead", 8)


async def test_stuck_work_is_resumed_by_its_own_administrator(staff, dead, acting):
    (row,) = await staff.database.as_superuser(
        "UPDATE outbox SET event = 'VoteOpened' WHERE key = $1 RETURNING id", f"mail:{dead}"
    )
    with pytest.raises(Forbidden):
        await acting(actions.resume_work, "Vera", outbox_id=row["id"])
    with pytest.raises(NotFound):
        await acting(actions.resume_work, "Axel", at="neighbour", outbox_id=row["id"])
    await acting(actions.resume_work, "Adam", outbox_id=row["id"])
    with pytest.raises(NotFound):
        await acting(actions.resume_work, "Adam", outbox_id=row["id"])
    assert await trail(staff) == ["work:resumed"]
