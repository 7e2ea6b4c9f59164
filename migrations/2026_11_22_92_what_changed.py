"""A change says what it is about, so that who somebody is stands while texts and votes change."""

from migrations.raw import raw

ID = "2026-11-22T92:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "what_changed"

forwards = raw(__file__, ID, DESCRIPTION)
