"""The trail: what was done in an organisation, by whom, when; for its data protection officer.

Entries are only ever added. The database chains them: each entry carries the hash of the one before, and the head of a
chain says where it ends, so that a change, a gap or a cut-off end shows. Entries hold identifiers, codes and dates,
never names or texts about people; names are looked up when the trail is read, and reading it is an entry too.

What a chain cannot show: somebody with the database administrator's rights who rewrites the whole chain *and* its head.
``hilfenetz audit verify`` prints the head's fingerprint; kept elsewhere, it closes that gap.

Words: entry, head (the end of a chain), chain, break (the first place where a chain does not hold).
States of a chain: intact, or broken at an entry.
"""
