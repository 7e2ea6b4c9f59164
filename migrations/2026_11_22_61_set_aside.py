"""What lies in the bin is set aside in inboxes, and waits there again when it comes back."""

from migrations.raw import raw

ID = "2026-11-22T61:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "set aside"

forwards = raw(__file__, ID, DESCRIPTION)
