"""Rows of a vote. Keys, triggers and the clock stand in the migration, access in ``tenants.policies``."""

from piccolo.columns import JSONB, UUID, Boolean, Integer, Text, Timestamptz
from piccolo.table import Table

from tenants.database import DB


class Vote(Table, tablename="vote", db=DB):
    """A question to all members, with a copy of the majority it is decided by."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    rulebook_id = UUID()
    rule = Text()
    rule_title = Text()
    rule_explanation = Text()
    rule_source = Text()
    kind = Text()
    numerator = Integer()
    denominator = Integer()
    strict = Boolean()
    base = Text()
    ballot_of_departed = Text()
    early_end = Text()
    ballots_visible_to = Text()
    question = Text()
    explanation = Text()
    opened_by_id = UUID()
    opened_at = Timestamptz()
    ends_at = Timestamptz(null=True, default=None)
    state = Text()
    closed_at = Timestamptz(null=True, default=None)
    cause_kind = Text(null=True, default=None)
    cause_id = UUID(null=True, default=None)
    cause_address = Text(null=True, default=None)
    affected_id = UUID(null=True, default=None)
    statement = Text(null=True, default=None)
    stated_at = Timestamptz(null=True, default=None)


class VoteOption(Table, tablename="vote_option", db=DB):
    """One proposal of a choice; perhaps a member that stands for something, until it takes that back."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    vote_id = UUID()
    place = Integer()
    title = Text()
    organisation_id = UUID(null=True, default=None)
    withdrawn_at = Timestamptz(null=True, default=None)


class Voter(Table, tablename="voter", db=DB):
    """A member of the electorate, with the first instant at which its ballot is late, if that is certain."""

    network_id = UUID(default=None)
    vote_id = UUID(default=None)
    organisation_id = UUID(primary_key=True, default=None)
    name = Text()
    due_at = Timestamptz(null=True, default=None)


class Ballot(Table, tablename="ballot", db=DB):
    """One entry of a member's history; the database fills ``cast_at`` and ``late``, whatever is given."""

    network_id = UUID(default=None)
    id = UUID(primary_key=True, default=None)
    vote_id = UUID()
    organisation_id = UUID()
    answer = Text(null=True, default=None)
    option_id = UUID(null=True, default=None)
    cast_at = Timestamptz()
    late = Boolean()


class BallotSignature(Table, tablename="ballot_signature", db=DB):
    """Which person cast a ballot, and as what; their own organisation alone can see it."""

    organisation_id = UUID(default=None)
    ballot_id = UUID(primary_key=True, default=None)
    network_id = UUID()
    person_id = UUID()
    capacity = Text()


class VoteResult(Table, tablename="vote_result", db=DB):
    """The frozen tally; ``candidates`` are the votes for each option of a choice, by its id."""

    network_id = UUID(default=None)
    vote_id = UUID(primary_key=True, default=None)
    outcome = Text()
    winner_id = UUID(null=True, default=None)
    members = Integer()
    yes = Integer()
    no = Integer()
    abstained = Integer()
    late = Integer()
    candidates = JSONB()
    departed = Integer()
    departed_ballots = Integer()
    closed_at = Timestamptz()
