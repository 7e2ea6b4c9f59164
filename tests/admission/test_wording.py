"""The letters to an applicant say what its network agreed on, whatever that is."""

from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest

from portal.admission import wording
from portal.admission.queries import Application
from portal.admission.rules import State
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
@pytest.mark.parametrize("letter", [wording.accepted, wording.rejected])
def test_a_decision_is_told_with_the_rule_it_was_made_by(book: Rulebook, letter):
    _, body = letter(book, APPLICATION)
    rule = book.votes["admission"]
    assert f"{rule.explanation} ({rule.section})" in body
    assert "widersproch" not in body.replace(rule.explanation, "")


def test_the_letters_name_no_group_of_a_directory_that_the_page_would_call_otherwise():
    assert "hilfenetz:" not in wording.begins(APPLICATION, AT)[1]
