"""Who may do what in a body. The office prepares and minutes; who speaks there for a member writes too."""

from dataclasses import dataclass
from typing import Self

from portal.bodies.queries import BodySheet
from tenants.context import Actor, Role

NAMING_ROLES = (Role.ADMINISTRATOR, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class BodyAbilities:
    """What an actor may do in one body."""

    may_run: bool
    may_write: bool
    may_object: bool
    may_name: bool

    @classmethod
    def of(cls, actor: Actor, body: BodySheet) -> Self:
        """The abilities of this actor; whom the body is not for never gets here."""
        runs, speaks = actor.is_office_of(body.network_id), actor.has(*body.rule.roles)
        sits = body.member(actor.organisation_id) is not None
        return cls(
            may_run=runs,
            may_write=runs or (sits and speaks),
            may_object=sits and (speaks or actor.has(Role.DIRECTOR)),
            may_name=sits and body.rule.is_named and actor.has(*NAMING_ROLES),
        )
