"""The letters to an applicant say what its network agreed on, whatever that is."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from portal.admission import wording
from portal.admission.agreement import as_pdf, content_of
from portal.admission.queries import Application, Contact, Copy
from portal.admission.rules import State, written_out
from portal.agreement.chapters import chapters_of
from tenants.context import OrganisationKind
from tenants.rulebook import NETWORKS, Rulebook, load_rulebook

BIELEFELD = load_rulebook(NETWORKS / "bielefeld.toml")
LINDENAU = load_rulebook(Path(__file__).parents[1] / "agreement/lindenau.toml")
AT = datetime(2026, 12, 10, 9, tzinfo=UTC)
_UNKNOWN = dict.fromkeys(Application.__slots__)
APPLICATION = Application(
    **{
        **_UNKNOWN,
        "network_id": uuid4(),
        "id": uuid4(),
        "rulebook_id": uuid4(),
        "name": "Wärmestube Nord e. V.",
        "kind": OrganisationKind.CARRIER,
        "field": "Tagesaufenthalt.",
        "state": State.INFORMED,
        "submitted_at": AT,
        "letters": (),
        "copies": (),
    }
)


@pytest.mark.parametrize("book", [BIELEFELD, LINDENAU], ids=lambda book: book.slug)
async def test_both_sides_sign_the_rules_as_the_rulebook_is_read(book: Rulebook):
    contact = Contact(None, "Verein", "Stadt", "Ada Neu", "ada@example.org")
    content = content_of(book, replace(APPLICATION, contact=contact), office="Stadt", members=["Zwei", "eins"])
    chapters = json.loads(written_out(content))["chapters"]
    read = chapters_of(book)
    assert [[clause["title"] for clause in chapter["clauses"]] for chapter in chapters] == [
        [str(clause.title) for clause in chapter.clauses] for chapter in read
    ]
    old = {**content, "rules": [{"title": "Alt", "section": "§ 1", "text": "Es gilt.", "decision": ""}]}
    del old["chapters"]
    for kept in (content, old):
        copy = Copy(uuid4(), 1, written_out(kept), "0" * 64, AT, ())
        assert (await as_pdf(copy)).startswith(b"%PDF")


@pytest.mark.parametrize("book", [BIELEFELD, LINDENAU], ids=lambda book: book.slug)
@pytest.mark.parametrize("letter", [wording.accepted, wording.rejected])
def test_a_decision_is_told_with_the_rule_it_was_made_by(book: Rulebook, letter):
    _, body = letter(book, APPLICATION)
    rule = book.votes["admission"]
    assert f"{rule.explanation} ({rule.section})" in body
    assert "widersproch" not in body.replace(rule.explanation, "")


def test_the_letters_name_no_group_of_a_directory_that_the_page_would_call_otherwise():
    assert "hilfenetz:" not in wording.begins(APPLICATION, AT)[1]
