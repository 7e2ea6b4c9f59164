"""A paper is written, sent round, spoken about, put to the vote, released; what the vote decides follows by itself."""

import re
from datetime import datetime
from uuid import UUID

from portal.audit import actions as audit
from portal.circle.abilities import PaperAbilities, speaks, takes_over
from portal.circle.events import PositionCirculated, PositionRemarked
from portal.circle.queries import Paper, address_of, others_in
from portal.circle.rules import LONGEST_BODY, LONGEST_REMARK, LONGEST_TITLE
from portal.kit.errors import Conflict, Forbidden, Invalid
from portal.kit.ids import new_id
from portal.notices import live
from portal.shell.i18n import Sentence
from portal.spaces.rules import slug_of
from portal.votes.actions import open_vote
from portal.votes.rules import VoteCause
from tenants.context import Actor, Seat
from tenants.database import execute
from tenants.outbox import emit
from tenants.queries import standing_of

RULE, WITHDRAWAL = "position", "position_withdrawal"
ONLY_SPEAKERS = "Das tun Vertretung, Stellvertretung oder Geschäftsführung einer Organisation."
ONLY_OFFICE = "Das tut die Geschäftsstelle dieses Netzwerks."
OTHER_VERSION = Sentence("Der Text wurde inzwischen geändert. Bitte lesen Sie ihn, wie er jetzt ist.")
_INNER_LINK = re.compile(r"<a\s[^>]*href=\"/")


class OtherVersion(Conflict):
    """Somebody else has changed it meanwhile."""


async def write_paper(*, actor: Actor, now: datetime, seat: Seat, title: str, body: str) -> UUID:
    """Begin a paper, which nobody else reads until it is sent round. Gives back its id.

    Raises:
        Forbidden: the actor does not speak for their organisation.
        Invalid: the field that does not fit.
    """
    _require(speaks(actor), ONLY_SPEAKERS)
    _check_text(title, body)
    paper_id = new_id()
    await _insert(actor, now, seat.network_id, paper_id, lineage_id=paper_id, title=title, body=body)
    await _record(actor, "position:begun", paper_id)
    return paper_id


async def begin_edition(*, actor: Actor, now: datetime, paper: Paper) -> UUID:
    """A new edition with the text of a decided one, to be changed and voted upon anew. Gives back its id.

    Raises:
        Forbidden: the actor does not speak for their organisation.
        Conflict: a new edition is being made already, or was.
    """
    _require(speaks(actor), ONLY_SPEAKERS)
    if not PaperAbilities.of(actor, paper).may_begin_edition:
        raise Conflict("Von diesem Papier gibt es schon eine neuere Ausgabe.")
    paper_id = new_id()
    text = {"title": paper.title, "body": paper.body}
    await _insert(actor, now, paper.network_id, paper_id, lineage_id=paper.lineage_id, **text)
    await _record(actor, "position:begun", paper_id)
    return paper_id


async def save_paper(*, actor: Actor, now: datetime, paper: Paper, version: int, title: str, body: str) -> None:
    """Another text, for the version that was seen.

    Raises:
        Forbidden: another organisation writes it, or the actor does not speak for theirs.
        Conflict: it is put to the vote, or somebody else has changed it.
        Invalid: the field that does not fit.
    """
    _require_author(actor, paper)
    if not PaperAbilities.of(actor, paper).may_edit:
        raise Conflict("Über diesen Text wird abgestimmt, oder es wurde schon entschieden. Er ändert sich nicht mehr.")
    _check_text(title, body)
    await _change(
        paper, version, "title = {}, body = {}, version = version + 1, changed_by = {}, changed_at = {}",
        title, body, actor.name[:200], now,
    )  # fmt: skip
    await live.changed(live.network(paper.network_id))


async def circulate(*, actor: Actor, now: datetime, paper: Paper, version: int) -> None:
    """From now on all members read it, and are told.

    Raises:
        Forbidden: another organisation writes it, or the actor does not speak for theirs.
        Conflict: it was sent round already, or somebody else has changed it.
        Invalid: it has no text.
    """
    _require_author(actor, paper)
    if not PaperAbilities.of(actor, paper).may_circulate:
        raise Conflict("Dieses Papier liegt den Mitgliedern schon vor.")
    if not paper.markup.striptags():
        raise Invalid("Dieses Papier hat noch keinen Text.", field="body")
    await _change(paper, version, "state = 'circulated', circulated_at = {}, changed_at = {}", now, now)
    await _record(actor, "position:circulated", paper.id)
    others = await others_in(actor, paper.network_id)
    await emit(PositionCirculated(paper.network_id, paper.id), to=sorted(others), key=f"position_round:{paper.id}")
    await live.changed(live.network(paper.network_id))


async def discard(*, actor: Actor, now: datetime, paper: Paper, version: int) -> None:
    """The organisation that writes it gives it up before it is voted upon.

    Raises:
        Forbidden: another organisation writes it, or the actor does not speak for theirs.
        Conflict: it is too late, or somebody else has changed it.
    """
    _require_author(actor, paper)
    if not PaperAbilities.of(actor, paper).may_discard:
        raise Conflict("Über dieses Papier wird abgestimmt, oder es wurde schon entschieden.")
    await _change(paper, version, "state = 'discarded', changed_at = {}", now)
    await _record(actor, "position:discarded", paper.id)
    await live.changed(live.network(paper.network_id))


async def take_over(*, actor: Actor, now: datetime, paper: Paper) -> None:
    """From now on the actor's organisation writes what lies before the members and was left behind.

    Raises:
        Forbidden: the actor neither speaks for their organisation nor works in the office.
        Conflict: who writes it is a member; another may have taken it over.
    """
    _require(takes_over(actor, paper.network_id), ONLY_SPEAKERS)
    if not PaperAbilities.of(actor, paper).may_take_over:
        raise Conflict("Übernehmen lässt sich nur ein Papier, dessen Organisation dem Netzwerk nicht mehr angehört.")
    change = "organisation_id = {}, begun_for_id = COALESCE(begun_for_id, organisation_id), changed_by = {}"
    values = (actor.organisation_id, actor.name[:200], now)
    await _change(paper, paper.version, f"{change}, changed_at = {{}}", *values)
    await _record(actor, "position:taken_over", paper.id)
    await live.changed(live.network(paper.network_id))


async def remark(*, actor: Actor, now: datetime, paper: Paper, version: int, text: str) -> None:
    """Say something of a paper that was sent round; the organisation that writes it is told.

    Raises:
        Forbidden: the actor does not speak for their organisation.
        Conflict: it does not lie before the members (any more).
        Invalid: nothing is said, or too much.
    """
    _require(speaks(actor), ONLY_SPEAKERS)
    if not PaperAbilities.of(actor, paper).may_remark:
        raise Conflict("Anmerkungen macht, wem ein Papier vorliegt, bevor darüber abgestimmt wird.")
    if not text.strip() or len(text) > LONGEST_REMARK:
        raise Invalid("Bitte schreiben Sie Ihre Anmerkung mit höchstens 4000 Zeichen.", field="text")
    remark_id = new_id()
    await execute(
        """
        INSERT INTO position_remark (network_id, id, paper_id, version, organisation_id, by_name, text, said_at)
        VALUES ({}, {}, {}, {}, {}, {}, {}, {})
        """,
        *(paper.network_id, remark_id, paper.id, max(1, min(version, paper.version))),
        *(actor.organisation_id, actor.name[:200], text, now),
    )
    told = PositionRemarked(paper.network_id, paper.id, remark_id)
    await emit(told, to=[paper.organisation_id], key=f"position_remark:{remark_id}")
    await live.changed(live.network(paper.network_id))


async def put_to_vote(*, actor: Actor, now: datetime, seat: Seat, paper: Paper, version: int) -> UUID:
    """Ask all members for this very version; from now on nobody changes it. Gives back the vote's id.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it does not lie before the members (any more), or was changed since.
    """
    _require(actor.is_office_of(paper.network_id), ONLY_OFFICE)
    if not PaperAbilities.of(actor, paper).may_put_to_vote:
        raise Conflict("Zur Abstimmung kommt nur, was den Mitgliedern vorliegt.")
    if version != paper.version:
        raise OtherVersion(OTHER_VERSION)
    explanation = (
        f"Abgestimmt wird über das Positionspapier „{paper.title}“ von {paper.organisation}, Ausgabe {paper.edition}, "
        f"Fassung {paper.version}. Der Text steht unter „Positionen“ und ändert sich nicht mehr. Stimmen "
        "alle Mitglieder zu, ist er die gemeinsame Position des Netzwerks."
    )
    question = f"Soll „{paper.title}“ die gemeinsame Position des Netzwerks sein?"
    cause = VoteCause(RULE, paper.id, address_of(seat, paper.id))
    vote_id = await _ask(actor=actor, now=now, paper=paper, cause=cause, question=question, explanation=explanation)
    await _change(paper, version, "state = 'voting', vote_id = {}, changed_at = {}", vote_id, now)
    await _record(actor, "position:asked", paper.id)
    return vote_id


async def put_withdrawal_to_vote(*, actor: Actor, now: datetime, seat: Seat, paper: Paper) -> UUID:
    """Ask all members whether a position in force holds no longer. Gives back the vote's id.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it is not in force, or they are being asked.
    """
    _require(actor.is_office_of(paper.network_id), ONLY_OFFICE)
    if not PaperAbilities.of(actor, paper).may_put_withdrawal_to_vote:
        raise Conflict("Zurückziehen lässt sich nur eine geltende Position, über die nicht schon abgestimmt wird.")
    explanation = (
        f"Abgestimmt wird darüber, ob das Positionspapier „{paper.title}“, Ausgabe {paper.edition}, zurückgezogen "
        "wird. Bis dahin gilt es weiter. Stimmen alle Mitglieder zu, gilt es nicht mehr und wird nicht mehr öffentlich "
        "gezeigt; im Netzwerk bleibt es nachlesbar."
    )
    question = f"Soll die Position „{paper.title}“ zurückgezogen werden?"
    cause = VoteCause(WITHDRAWAL, paper.id, address_of(seat, paper.id))
    vote_id = await _ask(actor=actor, now=now, paper=paper, cause=cause, question=question, explanation=explanation)
    change = "withdrawal_vote_id = {}, changed_at = {}"
    await _change(paper, paper.version, change, vote_id, now, where="withdrawal_vote_id IS NULL")
    await _record(actor, "position:withdrawal_asked", paper.id)
    return vote_id


async def release(*, actor: Actor, now: datetime, paper: Paper) -> None:
    """From now on anybody may read it.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it is not in force, or public already.
    """
    _require(actor.is_office_of(paper.network_id), ONLY_OFFICE)
    if not PaperAbilities.of(actor, paper).may_release:
        raise Conflict("Veröffentlichen lässt sich nur eine geltende Position, die noch nicht öffentlich ist.")
    change, name = "released_at = {}, released_by = {}", actor.name[:200] or "–"
    await _change(paper, paper.version, change, now, name, where="released_at IS NULL")
    await _record(actor, "position:released", paper.id)
    await live.changed(live.network(paper.network_id))


async def take_back(*, actor: Actor, paper: Paper) -> None:
    """It is no longer public; in the network it holds as before.

    Raises:
        Forbidden: the actor does not work in the office.
        Conflict: it is not public.
    """
    _require(actor.is_office_of(paper.network_id), ONLY_OFFICE)
    if not PaperAbilities.of(actor, paper).may_take_back:
        raise Conflict("Diese Position ist nicht öffentlich.")
    await _change(paper, paper.version, "released_at = NULL, released_by = NULL", where="released_at IS NOT NULL")
    await _record(actor, "position:taken_back", paper.id)
    await live.changed(live.network(paper.network_id))


def _require(allowed: bool, sentence: str) -> None:
    if not allowed:
        raise Forbidden(sentence)


def _require_author(actor: Actor, paper: Paper) -> None:
    _require(speaks(actor), ONLY_SPEAKERS)
    if actor.organisation_id != paper.organisation_id:
        raise Forbidden(Sentence("Dieses Papier schreibt %(name)s.", name=paper.organisation))


def _check_text(title: str, body: str) -> None:
    if not title.strip() or len(title) > LONGEST_TITLE:
        raise Invalid("Bitte geben Sie einen Titel mit höchstens 200 Zeichen an.", field="title")
    if len(body) > LONGEST_BODY:
        raise Invalid("Der Text ist zu lang: möglich sind etwa 80 Seiten.", field="body")
    if "<img" in body:
        raise Invalid("Ein Positionspapier hat keine Bilder. Bitte nehmen Sie sie heraus.", field="body")
    if _INNER_LINK.search(body):
        raise Invalid(
            "Wer ein Positionspapier liest, kommt meist nicht in dieses Portal. Bitte nehmen Sie Links heraus, die "
            "hineinführen.",
            field="body",
        )


async def _ask(*, actor: Actor, now: datetime, paper: Paper, cause: VoteCause, question: str, explanation: str) -> UUID:
    """A vote by the agreement's rule for positions, as long as that says."""
    standing = await standing_of(paper.network_id)
    if standing is None or RULE not in standing.rulebook.votes:
        raise Conflict("Die Vereinbarung dieses Netzwerks kennt keine gemeinsamen Positionen mehr.")
    return await open_vote(
        actor=actor,
        now=now,
        network_id=paper.network_id,
        rule=RULE,
        question=question,
        explanation=explanation,
        cause=cause,
    )


async def _insert(
    actor: Actor, now: datetime, network_id: UUID, paper_id: UUID, *, lineage_id: UUID, title: str, body: str
) -> None:
    """The database gives it its edition, and an address that is free; one of a paper is in the making at a time."""
    rows = await execute(
        """
        INSERT INTO position_paper (network_id, id, lineage_id, edition, slug, title, body, state, organisation_id,
                                    written_by, changed_by, created_at, changed_at)
        VALUES ({}, {}, {}, 1, {}, {}, {}, 'draft', {}, {}, {}, {}, {}) ON CONFLICT DO NOTHING RETURNING id
        """,
        *(network_id, paper_id, lineage_id, slug_of(title) or "position", title, body, actor.organisation_id),
        *(actor.name[:200], actor.name[:200], now, now),
    )
    if not rows:
        raise Conflict("An einer neuen Ausgabe dieses Papiers schreibt schon ein Mitglied.")


async def _change(paper: Paper, version: int, change: str, *values: object, where: str = "true") -> None:
    """Change the paper if it is as it was seen, in state and version, and in what its state does not tell (``where``):
    the row's own lock decides between two."""
    rows = await execute(
        f"""
        UPDATE position_paper SET {change}
        WHERE network_id = {{}} AND id = {{}} AND state = {{}} AND version = {{}} AND {where} RETURNING id
        """,  # noqa: S608 - constants of this file
        *values,
        paper.network_id,
        paper.id,
        paper.state,
        version,
    )
    if not rows:
        raise OtherVersion(OTHER_VERSION)


async def _record(actor: Actor, action: str, paper_id: UUID) -> None:
    await audit.record(actor=actor, action=action, subject="position_paper", subject_id=paper_id)
