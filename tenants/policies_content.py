"""The wall around content: what lies in spaces, and what people keep of it; part of ``tenants.policies``."""

from tenants.protection import (
    APP,
    APPEND,
    MANAGED,
    ME,
    OWN,
    REACH,
    READ,
    SPACE,
    WORKER,
    WRITE,
    Policy,
    Protected,
    beside_item,
    by_me,
    by_us,
    changed,
    columns,
    edited,
    everything,
    filled,
    in_open_rooms,
    moderated,
    named,
    of_space,
    reviewed,
    touched,
)

_READ_BY_REACH = Policy("reach_reads", (REACH,), "SELECT", using="true")
_OWN_PERSON = f"{OWN} AND person_id = {ME}"
_ALL = f"{WRITE}, DELETE"

# What is thrown away is deleted for good by the worker alone, when its time in the bin is over. Who may change an item
# is held by triggers (migration 33): it depends on what of it is changed. Its history is written along with a change,
# never without one; where it was before, and its tags once more, triggers write (migrations 45, 51). An old address
# that comes with a package leads to what is made of it, where its maker could have put something.
SPACES = (
    of_space("item", worker=_ALL, reach=f"{APPEND}, UPDATE (marked)"),
    beside_item("item_version", APPEND, check=by_us("item_version"), worker=f"{APPEND}, DELETE"),
    beside_item("item_transition", APPEND, check=by_us("item_transition"), worker=f"{APPEND}, DELETE"),
    beside_item(
        "item_grant",
        f"{APPEND}, DELETE",
        check=f"{MANAGED} AND {named('granted_by')}",
        delete=MANAGED,
        worker=f"{APPEND}, DELETE",
        reach=APPEND,
    ),
    beside_item(
        "item_redirect",
        f"{READ}, {columns('INSERT', 'space_id', 'address', 'item_id', 'made_at')}",
        check=f"(SELECT may_lead(item_redirect.space_id, item_redirect.address)) AND {changed('item_redirect')}",
        worker="SELECT, DELETE",
        reach=_ALL,
    ),
    of_space("item_tag", READ, reach=_ALL),
    beside_item(
        "item_bin",
        f"{APPEND}, DELETE",
        check=by_me("item_bin", edited("item_bin")),
        delete=edited("item_bin"),
        worker=f"{APPEND}, DELETE",
    ),
)


def _own_beside_item(table: str, mine: str) -> tuple[Policy, ...]:
    """Somebody's own rows about an item: begun by who may edit it or add to it, and theirs from then on."""
    return (
        Policy("own_person", (APP,), "SELECT", using=mine),
        Policy("begun", (APP,), "INSERT", check=f"{mine} AND {filled(table)}"),
        Policy("gone_on", (APP,), "UPDATE", using=mine, check=mine),
        Policy("ended", (APP,), "DELETE", using=mine),
    )


# What is on its way is its sender's alone; what has arrived is read through the item it belongs to.
_SENT_BY_ME = f"{SPACE} AND by_id = {ME}"
FILES = (
    Protected(
        "blob",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("sent_by_me", (APP,), "INSERT", check=_SENT_BY_ME),
            Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE),
        ),
        {APP: APPEND, WORKER: _ALL},
    ),
    beside_item("blob_use", APPEND, check=changed("blob_use"), worker=f"{APPEND}, DELETE"),
    Protected(
        "upload",
        "space_id",
        (
            *_own_beside_item("upload", _SENT_BY_ME),
            Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE),
        ),
        {APP: _ALL, WORKER: _ALL},
    ),
)

# Read through the functions below alone, which keep to the spaces within reach; written by a trigger.
SEARCH = tuple(
    Protected(table, "space_id", (everything(REACH),), {REACH: _ALL}) for table in ("search_entry", "search_word")
)

# Who is editing, everybody within reach of the space may know; what somebody typed and did not save is theirs alone; a
# working copy is for those who may edit the item as it is now.
_MY_LOCK = f"{SPACE} AND {_OWN_PERSON} AND {edited('item_lock')}"
_MY_DRAFT = f"{SPACE} AND {_OWN_PERSON}"
_COPY = f"{SPACE} AND {edited('item_copy')}"

EDITING = (
    Protected(
        "item_lock",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("own_hand", (APP,), "INSERT", check=_MY_LOCK),
            Policy("taken_over", (APP,), "UPDATE", using=SPACE, check=_MY_LOCK),
            Policy("given_back", (APP,), "DELETE", using=f"{SPACE} AND {_OWN_PERSON}"),
        ),
        {APP: _ALL},
    ),
    Protected(
        "item_draft",
        "space_id",
        _own_beside_item("item_draft", _MY_DRAFT),
        {APP: _ALL},
    ),
    Protected("item_copy", "space_id", (Policy("editors", (APP,), "ALL", using=_COPY, check=_COPY),), {APP: _ALL}),
)

# A secret is its person's alone; whoever fetches a feed with it is told by a function whose it is.
FEEDS = (
    Protected(
        "feed_key",
        "organisation_id",
        (Policy("own_person", (APP,), "ALL", using=_OWN_PERSON, check=_OWN_PERSON), _READ_BY_REACH),
        {APP: _ALL, REACH: READ},
    ),
)

# The boxes of a front page belong to who may edit the root of the space.
_BOX = f"{SPACE} AND {edited('portlet')}"
PORTLETS = (
    Protected(
        "portlet",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("editors", (APP,), "ALL", using=_BOX, check=_BOX),
        ),
        {APP: _ALL},
    ),
)

# A comment is its writer's; who may edit the item may take it away, and not put words into anybody's mouth. Whom
# somebody follows is theirs alone; the worker tells them.
_MY_COMMENT = f"{SPACE} AND by_id = {ME} AND by_organisation_id = (SELECT current_organisation())"
# What came with a package stands under the names it had there; whoever brought it takes it away, but rewords nothing.
_MY_SAYING = f"{_MY_COMMENT} AND brought_by = ''"
_MODERATED = f"{SPACE} AND {moderated('comment')}"
_MY_FOLLOWING = f"{SPACE} AND {OWN} AND person_id = {ME}"

DISCUSSION = (
    Protected(
        "comment",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy(
                "own_words", (APP,), "INSERT", check=f"{_MY_COMMENT} AND {named('by_name')} AND {touched('comment')}"
            ),
            Policy("own_comment", (APP,), "UPDATE", using=_MY_SAYING, check=_MY_SAYING),
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
            _READ_BY_REACH,
        ),
        {APP: f"{APPEND}, DELETE", WORKER: f"{APPEND}, DELETE", REACH: READ},
    ),
)

# That something must be read, everybody within reach of the space may know; who reviews there says so, and who said so
# or reviews changes it. What somebody has read is theirs alone, and stays; the rest is told by ``readings_of``.
_MY_READING = f"{SPACE} AND {_OWN_PERSON}"
_ASKED_BY_ME = f"by_id = {ME} AND by_organisation_id = (SELECT current_organisation())"
_ASKED_FOR = ("version", "until_at", "remind_at", "reminded_at", "asked_at")
_LOOKED_AFTER = f"{SPACE} AND ({reviewed('must_read')} OR ({_ASKED_BY_ME} AND {touched('must_read')}))"

READING = (
    Protected(
        "must_read",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("asked", (APP,), "INSERT", check=f"{SPACE} AND {_ASKED_BY_ME} AND {reviewed('must_read')}"),
            Policy("asked_again", (APP,), "UPDATE", using=_LOOKED_AFTER, check=_LOOKED_AFTER),
            Policy("ended", (APP,), "DELETE", using=_LOOKED_AFTER),
            Policy("within_space_worker", (WORKER,), "SELECT", using=SPACE),
            _READ_BY_REACH,
        ),
        {
            APP: f"{APPEND}, DELETE, {columns('UPDATE', *_ASKED_FOR)}",
            WORKER: READ,
            REACH: READ,
        },
    ),
    Protected(
        "read_confirmation",
        "space_id",
        (
            Policy("own_person", (APP,), "SELECT", using=_MY_READING),
            Policy("read", (APP,), "INSERT", check=f"{_MY_READING} AND {touched('read_confirmation')}"),
            Policy("within_space_worker", (WORKER,), "SELECT", using=SPACE),
            _READ_BY_REACH,
        ),
        {APP: APPEND, WORKER: READ, REACH: READ},
    ),
)

# Who manages a folder writes its rules, and whoever does so, or switches one on, does it in their own name: a rule may
# do what its author may. Runs and effects are the worker's; with a rule its runs are taken away.
_RULED = f"{SPACE} AND (SELECT my_access(rule.space_id, rule.item_id)) & 16 <> 0"  # MANAGER
_MY_RULE = f"author_id = {ME} AND author_organisation_id = (SELECT current_organisation())"
_FOLDER_OF_RUN = "SELECT r.item_id FROM rule r WHERE r.space_id = rule_run.space_id AND r.id = rule_run.rule_id"
_RUN_OF_MINE = f"{SPACE} AND (SELECT my_access(rule_run.space_id, ({_FOLDER_OF_RUN}))) & 16 <> 0"
_WITHIN_SPACE_WORKER = Policy("within_space_worker", (WORKER,), "ALL", using=SPACE, check=SPACE)

AUTOMATION = (
    Protected(
        "rule",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("own_name", (APP,), "INSERT", check=f"{_RULED} AND {_MY_RULE}"),
            Policy("managers", (APP,), "UPDATE", using=_RULED, check=f"{_RULED} AND (state <> 'on' OR {_MY_RULE})"),
            Policy("taken_away", (APP,), "DELETE", using=_RULED),
            _WITHIN_SPACE_WORKER,
        ),
        {APP: _ALL, WORKER: f"{READ}, {columns('UPDATE', 'state', 'reason')}"},
    ),
    Protected(
        "rule_run",
        "space_id",
        (
            Policy("within_space", (APP,), "SELECT", using=SPACE),
            Policy("taken_away", (APP,), "DELETE", using=_RUN_OF_MINE),
            _WITHIN_SPACE_WORKER,
        ),
        {APP: f"{READ}, DELETE", WORKER: _ALL},
    ),
    Protected("rule_effect", "space_id", (_WITHIN_SPACE_WORKER,), {WORKER: f"{APPEND}, DELETE"}),
)

# What stays in a closed room: saying what one has read and what one follows, and clearing away what was begun.
_STAYS = {
    "follower": ("INSERT", "UPDATE", "DELETE"),
    "read_confirmation": ("INSERT",),
    **dict.fromkeys(("item_lock", "item_draft", "upload"), ("DELETE",)),
}

_EVERYTHING: tuple[Protected, ...] = (
    *SPACES,
    *FILES,
    *EDITING,
    *DISCUSSION,
    *READING,
    *SEARCH,
    *FEEDS,
    *PORTLETS,
    *AUTOMATION,
)
CONTENT: tuple[Protected, ...] = tuple(
    in_open_rooms(entry, but=_STAYS.get(entry.table, ())) if entry.tenant == "space_id" else entry
    for entry in _EVERYTHING
)
