"""A draft that who left kept to itself keeps no later edition of a paper out."""

from migrations.raw import raw

ID = "2026-11-23T98:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "left_drafts"

forwards = raw(__file__, ID, DESCRIPTION)
