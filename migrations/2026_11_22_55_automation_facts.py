"""Rules go by who did something as the database wrote it down; their log ends, and keeps what a rule said."""

from migrations.raw import raw

ID = "2026-11-22T55:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "automation facts"

forwards = raw(__file__, ID, DESCRIPTION)
