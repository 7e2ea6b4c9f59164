"""What the trail's codes mean in plain words. Whoever records a new action adds its words; a test asks for them."""

from collections.abc import Mapping

from portal.audit.queries import Line
from portal.audit.rules import Fault, Verdict
from portal.identity.role_words import ROLE_WORDS
from portal.shell.i18n import Sentence
from tenants.context import Role

ACTIONS: Mapping[str, Sentence] = {
    "admission:agreement_sent": Sentence("Vereinbarung unterzeichnet und versandt"),
    "admission:applied": Sentence("Aufnahme in ein Netzwerk beantragt"),
    "admission:ended": Sentence("Aufnahmeantrag zurückgegeben oder Aufnahme beendet"),
    "admission:copy_acknowledged": Sentence("Eingang des unterzeichneten Exemplars bestätigt"),
    "admission:mail_resent": Sentence("Unzustellbare E-Mail an einen Antragsteller noch einmal versandt"),
    "admission:informed": Sentence("Mitglieder über einen Aufnahmeantrag informiert"),
    "admission:signed": Sentence("Vereinbarung eines Netzwerks unterzeichnet"),
    "admission:taken_back": Sentence("Aufnahmeantrag zurückgenommen"),
    "audit:checked": Sentence("Protokoll geprüft"),
    "audit:exported": Sentence("Auszug aus dem Protokoll gespeichert"),
    "audit:read": Sentence("Protokoll gelesen"),
    "ballot:cast": Sentence("Stimme abgegeben"),
    "candidacy:withdrawn": Sentence("Kandidatur zurückgenommen"),
    "ballot:changed": Sentence("Stimme geändert"),
    "ballot:late": Sentence("Stimme nach Fristende versucht"),
    "consultation:answered": Sentence("Auf eine Beratung geantwortet"),
    "consultation:asked": Sentence("Mitglieder um Rat gefragt"),
    "consultation:closed": Sentence("Beratung beendet"),
    "consultation:taken_over": Sentence("Beratung eines ausgeschiedenen Mitglieds übernommen"),
    "consultation:corrected": Sentence("Antwort auf eine Beratung berichtigt"),
    "contact:added": Sentence("Ansprechperson hinzugefügt"),
    "contact:changed": Sentence("Ansprechperson geändert"),
    "contact:removed": Sentence("Ansprechperson entfernt"),
    "deadline:moved": Sentence("Frist verlegt"),
    "delivery:all_resent": Sentence("Alle unzustellbaren E-Mails noch einmal versandt"),
    "delivery:resent": Sentence("Unzustellbare E-Mail noch einmal versandt"),
    "directory:made": Sentence("Neue Fassung des Verzeichnisses gemacht"),
    "feed:ended": Sentence("Geheime Adresse eines Abos aufgehoben"),
    "feed:made": Sentence("Geheime Adresse eines Abos erzeugt"),
    "formal:acknowledged": Sentence("Empfang einer förmlichen Mitteilung bestätigt"),
    "formal:opened": Sentence("Förmliche Mitteilung geöffnet"),
    "formal:posted": Sentence("Förmliche Mitteilung zugestellt"),
    "formal:posted_again": Sentence("Förmliche Mitteilung erneut zugestellt"),
    "item:binned": Sentence("Inhalt in den Papierkorb gelegt"),
    "item:exported": Sentence("Inhalt als Paket mitgenommen"),
    "item:imported": Sentence("Paket mit Inhalt eingespielt"),
    "item:inheritance_cut": Sentence("Geerbte Zugriffsrechte auf einen Inhalt abgeschnitten"),
    "item:inheritance_kept": Sentence("Geerbte Zugriffsrechte auf einen Inhalt wieder zugelassen"),
    "item:purged": Sentence("Inhalt endgültig gelöscht"),
    "item:restored": Sentence("Inhalt aus dem Papierkorb geholt"),
    "item:shared": Sentence("Zugriff auf einen Inhalt gegeben"),
    "item:unshared": Sentence("Zugriff auf einen Inhalt genommen"),
    "meeting:cancelled": Sentence("Sitzung abgesagt"),
    "meeting:changed": Sentence("Sitzung verlegt oder geändert"),
    "meeting:invited": Sentence("Zu einer Sitzung eingeladen"),
    "meeting:planned": Sentence("Sitzung angesetzt"),
    "minutes:approved": Sentence("Protokoll einer Sitzung genehmigt"),
    "minutes:begun": Sentence("Protokoll einer Sitzung begonnen"),
    "minutes:circulated": Sentence("Protokoll einer Sitzung in Umlauf gegeben"),
    "minutes:objected": Sentence("Einwand gegen ein Protokoll erhoben"),
    "minutes:taken_back": Sentence("Protokoll einer Sitzung zur Überarbeitung zurückgeholt"),
    "organisation:taken": Sentence("Alles der Organisation mitgenommen"),
    "person:left": Sentence("Zugehörigkeit zur Organisation beendet"),
    "person:signed_in": Sentence("Angemeldet"),
    "position:asked": Sentence("Positionspapier zur Abstimmung gestellt"),
    "position:begun": Sentence("Positionspapier begonnen"),
    "position:circulated": Sentence("Positionspapier den Mitgliedern vorgelegt"),
    "position:discarded": Sentence("Positionspapier verworfen"),
    "position:released": Sentence("Position veröffentlicht"),
    "position:taken_over": Sentence("Positionspapier eines ausgeschiedenen Mitglieds übernommen"),
    "position:taken_back": Sentence("Veröffentlichung einer Position zurückgenommen"),
    "position:withdrawal_asked": Sentence("Rücknahme einer Position zur Abstimmung gestellt"),
    "procedure:agreed": Sentence("Einigung über die Geschäftsstelle festgehalten"),
    "procedure:dropped": Sentence("Antrag in einem Verfahren zurückgenommen oder abgelegt"),
    "procedure:exclusion_moved": Sentence("Ausschluss eines Mitglieds beantragt"),
    "procedure:seat_moved": Sentence("Sitz der Geschäftsstelle zur Sprache gebracht"),
    "procedure:stands": Sentence("Bereitschaft zur Übernahme der Geschäftsstelle erklärt"),
    "procedure:stated": Sentence("Stellungnahme in einem Verfahren abgegeben"),
    "procedure:steps_down": Sentence("Bereitschaft zur Übernahme der Geschäftsstelle zurückgenommen"),
    "procedure:vote_opened": Sentence("Alle Mitglieder in einem Verfahren informiert, Abstimmung eröffnet"),
    "procedure:withdrawal_declared": Sentence("Austritt aus einem Netzwerk erklärt"),
    "reading:confirmed": Sentence("Gelesen und bestätigt"),
    "reading:demanded": Sentence("Um Lesebestätigung gebeten"),
    "reading:ended": Sentence("Bitte um Lesebestätigung beendet"),
    "reading:reminded": Sentence("An eine Lesebestätigung erinnert"),
    "reading:renewed": Sentence("Um erneute Lesebestätigung gebeten"),
    "role:ended": Sentence("Rolle beendet"),
    "role:given": Sentence("Rolle erhalten"),
    "room:closed": Sentence("Raum geschlossen"),
    "room:joined": Sentence("Organisation in einen Raum aufgenommen"),
    "room:left": Sentence("Teilnahme an einem Raum beendet"),
    "room:opened": Sentence("Raum eröffnet"),
    "rule:changed": Sentence("Regel eines Ordners geändert"),
    "rule:paused": Sentence("Regel eines Ordners hat sich selbst angehalten"),
    "rule:removed": Sentence("Regel eines Ordners gelöscht"),
    "rule:switched_off": Sentence("Regel eines Ordners ausgeschaltet"),
    "rule:switched_on": Sentence("Regel eines Ordners eingeschaltet"),
    "rule:written": Sentence("Regel eines Ordners geschrieben"),
    "rulebook:put": Sentence("Neue Fassung des Regelwerks in Kraft gesetzt"),
    "rulebook:reviewed": Sentence("Überprüfung der Vereinbarung festgehalten"),
    "seat:ended": Sentence("Sitz in einem Gremium beendet"),
    "seat:named": Sentence("Sitz in einem Gremium benannt"),
    "vote:closed": Sentence("Abstimmung ausgezählt"),
    "vote:opened": Sentence("Abstimmung eröffnet"),
    "warning:reported": Sentence("Beobachtung als Frühwarnung gemeldet"),
    "work:resumed": Sentence("Liegengebliebenen Auftrag wieder angestoßen"),
}
OTHER = Sentence("Anderer Vorgang")
SYSTEM = Sentence("Hilfenetz, von selbst")
_RIGHTS: Mapping[str, Sentence] = {
    "reader": Sentence("lesen"),
    "contributor": Sentence("beitragen"),
    "editor": Sentence("bearbeiten"),
    "reviewer": Sentence("prüfen"),
    "manager": Sentence("verwalten"),
}
DIRECTORY = Sentence("aus dem Verzeichnis übernommen")
SOMEBODY = Sentence("Person, die hier nicht mehr bekannt ist")

FAULTS: Mapping[Fault, Sentence] = {
    Fault.CHANGED: Sentence("der Inhalt passt nicht zur Prüfsumme"),
    Fault.CUT_OFF: Sentence("ab hier fehlen Einträge bis zum Ende"),
    Fault.MISSING: Sentence("hier fehlt mindestens ein Eintrag"),
    Fault.NO_HEAD: Sentence("ab hier reichen die Einträge über das vermerkte Ende hinaus"),
    Fault.UNLINKED: Sentence("der Anschluss an den Eintrag davor stimmt nicht"),
}


def deed(line: Line) -> Sentence:
    """What was done."""
    return ACTIONS.get(line.entry.action, OTHER)


def doer(line: Line) -> str:
    """Who did it."""
    if line.entry.person_id is None:
        return DIRECTORY if line.entry.subject == "person" else SYSTEM
    return line.person or SOMEBODY


def particulars(line: Line) -> Sentence | str:
    """What else is known of it; empty when there is nothing to add."""
    details = line.entry.details
    if "role" in details:
        role = ROLE_WORDS[Role(str(details["role"]))]
        return Sentence("%(name)s: %(role)s", role=role, name=line.about or SOMEBODY)
    if str(details.get("access", "")) in _RIGHTS:
        return _right(line)
    if line.entry.subject == "room":
        return str(details.get("organisation", ""))
    if line.entry.subject == "audit":
        return _of_the_trail(line)
    is_about_another = line.entry.subject == "person" and line.entry.subject_id != line.entry.person_id
    return (line.about or SOMEBODY) if is_about_another else ""


def _of_the_trail(line: Line) -> Sentence | str:
    """What a check found, or whose entries somebody looked for."""
    details = line.entry.details
    if "to_person" in details:
        return Sentence("was %(name)s betrifft", name=line.about or SOMEBODY)
    if line.entry.action != "audit:checked":
        return ""
    if "broken_at" in details:
        return Sentence("Kette gebrochen bei Eintrag %(seq)s", seq=details["broken_at"])
    return Sentence("%(n)s Einträge, Kette unversehrt", n=details["entries"])


def _right(line: Line) -> Sentence:
    """Which right, and whose it is or was."""
    details = line.entry.details
    right = _RIGHTS[str(details["access"])]
    where = str(details.get("organisation", ""))
    whose: Sentence | str
    match details.get("to"):
        case "person":
            whose = line.about or SOMEBODY
        case "group":
            role = ROLE_WORDS[Role(str(details["to_role"]))]
            whose = Sentence("%(role)s bei %(organisation)s", role=role, organisation=where) if where else role
        case "organisation":
            whose = where
        case "office":
            whose = Sentence("Geschäftsstelle des Netzwerks")
        case "everyone":
            whose = Sentence("alle im Bereich")
        case _:
            return right
    return Sentence("%(right)s: %(who)s", right=right, who=whose)


def verdict_sentence(verdict: Verdict) -> Sentence:
    """What a check found, for the organisation and for `hilfenetz audit verify`."""
    if verdict.broken is not None:
        return Sentence(
            "Die Kette ist bei Eintrag %(seq)s gebrochen: %(fault)s.",
            seq=verdict.broken.seq,
            fault=FAULTS[verdict.broken.fault],
        )
    if not verdict.complete:
        return Sentence("Die letzten %(n)s Einträge sind unversehrt.", n=verdict.entries)
    if verdict.entries == 1:
        return Sentence("Der eine Eintrag ist unversehrt.")
    return Sentence("Alle %(n)s Einträge sind unversehrt.", n=verdict.entries)
