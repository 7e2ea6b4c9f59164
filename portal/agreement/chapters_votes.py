"""One majority in words, and what it asks of the members there are now."""

from portal.agreement.rules import Clause, Point
from portal.agreement.words import BASES, DEPARTED, ENDS, VISIBLE
from portal.deadlines.agreement import vote_length_of
from portal.deadlines.wording import length_in_words
from portal.shell.i18n import Sentence
from portal.votes.agreement import rule_of, runs_from_receipt
from portal.votes.rules import feasibility
from portal.votes.wording import feasibility_in_words, share_in_words
from tenants.rulebook import Rulebook, VoteRule
from tenants.rulebook_words import CountedBase, VoteKind


def anchor_of(key: str) -> str:
    """The place of a majority on the page."""
    return f"mehrheiten-{key}"


def clause_of(key: str, written: VoteRule) -> Clause:
    """The majority as a clause; how many that are just now is ``needs_of``."""
    points = [
        (Sentence("Mehrheit"), _majority(written)),
        (Sentence("Grundlage der Rechnung"), BASES[written.base]),
        (Sentence("Zeit für die Stimme"), _period(written)),
        (Sentence("Ende"), ENDS[written.early_end]),
        (Sentence("Wer ausscheidet"), DEPARTED[written.ballot_of_departed]),
        (Sentence("Betroffenes Mitglied"), _affected(written)),
        (Sentence("Stimmen sehen"), VISIBLE[written.ballots_visible_to]),
        (
            Sentence("Freie Fragen"),
            Sentence("Die Geschäftsstelle kann so jede Frage an alle stellen.") if written.for_questions else "",
        ),
    ]
    return Clause(
        anchor_of(key),
        written.title,
        written.explanation,
        tuple(Point(label, (value,)) for label, value in points if value),
        written.section,
        written.decision,
    )


def needs_of(book: Rulebook, members: int) -> dict[str, Sentence]:
    """By anchor, what each majority asks of so many members."""
    found = {}
    for key, written in book.votes.items():
        rule, concerned = rule_of(written), written.affected_member_votes is not None
        if members > concerned:
            need = feasibility_in_words(rule, feasibility(rule, members, one_affected=concerned))
            if written.base is CountedBase.CAST:
                need = Sentence("Wenn alle mit Ja oder Nein stimmen: %(need)s", need=need)
            found[anchor_of(key)] = need
    return found


def _majority(written: VoteRule) -> Sentence:
    share = share_in_words(rule_of(written))
    if written.kind is VoteKind.OBJECTION:
        return Sentence("für eine Ablehnung müssen widersprechen: %(share)s", share=share)
    if written.kind is VoteKind.CHOICE:
        return Sentence("für eine Wahl müssen stimmen: %(share)s", share=share)
    return Sentence("für die Annahme müssen stimmen: %(share)s", share=share)


def _period(written: VoteRule) -> Sentence:
    length = length_in_words(vote_length_of(written))
    if runs_from_receipt(written):
        return Sentence("%(length)s, für jedes Mitglied ab dem Zugang der Mitteilung bei ihm", length=length)
    return Sentence("%(length)s ab der Eröffnung; die Geschäftsstelle kann einen anderen Tag setzen", length=length)


def _affected(written: VoteRule) -> Sentence | None:
    if written.affected_member_votes is None:
        return None
    if written.affected_member_votes:
        return Sentence("zählt mit und darf abstimmen")
    return Sentence("zählt nicht mit und stimmt nicht ab")
