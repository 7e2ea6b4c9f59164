"""A change of a contact person or of the directory says so, and the directory stands until then."""

from migrations.raw import raw

ID = "2026-11-24T02:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "contacts_changed"

forwards = raw(__file__, ID, DESCRIPTION)
