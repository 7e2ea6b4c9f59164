"""Rows about rules. Keys and constraints stand in the migration; the space is the tenant of every row."""

from piccolo.columns import JSONB, UUID, Array, Boolean, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Rule(Table, tablename="rule", db=DB):
    """A rule of a folder (``item_id``); ``since_at`` is when it was written or switched on, what was before is past."""

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    item_id = UUID()
    title = Text()
    is_deep = Boolean()
    moment = Text()
    moment_state = Text()
    kind = Text()
    tag = Text()
    place_id = UUID(null=True, default=None)
    by_organisation_id = UUID(null=True, default=None)
    set_state = Text()
    target_id = UUID(null=True, default=None)
    errand = JSONB(null=True, default=None)
    telling = JSONB(null=True, default=None)
    state = Text()
    reason = Text()
    author_id = UUID()
    author_organisation_id = UUID()
    author_name = Text()
    made_at = Timestamptz()
    since_at = Timestamptz()


class RuleRun(Table, tablename="rule_run", db=DB):
    """A rule was meant: by which happening, what came of it; ``chain`` ends with the rule itself.

    ``title`` and ``telling`` are the rule's as they were when it ran.
    """

    space_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    rule_id = UUID()
    item_id = UUID()
    happening = Text()
    chain = Array(base_column=UUID())
    outcome = Text()
    reason = Text()
    deeds = Array(base_column=Text())
    at = Timestamptz()
    done_at = Timestamptz(null=True, default=None)
    title = Text()
    telling = JSONB(null=True, default=None)


class RuleEffect(Table, tablename="rule_effect", db=DB):
    """What a rule brought about: the happening that follows from it, and the chain up to here."""

    space_id = UUID(default=None)
    happening = Text(primary_key=True, default=None)
    item_id = UUID()
    chain = Array(base_column=UUID())
    at = Timestamptz()
