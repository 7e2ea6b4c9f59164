"""What expires soon in a space is found along an index."""

from migrations.raw import raw

ID = "2026-11-22T52:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "expiring"

forwards = raw(__file__, ID, DESCRIPTION)
