"""Who objects to minutes out of reach learns nothing of them."""

from migrations.raw import raw

ID = "2026-11-22T89:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "objection_in_reach"

forwards = raw(__file__, ID, DESCRIPTION)
