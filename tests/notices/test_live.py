"""Open pages learn that something changed: after the commit, only within their reach, until the session ends."""

import asyncio
import signal
from contextlib import asynccontextmanager

import pytest

from portal.identity.sessions import NewSession
from portal.notices import actions, live, stream
from portal.notices.live import Hub, Watch
from tenants.scope import scope
from tests.client import PROVIDER, emptied

PATIENCE = 5


@pytest.fixture(autouse=True)
def long_ago():
    """What changed in the test before, no page is loading since then."""
    live.HUB._latest.clear()


@asynccontextmanager
async def watching(*topics):
    """A page that watches these topics, from when the line is open."""
    watch, probe = Watch(), live.Topic("probe")
    live.HUB.watch(watch, [*topics, probe])
    async with asyncio.timeout(PATIENCE):
        while probe not in await watch.next_changes(within=0.05):
            await live._publish(probe)
    live.HUB.watch(watch, topics)
    await watch.next_changes(within=0.05)  # what came while it began
    try:
        yield watch
    finally:
        live.HUB.watch(watch, ())


@pytest.fixture
def mine(staff):
    return live.inbox(staff.here, staff.people["Vera"])


async def test_a_change_is_told_after_the_commit(staff, mine):
    async with watching(mine) as watch:
        async with scope(organisation_id=staff.here):
            await live.changed(mine)
            assert await watch.next_changes(within=0.2) == set()
        assert await watch.next_changes(within=PATIENCE) == {mine}


async def test_what_was_rolled_back_is_not_told(staff, mine):
    async with watching(mine) as watch:
        with pytest.raises(ZeroDivisionError):
            async with scope(organisation_id=staff.here):
                await live.changed(mine)
                raise ZeroDivisionError
        assert await watch.next_changes(within=0.2) == set()


async def test_each_page_is_told_of_its_own_topics_and_many_changes_are_one(staff, mine):
    other = live.network(staff.networks["first"])
    async with watching(mine) as first, watching(mine, other) as second:
        async with scope(organisation_id=staff.here):
            for topic in (other, mine, mine):
                await live.changed(topic)
        await asyncio.sleep(0.2)
        assert await first.next_changes(within=PATIENCE) == {mine}
        assert await second.next_changes(within=PATIENCE) == {mine, other}
        assert await first.next_changes(within=0.1) == set()


async def test_telling_reading_and_marking_reach_the_inbox_of_that_person(staff, told, acting, mine):
    others = live.inbox(staff.here, staff.people["Dirk"])
    async with watching(mine) as vera, watching(others) as dirk:
        notice_id = await told()
        assert await vera.next_changes(within=PATIENCE) == {mine}
        assert await dirk.next_changes(within=PATIENCE) == {others}
        await acting(actions.open_notice, "Vera", notice_id=notice_id)
        assert await vera.next_changes(within=PATIENCE) == {mine}
        await acting(actions.mark_all_read, "Dirk")
        assert await dirk.next_changes(within=PATIENCE) == {others}
        assert await vera.next_changes(within=0.1) == set()


async def test_a_silent_redis_fails_nobody_and_pages_catch_up_when_it_is_back(staff, mine, surroundings):
    async with watching(mine) as watch:
        surroundings.cache.stop()
        try:
            async with scope(organisation_id=staff.here):
                await live.changed(mine)
        finally:
            surroundings.cache.start()
        assert await watch.next_changes(within=PATIENCE) == {mine}  # everything once: something may have been missed
        async with scope(organisation_id=staff.here):
            await live.changed(mine)
        assert await watch.next_changes(within=PATIENCE) == {mine}


async def test_what_changes_while_a_page_is_loading_is_told_once_it_listens(staff, mine, monkeypatch):
    other = live.inbox(staff.here, staff.people["Dirk"])
    async with watching(other) as open_already:
        async with scope(organisation_id=staff.here):
            await live.changed(mine)
            await live.changed(other)
        assert await open_already.next_changes(within=PATIENCE) == {other}
        late = Watch()
        live.HUB.watch(late, [mine])
        assert await late.next_changes(within=PATIENCE) == {mine}
        live.HUB.watch(late, [mine])  # it has heard of that
        assert await late.next_changes(within=0.1) == set()
        live.HUB.watch(late, ())

        monkeypatch.setattr(live, "_LOADING", 0.0)
        live.HUB.watch(late, [mine])  # a page that was written after the change
        assert await late.next_changes(within=0.1) == set()
        assert not live.HUB._latest
        live.HUB.watch(late, ())


async def test_one_connection_serves_all_pages(staff, mine):
    made = []
    hub = Hub(lambda: made.append(1) or live._listening())
    watches = [Watch() for _ in range(20)]
    for watch in watches:
        hub.watch(watch, [mine])
    await watches[0].next_changes(within=PATIENCE)
    for watch in watches:
        hub.watch(watch, ())
    assert len(made) == 1
    assert hub._watches == {}
    await hub.close()


@pytest.mark.parametrize("moment", [0, 3, 6, 12])
async def test_a_process_that_ends_is_not_held_up_by_its_line(staff, mine, moment):
    hub, watch = Hub(live._listening), Watch()
    hub.watch(watch, [mine])
    for _ in range(moment):
        await asyncio.sleep(0)
    async with asyncio.timeout(PATIENCE):
        await hub.close()


@pytest.fixture
async def session(staff, small_portal):
    """Vera's."""
    await emptied(small_portal.redis)
    sessions = small_portal.identity.sessions
    token = await sessions.begin(
        NewSession(person_id=staff.people["Vera"], organisation_id=staff.here, provider=PROVIDER, id_token="none")
    )
    return await sessions.read(token)


ENDED = None


@asynccontextmanager
async def stream_of(staff, small_portal, session, *, is_return=False):
    """Vera's open page: a queue of the events it hears, ENDED at the end."""
    heard: asyncio.Queue = asyncio.Queue()

    async def listen():
        opened = stream.events(staff.actor("Vera"), session, small_portal.identity.sessions, is_return=is_return)
        async for message in opened:
            await heard.put(message)
        await heard.put(ENDED)

    task = asyncio.create_task(listen())
    assert (await following(heard)).comment == "hilfenetz"
    try:
        yield heard
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def following(heard):
    async with asyncio.timeout(PATIENCE):
        return await heard.get()


async def names(heard, seconds=0.3):
    """What is heard within a while."""
    await asyncio.sleep(seconds)
    return {heard.get_nowait().event for _ in range(heard.qsize())}


async def tell_of(topic, staff):
    async with scope(organisation_id=staff.here):
        await live.changed(topic)


async def test_the_browser_hears_names_and_no_content(staff, small_portal, session, mine):
    async with watching(mine), stream_of(staff, small_portal, session) as heard:
        await tell_of(mine, staff)
        event = await following(heard)
        assert (event.event, event.data) == ("changed", "changed")
        network_id = staff.networks["first"]
        await tell_of(live.network(network_id), staff)
        event = await following(heard)
        assert (event.event, event.data) == (f"network-{network_id}", "changed")


async def test_nothing_beyond_reach_is_heard(staff, small_portal, session, mine):
    async with watching(mine), stream_of(staff, small_portal, session) as heard:
        await tell_of(live.network(staff.networks["second"]), staff)
        await tell_of(live.inbox(staff.stranger, staff.people["Fred"]), staff)
        await tell_of(live.inbox(staff.neighbour, staff.people["Nora"]), staff)
        await tell_of(live.inbox(staff.here, staff.people["Dirk"]), staff)
        for owner in (staff.neighbour, staff.stranger, staff.networks["second"]):
            await tell_of(live.everybody(owner), staff)
        assert await names(heard) == set()


async def test_what_waits_for_everybody_of_an_organisation_or_a_network_is_said_as_what_waits_for_one(
    staff, small_portal, session, mine
):
    async with watching(mine), stream_of(staff, small_portal, session) as heard:
        for owner in (staff.here, staff.networks["first"]):
            await tell_of(live.everybody(owner), staff)
            event = await following(heard)
            assert event.event == "changed"


async def test_who_comes_back_hears_of_everything_once(staff, small_portal, session):
    async with stream_of(staff, small_portal, session, is_return=True) as heard:
        assert await names(heard) == {"changed", f"network-{staff.networks['first']}"}


@pytest.mark.parametrize("how", ["signed out", "left", "moved"])
async def test_the_stream_ends_with_the_session(staff, small_portal, session, monkeypatch, how):
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.2)
    async with stream_of(staff, small_portal, session) as heard:
        if how == "signed out":
            await small_portal.identity.sessions.end(session.person_id, session.key)
        elif how == "left":
            await staff.database.as_superuser("UPDATE affiliation SET ends_at = clock_timestamp() WHERE name = 'Vera'")
        else:
            await small_portal.identity.sessions.rotate(session, organisation_id=staff.stranger)
        async with asyncio.timeout(PATIENCE):  # a stream that goes on says so ever and again
            while await following(heard) is not ENDED:
                pass


async def test_the_stream_ends_with_the_process(staff, small_portal, session, monkeypatch):
    monkeypatch.setattr(live.HUB, "is_ending", False)
    async with stream_of(staff, small_portal, session) as heard:
        live.HUB.end()
        assert await following(heard) is ENDED, "a page that is told of a change asks, and finds nobody"


async def test_a_signal_to_stop_is_heard_by_the_streams_and_by_whoever_heard_it_before(staff, mine, monkeypatch):
    heard = []
    monkeypatch.setattr(live.HUB, "is_ending", False)
    kept = {
        number: signal.signal(number, lambda *_: heard.append("server")) for number in (signal.SIGTERM, signal.SIGINT)
    }
    live._end_with_process.cache_clear()
    try:
        async with watching(mine):
            signal.raise_signal(signal.SIGTERM)
            await asyncio.sleep(0.05)
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)
    assert heard == ["server"]
    assert live.HUB.is_ending


@pytest.mark.parametrize("how", ["signed out", "left", "no role", "membership over"])
async def test_who_is_out_hears_nothing_from_that_instant_on(staff, small_portal, session, mine, how):
    network = live.network(staff.networks["first"])
    async with watching(mine), stream_of(staff, small_portal, session) as heard:
        if how == "signed out":
            await small_portal.identity.sessions.end(session.person_id, session.key)
        elif how == "left":
            await staff.database.as_superuser("UPDATE affiliation SET ends_at = clock_timestamp() WHERE name = 'Vera'")
        elif how == "no role":
            await staff.database.as_superuser("UPDATE role_assignment SET valid_until = clock_timestamp()")
        else:
            await staff.database.as_superuser(
                "UPDATE membership SET ends_at = clock_timestamp(), is_office = false WHERE organisation_id = $1",
                staff.here,
            )
        await tell_of(network, staff)
        if how == "membership over":
            assert await names(heard) == set()
        else:
            assert await following(heard) is ENDED


async def test_a_network_that_was_left_is_not_watched_any_more(staff, small_portal, session, monkeypatch):
    monkeypatch.setattr(stream, "RECHECK_SECONDS", 0.1)
    network = live.network(staff.networks["first"])
    async with stream_of(staff, small_portal, session):
        assert network in live.HUB._watches
        await staff.database.as_superuser(
            "UPDATE membership SET ends_at = clock_timestamp(), is_office = false WHERE organisation_id = $1",
            staff.here,
        )
        await asyncio.sleep(0.5)
        assert network not in live.HUB._watches


async def test_one_person_does_not_open_pages_without_end(staff, browser_of, mine, monkeypatch):
    monkeypatch.setattr(stream, "MOST_PAGES", 2)
    browser = await browser_of("Vera")
    async with watching(mine), watching(mine):
        assert (await browser.get("/mitteilungen/strom")).status_code == 429


async def test_a_page_of_another_organisation_hears_nothing_of_this_one(staff, small_portal, browser_of, session, mine):
    """In a second tab the organisation was switched; the page in the first goes on showing the former one."""
    async with watching(mine), stream_of(staff, small_portal, session) as heard:
        await tell_of(mine, staff)
        last = (await following(heard)).id
    assert not stream.is_elsewhere(staff.actor("Vera"), last)
    browser = await browser_of("Vera")
    for elsewhere in (f"{'0' * 16}.1", f"{last.partition('.')[0][::-1]}.7"):
        answer = await browser.http.get("/mitteilungen/strom", headers={"Last-Event-ID": elsewhere})
        assert answer.status_code == 409


async def test_over_the_wire_it_is_an_event_stream_that_nobody_keeps(staff, small_portal, browser_of, mine):
    """The real handler: httpx waits for the end of an answer, so the application is asked directly."""
    browser = await browser_of("Vera")
    cookies = "; ".join(f"{name}={value}" for name, value in browser.http.cookies.items())
    sent: asyncio.Queue = asyncio.Queue()
    gone = asyncio.Event()

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    headers = [(b"host", b"hilfenetz.test"), (b"cookie", cookies.encode()), (b"last-event-id", b"7")]
    connection = {
        "type": "http", "method": "GET", "path": "/mitteilungen/strom", "raw_path": b"/mitteilungen/strom",
        "query_string": b"", "headers": headers, "scheme": "https", "server": ("hilfenetz.test", 443),
        "client": ("127.0.0.1", 1), "http_version": "1.1", "root_path": "", "asgi": {"version": "3.0"}, "state": {},
    }  # fmt: skip
    task = asyncio.create_task(small_portal.application(connection, receive, sent.put))
    async with asyncio.timeout(PATIENCE):
        start = await sent.get()
        body = b""
        while b"event: changed" not in body:
            body += (await sent.get())["body"]
    fields = {name.decode().lower(): value.decode() for name, value in start["headers"]}
    assert start["status"] == 200
    assert fields["content-type"].startswith("text/event-stream")
    assert "no-store" in fields["cache-control"] or "no-cache" in fields["cache-control"]
    gone.set()
    async with asyncio.timeout(PATIENCE):
        await task
    assert mine not in live.HUB._watches
