"""Whom one process knows from their last page: bounded in number and in time."""

from collections import OrderedDict
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from portal.shell.frame import Visitor
from portal.shell.navigation import Waits
from tenants.kept import LONGEST, Kept

MOST = 1024
Who = tuple[str, UUID]  # the key of a session and the organisation worked for


@dataclass(frozen=True, slots=True)
class Known:
    """What was found out about somebody at ``since``, and what waits for them; ``kept`` says whether it still is so."""

    visitor: Visitor
    since: datetime
    waits: Waits | None = None
    kept: Kept | None = None

    @property
    def until(self) -> datetime:
        """After this nothing of it stands, whatever has or has not happened."""
        return self.since + LONGEST if self.kept is None else self.kept.until


class Acquaintances:
    """Forgets who was not there lately, and whatever is over, as soon as somebody else comes."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._known: OrderedDict[Who, Known] = OrderedDict()

    def __len__(self) -> int:
        return len(self._known)

    def find(self, who: Who) -> Known | None:
        """What is known of them; None if nothing is."""
        return self._known.get(who)

    def remember(self, who: Who, known: Known) -> None:
        """Instead of what was known before."""
        self._known.pop(who, None)
        self._known[who] = known
        while len(self._known) > self._most or (self._known and self._first().until < known.since):
            self._known.popitem(last=False)

    def _first(self) -> Known:
        return next(iter(self._known.values()))
