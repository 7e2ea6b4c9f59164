"""A member asks the others for advice, they answer, and it says what it will do."""

from datetime import date, datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.circle.abilities import speaks, takes_over
from portal.circle.actions import ONLY_SPEAKERS
from portal.circle.events import ConsultationAnswered, ConsultationAsked, ConsultationClosed
from portal.circle.queries import others_in
from portal.circle.queries_consultations import Asked
from portal.circle.rules import (
    LONGEST_OUTCOME,
    LONGEST_REMARK,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_DAYS,
    AnswerKind,
    ConsultationKind,
)
from portal.kit.clock import end_of_day
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.ladders.actions import deadline_done, deadline_dropped
from portal.ladders.rules import Matter
from portal.notices import live
from portal.shell.i18n import Sentence
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit

_OVER = "Diese Beratung ist beendet."


async def ask(
    *, actor: Actor, now: datetime, seat: Seat, kind: str, title: str, text: str, last_day: date | None
) -> UUID:
    """Ask all other members for advice; each has until the end of that day. Gives back the consultation's id.

    Raises:
        Forbidden: the actor does not speak for their organisation.
        Invalid: the field that does not fit.
    """
    _require_speaker(actor)
    advice_until = _check_asked(kind, title, text, last_day, now)
    consultation_id = new_id()
    await execute(
        """
        INSERT INTO consultation (network_id, id, kind, title, text, organisation_id, asked_by, asked_at, advice_until)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(seat.network_id, consultation_id, kind, title, text, actor.organisation_id, actor.name[:200]),
        *(now, advice_until),
    )
    await _record(actor, "consultation:asked", consultation_id)
    event = ConsultationAsked(seat.network_id, consultation_id)
    others = await others_in(actor, seat.network_id)
    await emit(event, to=others, key=f"consultation_asked:{consultation_id}")
    await live.changed(live.network(seat.network_id))
    return consultation_id


async def answer(
    *, actor: Actor, now: datetime, asked: Asked, kind: str, text: str, replaces_id: UUID | None = None
) -> UUID:
    """Answer for the organisation, once more or instead of an earlier answer, which is kept. Gives back its id. The
    same words sent twice are one answer.

    Raises:
        Forbidden: the actor does not speak for their organisation, or it is the one that asked.
        Conflict: the consultation is closed, or somebody else has corrected that answer.
        Invalid: nothing is said, or too much.
    """
    _require_speaker(actor)
    if actor.organisation_id == asked.organisation_id:
        raise Forbidden("Ihre Organisation hat gefragt; antworten können die anderen Mitglieder.")
    if not asked.is_open:
        raise Conflict(_OVER)
    if kind not in list(AnswerKind):
        raise Invalid("Bitte wählen Sie, was Ihre Antwort ist.", field="kind")
    if (not text.strip() and kind != AnswerKind.NONE) or len(text) > LONGEST_REMARK:
        raise Invalid("Bitte schreiben Sie Ihre Antwort mit höchstens 4000 Zeichen.", field="text")
    if replaces_id is not None:
        _check_own(actor, asked, replaces_id)
    elif (said := await _said_already(actor, asked, kind, text)) is not None:
        return said
    answer_id = new_id()
    rows = await execute(
        """
        INSERT INTO consultation_answer
            (network_id, id, consultation_id, organisation_id, kind, text, replaces_id, by_name, said_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id
        """,
        *(asked.network_id, answer_id, asked.id, actor.organisation_id, kind, text, replaces_id),
        *(actor.name[:200], now),
    )
    if not rows:
        raise Conflict("Diese Antwort wurde inzwischen schon berichtigt. Bitte lesen Sie, wie sie jetzt ist.")
    await _record(actor, "consultation:corrected" if replaces_id else "consultation:answered", asked.id)
    await deadline_done(actor=actor, now=now, matter=Matter.CONSULTATION, subject_id=asked.id)
    told = ConsultationAnswered(asked.network_id, asked.id, answer_id)
    await emit(told, to=[asked.organisation_id], key=f"consultation_answered:{answer_id}")
    await live.changed(live.network(asked.network_id))
    return answer_id


async def _said_already(actor: Actor, asked: Asked, kind: str, text: str) -> UUID | None:
    await execute("SELECT pg_advisory_xact_lock(hashtextextended({}, 0))", f"answer:{asked.id}:{actor.organisation_id}")
    rows = await execute(
        """
        SELECT a.id FROM consultation_answer a
        WHERE a.network_id = {} AND a.consultation_id = {} AND a.organisation_id = {} AND (a.kind, a.text) = ({}, {})
          AND NOT EXISTS (SELECT FROM consultation_answer n
                          WHERE n.network_id = a.network_id AND n.consultation_id = a.consultation_id
                            AND n.replaces_id = a.id)
        LIMIT 1
        """,
        *(asked.network_id, asked.id, actor.organisation_id, kind, text),
    )
    return rows[0]["id"] if rows else None


async def close(*, actor: Actor, now: datetime, asked: Asked, outcome: str) -> None:
    """The member that asked says what it will do; all others are told, and nobody answers any more.

    Raises:
        Forbidden: another organisation asked, or the actor does not speak for theirs.
        Conflict: it is closed already.
        Invalid: nothing is said, or too much.
    """
    _require_speaker(actor)
    if actor.organisation_id != asked.organisation_id:
        raise Forbidden(Sentence("Gefragt hat %(name)s; nur sie beendet die Beratung.", name=asked.organisation))
    if not outcome.strip() or len(outcome) > LONGEST_OUTCOME:
        raise Invalid("Bitte schreiben Sie mit höchstens 10.000 Zeichen, was Sie nun tun.", field="outcome")
    rows = await execute(
        """
        UPDATE consultation SET outcome = {}, closed_by = {}, closed_at = {}
        WHERE network_id = {} AND id = {} AND closed_at IS NULL RETURNING id
        """,
        *(outcome, actor.name[:200], now, asked.network_id, asked.id),
    )
    if not rows:
        raise Conflict(_OVER)
    await _record(actor, "consultation:closed", asked.id)
    others = await others_in(actor, asked.network_id)
    event = ConsultationClosed(asked.network_id, asked.id)
    await emit(event, to=others, key=f"consultation_closed:{asked.id}")
    await live.changed(live.network(asked.network_id))


async def take_over(*, actor: Actor, now: datetime, asked: Asked) -> None:
    """From now on it is the actor's organisation that asks, and says what comes of it; it need not answer any more.

    Raises:
        Forbidden: the actor neither speaks for their organisation nor works in the office.
        Conflict: it is closed, or who asks is a member; another may have taken it over.
    """
    if not takes_over(actor, asked.network_id):
        raise Forbidden(ONLY_SPEAKERS)
    rows = await execute(
        """
        UPDATE consultation SET organisation_id = {}, begun_for_id = COALESCE(begun_for_id, organisation_id)
        WHERE network_id = {} AND id = {} AND organisation_id = {} AND closed_at IS NULL AND {}::boolean RETURNING id
        """,
        *(actor.organisation_id, asked.network_id, asked.id, asked.organisation_id, asked.is_left_behind),
    )
    if not rows:
        raise Conflict(
            "Übernehmen lässt sich nur eine offene Beratung, deren Organisation dem Netzwerk nicht mehr angehört."
        )
    await _record(actor, "consultation:taken_over", asked.id)
    await deadline_dropped(actor=actor, now=now, matter=Matter.CONSULTATION, subject_id=asked.id)
    await live.changed(live.network(asked.network_id))


def _require_speaker(actor: Actor) -> None:
    if not speaks(actor):
        raise Forbidden(ONLY_SPEAKERS)


def _check_asked(kind: str, title: str, text: str, last_day: date | None, now: datetime) -> datetime:
    if kind not in list(ConsultationKind):
        raise Invalid("Bitte wählen Sie, worum es geht.", field="kind")
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid("Bitte geben Sie eine Überschrift mit höchstens 200 Zeichen an.", field="title")
    if not text.strip() or len(text) > LONGEST_TEXT:
        raise Invalid("Bitte schreiben Sie mit höchstens 10.000 Zeichen, wozu Sie Rat suchen.", field="text")
    if last_day is None:
        raise Invalid("Bitte geben Sie an, bis wann Sie Rat brauchen.", field="last_day")
    until = end_of_day(last_day)
    if until <= now:
        raise Invalid("Dieser Tag liegt in der Vergangenheit. Möglich ist frühestens heute.", field="last_day")
    if (until - now).days > MOST_DAYS:
        raise Invalid("Dieser Tag liegt mehr als ein Jahr in der Zukunft.", field="last_day")
    return until


def _check_own(actor: Actor, asked: Asked, answer_id: UUID) -> None:
    replaced = asked.answer(answer_id)
    if replaced is None:
        raise Conflict("Diese Antwort wurde inzwischen schon berichtigt. Bitte lesen Sie, wie sie jetzt ist.")
    if replaced.organisation_id != actor.organisation_id:
        raise Forbidden("Berichtigen lässt sich nur eine Antwort der eigenen Organisation.")


async def _record(actor: Actor, action: str, consultation_id: UUID) -> None:
    await audit.record(actor=actor, action=action, subject="consultation", subject_id=consultation_id)
