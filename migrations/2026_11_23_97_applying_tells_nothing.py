"""Whoever confirms an application learns nothing of others; who applies for its organisation applies as what it is."""

from migrations.raw import raw

ID = "2026-11-23T97:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "applying_tells_nothing"

forwards = raw(__file__, ID, DESCRIPTION)
