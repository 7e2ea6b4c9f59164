"""What the networks of the demo world share: their agreement in plain words, minutes, a working group, news."""

from portal.demo.content import Edit, Entry, Step

_B_OFFICE, _D_OFFICE = ("jonas.wiegand", "stadt-bielefeld"), ("beate.hollands", "jobcenter-duesseldorf")


def _published(by: tuple[str, str], kind: str, title: str, text: str, *, days: int, tags: str = "") -> Entry:
    typed = {"title": title, "body": text, "tags": tags}
    return Entry(by, kind, typed, days=days, steps=(Step(by, "publish", days=days),))


def _agreement(by: tuple[str, str], summary: str, chapters: tuple[tuple[str, str], ...]) -> Entry:
    pages = tuple(_published(by, "page", title, text, days=60, tags="Vereinbarung") for title, text in chapters)
    return Entry(by, "folder", {"title": "Vereinbarung", "summary": summary}, days=61, below=pages)


_BIELEFELD = (
    _agreement(
        _B_OFFICE,
        "Was wir miteinander vereinbart haben, in einfachen Worten. Es gilt der unterzeichnete Text.",
        (
            (
                "Wozu wir zusammenarbeiten",
                (
                    "<p>Menschen ohne Wohnung brauchen oft Hilfe von mehreren Stellen. Wir stimmen diese Hilfe ab, "
                    "statt nebeneinander zu arbeiten.</p><ul><li>Wohnungen sollen gar nicht erst verloren "
                    "gehen.</li><li>Was wir nach außen gemeinsam vertreten, beschließen alle "
                    "einstimmig.</li><li>Alle vier Jahre sehen wir nach, ob die Vereinbarung noch stimmt.</li></ul>"
                ),
            ),
            (
                "Wenn wir zu einer Fallkonferenz zusammenkommen",
                (
                    "<p>Jedes Mitglied kann zu einer Fallkonferenz einladen, wenn abgestimmte Hilfe mehr verspricht "
                    "als einzelne.</p><ol><li>Die betroffene Person weiß davon und ist beteiligt.</li><li>Ohne "
                    "Entbindung von der Schweigepflicht wird kein Name genannt.</li><li>Jeder Träger entscheidet "
                    "selbst, ob er teilnimmt.</li><li>Am Ende stehen Ziele, Schritte und wer sie geht.</li></ol>"
                ),
            ),
            (
                "Der Koordinierungskreis und seine Aufgaben",
                (
                    "<p>Jedes Mitglied nennt eine Vertretung und eine Stellvertretung.</p><p>Bevor ein Mitglied "
                    "Angebote ändert oder neue beginnt, fragt es den Kreis um Rat. Auch Schwierigkeiten gehören "
                    "dorthin.</p>"
                ),
            ),
            (
                "Was die Geschäftsstelle für alle tut",
                (
                    "<p>Die Geschäftsstelle lädt ein, schreibt Protokolle, führt das Verzeichnis der Mitglieder und "
                    "informiert alle.</p><p>Wollen mehrere sie übernehmen, bekommt sie das Mitglied, für das sich "
                    "mehr als die Hälfte ausspricht.</p>"
                ),
            ),
            (
                "Aufnahme, Austritt, Ausschluss",
                (
                    "<h2>Aufnahme</h2><p>Wer mitarbeiten will, wird aufgenommen, wenn innerhalb von 14 Tagen nicht "
                    "mehr als die Hälfte der Mitglieder widerspricht.</p><h2>Austritt</h2><p>Eine Erklärung an die "
                    "Geschäftsstelle genügt.</p><h2>Ausschluss</h2><p>Dafür müssen innerhalb von 14 Tagen mehr als "
                    "75 % der Mitglieder stimmen.</p>"
                ),
            ),
        ),
    ),
    Entry(
        _B_OFFICE,
        "folder",
        {"title": "Protokolle", "summary": "Ergebnisse des Koordinierungskreises", "order": "newest"},
        days=59,
        below=(
            Entry(
                _B_OFFICE,
                "page",
                {
                    "title": "Koordinierungskreis im Juni",
                    "body": (
                        "<h2>Anwesend</h2><p>Alle sechs Mitglieder.</p><h2>Ergebnisse</h2><ul><li>Die Liste der "
                        "Ansprechpersonen wird jedes Vierteljahr erneuert.</li><li>Die Fachstelle berichtet im "
                        "Herbst über Räumungen.</li></ul>"
                    ),
                    "tags": "Protokoll",
                },
                days=50,
                edits=(
                    Edit(
                        _B_OFFICE,
                        {
                            "body": (
                                "<h2>Anwesend</h2><p>Fünf von sechs Mitgliedern; die Wohnungsbaugesellschaft war "
                                "entschuldigt.</p><h2>Ergebnisse</h2><ul><li>Die Liste der Ansprechpersonen wird "
                                "jedes Vierteljahr erneuert.</li><li>Die Fachstelle berichtet im Herbst über "
                                "Räumungen.</li></ul>"
                            ),
                        },
                        "Anwesenheit berichtigt nach einem Hinweis der BGW.",
                        days=46,
                    ),
                ),
                steps=(Step(_B_OFFICE, "publish", days=45),),
            ),
            _published(
                _B_OFFICE,
                "page",
                "Koordinierungskreis im September",
                (
                    "<h2>Ergebnisse</h2><ul><li>Über die Wärmestube am Bahnhof wird im Portal "
                    "abgestimmt.</li><li>Die Protokolle stehen ab jetzt hier.</li></ul><h2>Nächstes "
                    "Treffen</h2><p>Im Dezember, im Rathaus.</p>"
                ),
                days=12,
                tags="Protokoll",
            ),
        ),
    ),
    Entry(
        _B_OFFICE,
        "folder",
        {"title": "Arbeitsgruppe Wärmestube", "summary": "Nur für die Mitglieder der Arbeitsgruppe und das Büro."},
        days=10,
        only_for=("bethel-regional", "diakonie-bielefeld"),
        below=(
            _published(
                _B_OFFICE,
                "page",
                "Kosten und Dienste",
                (
                    "<table><thead><tr><th>Posten</th><th>Betrag im "
                    "Monat</th></tr></thead><tbody><tr><td>Heizung</td><td>640 Euro</td></tr><tr><td>Tee und "
                    "Suppe</td><td>900 Euro</td></tr></tbody></table><p>Zwei Dienste je Mitglied und Woche reichen, "
                    "wenn niemand ausfällt.</p>"
                ),
                days=9,
            ),
            Entry(
                ("tariq.haddad", "bethel-regional"),
                "page",
                {
                    "title": "Wer schließt abends ab?",
                    "body": "Vorschlag: wer den letzten Dienst hat. Schlüssel im Tresor.",
                },
                days=3,
            ),
        ),
    ),
    _published(
        _B_OFFICE,
        "news",
        "Abstimmung über die Wärmestube läuft",
        "Bitte geben Sie die Stimme Ihrer Organisation im Portal ab. Fragen beantwortet die Geschäftsstelle.",
        days=0,
        tags="Winterhilfe",
    ),
    Entry(
        ("kerstin.vogelsang", "bgw"),
        "news",
        {"title": "Zwölf kleine Wohnungen ab März", "body": "Wir vermitteln sie über die Mitglieder des Netzwerks."},
        days=2,
        steps=(Step(("kerstin.vogelsang", "bgw"), "submit", days=2),),
    ),
    Entry(
        ("dilek.sarikaya", "trockendock"),
        "page",
        {"title": "Vorschlag für eine gemeinsame Fortbildung", "body": "Thema: Sucht und Wohnen. Noch nicht fertig."},
        days=1,
    ),
    Entry(
        _B_OFFICE, "link", {"title": "Was ansteht: alle Abstimmungen", "target": "/n/bielefeld/abstimmungen"}, days=30
    ),
)

_DUESSELDORF = (
    _agreement(
        _D_OFFICE,
        "Wie Träger und Jobcenter zusammenarbeiten, in einfachen Worten.",
        (
            (
                "Vorrang der Hilfe",
                (
                    "<p>Wer Hilfe nach §§ 67 ff. SGB XII bekommt, soll zuerst diese Hilfe in Anspruch nehmen. Der "
                    "Kooperationsplan mit dem Jobcenter hält das fest.</p>"
                ),
            ),
            (
                "Der Weg einer Meldung",
                (
                    "<ol><li>Der Träger meldet die Aufnahme und nennt eine Ansprechperson.</li><li>Das Jobcenter "
                    "bestätigt und nennt seine.</li><li>Nach sechs Monaten kommt der Hilfeplan, ohne Sozialanamnese "
                    "und nur mit Einwilligung.</li><li>Am Ende steht die Mitteilung, dass die Hilfe beendet "
                    "ist.</li></ol>"
                ),
            ),
            (
                "Wenn etwas nicht klappt",
                "<p>Eine Störung melden beide Seiten sofort: was geschehen ist und worum gebeten wird.</p>",
            ),
            (
                "Treffen",
                (
                    "<p>Die Leitungen treffen sich halbjährlich, die Geschäftsführungen, wenn es nötig ist. "
                    "Ansprechpersonen gibt es auf Arbeits- und auf Leitungsebene.</p>"
                ),
            ),
        ),
    ),
    Entry(
        _D_OFFICE,
        "folder",
        {"title": "Protokolle", "summary": "Besprechungen der Leitungen", "order": "newest"},
        days=59,
        below=(
            _published(
                _D_OFFICE,
                "page",
                "Besprechung der Leitungen im Mai",
                (
                    "<ul><li>Rückmeldungen zu Aufnahmeanzeigen kommen schneller.</li><li>Für unter 25-Jährige gilt "
                    "ein eigener Ablauf.</li></ul>"
                ),
                days=50,
                tags="Protokoll",
            ),
            _published(
                _D_OFFICE,
                "page",
                "Besprechung der Leitungen im November",
                (
                    "<ul><li>Das Wohnungsamt soll eingeladen werden; darüber stimmen wir ab.</li><li>Freie Plätze in "
                    "der Beschäftigungshilfe stehen künftig im Portal.</li></ul>"
                ),
                days=5,
                tags="Protokoll",
            ),
        ),
    ),
    Entry(
        _D_OFFICE,
        "folder",
        {"title": "Beschäftigungshilfe", "summary": "Absprachen der Träger mit eigenen Werkstätten"},
        days=20,
        only_for=("franzfreunde", "skm"),
        below=(
            _published(
                _D_OFFICE, "page", "Freie Plätze im Winter", "Garten: 2. Möbeldienst: 4. Malerei: keine.", days=6
            ),
        ),
    ),
    _published(
        _D_OFFICE,
        "news",
        "Neue Ansprechpersonen im Sonderteam",
        "Seit diesem Monat arbeiten wir zu zweit. Die Durchwahlen stehen auf Ihrer nächsten Bestätigung.",
        days=3,
        tags="Sonderteam",
    ),
    Entry(
        ("monika.esser-klein", "caritas-duesseldorf"),
        "news",
        {"title": "Kältebus fährt ab Dezember", "body": "Jede Nacht von 22 bis 2 Uhr. Die Nummer steht im Aushang."},
        days=2,
        steps=(Step(("monika.esser-klein", "caritas-duesseldorf"), "submit", days=1),),
    ),
    Entry(
        ("ulrike.nettesheim", "skm"),
        "page",
        {"title": "Notizen zum Treffen mit dem Wohnungsamt", "body": "Noch ungeordnet."},
        days=1,
    ),
)

IN_NETWORKS: dict[str, tuple[Entry, ...]] = {"bielefeld": _BIELEFELD, "duesseldorf": _DUESSELDORF}
