"""Formal notices: letters of a network from whose receipt a period may run, with proof of when each was received.

Words: notice (numbered within network and year, written once), receipt (what is known of one recipient organisation:
posted, notified by mail, opened, acknowledged, received), basis (which of these counts, by the rulebook), signature
(which person opened or acknowledged; their own organisation's business alone).
States of a receipt: failed (nobody there could fetch it) -> posted (by "send again"); posted -> received, by the rule.
A receipt is a fact about one recipient: whoever needs a last day for each of them posts a notice with a period.
"""
