"""What happened with files, for the outbox; to the organisation or the network of the space."""

from dataclasses import dataclass
from uuid import UUID

from tenants.outbox import Event


@dataclass(frozen=True)
class BlobKept(Event, from_others=True, of_space=True):
    """New bytes are there: to be scanned."""

    space_id: UUID
    blob_id: UUID


@dataclass(frozen=True)
class BlobCleared(Event, of_space=True):
    """Nothing bad was found, or nobody looks: to be read for the search and drawn for the preview."""

    space_id: UUID
    blob_id: UUID


@dataclass(frozen=True)
class BlobBlocked(Event):
    """Something bad was found in what somebody of the recipient uploaded."""

    space_id: UUID
    blob_id: UUID
    by_id: UUID


@dataclass(frozen=True)
class BlobCopied(Event, from_others=True, of_space=True):
    """An item was copied into another space: its bytes are to be copied too."""

    space_id: UUID
    blob_id: UUID


@dataclass(frozen=True)
class UploadDue(Event, from_others=True, of_space=True):
    """An upload had its time; what did not become a file is thrown away."""

    space_id: UUID
    upload_id: UUID


@dataclass(frozen=True)
class BlobUnused(Event, from_others=True, of_space=True):
    """No item names these bytes any more, or so it seemed: they are to be deleted."""

    space_id: UUID
    blob_id: UUID
