"""What has changed is looked up by its index, however little has."""

from migrations.raw import raw

ID = "2026-11-22T88:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "changes_by_index"

forwards = raw(__file__, ID, DESCRIPTION)
