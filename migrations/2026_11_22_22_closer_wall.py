"""What the wall's own functions and queue let through."""

from migrations.raw import raw

ID = "2026-11-22T22:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "closer wall"

forwards = raw(__file__, ID, DESCRIPTION)
