"""Members that are ready to run the office."""

from migrations.raw import raw

ID = "2026-11-22T76:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "office"

forwards = raw(__file__, ID, DESCRIPTION)
