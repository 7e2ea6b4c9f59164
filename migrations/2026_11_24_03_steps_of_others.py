"""Who may say of a procedure that somebody stands in, that nobody stays, and that an application is over."""

from migrations.raw import raw

ID = "2026-11-24T03:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "steps_of_others"

forwards = raw(__file__, ID, DESCRIPTION)
