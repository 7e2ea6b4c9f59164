"""What a person is told was saved is saved; what is refused leaves nothing behind."""

import asyncio
from uuid import UUID

import httpx
import pytest
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import ClientException

from portal.kit.errors import Conflict
from portal.shell import reply
from portal.shell.assembly import build_application
from portal.shell.feature import Feature
from portal.shell.forms import Form, Text
from tenants.database import OutsideScope, execute
from tenants.scope import current_scope, scope

FREE = {"permission": "public", "exclude_from_csrf": True}
OWN = UUID(int=7)
RAISED = {"refused": Conflict(), "broken": ZeroDivisionError(), "bad": ClientException()}
RETURNED = {"late": 409, "failed": 500}
told: list[str] = []


class Session:
    """Whom sign-in found."""

    organisation_id = OWN
    person_id = UUID(int=8)


class SignIn:
    def __init__(self, app):
        self.app = app

    async def __call__(self, connection, receive, send):
        connection["state"]["session"] = Session()
        await self.app(connection, receive, send)


class NoteForm(Form):
    text = Text("Text", required=True)


async def write(text: str) -> None:
    await execute("INSERT INTO note (organisation_id, text) VALUES (current_organisation(), {})", text)


@post("/notizen/{way:str}", opt=FREE, status_code=201)
async def make_note(request: Request, way: str) -> Response:
    await write(way)

    async def tell() -> None:
        told.append(way)

    current_scope().after_commit(tell)
    if way in RAISED:
        raise RAISED[way]
    if way in RETURNED:
        return Response(way, status_code=RETURNED[way])
    if way == "invalid":
        return await reply.invalid(request, "note.html", form=await NoteForm.of(request))
    return Response("gut", status_code=201)


@get("/lesen", opt=FREE)
async def read(request: Request) -> str:
    await write("by reading")
    return "ok"


@get("/vermerken", opt=FREE | {"records_reading": True})
async def record(request: Request) -> str:
    await write("recorded")
    return "ok"


@get("/ohne", opt=FREE | {"scope": False})
async def outside(request: Request) -> str:
    try:
        await write("outside")
    except OutsideScope:
        return "outside"
    return "inside"


@get("/wer", opt=FREE)
async def who(request: Request) -> dict[str, str]:
    found = current_scope()
    return {
        "organisation": str(found.organisation_id),
        "person": str(found.person_id),
        "request": found.request_id,
        "opened": request.scope["state"]["opened"],
    }


async def opened(connection) -> None:
    assert current_scope().organisation_id == OWN
    connection["state"]["opened"] = "inside the transaction"
    if b"stop" in connection["query_string"]:
        raise Conflict


@pytest.fixture
async def notes(empty_database):
    """A table that the app may write; ``stored()`` looks at it from outside."""
    await empty_database.as_superuser(
        "CREATE TABLE note (organisation_id uuid, text text, CONSTRAINT secret_name UNIQUE (text) DEFERRABLE INITIALLY"
        " DEFERRED); GRANT SELECT, INSERT ON note TO hilfenetz_app;"
    )
    told.clear()

    async def stored() -> list[str]:
        return [row["text"] for row in await empty_database.as_superuser("SELECT text FROM note ORDER BY text")]

    return stored


@pytest.fixture
def app(settings, redis, tmp_path) -> Litestar:
    (tmp_path / "note.html").write_text("{{ ui.fields(form) }}")
    feature = Feature("notes", (make_note, read, record, outside, who), templates=tmp_path)
    return build_application(features=[feature], settings=settings, redis=redis, session=[SignIn], on_open=opened)


@pytest.fixture
async def http(app):
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="https://hilfenetz.test") as client:
        yield client


@pytest.mark.parametrize("way", ["good", "late"])
async def test_what_is_answered_is_saved(http, notes, way):
    await http.post(f"/notizen/{way}")
    assert await notes() == [way]
    assert told == [way]


@pytest.mark.parametrize(
    ("way", "status"), [("refused", 409), ("broken", 500), ("bad", 400), ("invalid", 422), ("failed", 500)]
)
async def test_what_is_refused_leaves_nothing(http, notes, way, status):
    response = await http.post(f"/notizen/{way}")
    assert response.status_code == status
    assert await notes() == []
    assert told == []


async def raw(app: Litestar, path: str, on_start) -> list[dict]:
    """Call the application as a server does, and look at the world when the answer begins."""
    sent = []

    async def receive():
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message):
        if message["type"] == "http.response.start":
            message = message | {"seen": await on_start()}
        sent.append(message)

    connection = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "scheme": "https",
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "root_path": "",
        "headers": [(b"host", b"hilfenetz.test")],
        "client": ("127.0.0.1", 1),
        "server": ("hilfenetz.test", 443),
        "extensions": {},
    }
    await app(connection, receive, send)
    return sent


async def test_the_commit_is_durable_before_the_first_byte(app, notes):
    start, *_ = await raw(app, "/notizen/good", notes)
    assert start["status"] == 201
    assert start["seen"] == ["good"]


async def test_a_failing_commit_is_an_error_page_and_nothing_else(app, http, notes):
    """The constraint is checked at COMMIT: the handler had answered 201 already."""
    assert (await http.post("/notizen/good")).status_code == 201
    told.clear()
    start, *bodies = await raw(app, "/notizen/good", notes)
    page = b"".join(body["body"] for body in bodies).decode()
    assert start["status"] == 409
    assert "gut" not in page
    assert "secret_name" not in page
    assert "selben Moment geändert" in page
    assert await notes() == ["good"]
    assert told == []


async def test_a_database_that_goes_away_at_the_commit_is_a_503(app, empty_database, notes):
    """Nobody may believe that something was saved."""

    kill = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'hilfenetz_app'"

    @post("/schnitt", opt=FREE)
    async def cut_off(request: Request) -> str:
        await write("cut")
        await empty_database.as_superuser(kill)
        return "gut"

    app.register(cut_off)
    start, *bodies = await raw(app, "/schnitt", notes)
    assert start["status"] == 503
    assert "antwortet gerade nicht" in b"".join(body["body"] for body in bodies).decode()
    assert await notes() == []


async def test_reading_cannot_write_unless_the_route_records_it(http, notes):
    assert (await http.get("/lesen")).status_code == 500
    assert (await http.get("/vermerken")).status_code == 200
    assert await notes() == ["recorded"]


async def test_a_route_may_go_without_a_transaction(http, notes):
    assert (await http.get("/ohne")).text == "outside"


async def test_the_scope_is_the_visitors_and_closed_afterwards(http, notes):
    response = await http.get("/wer")
    assert response.json() == {
        "organisation": str(OWN),
        "person": str(Session.person_id),
        "request": response.headers["x-request-id"],
        "opened": "inside the transaction",
    }
    async with scope():
        assert current_scope().organisation_id is None


async def test_a_refusal_while_opening_closes_the_transaction(http, notes):
    assert (await http.get("/wer?stop")).status_code == 409
    assert (await http.get("/wer")).status_code == 200


async def test_requests_at_the_same_time_do_not_mix(http, notes):
    answers = await asyncio.gather(*(http.get("/wer") for _ in range(12)))
    assert len({answer.json()["request"] for answer in answers}) == 12
