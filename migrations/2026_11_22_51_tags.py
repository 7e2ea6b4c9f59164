"""Tags are found in a table of their own, and a space in the order of its titles in an index."""

from migrations.raw import raw

ID = "2026-11-22T51:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tags"

forwards = raw(__file__, ID, DESCRIPTION)
