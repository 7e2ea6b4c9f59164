"""How rights are shown: the table, whom to choose from, what a cut would mean."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from portal.identity.role_words import ROLE_WORDS, in_order
from portal.shell.fields import Options
from portal.shell.i18n import Sentence
from portal.spaces.abilities import person_principal
from portal.spaces.access_words import ACCESS_WORDS, is_needed, kind_words, who_words
from portal.spaces.principals import Kind, Principal
from portal.spaces.queries import Item
from portal.spaces.queries_principals import anybody_of, list_colleagues
from portal.spaces.queries_sharing import Given, MemberName, Sharing, access_of, turned
from portal.spaces.rules import Mark
from tenants.context import Actor, Role


@dataclass(frozen=True, slots=True)
class Row:
    """A grant in the table. ``is_needed``: the last one to manage the space stays."""

    given: Given
    who: str
    kind: str
    what: str
    is_needed: bool

    @property
    def origin(self) -> tuple[str, ...]:
        """Where it was given, by whom and when: what was given together is shown together."""
        since = self.given.at.isoformat() if self.given.by else ""
        return ("/".join(self.given.path), self.given.by, since, str(self.given.counts))


class _Turn(Enum):
    """What changes for somebody."""

    LOSES = auto()
    GAINS = auto()


@dataclass(frozen=True, slots=True)
class Concerned:
    """A person, or everybody of a member: those with ``roles`` alone, or with ``is_except`` all but those."""

    name: str
    roles: tuple[Sentence, ...] = ()
    is_except: bool = False


@dataclass(frozen=True, slots=True)
class Consequences:
    """Who sees the item now and would not any more, and the other way round."""

    lose: list[Concerned]
    gain: list[Concerned]
    above: list[Row]


def rows_of(item: Item, sharing: Sharing) -> list[Row]:
    """The table: what is given here first, then what comes from above."""
    return [_row(item, sharing, entry) for entry in sharing.given]


def _row(item: Item, sharing: Sharing, entry: Given) -> Row:
    return Row(
        given=entry,
        who=who_words(item.space, entry.principal, title=entry.title, names=sharing.names),
        kind=kind_words(entry.principal),
        what=ACCESS_WORDS[entry.access],
        is_needed=is_needed(sharing.given, entry),
    )


async def choices(actor: Actor, item: Item, sharing: Sharing, *, name: str) -> Options:
    """Whom access can be given to: people of the own organisation whose name is asked for, else everybody else."""
    if name:
        people = await list_colleagues(actor, name=name)
        return tuple(
            (person_principal(found.person_id, found.organisation_id), found.name)
            for found in people
            if found.person_id
        )
    spelled = [str(Principal(Kind.EVERYONE))]
    if item.space.network_id is not None:
        spelled.append(str(Principal(Kind.OFFICE, str(item.space.network_id))))
        spelled += sharing.names
    return tuple((principal, who_words(item.space, principal, names=sharing.names)) for principal in spelled)


async def consequences(actor: Actor, item: Item, sharing: Sharing) -> Consequences:
    """What turning the inheritance of an item would change, for people by name, and for members and their roles."""
    then = turned(item, actor)
    concerned = [(_turn(item, who, then), Concerned(who.name)) for who in await list_colleagues(actor, most=None)]
    for member in sharing.members:
        if member.id != actor.organisation_id:
            concerned += _turns_of(item, member, then)
    lose, gain = ([who for turn, who in concerned if turn is wanted] for wanted in (_Turn.LOSES, _Turn.GAINS))
    above = [_row(item, sharing, entry) for entry in sharing.given if not entry.is_here]
    return Consequences(lose, gain, above)


def _turn(item: Item, who: Actor, then: Sequence[Mark]) -> _Turn | None:
    sees = bool(access_of(item, who) & item.here.readers)
    will_see = bool(access_of(item, who, then) & item.here.readers)
    return None if sees == will_see else _Turn.LOSES if sees else _Turn.GAINS


def _turns_of(item: Item, member: MemberName, then: Sequence[Mark]) -> list[tuple[_Turn, Concerned]]:
    """A member where everybody is concerned alike; where roles make a difference, these are named."""
    everybody = _turn(item, anybody_of(item, member, (), name=member.name), then)
    found = {role: _turn(item, anybody_of(item, member, (role,), name=member.name), then) for role in in_order(Role)}
    result = []
    for turn in _Turn:
        is_except = everybody is turn
        roles = tuple(ROLE_WORDS[role] for role, its in found.items() if (its is turn) != is_except)
        if is_except or roles:
            result.append((turn, Concerned(member.name, roles, is_except=is_except)))
    return result
