"""Whose ballot falls with a candidacy has time to choose again, and the vote does not end before."""

from migrations.raw import raw

ID = "2026-11-23T94:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "chosen_again"

forwards = raw(__file__, ID, DESCRIPTION)
