"""Rooms: spaces of their own, for those of a network who take part."""

from migrations.raw import raw

ID = "2026-11-22T57:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "rooms"

forwards = raw(__file__, ID, DESCRIPTION)
