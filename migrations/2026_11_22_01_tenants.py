"""Organisations, networks, memberships, spaces, rulebooks, the outbox and the heartbeat."""

from migrations.raw import raw

ID = "2026-11-22T01:00:00:000000"
VERSION = "1.38.0"
DESCRIPTION = "tenants"

forwards = raw(__file__, ID, DESCRIPTION)
