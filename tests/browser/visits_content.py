"""Every page type of content, and the roles that see it differently: who looks, and where. Names in braces are those of
``scene.furnish``."""

from tests.browser.scene import AUTHOR, MANAGER, READER, REVIEWER, SPACE

HOUSE = f"{SPACE}/haus-am-kamp"

VISITS = {
    MANAGER: (
        *(f"{SPACE}/inhalte", HOUSE, f"{HOUSE}/hausordnung", f"{HOUSE}/fotos-vom-sommerfest"),
        *(f"{HOUSE}/mietvertrag-muster", f"{HOUSE}/alles-zum-haus", f"{HOUSE}/hausversammlung"),
        *("/inhalte/{page}/bearbeiten", "/inhalte/{draft}/bearbeiten", "/inhalte/{folder}/neu?art=event"),
        *("/inhalte/{page}/arbeitskopie", "/inhalte/{page}/arbeitskopie/bearbeiten"),
        *("/inhalte/{page}/verlauf", "/inhalte/{page}/vergleich?von=1&bis=2", "/inhalte/{page}/fassungen/1"),
        *("/inhalte/{root}/freigabe", "/inhalte/{page}/freigabe", "/inhalte/{page}/vererbung"),
        *("/inhalte/{page}/zugriff", "/inhalte/{page}/zeitplan", "/arbeitsablaeufe"),
        *("/inhalte/{root}/papierkorb", "/inhalte/{binned}/zurueckholen", "/inhalte/{binned}/endgueltig-loeschen"),
        *("/inhalte/{folder}/ordnen", "/inhalte/{page}/verschieben", "/inhalte/{page}/kopieren"),
        *("/inhalte/{page}/bereiche", "/inhalte/{page}/umbenennen", "/inhalte/{folder}/loeschen"),
        *("/inhalte/{folder}/hochladen", "/inhalte/{folder}/mitnehmen", "/inhalte/{folder}/aufgabe"),
        *("/inhalte/{task}/zustaendigkeit", "/inhalte/{root}/startseite", "/inhalte/{root}/startseite/{portlet}"),
        *("/inhalte/{root}/startseite/neu?art=text", f"{SPACE}/kalender", f"{SPACE}/uebersicht", f"{SPACE}/neues"),
        *("/inhalte/{folder}/regeln", "/inhalte/{folder}/regeln/protokoll", "/inhalte/{folder}/regeln/neu"),
        *("/inhalte/{folder}/regeln/{rule}", "/inhalte/{empty}/regeln", "/inhalte/{empty}/ordnen"),
        *("/inhalte/{page}/lesebestaetigung", "/inhalte/{draft}/lesebestaetigung"),
        *(f"{SPACE}/schlagwoerter", "/konto/abos", "/suche?q=Haus", "/suche?q=Xylophon", "/beobachtet"),
        "/verwaltung/mitnahme",
    ),
    AUTHOR: (
        *("/", "/inhalte/{locked}/bearbeiten", "/aufgaben"),
        *(f"{HOUSE}/hausordnung", f"{HOUSE}/besuch-nach-20-uhr", f"{HOUSE}/rauchmelder-pruefen"),
    ),
    REVIEWER: ("/zur-pruefung", f"{HOUSE}/besuch-nach-20-uhr"),
    READER: (
        *(f"{SPACE}/inhalte", f"{HOUSE}/hausordnung", f"{HOUSE}/haus", "/inhalte/{folder}/mitnehmen", "/aufgaben"),
        *("/n/bielefeld/inhalte", "/n/bielefeld/vereinbarung", "/n/bielefeld/kalender", "/beobachtet"),
        *("/n/bielefeld/uebersicht", "/n/bielefeld/neues", "/n/bielefeld/schlagwoerter"),
    ),
}
