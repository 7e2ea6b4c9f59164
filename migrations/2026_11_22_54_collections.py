"""What is in a state, and what somebody made or changed last, is found along an index."""

from migrations.raw import raw

ID = "2026-11-22T54:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "collections"

forwards = raw(__file__, ID, DESCRIPTION)
