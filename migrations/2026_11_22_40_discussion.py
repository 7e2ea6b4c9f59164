"""Comments and followers."""

from migrations.raw import raw

ID = "2026-11-22T40:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "discussion"

forwards = raw(__file__, ID, DESCRIPTION)
