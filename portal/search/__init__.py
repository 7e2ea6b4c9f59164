"""Finding content: everything a person may see, in all their spaces, by words, by what it is, by who changed it when.

Words: query (what is looked for), term (one word, phrase or exclusion of it), entry (what the search knows of an item),
candidate (an item with the words; whether the person sees it is decided by the item), hit (a candidate they may see),
suggestion (a title while somebody types), correction (another spelling, read from a hit of theirs and nowhere else).
"""
