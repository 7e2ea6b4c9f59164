"""The wall around the rulebooks of networks and the reviews of their agreements."""

from tenants.protection import APP, APPEND, AS_OFFICE, NETWORK, REACH, READ, WORKER, Policy, Protected

_BY_OFFICE = f"{NETWORK} AND {AS_OFFICE}"

# Rows are added and never changed: what began under a version keeps it.
AGREEMENT = (
    Protected(
        "rulebook",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("office_puts_into_force", (APP,), "INSERT", check=_BY_OFFICE),
            Policy("worker_founds", (WORKER,), "INSERT", check=NETWORK),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: APPEND, WORKER: APPEND, REACH: READ},
    ),
    Protected(
        "rulebook_review",
        "network_id",
        (
            Policy("members_of_network", (APP, WORKER), "SELECT", using=NETWORK),
            Policy("office_records", (APP, WORKER), "INSERT", check=_BY_OFFICE),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
)
