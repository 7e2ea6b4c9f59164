"""What is said about items goes along when they are taken along."""

import json
from collections.abc import Mapping
from uuid import UUID

from portal.discussion.rules import LONGEST
from portal.kit.ids import new_id
from portal.spaces.luggage import Arrival, Departure, Entry, Luggage
from tenants.database import execute


async def pack_comments(leaving: Departure) -> Mapping[UUID, list[Entry]]:
    """The comments of items, each list with the oldest first; who reads an item reads its comments."""
    rows = await execute(
        """
        SELECT c.item_id, json_agg(json_build_object(
                   'body', c.body, 'by', c.by_name, 'organisation', c.by_organisation, 'at', c.at,
                   'edited_at', c.edited_at, 'deleted_at', c.deleted_at, 'deleted_by', c.deleted_by
               ) ORDER BY c.at, c.id) AS entries
        FROM comment c WHERE c.space_id = {} AND c.item_id = ANY ({}::uuid[]) GROUP BY c.item_id
        """,
        leaving.top.space.id,
        list(leaving.item_ids),
    )
    return {row["item_id"]: json.loads(row["entries"]) for row in rows}


async def unpack_comments(arriving: Arrival) -> None:
    """Under the names and from the moments they were said; who brings them is named beside."""
    actor = arriving.actor
    for entry in arriving.entries:
        await execute(
            """
            INSERT INTO comment (space_id, id, item_id, body, by_id, by_organisation_id, by_name, by_organisation,
                                 brought_by, at, edited_at, deleted_at, deleted_by)
            VALUES ({}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {})
            """,
            arriving.space.id,
            new_id(),
            arriving.item_id,
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
