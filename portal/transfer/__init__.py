"""Taking content along: a folder with everything in it as one ZIP file, and such a file put back into a folder.

Words: package (the ZIP file), line (one item in ``inhalte.jsonl``, as JSON), plan (what a package would create, or what
is wrong with it). What is in a package: items with their fields, place and order; for who may edit or review them their
versions and the steps of their workflow; for who manages them their grants; the bytes of files under their digest.
"""
