"""What a member that left was still writing or asking is taken over by another; items stay with approved minutes."""

from migrations.raw import raw

ID = "2026-11-23T96:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "taken_over"

forwards = raw(__file__, ID, DESCRIPTION)
