"""Bodies of a network, who sits in them, their meetings and minutes."""

from migrations.raw import raw

ID = "2026-11-22T68:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "bodies"

forwards = raw(__file__, ID, DESCRIPTION)
