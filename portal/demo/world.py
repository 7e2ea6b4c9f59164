"""The cast. Organisations and networks stand in the rulebooks; here are the people, all of them invented.

Between them they hold every role. Three work for two organisations, one of them in both networks; one is known to
the directory and works for nobody.
"""

from dataclasses import dataclass

from tenants.context import Role

NETWORKS = ("bielefeld", "duesseldorf")

_ADMINISTRATOR, _CASEWORKER, _DEPUTY, _DIRECTOR = Role.ADMINISTRATOR, Role.CASEWORKER, Role.DEPUTY, Role.DIRECTOR
_LEAD, _OFFICE, _REPRESENTATIVE, _TEAM = Role.LEAD, Role.OFFICE, Role.REPRESENTATIVE, Role.JOBCENTER_TEAM
_OFFICER = Role.DATA_PROTECTION_OFFICER


@dataclass(frozen=True, slots=True)
class Post:
    """What somebody does in one organisation (its slug)."""

    organisation: str
    roles: frozenset[Role]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody of the cast. ``user_name`` is how they sign in, and who they are in the directory."""

    user_name: str
    given_name: str
    family_name: str
    posts: tuple[Post, ...]

    @property
    def name(self) -> str:
        """As colleagues see it."""
        return f"{self.given_name} {self.family_name}"

    @property
    def email(self) -> str:
        """Nobody's: the domain is reserved for examples."""
        return f"{self.user_name}@example.org"


def _person(user_name: str, name: str, **posts: tuple[Role, ...]) -> Person:
    given_name, _, family_name = name.partition(" ")
    places = (Post(slug.replace("_", "-"), frozenset(roles)) for slug, roles in posts.items())
    return Person(user_name, given_name, family_name, tuple(places))


PEOPLE = (
    # Bielefeld. The city holds the office.
    _person("jonas.wiegand", "Jonas Wiegand", stadt_bielefeld=(_OFFICE, _CASEWORKER)),
    _person("aylin.demirci", "Aylin Demirci", stadt_bielefeld=(_REPRESENTATIVE, _LEAD)),
    _person("piotr.zielonka", "Piotr Zielonka", stadt_bielefeld=(_DEPUTY, _ADMINISTRATOR)),
    _person("frauke.brandhorst", "Frauke Brandhorst", stadt_bielefeld=(_DIRECTOR,)),
    _person("samuel.okonjo", "Samuel Okonjo", stadt_bielefeld=(_OFFICER,)),
    _person("hannelore.siekmann", "Hannelore Siekmann", bethel_regional=(_DIRECTOR,)),
    _person("tariq.haddad", "Tariq Haddad", bethel_regional=(_REPRESENTATIVE, _LEAD)),
    _person("lene.petersen", "Lene Petersen", bethel_regional=(_DEPUTY, _CASEWORKER)),
    _person("viktor.braunfels", "Viktor Braunfels", bethel_regional=(_ADMINISTRATOR,)),
    _person("imke.rosenhain", "Imke Rosenhain", bethel_regional=(_OFFICER,)),
    _person("mira.sommer", "Mira Sommer", diakonie_bielefeld=(_DEPUTY, _CASEWORKER)),
    _person("bernhard.lueking", "Bernhard Lüking", diakonie_bielefeld=(_REPRESENTATIVE, _DIRECTOR)),
    _person("nadia.el-amin", "Nadia El-Amin", diakonie_bielefeld=(_ADMINISTRATOR, _LEAD)),
    _person("oskar.thiel", "Oskar Thiel", diakonie_bielefeld=(_OFFICER,), trockendock=(_OFFICER,)),
    _person("kerstin.vogelsang", "Kerstin Vogelsang", bgw=(_REPRESENTATIVE, _LEAD)),
    _person("emre.aksoylu", "Emre Aksoylu", bgw=(_DEPUTY, _ADMINISTRATOR)),
    _person("gudrun.pohlkamp", "Gudrun Pohlkamp", bgw=(_OFFICER,)),
    _person("levin.oppermann", "Levin Oppermann", gfs=(_REPRESENTATIVE, _DIRECTOR)),
    _person("thanh.nguyen-brandt", "Thanh Nguyen-Brandt", gfs=(_DEPUTY, _CASEWORKER)),
    _person("carola.windmoeller", "Carola Windmöller", gfs=(_ADMINISTRATOR, _LEAD)),
    _person("rasmus.heidbreder", "Rasmus Heidbreder", gfs=(_OFFICER,)),
    _person("dilek.sarikaya", "Dilek Sarikaya", trockendock=(_REPRESENTATIVE, _DIRECTOR)),
    _person("arne.kuhlmey", "Arne Kuhlmey", trockendock=(_DEPUTY, _CASEWORKER, _ADMINISTRATOR)),
    # Düsseldorf. The jobcenter holds the office and has the special team.
    _person("beate.hollands", "Beate Hollands", jobcenter_duesseldorf=(_OFFICE, _TEAM)),
    _person("yusuf.karahan", "Yusuf Karahan", jobcenter_duesseldorf=(_TEAM, _LEAD)),
    _person("sabine.quadflieg", "Sabine Quadflieg", jobcenter_duesseldorf=(_REPRESENTATIVE, _DIRECTOR)),
    _person("milan.jovic", "Milan Jovic", jobcenter_duesseldorf=(_DEPUTY, _ADMINISTRATOR)),
    _person("elke.dahmen-roth", "Elke Dahmen-Roth", jobcenter_duesseldorf=(_OFFICER,)),
    _person("monika.esser-klein", "Monika Esser-Klein", caritas_duesseldorf=(_REPRESENTATIVE, _LEAD)),
    _person("amadou.kessler", "Amadou Kessler", caritas_duesseldorf=(_DEPUTY, _CASEWORKER)),
    _person("agnes.schallenberg", "Agnes Schallenberg", caritas_duesseldorf=(_ADMINISTRATOR, _LEAD)),
    _person("georg.hasselbeck", "Georg Hasselbeck", diakonie_duesseldorf=(_REPRESENTATIVE, _DIRECTOR)),
    _person("zeynep.altun", "Zeynep Altun", diakonie_duesseldorf=(_DEPUTY, _ADMINISTRATOR)),
    _person("tilda.brockhoff", "Tilda Brockhoff", diakonie_duesseldorf=(_OFFICER,)),
    _person("lukas.overath", "Lukas Overath", franzfreunde=(_REPRESENTATIVE, _DIRECTOR)),
    _person("ivana.markovska", "Ivana Markovska", franzfreunde=(_DEPUTY, _CASEWORKER, _ADMINISTRATOR)),
    _person("paul.terhoeven", "Paul Terhoeven", franzfreunde=(_OFFICER,)),
    _person("ulrike.nettesheim", "Ulrike Nettesheim", skm=(_REPRESENTATIVE, _LEAD)),
    _person("hamid.rostami", "Hamid Rostami", skm=(_DEPUTY, _CASEWORKER, _ADMINISTRATOR)),
    _person("clemens.wirtz", "Clemens Wirtz", caritas_duesseldorf=(_OFFICER,), skm=(_OFFICER,)),
    # Works half the week in each city.
    _person("ruth.kaminski", "Ruth Kaminski", diakonie_bielefeld=(_CASEWORKER,), diakonie_duesseldorf=(_LEAD,)),
    # Has an account, and no organisation has taken her in yet.
    _person("wanda.neumark", "Wanda Neumark"),
)

_BY_USER_NAME = {person.user_name: person for person in PEOPLE}


def person(user_name: str) -> Person:
    """Somebody of the cast.

    Raises:
        KeyError: nobody signs in by that name.
    """
    return _BY_USER_NAME[user_name]


def people_of(organisation: str) -> tuple[Person, ...]:
    """Who works for an organisation (its slug), in the order of the cast."""
    return tuple(person for person in PEOPLE if any(post.organisation == organisation for post in person.posts))


def demo_logins() -> list[tuple[str, str]]:
    """A few people to begin with: how they sign in, and what their day shows."""
    return [
        ("jonas.wiegand", "Geschäftsstelle des Netzwerks Bielefeld: eröffnet Abstimmungen und sieht den Stand"),
        ("mira.sommer", "Stellvertretung der Diakonie für Bielefeld: gibt die Stimme ihrer Organisation ab"),
        ("tariq.haddad", "Vertretung von Bethel.regional: stimmt über dieselbe Frage ab"),
        ("ruth.kaminski", "arbeitet für zwei Organisationen in zwei Netzwerken: wechselt zwischen ihnen"),
        ("samuel.okonjo", "Datenschutz der Stadt Bielefeld: liest das Protokoll und prüft seine Kette"),
        ("nadia.el-amin", "Administration der Diakonie für Bielefeld: sieht, ob Mitteilungen ankommen"),
        ("beate.hollands", "Geschäftsstelle des Netzwerks Düsseldorf und Sonderteam des Jobcenters"),
        ("wanda.neumark", "hat ein Konto, gehört aber zu keiner Organisation: erfährt, wer weiterhilft"),
    ]
