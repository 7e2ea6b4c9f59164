"""Who tells a member of a vote waits for its ballot and for the closing."""

from migrations.raw import raw

ID = "2026-11-22T83:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "await_ballot"

forwards = raw(__file__, ID, DESCRIPTION)
