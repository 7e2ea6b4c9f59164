"""What is enclosed with a formal notice."""

from migrations.raw import raw

ID = "2026-11-22T80:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "attachments"

forwards = raw(__file__, ID, DESCRIPTION)
