"""Taking content along: a folder with everything in it as one ZIP file, and such a file put back into a folder.

Words: package (the ZIP file), line (one item in ``inhalte.jsonl``, as JSON), plan (what a package would create, or what
is wrong with it), remark (what comes otherwise than it was), luggage (what other features keep about items,
``portal.spaces.luggage``), part (one file of everything an organisation takes away).

What is in a package: items with their fields, place, order and luggage; for who may edit or review them their versions
and the steps of their workflow; for who manages them their grants; the bytes of files under their digest. An export of
a Plone site is read as if it were one (``plone``). ``everything`` is what an organisation takes away as a whole.
"""
