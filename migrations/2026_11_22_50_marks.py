"""Rights are added up in one pass."""

from migrations.raw import raw

ID = "2026-11-22T50:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "marks"

forwards = raw(__file__, ID, DESCRIPTION)
