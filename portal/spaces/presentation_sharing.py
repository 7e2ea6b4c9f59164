"""How rights are shown: the table, whom to choose from, what a cut would mean."""

from dataclasses import dataclass

from portal.shell.fields import Options
from portal.spaces.abilities import person_principal
from portal.spaces.access_words import ACCESS_WORDS, is_needed, kind_words, who_words
from portal.spaces.principals import Kind, Principal
from portal.spaces.queries import Item
from portal.spaces.queries_principals import anybody_of, list_colleagues
from portal.spaces.queries_sharing import Given, Sharing, access_of, turned
from tenants.context import Actor


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


@dataclass(frozen=True, slots=True)
class Consequences:
    """Who sees the item now and would not any more, and the other way round."""

    lose: list[str]
    gain: list[str]
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
    """What turning the inheritance of an item would change, for people by name and for members."""
    everybody = [*await list_colleagues(actor)]
    everybody += [anybody_of(item, m, (), name=m.name) for m in sharing.members if m.id != actor.organisation_id]
    then = turned(item, actor)
    lose, gain = [], []
    for who in everybody:
        sees = bool(access_of(item, who) & item.here.readers)
        will_see = bool(access_of(item, who, then) & item.here.readers)
        if sees and not will_see:
            lose.append(who.name)
        elif will_see and not sees:
            gain.append(who.name)
    above = [_row(item, sharing, entry) for entry in sharing.given if not entry.is_here]
    return Consequences(lose, gain, above)
