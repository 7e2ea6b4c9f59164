"""Periods of votes in months."""

from migrations.raw import raw

ID = "2026-11-22T82:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "vote_periods"

forwards = raw(__file__, ID, DESCRIPTION)
