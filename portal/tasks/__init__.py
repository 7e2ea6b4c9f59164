"""Tasks: what somebody has to do until when, in any folder of any space.

A task is content: who may read the folder reads it, its history is kept, it is found and moved like everything else.

Words: assignee (whom it is assigned to, spelled as grants spell it: in an organisation's own space a person, a role or
everybody there; in a network's space an organisation, a role or the office, since other people's names are behind the
wall), step (a line of its checklist), due (until when).
States: open -> in_work -> done; open, in_work -> dropped; done, dropped -> open.
"""
