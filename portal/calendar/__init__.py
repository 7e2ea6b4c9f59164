"""Events of spaces: a type of content, a page for each month, and feeds that other programs fetch.

Words: event (an item with a beginning, an end and a place), month (the page of a space's events), feed (the published
events, or the published news, of all spaces one person reaches for one organisation, or what they have to do there
until when), key (the secret in the address of a feed; kept as a digest, shown once).
States of a key: none -> made -> made anew (the old one is over) | ended. What it opens is what its person may read at
that moment; it opens nothing when they left, hold no role, or have not signed in for long.
"""
