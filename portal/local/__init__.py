"""The municipal surroundings of the portal on one machine: database, cache, directory and mail as real programs.

In production these are somebody else's servers, reached by settings. Here they come out of Python wheels, keep their
data in one folder, and end with the process that started them, whatever ends it.

Words: service (a program the portal needs), child (a process that cannot outlive us), state (the folder), mailbox (a
mail server that delivers to nobody and shows what it got).
"""
