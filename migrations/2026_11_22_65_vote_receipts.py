"""Votes whose periods run from receipt."""

from migrations.raw import raw

ID = "2026-11-22T65:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "vote_receipts"

forwards = raw(__file__, ID, DESCRIPTION)
