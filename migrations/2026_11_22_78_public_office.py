"""Whoever applies reads which member is responsible for what they say of themselves."""

from migrations.raw import raw

ID = "2026-11-22T78:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "public_office"

forwards = raw(__file__, ID, DESCRIPTION)
