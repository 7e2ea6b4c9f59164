"""German for what Canaille says in English alone, or wrongly: on the pages that people of the portal meet there.

Its own German catalogue is read first, and this one over it.
"""

from collections.abc import Mapping
from math import ceil
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

_LOCALE = "de"

WORDS: Mapping[str, str] = {
    " or ": " oder ",
    "Accept": "Zustimmen",
    "All sessions have been closed.": "Sie sind überall abgemeldet.",
    "An error happened during your authentication process. Please try again.": (
        "Bei der Anmeldung ist etwas schiefgegangen. Bitte versuchen Sie es noch einmal."
    ),
    "Authorization interface": "Anmeldung",
    "Cannot remember the login you attempted to sign in with.": (
        "Ihre Anmeldung hat zu lange gedauert. Bitte beginnen Sie noch einmal."
    ),
    "Choose an account": "Konto auswählen",
    "Connection successful. Welcome %(user)s": "Sie sind angemeldet. Willkommen, %(user)s.",
    "Could not send the password reset code.": "Der Code für ein neues Passwort ließ sich nicht senden.",
    "Deny": "Ablehnen",
    "Email address": "E-Mail-Adresse",
    "If unchecked, the session will close when the browser is closed": (
        "Ohne Haken endet die Anmeldung, sobald Sie den Browser schließen"
    ),
    "Log out": "Abmelden",
    "Logged in": "Angemeldet",
    "Login": "Benutzername",
    "Login failed. Please check your information.": (
        "Die Anmeldung ist nicht gelungen. Bitte prüfen Sie Benutzername und Passwort."
    ),
    "Network error": "Keine Verbindung",
    "Or": "Oder",
    "Please contact your administrator": "Bitte wenden Sie sich an Ihre Administration",
    "Policy": "Erklärung",
    "Privacy policy": "Datenschutzerklärung",
    "Re-authenticate for %(client)s": "Noch einmal anmelden für %(client)s",
    "Read %(application_name)s's privacy policy :": "Datenschutzerklärung von %(application_name)s:",
    "Read %(application_name)s's terms of service :": "Nutzungsbedingungen von %(application_name)s:",
    "Remember me": "Angemeldet bleiben",
    "Remove from account list": "Aus der Liste der Konten entfernen",
    "Sending password initialization link at your email address. It should be received within a few minutes.": (
        "An Ihre E-Mail-Adresse geht ein Link, mit dem Sie Ihr Passwort festlegen. Das kann einige Minuten dauern."
    ),
    "Sending password reset code to your email address. You should receive it within a few minutes.": (
        "An Ihre E-Mail-Adresse geht ein Code für ein neues Passwort. Das kann einige Minuten dauern."
    ),
    "Sending password reset link to your email address. You should receive it within a few minutes.": (
        "An Ihre E-Mail-Adresse geht ein Link für ein neues Passwort. Das kann einige Minuten dauern."
    ),
    "Sign in at %(website)s": "Anmelden: %(website)s",
    "Sign in to %(client)s": "Anmelden bei %(client)s",
    "Skip main menu": "Hauptmenü überspringen",
    "Stay logged": "Angemeldet bleiben",
    "Switch account": "Anderes Konto",
    "The application %(application_name)s does not allow user authentication.": (
        "Bei %(application_name)s kann man sich nicht anmelden."
    ),
    "The application %(client_name)s requires that you sign in to your %(website_name)s account.": (
        "Um %(client_name)s zu nutzen, melden Sie sich mit Ihrem Konto im %(website_name)s an."
    ),
    "The application %(client_name)s wants to disconnect your account.": (
        "%(client_name)s möchte Ihre Anmeldung beenden."
    ),
    "The application %(name)s is requesting access to:": "%(name)s möchte lesen:",
    "The password reset code that brought you here was invalid.": "Der Code für ein neues Passwort gilt nicht.",
    "The user '%(user)s' does not have permissions to update their password. ": (
        "„%(user)s“ darf das eigene Passwort nicht ändern. "
    ),
    "This code is invalid or has expired. Please request a new one.": (
        "Dieser Code gilt nicht oder nicht mehr. Bitte fordern Sie einen neuen an."
    ),
    "This session couldn't be closed. Please try again.": (
        "Die Abmeldung ist nicht gelungen. Bitte versuchen Sie es noch einmal."
    ),
    "Toggle password visibility": "Passwort zeigen oder verbergen",
    "Use another account": "Mit einem anderen Konto anmelden",
    "You are already logged in, but %(client_name)s is requesting identity confirmation.": (
        "Sie sind schon angemeldet; %(client_name)s möchte sicher sein, dass Sie es sind."
    ),
    "You are currently logged in as %(username)s.": "Sie sind als %(username)s angemeldet.",
    "You are logged in as %(name)s": "Sie sind als %(name)s angemeldet",
    "You have been disconnected from {user_name} account.": "Sie sind abgemeldet: {user_name}.",
    "You have been disconnected": "Sie sind abgemeldet.",
    "You have not been disconnected": "Sie sind noch angemeldet.",
    "You switched to {user_name} session.": "Sie sind jetzt als {user_name} angemeldet.",
    "Your password has been updated successfully.": "Ihr neues Passwort gilt.",
    "Your password has expired, please choose a new password.": (
        "Ihr Passwort ist abgelaufen. Bitte wählen Sie ein neues."
    ),
    "jane.doe@example.com": "erika.mustermann@example.org",
    "jdoe": "erika.mustermann",
    "john.doe@example.com": "erika.mustermann@example.org",
    "%(website_name)s could not be reached. Are you sure to be connected to the internet?": (
        "%(website_name)s ist nicht erreichbar. Sind Sie mit dem Internet verbunden?"
    ),
}


def write_words(folder: Path) -> None:
    """Write them as gettext reads them, below ``folder``."""
    place = folder / _LOCALE / "LC_MESSAGES"
    place.mkdir(parents=True, exist_ok=True)
    catalogue = Catalog(locale=_LOCALE)
    for english, german in WORDS.items():
        catalogue.add(english, german)
    with (place / "messages.mo").open("wb") as file:
        write_mo(file, catalogue)


def please_wait(seconds: float) -> str:
    """What somebody reads who tried too often."""
    whole = max(1, ceil(seconds))
    return f"Das waren zu viele Versuche. Bitte warten Sie {whole} {'Sekunde' if whole == 1 else 'Sekunden'}."
