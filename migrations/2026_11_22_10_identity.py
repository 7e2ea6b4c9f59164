"""People, affiliations and role assignments."""

from migrations.raw import raw

ID = "2026-11-22T10:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "identity"

forwards = raw(__file__, ID, DESCRIPTION)
