"""How an organisation joins a network."""

from migrations.raw import raw

ID = "2026-11-22T74:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "admission"

forwards = raw(__file__, ID, DESCRIPTION)
