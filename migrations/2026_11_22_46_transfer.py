"""Comments that came along in a package, and what an organisation takes away as a whole."""

from migrations.raw import raw

ID = "2026-11-22T46:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "transfer"

forwards = raw(__file__, ID, DESCRIPTION)
