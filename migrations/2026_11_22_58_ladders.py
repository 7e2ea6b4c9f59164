"""Deadlines with their ladders, and the open votes as the first of them."""

from migrations.raw import raw

ID = "2026-11-22T58:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ladders"

forwards = raw(__file__, ID, DESCRIPTION)
