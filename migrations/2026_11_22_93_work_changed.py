"""A change of a text that is nobody's work says so, and what waits for people stands."""

from migrations.raw import raw

ID = "2026-11-22T93:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "work_changed"

forwards = raw(__file__, ID, DESCRIPTION)
