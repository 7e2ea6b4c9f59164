"""The settings of portlets, one form a kind."""

from collections.abc import Mapping
from typing import Any

from portal.portlets.rules import MOST_ENTRIES, MOST_LINKS, Link, NoLink, PortletKind, Side, links_of, written
from portal.shell.forms import Form, Integer, LongText, Select, Text
from portal.shell.i18n import mark
from portal.spaces.fields import RichText


class PortletForm(Form):
    """What every portlet has."""

    title = Text(mark("Überschrift"), help=mark("Ohne Angabe heißt der Kasten nach seiner Art."), limit=120)
    side = Select(
        mark("Spalte"),
        options=((Side.MAIN.value, mark("breite Spalte")), (Side.ASIDE.value, mark("schmale Spalte"))),
        required=mark("Bitte wählen Sie eine Spalte."),
    )

    def settings(self) -> dict[str, Any]:
        """What is kept beside title and side."""
        return {}

    @classmethod
    def initial(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        """Kept settings as the form begins with them."""
        return {name: settings[name] for name in cls.fields if name in settings}


class ListForm(PortletForm):
    """A portlet that lists items."""

    number = Integer(
        mark("Wie viele Einträge"), required=mark("Bitte geben Sie eine Zahl an."), least=1, most=MOST_ENTRIES
    )

    def settings(self) -> dict[str, Any]:
        return {"number": self.number}


class CollectionForm(ListForm):
    """A portlet that shows a collection of the space."""

    collection = Select(mark("Welche Sammlung"), required=mark("Bitte wählen Sie eine Sammlung."))

    def settings(self) -> dict[str, Any]:
        return {"number": self.number, "collection": self.collection}


class LinksForm(PortletForm):
    """A portlet with links."""

    links = LongText(
        mark("Links"),
        help=mark("In jeder Zeile einer: Titel | https://www.beispiel.de oder Titel | /o/…"),
        required=mark("Bitte geben Sie mindestens einen Link an."),
        rows=8,
    )

    def check(self) -> None:
        """Each line is a link."""
        try:
            found = links_of(self.links)
        except NoLink as problem:
            self.fail("links", "Diese Zeile hat keine Adresse: %(line)s", line=problem.args[0][:80])
            return
        if len(found) > MOST_LINKS:
            self.fail("links", "Bitte geben Sie höchstens 30 Links an.")

    def settings(self) -> dict[str, Any]:
        return {"links": [[link.title, link.target] for link in links_of(self.links)]}

    @classmethod
    def initial(cls, settings: Mapping[str, Any]) -> dict[str, Any]:
        return {"links": written([Link(*pair) for pair in settings.get("links", ())])}


class TextForm(PortletForm):
    """A portlet with a text."""

    body = RichText(mark("Text"), required=mark("Bitte schreiben Sie einen Text."))

    def settings(self) -> dict[str, Any]:
        return {"body": self.body}


_SPECIAL: Mapping[PortletKind, type[PortletForm]] = {
    PortletKind.COLLECTION: CollectionForm,
    PortletKind.LINKS: LinksForm,
    PortletKind.TEXT: TextForm,
}


def form_of(kind: PortletKind) -> type[PortletForm]:
    """The form of a kind."""
    return _SPECIAL.get(kind, ListForm)
