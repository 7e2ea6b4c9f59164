"""What the search reads: the words of each item, and which words there are in a space."""

from migrations.raw import raw

ID = "2026-11-22T36:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search"

forwards = raw(__file__, ID, DESCRIPTION)
