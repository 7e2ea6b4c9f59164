"""Which of an organisation's deadlines a page shows."""

from enum import StrEnum


class Whose(StrEnum):
    """Whose duties; the values stand in addresses."""

    MINE = "meine"
    NETWORK = "netzwerk"
    ORGANISATION = "organisation"
    TEAM = "team"
