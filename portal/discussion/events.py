"""What the worker does for conversations."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from tenants.outbox import Event

NOTHING = UUID(int=0)


class News(StrEnum):
    """What followers are told of."""

    CHANGED = "changed"
    COMMENTED = "commented"
    PUBLISHED = "published"


@dataclass(frozen=True)
class CommentAdded(Event, from_others=True, of_space=True):
    """Somebody said something about an item; to the organisation or the network of the space."""

    space_id: UUID
    item_id: UUID
    comment_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class PersonMentioned(Event):
    """A comment is meant for somebody of the recipient."""

    space_id: UUID
    item_id: UUID
    comment_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ItemNews(Event):
    """Something happened that followers in the recipient may want to know; ``by_id`` knows it already."""

    space_id: UUID
    item_id: UUID
    news: News
    by_id: UUID
    at: datetime
    comment_id: UUID = NOTHING  # what was said, if that is the news
