"""The wall around votes and ballots."""

from collections.abc import Iterable

from tenants.protection import (
    APP,
    APPEND,
    HOLDS_OFFICE,
    MEMBER_THERE,
    NETWORK,
    NETWORKS_SCOPE,
    OWN,
    OWN_PERSON,
    REACH,
    READ,
    WORKER,
    Policy,
    Protected,
    everything,
)

_BALLOTS_ARE_OPEN = (
    "EXISTS (SELECT FROM vote v WHERE v.network_id = ballot.network_id AND v.id = ballot.vote_id AND ("
    "v.ballots_visible_to = 'members' OR (v.ballots_visible_to = 'members_after_closing' AND v.state = 'closed')))"
)


def _opened_by_office(
    table: str, *, worker: str, app: str = APPEND, only: str = "true", reach: str = "", extra: Iterable[Policy] = ()
) -> Protected:
    """Rows of a network that its office writes when it opens a vote and that every member reads."""
    office = f"{NETWORK} AND {HOLDS_OFFICE.format(table=table)} AND {only}"
    policies = (
        Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
        Policy("office_opens", (APP, WORKER), "INSERT", check=office),
        *extra,
        *((everything(REACH),) if reach else ()),
    )
    grants = {APP: app, WORKER: worker, **({REACH: reach} if reach else {})}
    return Protected(table, "network_id", policies, grants)


_CONCERNS_US = f"{NETWORK} AND affected_id = (SELECT current_organisation()) AND state = 'open'"
# The reach role stamps ballots (a trigger): it locks the vote and the voter for that, and changes neither. Where a
# candidacy is taken back, it prolongs both.
VOTES = (
    _opened_by_office(
        "vote",
        only="opened_by_id = (SELECT current_organisation()) AND state = 'open'",
        app=f"{APPEND}, UPDATE (statement)",
        worker="SELECT, INSERT, UPDATE (state), UPDATE (closed_at), UPDATE (ends_at), UPDATE (statement)",
        reach="SELECT, UPDATE (state), UPDATE (ends_at)",
        extra=(
            Policy("worker_closes", (WORKER,), "UPDATE", using=NETWORKS_SCOPE, check=NETWORKS_SCOPE),
            Policy("concerned_is_heard", (APP,), "UPDATE", using=_CONCERNS_US, check=_CONCERNS_US),
        ),
    ),
    _opened_by_office("vote_option", worker=APPEND, reach="SELECT, UPDATE (withdrawn_at)"),
    _opened_by_office(
        "voter",
        only=MEMBER_THERE.format(table="voter"),
        worker=f"{APPEND}, UPDATE (due_at)",
        reach="SELECT, UPDATE (due_at)",
        extra=(Policy("worker_fills_in", (WORKER,), "UPDATE", using=NETWORKS_SCOPE, check=NETWORKS_SCOPE),),
    ),
    Protected(
        "ballot",
        "network_id",
        (
            Policy(
                "own_and_open",
                (APP,),
                "SELECT",
                using=f"{NETWORK} AND ({OWN} OR {_BALLOTS_ARE_OPEN} OR {HOLDS_OFFICE.format(table='ballot')})",
            ),
            Policy("counted", (WORKER,), "SELECT", using=NETWORK),
            Policy("own_ballot", (APP, WORKER), "INSERT", check=f"{NETWORK} AND {OWN}"),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: APPEND, WORKER: APPEND, REACH: READ},
    ),
    Protected(
        "ballot_signature",
        "organisation_id",
        (
            Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN),
            Policy("own_hand", (APP, WORKER), "INSERT", check=OWN_PERSON),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
    Protected(
        "vote_result",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("worker_closes", (WORKER,), "INSERT", check=NETWORKS_SCOPE),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: READ, WORKER: APPEND, REACH: READ},
    ),
)
