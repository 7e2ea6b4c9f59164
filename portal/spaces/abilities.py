"""What one person may do with one item: asked by actions, pages, templates and the search alike."""

from dataclasses import dataclass
from functools import lru_cache
from uuid import UUID

from portal.spaces.rules import Access
from portal.spaces.types import ContentType
from portal.spaces.workflow import Transition
from tenants.context import Actor


@lru_cache(maxsize=1024)
def principals_of(actor: Actor) -> frozenset[str]:
    """Everything the actor counts as when access is granted; the same for every space."""
    organisation = actor.organisation_id
    found = {"everyone", f"organisation:{organisation}"}
    found |= {f"group:{role.value}" for role in actor.roles}
    found |= {f"group:{role.value}@{organisation}" for role in actor.roles}
    found |= {f"office:{seat.network_id}" for seat in actor.seats if actor.is_office_of(seat.network_id)}
    if actor.person_id is not None:
        found.add(person_principal(actor.person_id, organisation))
    return frozenset(found)


def person_principal(person_id: UUID, organisation_id: UUID) -> str:
    """A person as somebody of one organisation: what they may do for one, they may not do for another."""
    return f"person:{person_id}@{organisation_id}"


@dataclass(frozen=True, slots=True)
class ItemAbilities:
    """What the actor may do with an item in its present state. ``transitions`` are open to them, by name; ``hands_in``
    is the step a working copy of theirs makes where they may not edit the item itself."""

    access: Access
    may_read: bool
    may_edit: bool
    may_add: bool
    may_review: bool
    may_share: bool
    may_move: bool
    may_bin: bool
    may_trace: bool
    transitions: dict[str, Transition]
    hands_in: str

    @property
    def may_prepare(self) -> bool:
        """Whether the actor may write at what the item says next: in it or in a working copy."""
        return self.may_edit or bool(self.hands_in)

    @classmethod
    def of(
        cls, *, declared: ContentType, state: str, access: Access, is_root: bool, is_closed: bool = False
    ) -> "ItemAbilities":
        """From the access the actor has at the item (``OWNER`` included). In a closed room everything stays readable
        to whom it was, and as it is."""
        here = declared.workflow.states[state]
        may_read = bool(here.readers & access)
        may_trace = bool(access & (Access.OWNER | Access.EDITOR | Access.REVIEWER | Access.MANAGER))
        if is_closed:
            access = Access.NONE
        may_edit = bool(here.editors & access)
        return cls(
            access=access,
            may_read=may_read,
            may_edit=may_edit,
            may_add=declared.is_folder and bool(access & (Access.CONTRIBUTOR | Access.EDITOR | Access.MANAGER)),
            may_review=bool(access & (Access.REVIEWER | Access.MANAGER)),
            may_share=bool(access & Access.MANAGER) or (bool(access & Access.OWNER) and not is_root),
            may_move=may_edit and not is_root,
            may_bin=may_edit and not is_root,
            # Readers see what was published, not what it was before.
            may_trace=may_trace,
            transitions={} if is_root else declared.workflow.open_to(state, access),
            hands_in="" if is_root or may_edit else declared.workflow.hands_in(state, access),
        )
