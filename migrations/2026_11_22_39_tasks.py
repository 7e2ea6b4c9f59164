"""What is assigned to somebody is theirs to do; what waits for somebody is counted fast."""

from migrations.raw import raw

ID = "2026-11-22T39:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tasks"

forwards = raw(__file__, ID, DESCRIPTION)
