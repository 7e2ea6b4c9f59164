"""The content tree of every space: items, their versions, who may do what with them, addresses they had before."""

from migrations.raw import raw

ID = "2026-11-22T30:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "spaces"

forwards = raw(__file__, ID, DESCRIPTION)
