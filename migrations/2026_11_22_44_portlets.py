"""The boxes of the front pages of spaces."""

from migrations.raw import raw

ID = "2026-11-22T44:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "portlets"

forwards = raw(__file__, ID, DESCRIPTION)
