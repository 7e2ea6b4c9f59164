"""Position papers, consultations and early warnings of a network; its agreement says which of them there are."""

from migrations.raw import raw

ID = "2026-11-22T69:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "circle"

forwards = raw(__file__, ID, DESCRIPTION)
