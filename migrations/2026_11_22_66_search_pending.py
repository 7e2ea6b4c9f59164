"""Searches do not pay for what was written last."""

from migrations.raw import raw

ID = "2026-11-22T66:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "search_pending"

forwards = raw(__file__, ID, DESCRIPTION)
