"""The secrets with which programs of people fetch calendar and news."""

from migrations.raw import raw

ID = "2026-11-22T38:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "feeds"

forwards = raw(__file__, ID, DESCRIPTION)
