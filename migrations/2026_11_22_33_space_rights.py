"""Rights inside a space, held by the database as well: who writes there must have been given it."""

from migrations.raw import raw

ID = "2026-11-22T33:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "space rights"

forwards = raw(__file__, ID, DESCRIPTION)
