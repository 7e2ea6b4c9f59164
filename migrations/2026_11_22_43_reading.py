"""What must be read, who has read it, and whom a comment names."""

from migrations.raw import raw

ID = "2026-11-22T43:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reading"

forwards = raw(__file__, ID, DESCRIPTION)
