"""What can be said of notices and mails without a database, clock or request."""

from enum import StrEnum


class NoticeKind(StrEnum):
    """What a notice is about; its text stands in ``templates/notices/kind/<kind>.html``, its title beside it."""

    ADMISSION_STEP = "admission_step"
    APPLICATION_NEWS = "application_news"
    CONSULTATION_ANSWERED = "consultation_answered"
    CONSULTATION_ASKED = "consultation_asked"
    CONSULTATION_CLOSED = "consultation_closed"
    DEADLINE_NEAR = "deadline_near"
    DEADLINE_OVERDUE = "deadline_overdue"
    FILE_BLOCKED = "file_blocked"
    FORMAL_NOTICE = "formal_notice"
    ITEM_NEWS = "item_news"
    MEETING_CANCELLED = "meeting_cancelled"
    MEETING_CHANGED = "meeting_changed"
    MEETING_INVITED = "meeting_invited"
    MEETING_PROPOSED = "meeting_proposed"
    MEMBERSHIP_ENDED = "membership_ended"
    MENTIONED = "mentioned"
    MINUTES_APPROVED = "minutes_approved"
    MINUTES_CIRCULATED = "minutes_circulated"
    MUST_READ = "must_read"
    POSITION_CIRCULATED = "position_circulated"
    POSITION_REMARKED = "position_remarked"
    OFFICE_SEAT = "office_seat"
    PROCEDURE_MOVED = "procedure_moved"
    READING_REMINDER = "reading_reminder"
    REVIEW_PASSED = "review_passed"
    REVIEW_RETURNED = "review_returned"
    REVIEW_WANTED = "review_wanted"
    ROOM_OPENED = "room_opened"
    RULEBOOK_PUT = "rulebook_put"
    RULE_PAUSED = "rule_paused"
    RULE_TOLD = "rule_told"
    TASK_ASSIGNED = "task_assigned"
    TASK_OVERDUE = "task_overdue"
    VOTE_CLOSED = "vote_closed"
    VOTE_OPENED = "vote_opened"
    WARNING_REPORTED = "warning_reported"


# Whose mails somebody else has to be able to prove: that they left is an event of its own.
PROVED = frozenset({NoticeKind.FORMAL_NOTICE, NoticeKind.VOTE_OPENED})
# What asks for something: done with once somebody dealt with its matter, whether they opened the notice or not.
READING = frozenset({NoticeKind.MUST_READ, NoticeKind.READING_REMINDER})
REMINDING = frozenset({NoticeKind.DEADLINE_NEAR, NoticeKind.DEADLINE_OVERDUE})
CONSULTING = frozenset({NoticeKind.CONSULTATION_ASKED}) | REMINDING
REVIEWING = frozenset({NoticeKind.REVIEW_RETURNED, NoticeKind.REVIEW_WANTED})
VOTING = frozenset({NoticeKind.VOTE_OPENED}) | REMINDING
WORKING = frozenset({NoticeKind.TASK_ASSIGNED, NoticeKind.TASK_OVERDUE})


class DeliveryState(StrEnum):
    """Where a mail is."""

    DEAD = "dead"
    FAILED = "failed"
    QUEUED = "queued"
    SENT = "sent"
    WITHDRAWN = "withdrawn"


class MailProblem(StrEnum):
    """Why a mail did not leave, as far as it makes a difference to the administrator."""

    ADDRESS_REFUSED = "address_refused"
    NOT_ACCEPTED = "not_accepted"
    SENDER_REFUSED = "sender_refused"
    SERVER_AWAY = "server_away"
    SIGN_IN_REFUSED = "sign_in_refused"
    UNKNOWN = "unknown"


# By the class of the error: its text may hold an address and is not kept.
_PROBLEMS = {
    "BadAddress": MailProblem.ADDRESS_REFUSED,
    "ConnectionRefusedError": MailProblem.SERVER_AWAY,
    "ConnectionResetError": MailProblem.SERVER_AWAY,
    "OSError": MailProblem.SERVER_AWAY,
    "SMTPAuthenticationError": MailProblem.SIGN_IN_REFUSED,
    "SMTPConnectError": MailProblem.SERVER_AWAY,
    "SMTPConnectResponseError": MailProblem.SERVER_AWAY,
    "SMTPConnectTimeoutError": MailProblem.SERVER_AWAY,
    "SMTPDataError": MailProblem.NOT_ACCEPTED,
    "SMTPHeloError": MailProblem.SERVER_AWAY,
    "SMTPReadTimeoutError": MailProblem.SERVER_AWAY,
    "SMTPRecipientsRefused": MailProblem.ADDRESS_REFUSED,
    "SMTPResponseException": MailProblem.NOT_ACCEPTED,
    "SMTPSenderRefused": MailProblem.SENDER_REFUSED,
    "SMTPServerDisconnected": MailProblem.SERVER_AWAY,
    "SMTPTimeoutError": MailProblem.SERVER_AWAY,
    "TimeoutError": MailProblem.SERVER_AWAY,
    "gaierror": MailProblem.SERVER_AWAY,
}


def problem_of(error: str | None) -> MailProblem | None:
    """The problem behind the class of an error; None when there was none."""
    return _PROBLEMS.get(error, MailProblem.UNKNOWN) if error else None


def may_be_sent(*, state: DeliveryState) -> bool:
    """Whether a mail in this state still has to leave."""
    return state not in (DeliveryState.SENT, DeliveryState.WITHDRAWN)


def must_be_withdrawn(*, is_read: bool, is_here: bool, has_address: bool) -> bool:
    """Whether there is no reason (left) to send: read in the portal meanwhile, or nobody to send it to."""
    return is_read or not is_here or not has_address
