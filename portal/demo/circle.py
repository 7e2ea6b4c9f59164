"""What the members of the demo world speak about together: a paper that lies before them, a question for advice, and
what they notice in the field."""

from datetime import timedelta
from uuid import UUID

from portal.circle import actions as papers
from portal.circle import actions_consulting as consulting
from portal.circle import actions_warning as warning
from portal.circle.queries import access_paper
from portal.circle.queries_consultations import access_asked
from portal.circle.queries_warnings import topics_of
from portal.demo.acting import acting
from portal.kit.clock import local_day
from tenants.database import execute
from tenants.scope import scope

Who = tuple[str, str]

_AUTHOR: Who = ("tariq.haddad", "bethel-regional")
_TITLE = "Niemand soll im Winter seine Wohnung verlieren"
_BODY = """
<p>Wer im Winter seine Wohnung verliert, findet in Bielefeld kaum eine neue. Die Notunterkünfte sind dann voll.</p>
<h2>Was wir fordern</h2>
<ul><li>Zwangsräumungen ruhen von November bis März.</li><li>Jede Kündigung wegen Mietschulden erreicht die \
Fachstelle, bevor sie beim Gericht ist.</li></ul>
<h2>Was wir selbst tun</h2>
<p>Jedes Mitglied nennt eine Stelle, die binnen zwei Tagen antwortet, wenn jemand von Räumung bedroht ist.</p>
"""
_REMARK: tuple[Who, str] = (
    ("kerstin.vogelsang", "bgw"),
    "Die Frist von zwei Tagen können wir halten. Bei den Räumungen brauchen wir eine Ausnahme für Gewalt im Haus.",
)

_ASKER: Who = ("dilek.sarikaya", "trockendock")
_QUESTION = "Beratung künftig auch in der Bahnhofsmission"
_TEXT = """Wir möchten ab dem Frühjahr an zwei Nachmittagen in der Woche in den Räumen der Bahnhofsmission beraten. \
Dafür fällt ein Nachmittag in der Innenstadt weg.

Was spricht aus Ihrer Sicht dafür oder dagegen, und wer berät dort schon?"""
_ANSWERS: tuple[tuple[Who, str, str], ...] = (
    (("levin.oppermann", "gfs"), "concern", "Donnerstags beraten wir dort schon. Bitte nehmt einen anderen Tag."),
    (("tariq.haddad", "bethel-regional"), "help", "In der ersten Zeit können wir jemanden mitschicken."),
)

_WARNINGS: tuple[tuple[Who, str, int, str, str, str], ...] = (
    (_AUTHOR, "young_people", 3, "5", "Innenstadt", "Mehr junge Menschen schlafen abwechselnd bei Bekannten."),
    (_AUTHOR, "young_people", 1, "10", "", "Die Notschlafstelle weist jede Woche junge Menschen ab."),
    (_ANSWERS[0][0], "rent_arrears", 2, "10", "Brackwede", "Nachzahlungen für Heizung führen zu Kündigungen."),
    (_ASKER, "rent_arrears", 1, "25", "", "Mahnungen wegen der Nebenkosten häufen sich weiter."),
    (_ASKER, "benefits", 1, "1", "", "Bescheide kommen so spät, dass die Miete nicht gezahlt wird."),
)


async def seed_circle(network_id: UUID, *, provider: str) -> bool:
    """Write and ask what is not there yet; True when anything was."""
    built = [await _write(network_id, provider), await _ask(network_id, provider), await _warn(network_id, provider)]
    return any(built)


async def _write(network_id: UUID, provider: str) -> bool:
    if await _is_there("position_paper", network_id, _TITLE):
        return False
    async with acting(*_AUTHOR, provider) as (actor, opened):
        seat = actor.seat(network_id)
        if seat is None:
            raise LookupError("the author is no member")
        paper_id = await papers.write_paper(actor=actor, now=opened.now, seat=seat, title=_TITLE, body=_BODY.strip())
        paper = await access_paper(network_id, paper_id)
        await papers.circulate(actor=actor, now=opened.now, paper=paper, version=paper.version)
    who, text = _REMARK
    async with acting(*who, provider) as (actor, opened):
        paper = await access_paper(network_id, paper_id)
        await papers.remark(actor=actor, now=opened.now, paper=paper, version=paper.version, text=text)
    return True


async def _ask(network_id: UUID, provider: str) -> bool:
    if await _is_there("consultation", network_id, _QUESTION):
        return False
    async with acting(*_ASKER, provider) as (actor, opened):
        seat = actor.seat(network_id)
        if seat is None:
            raise LookupError("who asks is no member")
        last_day = local_day(opened.now) + timedelta(days=10)
        asked_id = await consulting.ask(
            actor=actor, now=opened.now, seat=seat, kind="change", title=_QUESTION, text=_TEXT, last_day=last_day
        )
    for who, kind, text in _ANSWERS:
        async with acting(*who, provider) as (actor, opened):
            asked = await access_asked(network_id, asked_id)
            await consulting.answer(actor=actor, now=opened.now, asked=asked, kind=kind, text=text)
    return True


async def _warn(network_id: UUID, provider: str) -> bool:
    """Nobody but who reported reads a report, so each organisation is asked for its own."""
    built = False
    for who, topic, months_ago, cases, district, text in _WARNINGS:
        async with acting(*who, provider) as (actor, opened):
            seat = actor.seat(network_id)
            if seat is None or await execute("SELECT FROM early_warning WHERE text = {}", text):
                continue
            await warning.report(
                actor=actor,
                now=opened.now,
                seat=seat,
                topics=await topics_of(network_id),
                topic=topic,
                district=district,
                cases=cases,
                since_on=local_day(opened.now) - timedelta(days=30 * months_ago),
                text=text,
            )
            built = True
    return built


async def _is_there(table: str, network_id: UUID, title: str) -> bool:
    async with scope(network_id=network_id):
        rows = await execute(f"SELECT FROM {table} WHERE network_id = {{}} AND title = {{}}", network_id, title)
    return bool(rows)
