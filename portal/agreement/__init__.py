"""The rulebook of a network as a page: its rules in words, its versions, and the review of the agreement.

Words: rulebook (an agreement as data), version (a row that is never changed, in force from an instant), chapter and
clause (a rule in words, at an anchor), difference (what a version changes, in the same words), review (the members look
at the agreement again; the office of the network keeps the deadline).
States of a version: to come -> in force -> past. What began under a version keeps it.
"""
