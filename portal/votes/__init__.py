"""Votes of a network: the office asks, each member answers once, the clock ends it, the tally is frozen.

Words: vote (a question with its rule), option (a proposal of a choice), voter (a member of the snapshot with its own
last day), ballot (one entry of a member's append-only history), result (the frozen tally).
States: open -> ended (by the clock, or at once by a "no" where all must agree) -> closed (tally frozen, announced).
"""
