"""What is reached is worked out once a transaction."""

from migrations.raw import raw

ID = "2026-11-22T48:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reach_once"

forwards = raw(__file__, ID, DESCRIPTION)
