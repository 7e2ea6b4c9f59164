"""What people of an organisation confirmed to have read goes along when it takes everything away."""

from migrations.raw import raw

ID = "2026-11-22T47:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "readings"

forwards = raw(__file__, ID, DESCRIPTION)
