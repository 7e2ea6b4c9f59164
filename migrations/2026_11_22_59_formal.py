"""Formal notices with receipt."""

from migrations.raw import raw

ID = "2026-11-22T59:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "formal"

forwards = raw(__file__, ID, DESCRIPTION)
