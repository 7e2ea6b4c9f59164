"""The wall around people: who they are, what they may do where, and which forms they have sent."""

from tenants.protection import APP, ME, OWN, OWN_PERSON, REACH, READ, WORKER, WRITE, Policy, Protected, everything

_REACH_READS = Policy("reach_reads", (REACH,), "SELECT", using="true")


def _of_person(table: str) -> Protected:
    """Rows about one person in one organisation: its people read them, only the person's own sign-in writes them."""
    return Protected(
        table,
        "organisation_id",
        (
            Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN),
            Policy("own_person", (APP, WORKER), "SELECT", using=f"person_id = {ME}"),
            Policy("sign_in", (APP, WORKER), "INSERT", check=OWN_PERSON),
            Policy("refresh", (APP, WORKER), "UPDATE", using=OWN_PERSON, check=OWN_PERSON),
            _REACH_READS,
        ),
        {APP: WRITE, WORKER: WRITE, REACH: READ},
    )


IDENTITY = (
    Protected(
        "person",
        None,
        (Policy("own_person", (APP, WORKER), "ALL", using=f"id = {ME}", check=f"id = {ME}"),),
        {APP: WRITE, WORKER: WRITE},
        why="a person may belong to several organisations; only they themselves are shown their row",
    ),
    _of_person("affiliation"),
    _of_person("role_assignment"),
    Protected(
        "sent_form",
        "organisation_id",
        # Forms somebody has sent: theirs alone.
        (Policy("own_person", (APP,), "ALL", using=OWN_PERSON, check=OWN_PERSON), everything(WORKER)),
        {APP: f"{WRITE}, DELETE", WORKER: "SELECT, DELETE"},
    ),
)
