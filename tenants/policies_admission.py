"""The wall around applications: what the members know of one, what is between the applicant and the office."""

from tenants.protection import (
    APP,
    AS_OFFICE,
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
    everything,
)

# The applicant is the organisation that applied, or whoever came by the link of a mail (migration 74).
_BY_LINK = "{column} = (SELECT current_application())"
_APPLIED_HERE = (
    "EXISTS (SELECT FROM application a WHERE a.network_id = {table}.network_id AND a.id = {table}.application_id "
    "AND a.organisation_id = (SELECT current_organisation()))"
)
# What an applicant tells the office (Art. 13 GDPR: it alone), the people read who work there, not all of the member
# that holds it.
_READ_BY_OFFICE = f"{NETWORK} AND {AS_OFFICE}"


def _office(table: str) -> str:
    return f"{NETWORK} AND {HOLDS_OFFICE.format(table=table)}"


# The worker takes steps in the scope of the network; elsewhere it reads what it tells the office of.
def _worked_on(table: str) -> tuple[Policy, ...]:
    return (
        Policy("of_network", (WORKER,), "ALL", using=NETWORKS_SCOPE, check=NETWORKS_SCOPE),
        Policy("for_office", (WORKER,), "SELECT", using=_office(table)),
    )


def _between(table: str, *extra: Policy, app: str, worker: str, reach: str = READ) -> Protected:
    """Rows that the office and the applicant see, and nobody else of the network."""
    applicant = f"{_BY_LINK.format(column='application_id')} OR {_APPLIED_HERE.format(table=table)}"
    policies = (
        Policy("office", (APP,), "SELECT", using=_READ_BY_OFFICE),
        Policy("applicant", (APP,), "SELECT", using=applicant),
        Policy("applied", (WORKER,), "SELECT", using=_APPLIED_HERE.format(table=table)),
        *_worked_on(table),
        everything(REACH),
        *extra,
    )
    return Protected(table, "network_id", policies, {APP: app, WORKER: worker, REACH: reach})


def _written_by_office(table: str) -> Policy:
    return Policy("office_writes", (APP,), "INSERT", check=_office(table))


_SIGNATURE = "agreement_signature"
ADMISSION = (
    Protected(
        "application",
        "network_id",
        (
            # A member knows of an applicant what the letter to all members says, from that letter on.
            Policy("members_once_informed", (APP,), "SELECT", using=f"{NETWORK} AND informed_at IS NOT NULL"),
            Policy("office", (APP,), "SELECT", using=_READ_BY_OFFICE),
            Policy("applicant", (APP,), "SELECT", using=f"{OWN} OR {_BY_LINK.format(column='id')}"),
            Policy("office_goes_on", (APP,), "UPDATE", using=_office("application"), check=_office("application")),
            *_worked_on("application"),
            Policy("own", (WORKER,), "SELECT", using=OWN),
            everything(REACH),
        ),
        {
            APP: "SELECT, "
            + columns("UPDATE", "state", "informed_at", "vote_id", "sent_at", "slug", "acknowledged_at"),
            WORKER: "SELECT, UPDATE, DELETE",
            REACH: "SELECT, INSERT, UPDATE",
        },
    ),
    _between("application_contact", app=READ, worker="SELECT, DELETE", reach="SELECT, INSERT"),
    Protected(
        "application_key",
        "network_id",
        (Policy("of_network", (WORKER,), "ALL", using=NETWORKS_SCOPE, check=NETWORKS_SCOPE), everything(REACH)),
        {WORKER: "SELECT, INSERT, DELETE", REACH: READ},
    ),
    _between(
        "application_letter",
        _written_by_office("application_letter"),
        app="SELECT, INSERT",
        worker="SELECT, INSERT, DELETE",
    ),
    _between("agreement_copy", _written_by_office("agreement_copy"), app="SELECT, INSERT", worker=READ),
    _between(
        _SIGNATURE,
        Policy("office_signs", (APP,), "INSERT", check=f"{_office(_SIGNATURE)} AND side = 'office'"),
        Policy(
            "applicant_signs",
            (APP,),
            "INSERT",
            check=f"side = 'applicant' AND ({_BY_LINK.format(column='application_id')} "
            f"OR {_APPLIED_HERE.format(table=_SIGNATURE)})",
        ),
        app="SELECT, INSERT",
        worker=READ,
    ),
)
