"""Votes that decide on a procedure."""

from migrations.raw import raw

ID = "2026-11-22T73:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "vote_causes"

forwards = raw(__file__, ID, DESCRIPTION)
