"""The audit trail: one append-only chain for each organisation."""

from migrations.raw import raw

ID = "2026-11-22T12:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "audit"

forwards = raw(__file__, ID, DESCRIPTION)
