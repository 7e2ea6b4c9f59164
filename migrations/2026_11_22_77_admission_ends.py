"""An application ends without a membership, and what is known of people by it goes some time after."""

from migrations.raw import raw

ID = "2026-11-22T77:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "admission_ends"

forwards = raw(__file__, ID, DESCRIPTION)
