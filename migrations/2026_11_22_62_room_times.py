"""Rooms and participations are stamped by the database."""

from migrations.raw import raw

ID = "2026-11-22T62:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "room times"

forwards = raw(__file__, ID, DESCRIPTION)
