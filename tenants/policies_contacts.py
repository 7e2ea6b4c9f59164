"""The wall around contact persons and the versions of the directory."""

from tenants.protection import (
    APP,
    APPEND,
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
)

# Shown to the members of the networks in which the organisation sits now; to nobody else, and no instant longer.
_OF_A_MEMBER = (
    "organisation_id IN (SELECT m.organisation_id FROM membership m "
    "WHERE m.network_id = ANY ((SELECT reach_networks())::uuid[]) "
    "AND m.begins_at <= hilfenetz_now() AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now()))"
)
# Kept by who speaks for the organisation or administers it (portal.contacts.abilities).
_KEPT = (
    f"{OWN} AND (SELECT my_principals()) && "
    "ARRAY['group:administrator', 'group:deputy', 'group:director', 'group:representative']"
)
_FOR_OFFICE = f"{NETWORK} AND (SELECT current_person()) IS NULL AND {HOLDS_OFFICE.format(table='directory_version')}"
# A version was sent to who was a member then; who came later reads those since. The office keeps them all.
_MEMBER_THEN = (
    "SELECT FROM membership m WHERE m.network_id = directory_version.network_id "
    "AND m.organisation_id = (SELECT current_organisation()) "
    "AND m.begins_at <= directory_version.made_at AND (m.ends_at IS NULL OR m.ends_at > hilfenetz_now())"
)
_KEEPS_ALL = HOLDS_OFFICE.format(table="directory_version")
_SENT_TO_US = f"((SELECT current_organisation()) IS NULL OR EXISTS ({_MEMBER_THEN}) OR {_KEEPS_ALL})"
_WRITTEN = ("level", "name", "duty", "topics", "phone", "mail", "reachable", "stand_in_id", "revision", "changed_at")
_KEEPING = f"{APPEND}, DELETE, {columns('UPDATE', *_WRITTEN)}"

CONTACTS = (
    Protected(
        "contact_person",
        "organisation_id",
        (
            Policy("own_and_members", (APP, WORKER), "SELECT", using=f"{OWN} OR {_OF_A_MEMBER}"),
            Policy("kept_adding", (APP, WORKER), "INSERT", check=_KEPT),
            Policy("kept_changing", (APP, WORKER), "UPDATE", using=_KEPT, check=_KEPT),
            Policy("kept_removing", (APP, WORKER), "DELETE", using=_KEPT),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: _KEEPING, WORKER: _KEEPING, REACH: READ},
    ),
    # The office makes a version; or the worker when a membership begins or ends, in the scope of the network or for who
    # holds the office there.
    Protected(
        "directory_version",
        "network_id",
        (
            Policy("sent_to_members", (APP, WORKER), "SELECT", using=f"{NETWORK} AND {_SENT_TO_US}"),
            Policy("office_makes", (APP, WORKER), "INSERT", check=f"{NETWORK} AND {AS_OFFICE}"),
            Policy("by_itself", (WORKER,), "INSERT", check=f"{NETWORKS_SCOPE} OR {_FOR_OFFICE}"),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: APPEND, WORKER: APPEND, REACH: READ},
    ),
)
