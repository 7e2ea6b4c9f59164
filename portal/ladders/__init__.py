"""Deadlines that somebody has to keep, and the ladders of tellings that watch them.

A deadline belongs to the organisation that has to keep it. A feature sets one (``actions.set_deadline``), moves it,
says that the matter is done or dropped; everything else is done here. How long a period is and why it ends on its day
is ``portal.deadlines``; this keeps the answer and acts upon it.

Words: matter (what kind of thing it is of), duty (what is to be done), ladder (its steps, from the rulebook of a
network or our own), step (days before or after the end, and which parties are told), rung (a step of one deadline, with
its instant), party (whom a step tells: found anew when the rung fires), lapsing (after its end nothing can be done any
more, as with a ballot).
States of a deadline: open -> done | dropped. One that lapses is dropped by its end.
"""
