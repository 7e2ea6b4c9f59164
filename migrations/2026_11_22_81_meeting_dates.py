"""When the date of a meeting was last changed."""

from migrations.raw import raw

ID = "2026-11-22T81:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "meeting_dates"

forwards = raw(__file__, ID, DESCRIPTION)
