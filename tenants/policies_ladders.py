"""The wall around deadlines and their ladders."""

from tenants.protection import APP, NETWORK, OWN, WORKER, WRITE, Policy, Protected, columns

# A matter of a network is out of sight once the organisation has left it; the worker still ends it then.
_IN_REACH = f"{OWN} AND (network_id IS NULL OR {NETWORK})"

LADDERS = (
    Protected(
        "deadline",
        "organisation_id",
        (
            Policy("own_organisation", (APP,), "ALL", using=_IN_REACH, check=_IN_REACH),
            Policy("own_organisation_worker", (WORKER,), "ALL", using=OWN, check=OWN),
        ),
        {APP: WRITE, WORKER: WRITE},
    ),
    # What fired is the record of who was told what and when: only the worker says so, and nobody takes it away.
    Protected(
        "rung",
        "organisation_id",
        (
            Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN),
            Policy("put_up", (APP, WORKER), "INSERT", check=f"{OWN} AND fired_at IS NULL"),
            Policy("taken_down", (APP, WORKER), "DELETE", using=f"{OWN} AND fired_at IS NULL"),
            Policy("fired", (WORKER,), "UPDATE", using=OWN, check=OWN),
        ),
        {
            APP: "SELECT, INSERT, DELETE",
            WORKER: f"SELECT, INSERT, DELETE, {columns('UPDATE', 'fired_at', 'collapsed')}",
        },
    ),
)
