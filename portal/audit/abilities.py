"""Who may read the trail: the organisation's data protection officer (domain.md, section 1), nobody else."""

from dataclasses import dataclass
from typing import Self

from tenants.context import Actor, Role


@dataclass(frozen=True, slots=True)
class AuditAbilities:
    """What an actor may do with the trail of the organisation they act for."""

    may_read: bool

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The abilities of this actor."""
        return cls(may_read=actor.has(Role.DATA_PROTECTION_OFFICER))
