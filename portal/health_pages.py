"""``/health/live`` and ``/health/ready``: for whoever keeps the portal running, a machine most of the time."""

from typing import Any

from litestar import Response, get

from portal.health import Readiness
from portal.identity.permissions import Permission
from portal.settings import Settings
from portal.shell.feature import Feature

_OPEN = {"permission": Permission.PUBLIC, "scope": False, "session": False}


def feature(settings: Settings) -> Feature:
    """The two routes."""
    readiness = Readiness(settings)

    @get("/health/live", opt=_OPEN, sync_to_thread=False)
    def live() -> dict[str, str]:
        return {"status": "alive"}

    @get("/health/ready", opt=_OPEN)
    async def ready() -> Response[dict[str, Any]]:
        parts = {finding.part: finding.works for finding in await readiness.findings()}
        works = all(parts.values())
        return Response(
            {"status": "ready" if works else "not ready", "parts": parts}, status_code=200 if works else 503
        )

    return Feature("health", (live, ready))
