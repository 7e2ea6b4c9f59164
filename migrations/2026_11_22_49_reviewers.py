"""Where somebody reviews has an index."""

from migrations.raw import raw

ID = "2026-11-22T49:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "reviewers"

forwards = raw(__file__, ID, DESCRIPTION)
