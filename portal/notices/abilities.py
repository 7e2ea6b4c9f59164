"""Who may look after an organisation's mails. An inbox needs no ability: everybody has their own and no other."""

from dataclasses import dataclass
from typing import Self

from tenants.context import Actor, Role


@dataclass(frozen=True, slots=True)
class DeliveryAbilities:
    """What an actor may do with the deliveries of the organisation they act for."""

    may_read: bool
    may_send_again: bool

    @classmethod
    def of(cls, actor: Actor) -> Self:
        """The abilities of this actor."""
        is_administrator = actor.has(Role.ADMINISTRATOR)
        return cls(may_read=is_administrator, may_send_again=is_administrator)
