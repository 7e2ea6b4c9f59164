"""Notices, inbox entries and mail deliveries."""

from migrations.raw import raw

ID = "2026-11-22T14:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "notices"

forwards = raw(__file__, ID, DESCRIPTION)
