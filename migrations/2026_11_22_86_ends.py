"""What is out of reach says nothing; links of applicants end; resolutions are numbered by the office."""

from migrations.raw import raw

ID = "2026-11-22T86:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "ends"

forwards = raw(__file__, ID, DESCRIPTION)
