"""Members that stand in a choice."""

from migrations.raw import raw

ID = "2026-11-22T75:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "candidates"

forwards = raw(__file__, ID, DESCRIPTION)
