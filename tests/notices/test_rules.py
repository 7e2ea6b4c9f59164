"""What makes a mail leave, wait or stay."""

from pathlib import Path
from uuid import UUID

import pytest

import portal.notices
from portal.notices.queries import mail_key
from portal.notices.rules import (
    DeliveryState,
    MailProblem,
    NoticeKind,
    may_be_sent,
    must_be_withdrawn,
    problem_of,
)

TEMPLATES = Path(portal.notices.__file__).parent / "templates" / "notices"


def test_a_mail_leaves_once():
    assert {state for state in DeliveryState if may_be_sent(state=state)} == {
        DeliveryState.QUEUED,
        DeliveryState.FAILED,
        DeliveryState.DEAD,
    }


@pytest.mark.parametrize(
    ("is_read", "is_here", "has_address", "withdrawn"),
    [
        (False, True, True, False),
        (True, True, True, True),
        (False, False, True, True),
        (False, True, False, True),
    ],
)
def test_a_mail_without_reason_is_withdrawn(is_read, is_here, has_address, withdrawn):
    assert must_be_withdrawn(is_read=is_read, is_here=is_here, has_address=has_address) is withdrawn


def test_every_error_has_words_and_none_has_none():
    assert problem_of(None) is None
    assert problem_of("SMTPRecipientsRefused") is MailProblem.ADDRESS_REFUSED
    assert problem_of("SMTPConnectError") is MailProblem.SERVER_AWAY
    assert problem_of("KeyError") is MailProblem.UNKNOWN


def test_every_kind_state_and_problem_has_its_template():
    for kind in NoticeKind:
        assert (TEMPLATES / "kind" / f"{kind}.html").exists()
        assert (TEMPLATES / "kind" / f"{kind}_title.html").exists()
    for state in DeliveryState:
        assert (TEMPLATES / "state" / f"{state}.html").exists()
    for problem in MailProblem:
        assert (TEMPLATES / "problem" / f"{problem}.html").exists()


def test_the_key_of_a_mail_is_known_to_the_statement_that_joins_it():
    assert mail_key(UUID(int=0)) == "mail:00000000-0000-0000-0000-000000000000"
