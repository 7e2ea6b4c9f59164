"""The wall around position papers, consultations and early warnings."""

from tenants.protection import (
    APP,
    APPEND,
    HOLDS_OFFICE,
    MEMBER_THERE,
    NETWORK,
    NETWORKS_SCOPE,
    OWN,
    REACH,
    READ,
    WORKER,
    Policy,
    Protected,
    columns,
)

_OFFICE = HOLDS_OFFICE.format(table="position_paper")
_OURS = f"{NETWORK} AND {OWN}"
_REACH_READS = Policy("reach_reads", (REACH,), "SELECT", using="true")
# What is written and was not sent round is nobody else's. Text and steps are held by the triggers of migration 69.
_LEFT_BEHIND = "NOT " + MEMBER_THERE
_SENT_ROUND = f"(state NOT IN ('discarded', 'draft') OR {OWN})"
_PAPER = (
    "SELECT FROM position_paper p WHERE p.network_id = position_remark.network_id AND p.id = position_remark.paper_id"
)
_ASKED = (
    "SELECT FROM consultation c WHERE c.network_id = consultation_answer.network_id "
    "AND c.id = consultation_answer.consultation_id"
)
_WRITTEN = (
    *("title", "body", "version", "state", "changed_by", "changed_at", "circulated_at"),
    *("vote_id", "withdrawal_vote_id", "released_at", "released_by"),
)
_HANDS = ("organisation_id", "begun_for_id")  # of what a member left behind, held by the triggers of migration 96
_CLOSED = ("outcome", "closed_by", "closed_at")

CIRCLE = (
    Protected(
        "position_paper",
        "network_id",
        (
            Policy("sent_round_or_own", (APP,), "SELECT", using=f"{NETWORK} AND {_SENT_ROUND}"),
            Policy("of_network", (WORKER,), "SELECT", using=NETWORK),
            Policy("written", (APP, WORKER), "INSERT", check=f"{_OURS} AND state = 'draft'"),
            Policy(
                "by_author",
                (APP, WORKER),
                "UPDATE",
                using=f"{_OURS} AND state IN ('circulated', 'draft')",
                check=f"{_OURS} AND state IN ('circulated', 'discarded', 'draft')",
            ),
            Policy(
                "taken_over",
                (APP,),
                "UPDATE",
                using=f"{NETWORK} AND state = 'circulated' AND {_LEFT_BEHIND.format(table='position_paper')}",
                check=f"{_OURS} AND state = 'circulated'",
            ),
            Policy(
                "by_office",
                (APP, WORKER),
                "UPDATE",
                using=f"{NETWORK} AND {_OFFICE} AND state IN ('adopted', 'circulated')",
                check=f"{NETWORK} AND {_OFFICE} AND state IN ('adopted', 'voting')",
            ),
            Policy(
                "decided",
                (WORKER,),
                "UPDATE",
                using=f"{NETWORKS_SCOPE} AND state IN ('adopted', 'voting')",
                check=f"{NETWORKS_SCOPE} AND state IN ('adopted', 'rejected', 'superseded', 'withdrawn')",
            ),
            _REACH_READS,
            # Where a new edition begins: see migration 98.
            Policy(
                "reach_discards",
                (REACH,),
                "UPDATE",
                using=f"state = 'draft' AND {_LEFT_BEHIND.format(table='position_paper')}",
                check="state = 'discarded'",
            ),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', *_WRITTEN, *_HANDS)}",
            WORKER: f"{APPEND}, {columns('UPDATE', *_WRITTEN, 'decided_at', 'ended_at')}",
            REACH: f"{READ}, {columns('UPDATE', 'state', 'changed_at')}",
        },
    ),
    Protected(
        "position_remark",
        "network_id",
        (
            Policy("with_its_paper", (APP, WORKER), "SELECT", using=f"{NETWORK} AND EXISTS ({_PAPER})"),
            Policy("said", (APP, WORKER), "INSERT", check=f"{_OURS} AND EXISTS ({_PAPER} AND p.state = 'circulated')"),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
    Protected(
        "consultation",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("asked", (APP, WORKER), "INSERT", check=f"{_OURS} AND closed_at IS NULL"),
            Policy("closed_by_who_asked", (APP, WORKER), "UPDATE", using=_OURS, check=_OURS),
            Policy(
                "taken_over",
                (APP,),
                "UPDATE",
                using=f"{NETWORK} AND closed_at IS NULL AND {_LEFT_BEHIND.format(table='consultation')}",
                check=_OURS,
            ),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', *_CLOSED, *_HANDS)}",
            WORKER: f"{APPEND}, {columns('UPDATE', *_CLOSED)}",
        },
    ),
    Protected(
        "consultation_answer",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("said", (APP, WORKER), "INSERT", check=f"{_OURS} AND EXISTS ({_ASKED} AND c.closed_at IS NULL)"),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
    # What an organisation reported is its own; the others are shown what two functions make of it.
    Protected(
        "early_warning",
        "network_id",
        (
            Policy("own_reports", (APP, WORKER), "SELECT", using=_OURS),
            Policy("reported", (APP, WORKER), "INSERT", check=_OURS),
            _REACH_READS,
        ),
        {APP: APPEND, WORKER: APPEND, REACH: READ},
    ),
)
