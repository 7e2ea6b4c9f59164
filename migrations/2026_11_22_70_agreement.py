"""Versions of a rulebook, and reviews of the agreement."""

from migrations.raw import raw

ID = "2026-11-22T70:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "agreement"

forwards = raw(__file__, ID, DESCRIPTION)
