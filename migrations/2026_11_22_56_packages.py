"""What a package says of people is marked, old addresses come along, and who follows what is taken away in one pass."""

from migrations.raw import raw

ID = "2026-11-22T56:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "packages"

forwards = raw(__file__, ID, DESCRIPTION)
