"""What belongs to an item is found when it goes; what moves gets its place in the new folder."""

from migrations.raw import raw

ID = "2026-11-22T35:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tree"

forwards = raw(__file__, ID, DESCRIPTION)
