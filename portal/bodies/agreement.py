"""What the rulebook of a network says of its bodies: which there are, who speaks there, how often they meet."""

from dataclasses import dataclass
from uuid import UUID, uuid5

from portal.deadlines.agreement import length_of
from portal.deadlines.rules import Length
from portal.spaces.rules import slug_of
from tenants.context import OrganisationKind, Role
from tenants.rulebook import Cited, Rulebook

INVITATION, MINUTES, OBJECTION = "meeting_invitation", "minutes", "minutes_objection"


@dataclass(frozen=True, slots=True)
class BodyRule:
    """A body as the agreement has it.

    Attributes:
        roles: who speaks there for a member.
        kinds: of which organisations; None: all members.
        is_named: its members name a representative and a deputy.
        every_months: the rhythm; None: it meets when needed.
        meets: whether the rulebook knows of its meetings at all.
    """

    key: str
    title: str
    roles: tuple[Role, ...]
    kinds: frozenset[OrganisationKind] | None
    is_named: bool
    has_orders: bool
    meets: bool
    meeting_title: str
    every_months: int | None
    source: tuple[str, ...]

    @property
    def address(self) -> str:
        """The last part of its address."""
        return slug_of(self.title) or self.key.replace("_", "-")

    def id_in(self, network_id: UUID) -> UUID:
        """Its identifier, known before anything belongs to it."""
        return uuid5(network_id, self.key)


def bodies_of(rulebook: Rulebook) -> tuple[BodyRule, ...]:
    """The bodies that meet or whose seats are named, in the order of the rulebook."""
    found = []
    for key, body in rulebook.bodies.items():
        meeting = next((each for each in rulebook.meetings.values() if each.body == key), None)
        if meeting is None and not body.named:
            continue
        cited: tuple[Cited, ...] = (body,) if meeting is None else (body, meeting)
        found.append(
            BodyRule(
                key=key,
                title=body.title,
                roles=body.roles,
                kinds=frozenset(body.kinds) if body.kinds is not None else None,
                is_named=body.named,
                has_orders=body.rules_of_procedure,
                meets=meeting is not None,
                meeting_title=meeting.title if meeting is not None else body.title,
                every_months=meeting.every_months if meeting is not None else None,
                source=tuple(dict.fromkeys(line for each in cited for line in (each.section, each.decision) if line)),
            )
        )
    return tuple(found)


def period_of(rulebook: Rulebook, key: str) -> Length | None:
    """How long a period of the rulebook is; None where the network agreed on none."""
    written = rulebook.periods.get(key)
    return None if written is None else length_of(written)
