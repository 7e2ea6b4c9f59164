"""Organisations and the wall between them.

Everything that decides *whose* a row is lives here and imports nothing of ours: the actor (who acts, for which
organisation), the scope (the only door to the database: one transaction that carries its organisation), the policies
PostgreSQL enforces, the outbox (what happens later or elsewhere) and the rulebook (an agreement as data).

Words: organisation (a tenant), network, membership, seat (a membership in effect), space, scope, outbox, rulebook.
Outbox states: waiting -> handed -> done, or dead after too many attempts.
"""
