"""Editing: locks, what was typed and not saved, working copies."""

from migrations.raw import raw

ID = "2026-11-22T31:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "editing"

forwards = raw(__file__, ID, DESCRIPTION)
