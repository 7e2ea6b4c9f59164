"""Objections and stepping down are in time or they are not: by the clock of the database."""

from migrations.raw import raw

ID = "2026-11-22T87:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "in_time"

forwards = raw(__file__, ID, DESCRIPTION)
