"""What may be done at all, and which role brings it. Whether *this* vote may be opened is an ability of its feature."""

from collections.abc import Mapping
from enum import StrEnum
from functools import lru_cache

from tenants.context import Actor, Role


class Permission(StrEnum):
    """``feature:action``, in alphabetical order. Every route names one of them."""

    ADMISSION_READ = "admission:read"
    ADMISSION_RUN = "admission:run"
    AGREEMENT_CHANGE = "agreement:change"
    AGREEMENT_READ = "agreement:read"
    AUDIT_CHECK = "audit:check"
    AUDIT_READ = "audit:read"
    BALLOT_CAST = "ballot:cast"
    BODY_NAME = "body:name"
    BODY_READ = "body:read"
    BODY_RUN = "body:run"
    BODY_WRITE = "body:write"
    CONSULTATION_READ = "consultation:read"
    CONSULTATION_WRITE = "consultation:write"
    CONTACT_KEEP = "contact:keep"
    CONTENT_ADD = "content:add"
    CONTENT_AUTOMATE = "content:automate"
    CONTENT_COMMENT = "content:comment"
    CONTENT_CONFIRM = "content:confirm"
    CONTENT_EDIT = "content:edit"
    CONTENT_READ = "content:read"
    CONTENT_REVIEW = "content:review"
    CONTENT_SHARE = "content:share"
    DEADLINE_READ = "deadline:read"
    DELIVERY_READ = "delivery:read"
    DELIVERY_RESEND = "delivery:resend"
    DIRECTORY_ISSUE = "directory:issue"
    FEED_SUBSCRIBE = "feed:subscribe"
    FORMAL_ACKNOWLEDGE = "formal:acknowledge"
    FORMAL_POST = "formal:post"
    FORMAL_READ = "formal:read"
    MATTER_TAKE = "matter:take"
    MEMBER_READ = "member:read"
    NOTICE_MARK = "notice:mark"
    NOTICE_READ = "notice:read"
    ORGANISATION_READ = "organisation:read"
    ORGANISATION_SWITCH = "organisation:switch"
    ORGANISATION_TAKE = "organisation:take"
    POSITION_READ = "position:read"
    POSITION_RELEASE = "position:release"
    POSITION_WRITE = "position:write"
    PROCEDURE_MOVE = "procedure:move"
    PROCEDURE_READ = "procedure:read"
    PROCEDURE_RUN = "procedure:run"
    PUBLIC = "public"
    ROOM_OPEN = "room:open"
    ROOM_READ = "room:read"
    SESSION_END = "session:end"
    SESSION_READ = "session:read"
    SIGNED_IN = "signed-in"
    VOTE_OPEN = "vote:open"
    VOTE_READ = "vote:read"
    WARNING_READ = "warning:read"
    WARNING_REPORT = "warning:report"


# What may be done with content follows from the grants on it (portal.spaces); everybody may do something somewhere.
_EVERYBODY = frozenset(
    {
        Permission.ADMISSION_READ,
        Permission.CONSULTATION_READ,
        Permission.AGREEMENT_READ,
        Permission.BODY_READ,
        Permission.BODY_WRITE,  # who speaks in which body, its rulebook says
        Permission.CONTENT_ADD,
        Permission.CONTENT_AUTOMATE,
        Permission.CONTENT_COMMENT,
        Permission.CONTENT_CONFIRM,
        Permission.CONTENT_EDIT,
        Permission.CONTENT_READ,
        Permission.CONTENT_REVIEW,
        Permission.CONTENT_SHARE,
        Permission.DEADLINE_READ,
        Permission.FEED_SUBSCRIBE,
        Permission.MEMBER_READ,
        Permission.NOTICE_MARK,
        Permission.NOTICE_READ,
        Permission.ORGANISATION_READ,
        Permission.ORGANISATION_SWITCH,
        Permission.POSITION_READ,
        Permission.PROCEDURE_READ,
        Permission.PUBLIC,
        Permission.ROOM_READ,
        Permission.SESSION_END,
        Permission.SESSION_READ,
        Permission.SIGNED_IN,
        Permission.VOTE_READ,
        Permission.WARNING_READ,
        Permission.WARNING_REPORT,
    }
)

# Formal notices are read by who receives them for their organisation (portal.formal).
_RECEIVES = frozenset({Permission.FORMAL_ACKNOWLEDGE, Permission.FORMAL_READ})

# Who speaks for their organisation in the coordination circle (portal.circle).
_SPEAKS = frozenset({Permission.CONSULTATION_WRITE, Permission.MATTER_TAKE, Permission.POSITION_WRITE})

# Only what a role adds to what everybody with a role may do (domain.md, sections 1 and 5).
GRANTS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMINISTRATOR: _RECEIVES
    | {
        Permission.BODY_NAME,
        Permission.CONTACT_KEEP,
        Permission.DELIVERY_READ,
        Permission.DELIVERY_RESEND,
        Permission.ORGANISATION_TAKE,
    },
    Role.CASEWORKER: frozenset(),
    Role.DATA_PROTECTION_OFFICER: frozenset({Permission.AUDIT_CHECK, Permission.AUDIT_READ}),
    # A deputy speaks where the member is heard, and acts for the office in the office's own matter (portal.network).
    Role.DEPUTY: _RECEIVES
    | _SPEAKS
    | {Permission.BALLOT_CAST, Permission.CONTACT_KEEP, Permission.PROCEDURE_MOVE, Permission.PROCEDURE_RUN},
    Role.DIRECTOR: _RECEIVES
    | _SPEAKS
    | {Permission.BALLOT_CAST, Permission.BODY_NAME, Permission.CONTACT_KEEP, Permission.PROCEDURE_MOVE},
    Role.JOBCENTER_TEAM: frozenset(),
    Role.LEAD: frozenset(),
    Role.OFFICE: frozenset(
        {
            Permission.ADMISSION_RUN,
            Permission.BODY_RUN,
            Permission.DIRECTORY_ISSUE,
            Permission.AGREEMENT_CHANGE,
            Permission.FORMAL_POST,
            Permission.FORMAL_READ,
            Permission.MATTER_TAKE,
            Permission.POSITION_RELEASE,
            Permission.PROCEDURE_RUN,
            Permission.ROOM_OPEN,
            Permission.VOTE_OPEN,
        }
    ),
    Role.REPRESENTATIVE: _RECEIVES
    | _SPEAKS
    | {Permission.BALLOT_CAST, Permission.CONTACT_KEEP, Permission.PROCEDURE_MOVE},
}


def permissions_of(actor: Actor) -> frozenset[Permission]:
    """Everything this actor may do somewhere; the office's rights need a seat that holds the office."""
    holds_office = any(seat.is_office for seat in actor.seats)
    return _permissions(actor.roles if holds_office else actor.roles - {Role.OFFICE})


@lru_cache(maxsize=512)
def _permissions(roles: frozenset[Role]) -> frozenset[Permission]:
    return _EVERYBODY.union(*(GRANTS[role] for role in roles))
