"""Every page type, and the roles that see it differently."""

from tests.browser import journey
from tests.browser.scene import Desk
from tests.browser.visits_network import written
from tests.browser.window import Windows

OFFICE, DEPUTY, REPRESENTATIVE = journey.OFFICE, "mira.sommer", "tariq.haddad"
ADMINISTRATOR, OFFICER, TWO_PLACES, TEAM = "viktor.braunfels", "samuel.okonjo", "ruth.kaminski", "beate.hollands"
LETTERS = "/n/bielefeld/foermliche-mitteilungen"
BODY = "/n/bielefeld/gremien/koordinierungskreis"
DIRECTORY, PERSONS = "/n/bielefeld/verzeichnis", "/o/diakonie-bielefeld/ansprechpersonen"
RULES = "/n/bielefeld/regelwerk"
POSITIONS, ADVICE = "/n/bielefeld/positionen", "/n/bielefeld/beratungen"
ROOM = "/r/bielefeld--arbeitskreis-winterhilfe"

# Who looks, and where; names in braces are those of ``addresses``.
VISITS = (
    (DEPUTY, "/"),
    (OFFICE, "/"),
    (TWO_PLACES, "/"),
    (TEAM, "/"),
    (DEPUTY, "/mitteilungen"),
    (REPRESENTATIVE, "/mitteilungen"),
    (DEPUTY, "/mitteilungen/{notice}"),
    (OFFICE, "/n/bielefeld/abstimmungen"),
    (REPRESENTATIVE, "/n/bielefeld/abstimmungen"),
    (OFFICE, "/n/bielefeld/abstimmungen/neu"),
    (OFFICE, "/n/bielefeld/abstimmungen/{open}"),
    (DEPUTY, "/n/bielefeld/abstimmungen/{open}"),
    (REPRESENTATIVE, "/n/bielefeld/abstimmungen/{open}"),
    (DEPUTY, "/n/bielefeld/abstimmungen/{closed}"),
    (DEPUTY, LETTERS),
    (DEPUTY, f"{LETTERS}/{{letter}}"),
    (OFFICE, f"{LETTERS}/{{letter}}/zugaenge"),
    (OFFICE, f"{LETTERS}/gesendet"),
    (OFFICE, f"{LETTERS}/neu"),
    (REPRESENTATIVE, "/n/bielefeld/verfahren"),
    (OFFICE, "/n/bielefeld/verfahren/neu-zuordnen"),
    (REPRESENTATIVE, "/n/bielefeld/verfahren/ausschluss"),
    (REPRESENTATIVE, "/n/bielefeld/verfahren/austritt"),
    (REPRESENTATIVE, "/n/bielefeld/verfahren/geschaeftsstelle"),
    (OFFICE, "/n/bielefeld/verfahren/{procedure}"),
    (DEPUTY, "/o/diakonie-bielefeld/mitgliedschaften/{departure}"),
    (OFFICE, "/n/bielefeld/aufnahmen"),
    (OFFICE, "/n/bielefeld/aufnahmen/{application}"),
    (DEPUTY, RULES),
    *((OFFICE, f"{RULES}/{page}") for page in ("fassungen", "fassungen/1", "neu", "ueberpruefung")),
    (REPRESENTATIVE, POSITIONS),
    (OFFICE, f"{POSITIONS}/{{paper}}"),
    (DEPUTY, f"{POSITIONS}/{{paper}}"),
    (REPRESENTATIVE, f"{POSITIONS}/{{paper}}/bearbeiten"),
    (DEPUTY, f"{POSITIONS}/neu"),
    (DEPUTY, ADVICE),
    (DEPUTY, f"{ADVICE}/{{asked}}"),
    (DEPUTY, f"{ADVICE}/{{asked}}/antworten/{{answer}}"),
    (REPRESENTATIVE, f"{ADVICE}/neu"),
    (DEPUTY, "/n/bielefeld/fruehwarnungen"),
    (DEPUTY, "/n/bielefeld/fruehwarnungen/neu"),
    (OFFICE, "/n/bielefeld/raeume"),
    (REPRESENTATIVE, "/n/bielefeld/raeume"),
    (OFFICE, "/n/bielefeld/raeume/neu"),
    (OFFICE, ROOM),
    (DEPUTY, ROOM),
    *((DEPUTY, f"{ROOM}/{page}") for page in ("inhalte", "kalender", "uebersicht", "neues", "schlagwoerter")),
    (DEPUTY, "/n/bielefeld/gremien"),
    (OFFICE, BODY),
    (ADMINISTRATOR, f"{BODY}/besetzung"),
    (DEPUTY, f"{BODY}/beschluesse"),
    (OFFICE, f"{BODY}/sitzungen/neu"),
    (OFFICE, f"{BODY}/sitzungen/{{meeting}}"),
    (OFFICE, f"{BODY}/sitzungen/{{meeting}}/termin"),
    (DEPUTY, f"{BODY}/sitzungen/{{minuted}}/protokoll"),
    (DEPUTY, "/fristen"),
    (OFFICE, "/fristen?wer=organisation"),
    (DEPUTY, "/fristen/erledigt"),
    (OFFICER, "/n/bielefeld"),
    (OFFICER, DIRECTORY),
    (OFFICE, f"{DIRECTORY}/fassungen"),
    (OFFICE, f"{DIRECTORY}/fassungen/neu"),
    (DEPUTY, f"{DIRECTORY}/fassungen/{{version}}"),
    *((DEPUTY, f"{PERSONS}{page}") for page in ("", "/neu", "/{person}")),
    (OFFICER, "/o/bgw"),
    (OFFICER, "/o/stadt-bielefeld"),
    (OFFICER, "/datenschutz/protokoll"),
    (ADMINISTRATOR, "/verwaltung/zustellungen"),
    (ADMINISTRATOR, "/verwaltung/mitnahme"),
    (DEPUTY, "/konto/sitzungen"),
    (DEPUTY, "/datenschutz/protokoll"),
    (ADMINISTRATOR, "/suche"),
    (ADMINISTRATOR, "/suche?q=Beratung&art=page"),
    (DEPUTY, "/gibt-es-nicht"),
)
STRANGERS = (
    *("/anmelden", "/abgemeldet", "/anmelden/antwort?state=fremd", "/beitritt/bielefeld"),
    *("/beitritt/bielefeld/eingegangen", "/beitritt/bielefeld/fremd", "/positionen/bielefeld/fremd"),
)


async def addresses(windows: Windows, question: str) -> dict[str, str]:
    """Identifiers of a closed vote of the demo world, of one that is open now, and of the notice that tells of it; of a
    version of the directory and somebody in it; and a room opens."""
    rows = await windows.stage.database.as_superuser(
        """
        SELECT vote.id FROM vote JOIN network ON network.id = network_id
        WHERE network.slug = 'bielefeld' AND state = 'closed' ORDER BY vote.opened_at LIMIT 1
        """
    )
    path = await journey.ask(windows, question)
    window = await windows.of(DEPUTY, path="/mitteilungen")
    link = window.page.get_by_role("listitem").filter(has_text=question).get_by_role("link").first
    notice = await link.get_attribute("href") or ""
    office = await Desk.of(windows, OFFICE)
    opened = {"name": "Arbeitskreis Winterhilfe", "purpose": "Wer öffnet wann, wenn es friert?"}
    (member,) = await windows.stage.database.as_superuser(
        "SELECT id FROM organisation WHERE slug = 'diakonie-bielefeld'"
    )
    await office.send("/n/bielefeld/raeume", **opened, teilnahme=str(member["id"]))
    (spoken,) = await windows.stage.database.as_superuser(
        "SELECT p.id AS paper, c.id AS asked FROM position_paper p, consultation c LIMIT 1"
    )
    asked = path.rpartition("/")[2]
    await windows.stage.database.as_superuser(  # one of them got the letter a day later
        "UPDATE voter SET due_at = due_at + interval '1 day' FROM organisation o "
        "WHERE o.id = organisation_id AND o.slug = 'bgw' AND vote_id = $1::uuid",
        asked,
    )
    meetings = await windows.stage.database.as_superuser(
        "SELECT m.id FROM meeting m JOIN network n ON n.id = m.network_id WHERE n.slug = 'bielefeld' ORDER BY begins_at"
    )
    (letter,) = await windows.stage.database.as_superuser("SELECT id FROM formal_notice WHERE cause_id = $1", asked)
    (directory,) = await windows.stage.database.as_superuser(
        "SELECT v.id AS version, p.id AS person FROM directory_version v JOIN network n ON n.id = v.network_id, "
        "contact_person p WHERE n.slug = 'bielefeld' AND p.name = 'Mira Sommer'"
    )
    return {
        "closed": str(rows[0]["id"]),
        "open": asked,
        "notice": notice.rpartition("/")[2],
        "letter": str(letter["id"]),
        "version": str(directory["version"]),
        "person": str(directory["person"]),
        **{name: str(identifier) for name, identifier in spoken.items()},
        **await written(windows, REPRESENTATIVE),
        "minuted": str(meetings[0]["id"]),
        "meeting": str(meetings[-1]["id"]),
    }
