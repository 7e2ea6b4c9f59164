"""Votes, their options, electorate, ballots and results."""

from migrations.raw import raw

ID = "2026-11-22T20:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "votes"

forwards = raw(__file__, ID, DESCRIPTION)
