"""Giving and ending the secrets of feeds."""

import secrets
from datetime import datetime

from portal.audit.actions import record
from portal.calendar.rules import FeedKind, digest
from portal.kit.errors import Forbidden
from tenants.context import Actor
from tenants.database import execute

_BYTES = 32


async def make_key(*, actor: Actor, now: datetime, kind: FeedKind) -> str:
    """A new secret for the actor's feed of this kind. It is told this once; one made before is over.

    Raises:
        Forbidden: the actor is nobody in particular.
    """
    if actor.person_id is None:
        raise Forbidden
    secret = secrets.token_urlsafe(_BYTES)
    await execute(
        """
        INSERT INTO feed_key (organisation_id, person_id, kind, digest, made_at) VALUES ({}, {}, {}, {}, {})
        ON CONFLICT (organisation_id, person_id, kind) DO UPDATE
        SET digest = excluded.digest, made_at = excluded.made_at
        """,
        actor.organisation_id,
        actor.person_id,
        kind.value,
        digest(secret),
        now,
    )
    await record(actor=actor, action="feed:made", subject="person", subject_id=actor.person_id)
    return secret


async def end_key(*, actor: Actor, now: datetime, kind: FeedKind) -> bool:  # noqa: ARG001 - as every action
    """End the actor's secret of this kind; False if there was none."""
    if actor.person_id is None:
        return False
    ended = await execute(
        "DELETE FROM feed_key WHERE organisation_id = {} AND person_id = {} AND kind = {} RETURNING kind",
        actor.organisation_id,
        actor.person_id,
        kind.value,
    )
    if ended:
        await record(actor=actor, action="feed:ended", subject="person", subject_id=actor.person_id)
    return bool(ended)
