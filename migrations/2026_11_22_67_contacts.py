"""Contact persons of organisations, and versions of a network's directory."""

from migrations.raw import raw

ID = "2026-11-22T67:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "contacts"

forwards = raw(__file__, ID, DESCRIPTION)
