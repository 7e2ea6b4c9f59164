"""Why somebody sees an item, and who else does, in words."""

from dataclasses import dataclass, replace
from uuid import UUID

from portal.identity.role_words import ROLE_WORDS, in_order
from portal.shell.i18n import Sentence
from portal.spaces.access_words import (
    ACCESS_WORDS,
    access_words,
    by_itself_words,
    editors_words,
    readers_words,
    who_words,
)
from portal.spaces.queries import Item
from portal.spaces.queries_principals import MOST_PEOPLE, anybody_of, find_colleague, list_colleagues
from portal.spaces.queries_sharing import Given, MemberName, Reach, Sharing, access_of, reach_of
from portal.spaces.rules import Access
from tenants.context import Actor, Role


@dataclass(frozen=True, slots=True)
class Reason:
    """One cause of an access, or of none: it was given, but a cut keeps it away."""

    what: str
    who: str
    given: Given | None
    by_itself: Sentence | str
    counts: bool


@dataclass(frozen=True, slots=True)
class About:
    """What somebody may do with an item, and why."""

    name: str
    is_me: bool
    sees: bool
    has_access: bool
    what: list[Sentence]
    reasons: list[Reason]
    readers: list[Sentence]
    editors: list[Sentence]

    @property
    def causes(self) -> list[Reason]:
        """Why they may do what they may."""
        return [reason for reason in self.reasons if reason.counts]

    @property
    def kept_away(self) -> list[Reason]:
        """What a cut keeps away from them."""
        return [reason for reason in self.reasons if not reason.counts]


@dataclass(frozen=True, slots=True)
class Line:
    """Somebody in the list of who sees an item; ``query`` leads to the reasons.

    ``more`` is what single roles may beyond what everybody there may, ``some_see``: at least one of them sees it.
    """

    name: str
    sees: bool
    what: list[Sentence]
    query: str
    more: tuple[tuple[Sentence, list[Sentence]], ...] = ()
    some_see: bool = False


@dataclass(frozen=True, slots=True)
class Others:
    """Who else has access: people of the own organisation, in a network's space its members as well.

    ``has_more``: of the people only the first are here, there being very many.
    """

    people: list[Line]
    has_more: bool
    members: list[Line]
    roles: list[tuple[str, Sentence]]
    choices: list[tuple[UUID, str]]


async def subject_of(
    actor: Actor, item: Item, sharing: Sharing, *, person: UUID | None, organisation: UUID | None, role: str
) -> Reach:
    """Whoever is asked about: oneself, or for who manages the item somebody of the own organisation or a member."""
    if item.may.may_share and person is not None and person != actor.person_id:
        found = await find_colleague(actor, person)
        if found is not None:
            return reach_of(item, found, sharing, key=str(person))
    member = next((member for member in sharing.members if member.id == organisation), None)
    if item.may.may_share and member is not None:
        roles = [Role(role)] if role in set(Role) else []
        name: Sentence | str = member.name
        if roles:
            name = Sentence("%(role)s bei %(organisation)s", role=ROLE_WORDS[roles[0]], organisation=member.name)
        return reach_of(item, anybody_of(item, member, roles, name=name), sharing, key="")
    return reach_of(item, actor, sharing, key="me")


def lines_of(item: Item, about: Reach, sharing: Sharing) -> About:
    """The reasons in words."""
    reasons = [
        Reason(
            what=ACCESS_WORDS[cause.access],
            who=who_words(item.space, cause.principal, title=given.title if given else "", names=sharing.names)
            if cause.principal
            else "",
            given=given,
            by_itself=by_itself_words(cause.access, about.name, is_me=about.key == "me"),
            counts=cause.counts,
        )
        for cause, given in about.causes
    ]
    return About(
        name=about.name,
        is_me=about.key == "me",
        sees=about.sees,
        has_access=bool(about.access),
        what=access_words(about.access),
        reasons=reasons,
        readers=readers_words(item),
        editors=editors_words(item),
    )


async def people_of(actor: Actor, item: Item, sharing: Sharing, *, name: str) -> Others:
    """Who sees the item: the people of the own organisation; of the members whoever works there, without a name."""
    found = await list_colleagues(actor, name=name.strip(), most=MOST_PEOPLE + 1)
    people = [_line(item, each.name, access_of(item, each), f"person={each.person_id}") for each in found[:MOST_PEOPLE]]
    members = [_member_line(item, member) for member in sharing.members]
    roles = [(role.value, ROLE_WORDS[role]) for role in in_order(Role)]
    return Others(
        people, len(found) > MOST_PEOPLE, members, roles, [(member.id, member.name) for member in sharing.members]
    )


def _member_line(item: Item, member: MemberName) -> Line:
    """What everybody of a member may, and what with a role they may beyond that."""
    access = access_of(item, anybody_of(item, member, (), name=member.name))
    with_role = {role: access_of(item, anybody_of(item, member, (role,), name=member.name)) for role in in_order(Role)}
    more = {role: its for role, its in with_role.items() if its != access}
    return replace(
        _line(item, member.name, access, f"organisation={member.id}"),
        more=tuple((ROLE_WORDS[role], access_words(its)) for role, its in more.items()),
        some_see=any(its & item.here.readers for its in more.values()),
    )


def _line(item: Item, name: str, access: Access, query: str) -> Line:
    return Line(name, bool(access & item.here.readers), access_words(access), query)
