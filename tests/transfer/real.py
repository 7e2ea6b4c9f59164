"""What really stands in the database below a folder, told so that two places can be compared."""

import json
import re
from typing import Any

from tests.client import Browser
from tests.database import Database

# What is another in every place: whose act it was to put it there, and where that is. All else is compared, new columns
# as well. Names (owner_name, changed_by, by_name) come along, marked as what a package says; who brings it owns it.
_OTHER = {
    "item": "space_id parent_id path address owner_id owner_organisation_id",
    "item_version": "space_id by_id brought_by",
    "item_transition": "space_id id by_id brought_by",
    "item_grant": "space_id brought_by",
    "item_tag": "space_id",
    "item_redirect": "space_id address",
    "must_read": "space_id by_id by_organisation_id by_name by_organisation asked_at remind_at",
    "comment": "space_id id by_id by_organisation_id brought_by mentioned",
}
_ROWS = """
WITH top AS (SELECT space_id, path FROM item WHERE id = $1::text::uuid),
below AS (SELECT i.* FROM item i JOIN top t ON t.space_id = i.space_id AND i.path <@ t.path WHERE i.bin_id IS NULL)
"""
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


async def told(database: Database, browser: Browser, top: str) -> dict[str, Any]:
    """Every row of every table about the items of a folder, by table and address, and the bytes of the files.

    Items are named by where they lie below the top, files by their digest.
    """
    items = await database.as_superuser(
        f"{_ROWS} SELECT b.id::text, b.type, subpath(b.path, nlevel(t.path) - 1)::text AS below, "
        "to_jsonb(b)::text AS row FROM below b, top t ORDER BY b.address",
        top,
    )
    names = {row["id"]: row["below"].partition(".")[2] or "." for row in items}
    blobs = await database.as_superuser("SELECT id::text, sha256 FROM blob")
    names |= {row["id"]: row["sha256"] for row in blobs}

    def named(text: str, table: str) -> dict[str, Any]:
        row = json.loads(_UUID.sub(lambda found: names.get(found[0], found[0]), text.replace(" (laut Paket)", "")))
        for name in ("fields", "values"):  # what nobody ever filled in is as empty as what somebody left empty
            if name in row:
                row[name] = {key: value for key, value in row[name].items() if value not in (None, "")}
        return {name: value for name, value in row.items() if name not in _OTHER[table].split()}

    result: dict[str, Any] = {"item": [named(row["row"], "item") for row in items]}
    result["item"][0].pop("position")  # at the end of the folder it is put into
    for table in _OTHER.keys() - {"item"}:
        rows = await database.as_superuser(
            f"{_ROWS} SELECT to_jsonb(t)::text AS row FROM {table} t JOIN below b ON b.space_id = t.space_id "
            "AND b.id = t.item_id",
            top,
        )
        result[table] = sorted(
            (named(row["row"], table) for row in rows), key=lambda row: json.dumps(row, sort_keys=True)
        )
    result["order"] = {}
    for row in items:
        children = await database.as_superuser(
            "SELECT id::text FROM item WHERE parent_id = $1::text::uuid AND bin_id IS NULL ORDER BY position, id",
            row["id"],
        )
        result["order"][names[row["id"]]] = [names[child["id"]] for child in children]
    result["bytes"] = {
        names[row["id"]]: (await browser.get(f"/inhalte/{row['id']}/datei")).content
        for row in items
        if row["type"] in {"file", "image"}
    }
    return result
