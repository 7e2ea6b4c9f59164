"""What is said about items goes along when they are taken along."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from portal.discussion.rules import LONGEST
from portal.kit.ids import new_id
from portal.spaces.luggage import Entry, Luggage
from portal.spaces.places import Space
from portal.spaces.queries import Item
from tenants.context import Actor
from tenants.database import execute


async def pack_comments(
    *,
    actor: Actor,  # noqa: ARG001 - as all luggage; who reads an item reads its comments
    top: Item,
    item_ids: Sequence[UUID],
) -> Mapping[UUID, list[Entry]]:
    """The comments of items, each list with the oldest first."""
    rows = await execute(
        """
        SELECT c.item_id, json_agg(json_build_object(
                   'body', c.body, 'by', c.by_name, 'organisation', c.by_organisation, 'at', c.at,
                   'edited_at', c.edited_at, 'deleted_at', c.deleted_at, 'deleted_by', c.deleted_by
               ) ORDER BY c.at, c.id) AS entries
        FROM comment c WHERE c.space_id = {} AND c.item_id = ANY ({}::uuid[]) GROUP BY c.item_id
        """,
        top.space.id,
        list(item_ids),
    )
    return {row["item_id"]: json.loads(row["entries"]) for row in rows}


async def unpack_comments(
    *,
    actor: Actor,
    now: datetime,  # noqa: ARG001 - as all luggage; moments come along
    space: Space,
    item_id: UUID,
    top: str,  # noqa: ARG001 - the same
    entries: Sequence[Entry],
) -> None:
    """Under the names they were said; who brings them is named beside."""
    for entry in entries:
        await execute(
            """
            INSERT INTO comment (space_id, id, item_id, body, by_id, by_organisation_id, by_name, by_organisation,
                                 brought_by, at, edited_at, deleted_at, deleted_by)
            VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
            """,
            space.id,
            new_id(),
            item_id,
            entry["body"],
            actor.person_id,
            actor.organisation_id,
            entry["by"][:200],
            entry["organisation"][:200],
            actor.name[:200],
            *(entry[key] for key in ("at", "edited_at", "deleted_at")),
            entry["deleted_by"][:200],
        )


def check_comment(entry: Entry) -> str:
    """What cannot be kept."""
    if len(entry["body"]) > LONGEST:
        return "Ein Kommentar hat höchstens 4000 Zeichen."
    if (entry["body"] == "") != (entry["deleted_at"] is not None):
        return (
            "Ein Kommentar ohne Text ist gelöscht, einer mit Text nicht; „body“ und „deleted_at“ sagen Verschiedenes."
        )
    return ""


LUGGAGE = Luggage(
    "comments",
    shape={"body": str, "by": str, "organisation": str, "deleted_by": str},
    moments={"at": True, "edited_at": False, "deleted_at": False},
    pack=pack_comments,
    unpack=unpack_comments,
    check=check_comment,
)
