"""Whoever holds the office stays until somebody else holds it."""

from migrations.raw import raw

ID = "2026-11-22T79:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "office_stays"

forwards = raw(__file__, ID, DESCRIPTION)
