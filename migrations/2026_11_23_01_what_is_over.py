"""What is over goes from the outbox; files that nobody could read once are read."""

from migrations.raw import raw

ID = "2026-11-23T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what_is_over"

forwards = raw(__file__, ID, DESCRIPTION)
