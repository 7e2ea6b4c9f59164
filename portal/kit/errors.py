"""What can go wrong for a person, each with a German sentence that says what to do next.

The shell turns these into pages; nothing else of an exception ever reaches a person.
"""


class HilfenetzError(Exception):
    """Base of all refusals. ``message`` is for the person, ``status`` is the HTTP status."""

    status = 500
    default = "Etwas ist schiefgegangen. Bitte versuchen Sie es noch einmal."

    def __init__(self, message: str = "") -> None:
        self.message = message or self.default
        super().__init__(self.message)


class Invalid(HilfenetzError):
    """Input that cannot be accepted; ``field`` names the form field it belongs to."""

    status = 422
    default = "Die Angaben sind unvollständig oder passen nicht zusammen. Bitte prüfen Sie sie."

    def __init__(self, message: str = "", *, field: str | None = None) -> None:
        super().__init__(message)
        self.field = field


class Forbidden(HilfenetzError):
    """Within reach, but not this person's to do."""

    status = 403
    default = "Dafür fehlt Ihnen die Berechtigung. Wenden Sie sich an die Administration Ihrer Organisation."


class NotFound(HilfenetzError):
    """Out of reach or not there: the answer is the same, so that it tells nothing."""

    status = 404
    default = "Diese Seite gibt es nicht, oder sie ist für Sie nicht freigegeben."


class Conflict(HilfenetzError):
    """Right person, wrong moment: the state of the matter does not allow it (any more)."""

    status = 409
    default = "Das ist im jetzigen Stand nicht möglich. Bitte laden Sie die Seite neu."


class TooLarge(HilfenetzError):
    """More than the portal accepts at once."""

    status = 413
    default = "Die Eingabe ist zu groß. Bitte kürzen Sie sie oder teilen Sie sie auf."


class Unavailable(HilfenetzError):
    """A part the portal depends on does not answer."""

    status = 503
    default = "Ein Teil des Portals antwortet gerade nicht. Bitte versuchen Sie es in einigen Minuten noch einmal."
