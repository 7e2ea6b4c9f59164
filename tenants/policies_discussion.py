"""The wall around conversations about content; declared like everything in ``tenants.policies``."""

from tenants.protection import APP, APPEND, ME, OWN, SPACE, WORKER, Policy, Protected, columns, moderated, touched

# A comment is its writer's; who may edit the item may take it away, and not put words into anybody's mouth. Whom
# somebody follows is theirs alone; the worker tells them.
_MY_COMMENT = f"{SPACE} AND by_id = {ME} AND by_organisation_id = (SELECT current_organisation())"
_MODERATED = f"{SPACE} AND {moderated('comment')}"
_MY_FOLLOWING = f"{SPACE} AND {OWN} AND person_id = {ME}"

DISCUSSION = (
    Protected(
        "comment",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("own_words", (APP,), "INSERT", check=f"{_MY_COMMENT} AND {touched('comment')}"),
            Policy("own_comment", (APP,), "UPDATE", using=_MY_COMMENT, check=_MY_COMMENT),
            Policy("taken_away", (APP,), "UPDATE", using=_MODERATED, check=f"{_MODERATED} AND deleted_at IS NOT NULL"),
            Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', 'body', 'edited_at', 'deleted_at', 'deleted_by')}",
            WORKER: f"{APPEND}, DELETE",
        },
    ),
    Protected(
        "follower",
        "space_id",
        (
            Policy(
                "own_person", (APP,), "ALL", using=_MY_FOLLOWING, check=f"{_MY_FOLLOWING} AND {touched('follower')}"
            ),
            Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE),
        ),
        {APP: f"{APPEND}, DELETE", WORKER: f"{APPEND}, DELETE"},
    ),
)
