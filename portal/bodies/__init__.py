"""Bodies of a network: who sits in them, their meetings, minutes and resolutions.

Which bodies there are, for which organisations, who speaks there and how often they meet, says the rulebook. A body
here is what meets or whose seats are named.

Words: body, seat (who sits there for a member, by name and from when to when), rhythm (every so many months), meeting,
agenda item, record (what the minutes say of an item), attendance, objection (to minutes that were passed round),
resolution (numbered within body and year once its minutes are approved).
States of a meeting: planned -> invited -> over, by the clock; planned or invited -> cancelled.
States of its minutes: none -> draft -> circulated -> approved; circulated -> draft, when they have to be changed.
"""
