"""The wall around the procedures of a network, and around what stays with an organisation that left one."""

from tenants.protection import (
    APP,
    APPEND,
    HOLDS_OFFICE,
    NETWORK,
    NETWORKS_SCOPE,
    OWN,
    REACH,
    READ,
    WORKER,
    Policy,
    Protected,
    columns,
    own,
)

_US = "(SELECT current_organisation())"
_OFFICE = HOLDS_OFFICE.format(table="procedure")
_MOVED_ON = ("state", "vote_id", "outcome")
# All members read them. A member begins what it moves; the office and whoever moved it lead it on, and what follows by
# itself the worker. Which state follows which, and what nobody may say, the triggers of migration 72 hold.
PROCEDURES = (
    Protected(
        "procedure",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("moved_by_us", (APP,), "INSERT", check=f"{NETWORK} AND moved_by_id = {_US}"),
            Policy("begun_by_portal", (WORKER,), "INSERT", check=NETWORKS_SCOPE),
            Policy(
                "led_on",
                (APP,),
                "UPDATE",
                using=f"{NETWORK} AND (moved_by_id = {_US} OR {_OFFICE})",
                check=f"{NETWORK} AND (moved_by_id = {_US} OR {_OFFICE})",
            ),
            Policy("follows", (WORKER,), "UPDATE", using=NETWORKS_SCOPE, check=NETWORKS_SCOPE),
            Policy("reach_sees", (REACH,), "SELECT", using="true"),
            Policy("reach_sets_effect", (REACH,), "UPDATE", using="true", check="true"),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', *_MOVED_ON)}",
            WORKER: f"{APPEND}, {columns('UPDATE', 'effective_at', 'notice_id', *_MOVED_ON)}",
            REACH: f"SELECT, {columns('UPDATE', 'effective_at')}",
        },
    ),
    Protected(
        "procedure_step",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy(
                "own_deed",
                (APP,),
                "INSERT",
                check=f"{NETWORK} AND by_id = {_US} AND (by_kind = 'member' "
                f"OR by_kind = 'office' AND {HOLDS_OFFICE.format(table='procedure_step')})",
            ),
            Policy("follows", (WORKER,), "INSERT", check=NETWORKS_SCOPE),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
    own("departure", APPEND),
    # A member stands, and steps down, itself; in which state of the procedure, the trigger of migration 76 says.
    Protected(
        "office_candidacy",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("own_candidacy", (APP,), "INSERT", check=f"{NETWORK} AND {OWN}"),
            Policy("own_candidacy_too", (APP,), "UPDATE", using=f"{NETWORK} AND {OWN}", check=f"{NETWORK} AND {OWN}"),
        ),
        {APP: f"{APPEND}, {columns('UPDATE', 'name', 'words', 'withdrawn_at')}", WORKER: READ},
    ),
)
