"""The wall around formal notices and their receipts."""

from tenants.protection import (
    APP,
    APPEND,
    HOLDS_OFFICE,
    MEMBER_THERE,
    NETWORK,
    NETWORKS_SCOPE,
    OFFICE_IS,
    OWN,
    OWN_PERSON,
    REACH,
    READ,
    WORKER,
    Policy,
    Protected,
    columns,
)

# A notice is shown to who sent it and to those it is for; a receipt to both of them, and to no other recipient. The
# office posts, so whoever holds it now sees what its predecessor posted, and the predecessor no longer. The triggers of
# migration 59 say which facts of a receipt are whose to fill in.
_SENT_NOTICE, _SENT_RECEIPT = (HOLDS_OFFICE.format(table=table) for table in ("formal_notice", "formal_receipt"))
_FOR_US = (
    "EXISTS (SELECT FROM formal_receipt r WHERE r.network_id = formal_notice.network_id "
    "AND r.notice_id = formal_notice.id AND r.organisation_id = (SELECT current_organisation()))"
)
_POSTED_BY_US = f"{NETWORK} AND sender_id = (SELECT current_organisation()) AND {{office}}"
# What follows by itself in a network is posted by the worker in the network's scope, which belongs to no organisation:
# in the name of the office, and of nobody else.
_NOTICE_FOR_OFFICE, _RECEIPT_FOR_OFFICE = (
    f"{NETWORKS_SCOPE} AND {OFFICE_IS.format(table=table, column='sender_id')}"
    for table in ("formal_notice", "formal_receipt")
)
_RECIPIENT = MEMBER_THERE.format(table="formal_receipt")
_RECKONED = ("postings", "posted_at", "received_at", "received_on", "ends_on", "due_at", "explanation")
_LETTER = (
    "EXISTS (SELECT FROM formal_notice n WHERE n.network_id = formal_attachment.network_id "
    "AND n.id = formal_attachment.notice_id{more})"
)
_BEING_POSTED = " AND n.sender_id = (SELECT current_organisation()) AND n.xmin = pg_current_xact_id()::xid"
FORMAL = (
    Protected(
        "formal_notice",
        "network_id",
        (
            Policy("sent_or_received", (APP,), "SELECT", using=f"{NETWORK} AND ({_SENT_NOTICE} OR {_FOR_US})"),
            Policy("of_network", (WORKER,), "SELECT", using=NETWORK),
            Policy(
                "office_posts",
                (APP, WORKER),
                "INSERT",
                check=_POSTED_BY_US.format(office=HOLDS_OFFICE.format(table="formal_notice")),
            ),
            Policy("for_office", (WORKER,), "INSERT", check=_NOTICE_FOR_OFFICE),
            Policy("reach_reads", (REACH,), "SELECT", using="true"),
        ),
        {APP: APPEND, WORKER: APPEND, REACH: READ},
    ),
    # Part of the letter: read by whoever reads it, written in the transaction that posts it.
    Protected(
        "formal_attachment",
        "network_id",
        (
            Policy("with_the_letter", (APP, WORKER), "SELECT", using=f"{NETWORK} AND {_LETTER.format(more='')}"),
            Policy(
                "posted_with_it",
                (APP, WORKER),
                "INSERT",
                check=f"{NETWORK} AND {_LETTER.format(more=_BEING_POSTED)}",
            ),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
    Protected(
        "formal_receipt",
        "network_id",
        (
            Policy("sent_or_own", (APP,), "SELECT", using=f"{NETWORK} AND ({OWN} OR {_SENT_RECEIPT})"),
            Policy("of_network", (WORKER,), "SELECT", using=NETWORK),
            Policy(
                "office_posts",
                (APP, WORKER),
                "INSERT",
                check=f"{_POSTED_BY_US.format(office=HOLDS_OFFICE.format(table='formal_receipt'))} AND {_RECIPIENT}",
            ),
            Policy("for_office", (WORKER,), "INSERT", check=f"{_RECEIPT_FOR_OFFICE} AND {_RECIPIENT}"),
            Policy(
                "facts",
                (APP,),
                "UPDATE",
                using=f"{NETWORK} AND ({OWN} OR {_SENT_RECEIPT})",
                check=f"{NETWORK} AND ({OWN} OR {_SENT_RECEIPT})",
            ),
            Policy("facts_worker", (WORKER,), "UPDATE", using=NETWORK, check=NETWORK),
        ),
        {
            APP: f"{APPEND}, {columns('UPDATE', 'opened_at', 'acknowledged_at', *_RECKONED)}",
            WORKER: f"{APPEND}, {columns('UPDATE', 'opened_at', 'acknowledged_at', 'notified_at', *_RECKONED)}",
        },
    ),
    Protected(
        "formal_signature",
        "organisation_id",
        (
            Policy("own_organisation", (APP, WORKER), "SELECT", using=OWN),
            Policy("own_hand", (APP, WORKER), "INSERT", check=OWN_PERSON),
        ),
        {APP: APPEND, WORKER: APPEND},
    ),
)
