"""What a browser may choose for itself: the language, and light or dark."""

from typing import Any

from litestar import Request, Response, post

from portal.shell import reply
from portal.shell.feature import PUBLIC
from portal.shell.forms import Choice, Form, Text
from portal.shell.i18n import COOKIE, LANGUAGES

_OPTIONS = {"permission": PUBLIC, "scope": False}


class LanguageForm(Form):
    """Language and the page to go back to."""

    sprache = Choice("Sprache", options=LANGUAGES.items(), required=True)
    weiter = Text("Zurück zu", limit=2000)


class ThemeForm(Form):
    """Light, dark or as the device says, and the page to go back to."""

    darstellung = Choice("Darstellung", options=[(theme, theme) for theme in reply.THEMES], required=True)
    weiter = Text("Zurück zu", limit=2000)


@post("/sprache", name="language", opt=_OPTIONS)
async def choose_language(request: Request[Any, Any, Any]) -> Response[str]:
    """Keep the language and show the page again."""
    form = await LanguageForm.of(request)
    response = await reply.redirect(request, reply.local_path(form.raw["weiter"]))
    if form.ok:
        reply.remember(response, COOKIE, form.sprache)
    return response


@post("/darstellung", name="theme", opt=_OPTIONS)
async def choose_theme(request: Request[Any, Any, Any]) -> Response[str]:
    """Keep light or dark and show the page again."""
    form = await ThemeForm.of(request)
    response = await reply.redirect(request, reply.local_path(form.raw["weiter"]))
    if form.ok:
        reply.remember(response, reply.THEME_COOKIE, form.darstellung)
    return response
