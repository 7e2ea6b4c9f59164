"""How a network governs who belongs to it: procedures, each with one page that says what happened and what is next.

Words: procedure (numbered within network and year, begun under a version of the rulebook, about one subject: a member,
or an applicant), step (what happened, written once), ending (what came of it), matter (something of a member that left,
which the office has to assign anew), departure (what an organisation keeps of a membership that ended).
States: ``rules.MACHINES``, a machine for each kind. Whatever follows by itself follows through the outbox.
"""
