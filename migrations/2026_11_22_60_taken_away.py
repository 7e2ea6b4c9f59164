"""What nothing asks for any more goes: everything an organisation takes away is asked for page by page."""

from migrations.raw import raw

ID = "2026-11-22T60:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "taken away"

forwards = raw(__file__, ID, DESCRIPTION)
