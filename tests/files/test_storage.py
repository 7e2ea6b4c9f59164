"""The storage does the same in a folder and in a bucket; what breaks off leaves nothing."""

import asyncio
import urllib.request

import psutil
import pytest
from moto.server import ThreadedMotoServer

from portal.files import storage as module
from portal.files.rules import Range
from portal.files.storage import Missing, store_of
from portal.health import Broken, files
from portal.kit.errors import Unavailable
from portal.settings import settings

MB = 1_000_000


@pytest.fixture(scope="module")
def bucket():
    """An S3 service on this machine; its address."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    asked = urllib.request.Request(f"http://{host}:{port}/eimer", method="PUT")
    with urllib.request.urlopen(asked) as answer:
        assert answer.status == 200
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture(params=["folder", "bucket"])
def found(request, tmp_path):
    if request.param == "folder":
        return settings().model_copy(update={"storage_url": tmp_path.as_uri()})
    changed = {
        "storage_url": "s3://eimer/anhang",
        "storage_endpoint": request.getfixturevalue("bucket"),
        "storage_region": "eu-central-1",
        "storage_access_key": "kennung",
        "storage_secret_key": "geheimnis",
    }
    return settings().model_copy(update=changed)


@pytest.fixture
def store(found):
    return store_of(found)


async def pieces(count: int, size: int = MB):
    for number in range(count):
        yield bytes([number % 256]) * size


async def read(store, key: str, part: Range | None = None) -> bytes:
    return b"".join([piece async for piece in await store.read(key, part)])


async def test_what_is_kept_is_read_whole_and_in_parts(store):
    await store.write("a/b/original", pieces(12))
    whole = await read(store, "a/b/original")
    assert whole == b"".join(bytes([number]) * MB for number in range(12))
    assert await read(store, "a/b/original", Range(MB - 2, MB + 2)) == b"\0\0\1\1"
    assert await store.read_bytes("a/b/original", Range(12 * MB - 3, 12 * MB)) == b"\x0b" * 3


async def test_a_copy_is_one_of_its_own_and_a_folder_goes_as_a_whole(store):
    await store.write_bytes("c/1/original", b"abc")
    await store.write_bytes("c/1/klein.webp", b"def")
    await store.write_bytes("c/10/original", b"other")
    await store.copy("c/1/original", "c/2/original")
    await store.delete("c/1")
    await store.delete("c/1")
    assert sorted(await store.keys("c")) == ["c/10/original", "c/2/original"]
    assert await read(store, "c/2/original") == b"abc"
    with pytest.raises(Missing):
        await store.read("c/1/original")
    with pytest.raises(Missing):
        await store.copy("c/1/original", "c/3/original")


async def test_a_stream_that_breaks_off_leaves_nothing_and_says_why(store):
    async def breaking():
        async for piece in pieces(8):
            yield piece
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await store.write("d/original", breaking())
    assert await store.keys("d") == []


async def test_a_large_file_is_never_held_in_memory(tmp_path):
    """In a folder: the bucket of the tests would keep it in the memory of this very process."""
    store = store_of(settings().model_copy(update={"storage_url": tmp_path.as_uri()}))
    process, size = psutil.Process(), 200
    before, most = process.memory_info().rss, 0

    async def counted():
        nonlocal most
        async for piece in pieces(size):
            most = max(most, process.memory_info().rss)
            yield piece

    await store.write("e/original", counted())
    length = 0
    async for piece in await store.read("e/original"):
        length += len(piece)
        most = max(most, process.memory_info().rss)
    assert length == size * MB
    assert most - before < 60 * MB


async def test_keys_cannot_be_led_astray(store):
    for key in ("../x", "a/../../x", "/etc/x"):
        try:
            await store.write_bytes(key, b"x")
        except Unavailable:
            continue
        assert all(".." not in kept for kept in await store.keys(""))


async def test_doctor_tries_it_out(found):
    assert "nimmt an" in await files(found)


async def test_a_store_that_is_away_is_told_and_nobodys_words_are_repeated(monkeypatch):
    monkeypatch.setattr(module, "_RETRY", {"max_retries": 0})
    away = settings().model_copy(
        update={
            "storage_url": "s3://weg",
            "storage_endpoint": "http://127.0.0.1:9",
            "storage_access_key": "geheim",
            "storage_secret_key": "geheim",
        }
    )
    async with asyncio.timeout(20):
        with pytest.raises(Unavailable) as told:
            await store_of(away).write_bytes("x", b"x")
        assert "geheim" not in str(told.value)
        with pytest.raises(Broken) as found:
            await files(away)
        assert "STORAGE_ENDPOINT" in found.value.remedy
