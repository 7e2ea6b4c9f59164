"""What stands around the content of a page: its head, header, navigation and footer, as finished text.

They say the same from one request to the next, so their text is kept with the place it was made for. It is made from
that place, the language and the theme and from nothing else, so it cannot show anybody what belongs to somebody else.
What differs with each request, the token of the forms and the address to come back to, is put in afterwards.
"""

import secrets
from dataclasses import dataclass

from jinja2 import Environment
from markupsafe import Markup, escape

from portal.shell.frame import Frame, Place
from portal.shell.i18n import LANGUAGES

_TEMPLATES = ("shell/_opening.html", "shell/_bar.html", "shell/_footer.html")
_TOKEN, _PATH = secrets.token_hex(), secrets.token_hex()  # stand where the request's own go; nobody can know them


@dataclass(frozen=True, slots=True)
class Surroundings:
    """The finished text before the title, before the content and after it."""

    opening: Markup
    bar: Markup
    foot: Markup


def surroundings(environment: Environment, place: Place, *, theme: str, path: str, token: str) -> Surroundings:
    """The surroundings of a page for whoever is at that place."""
    key = str(environment.globals["lang"]), theme
    if (kept := place.kept.get(key)) is None:
        kept = place.kept[key] = _rendered(environment, place, theme)
    address = str(escape(path))
    return Surroundings(*(Markup(text.replace(_TOKEN, token).replace(_PATH, address)) for text in kept))  # noqa: S704


def _rendered(environment: Environment, place: Place, theme: str) -> list[str]:
    frame = Frame(_PATH, theme, LANGUAGES, visitor=place.visitor, sections=place.sections, inbox=place.inbox)
    return [environment.get_template(name).render(frame=frame, csrf_token=_TOKEN) for name in _TEMPLATES]
