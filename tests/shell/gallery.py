"""A small application that shows every part of the shell; the tests open it, and people can look at it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import NotAuthorizedException

from portal.kit.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from portal.settings import Settings
from portal.shell import reply
from portal.shell.assembly import build_application
from portal.shell.feature import Feature, NavItem
from portal.shell.forms import Checkbox, Choice, Date, Form, Integer, LongText, Select, Text
from portal.shell.frame import OtherOrganisation, Visitor
from tenants.context import Actor, Role, Seat

NOW = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
DUE = datetime(2026, 12, 4, 23, tzinfo=UTC)
OPT = {"permission": "public", "scope": False}
PLACES = (("a", "Rathaus, Raum 214"), ("b", "Trockendock"), ("c", "Videokonferenz"))
REFUSALS = {
    "verboten": Forbidden(),
    "weg": NotFound("Das hier darf niemand lesen"),
    "konflikt": Conflict("Die Abstimmung ist schon beendet."),
    "falsch": Invalid("Der Grund fehlt.", field="grund"),
    "aus": Unavailable(),
    "anmelden": NotAuthorizedException(),
    "kaputt": ZeroDivisionError("SELECT geheim FROM person"),
}
LATE = Visitor(
    actor=Actor(
        organisation_id=UUID(int=1),
        organisation_slug="diakonie-bielefeld",
        organisation_name="Diakonie für Bielefeld",
        person_id=UUID(int=2),
        name="Miriam Sommer",
        roles=frozenset({Role.DEPUTY}),
        seats=(Seat(UUID(int=3), "bielefeld", "Bielefeld", False), Seat(UUID(int=4), "nord", "Nord", False)),
    ),
    permissions=frozenset({"public"}),
    others=(OtherOrganisation("trockendock", "Trockendock e. V."), OtherOrganisation("stadt-bielefeld", "Stadt")),
)


class GalleryForm(Form):
    """One field of every kind."""

    frage = Text("Worum geht es?", help="In einem Satz.", required="Bitte schreiben Sie, worum es geht.", limit=60)
    grund = LongText("Begründung", limit=500)
    art = Choice("Art der Abstimmung", options=[("ja", "Zustimmung"), ("nein", "Widerspruch")], required=True)
    ort = Select("Ort", options=PLACES, required=True)
    tag = Date("Letzter Tag", required=True)
    zahl = Integer("Wie viele kommen?", least=1, most=99)
    haken = Checkbox("Ich habe die Vereinbarung gelesen", required="Bitte bestätigen Sie das.")


@dataclass
class Seen:
    """Sets the visitor as sign-in would."""

    app: object

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http" and b"anonym" not in scope["query_string"]:
            scope["state"]["visitor"] = LATE
        await self.app(scope, receive, send)


@get("/galerie", opt=OPT)
async def gallery(request: Request) -> Response:
    return await reply.page(request, "gallery/gallery.html", now=NOW, due=DUE, form=GalleryForm.blank(art="ja"))


@get("/", opt=OPT)
async def home(request: Request) -> Response:
    return await reply.page(request, "gallery/home.html", now=NOW, due=DUE)


@get("/n/{network:str}/abstimmungen", opt=OPT)
async def vote(request: Request, network: str) -> Response:
    return await reply.page(request, "gallery/vote.html", now=NOW, due=DUE, form=GalleryForm.blank(), network=network)


@post("/galerie/eintrag", opt=OPT)
async def entry(request: Request) -> Response:
    form = await GalleryForm.of(request)
    slots = {"eintrag": "gallery/_form.html"}
    if not form.ok:
        return await reply.invalid(request, "gallery/form.html", form=form, slots=slots, now=NOW)
    blank = GalleryForm.blank()
    return await reply.changed(request, to="/galerie", flash="Gespeichert.", slots=slots, form=blank, now=NOW)


@get("/ablehnung/{name:str}", opt=OPT)
async def refusal(name: str) -> None:
    raise REFUSALS[name]


@post("/ablehnung/{name:str}", opt=OPT)
async def refused_post(name: str) -> None:
    raise REFUSALS[name]


@get("/mitteilungen/anzahl", opt=OPT)
async def count(request: Request) -> Response:
    return await reply.part(request, "gallery/_count.html", number=5)


def build(settings: Settings, redis: object) -> Litestar:
    """The gallery as one feature in the real shell."""
    navigation = (
        NavItem("Mein Tag", "/", "work", "public"),
        NavItem("Bausteine", "/galerie", "work", "public"),
        NavItem("Zustellungen", "/verwaltung/zustellungen", "organisation", "public"),
        NavItem("Verborgen", "/verborgen", "organisation", "audit:read", "SELECT 1"),
        NavItem("Abstimmungen", "/n/{network}/abstimmungen", "network", "public"),
        NavItem("Mitglieder", "/n/{network}/mitglieder", "network", "public"),
        NavItem("Mitteilungen", "/mitteilungen", "inbox", "public"),
    )
    handlers = (gallery, home, vote, entry, refusal, refused_post, count)
    feature = Feature("gallery", handlers, navigation, Path(__file__).parent / "templates")
    return build_application(features=[feature], settings=settings, redis=redis, session=[Seen])
