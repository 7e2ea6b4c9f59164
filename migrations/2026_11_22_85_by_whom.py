"""Procedures are led on by whom they are for; what is proved is proved; nothing small is found by adding to it."""

from migrations.raw import raw

ID = "2026-11-22T85:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "by_whom"

forwards = raw(__file__, ID, DESCRIPTION)
