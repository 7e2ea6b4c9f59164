"""Where items were before is written by the database, and the lists of a large space have their indexes."""

from migrations.raw import raw

ID = "2026-11-22T45:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "lists"

forwards = raw(__file__, ID, DESCRIPTION)
