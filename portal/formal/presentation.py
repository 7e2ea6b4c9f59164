"""What the page of a notice shows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from portal.formal.abilities import FormalAbilities
from portal.formal.queries import FormalNotice
from portal.formal.rules import FormalKind
from portal.formal.words import number_of, rule_in_words, steps_of
from portal.kit.text import paragraphs_of
from portal.shell.i18n import mark
from tenants.context import Actor, Seat

# What leads to the page of a notice's cause, and where that is in the network; of a kind without a line there is none.
CAUSES: Mapping[FormalKind, tuple[str, str]] = {
    FormalKind.DIRECTORY: (mark("Zum Verzeichnis"), "verzeichnis/fassungen/{id}"),
    FormalKind.VOTE: (mark("Zur Abstimmung"), "abstimmungen/{id}"),
}


def address_of(seat: Seat) -> str:
    """Where the formal notices of a network are."""
    return f"/n/{seat.slug}/foermliche-mitteilungen"


def view_of(actor: Actor, seat: Seat, notice: FormalNotice, now: datetime) -> dict[str, Any]:
    """The context of all templates of one notice."""
    own = notice.receipt(actor.organisation_id)
    if own is not None and own.posted_at is None:
        own = None
    return {
        "seat": seat,
        "notice": notice,
        "number": number_of(notice),
        "base": address_of(seat),
        "address": f"{address_of(seat)}/{notice.id}",
        "paragraphs": paragraphs_of(notice.body),
        "own": own,
        "steps": steps_of(own) if own else (),
        "rule": rule_in_words(notice.rule),
        "cause": _cause_of(seat, notice),
        "may": FormalAbilities.of(actor, notice),
        "failed": sum(receipt.posted_at is None for receipt in notice.receipts),
        "received": sum(receipt.received_at is not None and receipt.received_at <= now for receipt in notice.receipts),
    }


def _cause_of(seat: Seat, notice: FormalNotice) -> tuple[str, str] | None:
    """What the way to the cause is called, and its address."""
    if (found := CAUSES.get(notice.kind)) is None:
        return None
    label, place = found
    return label, f"/n/{seat.slug}/{place.format(id=notice.cause_id)}"
