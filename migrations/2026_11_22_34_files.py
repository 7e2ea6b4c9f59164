"""Files: what was uploaded, which versions of items name it, and what is still on its way."""

from migrations.raw import raw

ID = "2026-11-22T34:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "files"

forwards = raw(__file__, ID, DESCRIPTION)
