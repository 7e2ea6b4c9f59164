"""Rules of folders, their runs, and what they brought about."""

from migrations.raw import raw

ID = "2026-11-22T41:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "automation"

forwards = raw(__file__, ID, DESCRIPTION)
