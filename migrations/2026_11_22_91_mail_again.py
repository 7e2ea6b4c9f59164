"""The office sees that a mail to an applicant did not arrive, and has it sent again."""

from migrations.raw import raw

ID = "2026-11-22T91:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "mail_again"

forwards = raw(__file__, ID, DESCRIPTION)
