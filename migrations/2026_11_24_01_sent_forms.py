"""A form counts once: that it was sent is saved with what it changes."""

from migrations.raw import raw

ID = "2026-11-24T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "sent_forms"

forwards = raw(__file__, ID, DESCRIPTION)
