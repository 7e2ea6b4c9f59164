"""What has changed lately for whom: what a process may keep of an answer, and for how long."""

from migrations.raw import raw

ID = "2026-11-22T53:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "recent_changes"

forwards = raw(__file__, ID, DESCRIPTION)
