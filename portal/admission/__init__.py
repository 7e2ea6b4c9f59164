"""How an organisation joins a network: it applies, the members decide, both sides sign, its membership begins.

Words: application (of one organisation to one network; the applicant has a tenant or a mail address), case (the same as
the applicant sees it, at the address its mails lead to), letter (what the office tells the applicant), copy (the
agreement as it is signed, with the fingerprint of its text), signature (of one side under one copy).
States of an application: unconfirmed (its mail was not answered yet; it vanishes) -> applied -> informed (the members
vote) -> accepted | rejected; accepted -> agreement_sent -> signed (the copy arrived, its receipt may lie ahead) ->
member. Where the rulebook lets the membership begin with the acceptance, accepted -> member.
"""
