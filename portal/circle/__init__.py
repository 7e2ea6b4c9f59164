"""What the members of a network speak about together: position papers, consultations, early warnings.

Words: paper (one edition of a position the network holds in common), remark (what a member says of a paper that was
sent round), release (showing a paper that is in force to everybody), consultation (a member asks the others for
advice), answer (of a member to it; a corrected one replaces an earlier one), warning (what somebody noticed in the
field), trend (how many at least, by month and topic).
States of a paper: draft -> circulated -> voting -> adopted | rejected; adopted -> withdrawn | superseded; what is not
voted upon yet can be discarded. A consultation: open -> closed.
What a vote decides follows in the transaction that closes it (``actions_deciding``). Which of the three a network has,
its agreement says.
"""
