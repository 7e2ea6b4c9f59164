"""Procedures by which a network governs its membership."""

from migrations.raw import raw

ID = "2026-11-22T72:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "procedures"

forwards = raw(__file__, ID, DESCRIPTION)
