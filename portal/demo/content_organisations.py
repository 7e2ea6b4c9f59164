"""What the organisations of the demo world have written for themselves. All of it is invented."""

from portal.demo.content import Edit, Entry, Step

_REVIEWED = "Telefonnummern und Zeiten nachgesehen."


def _space(slug: str, author: str, reviewer: str, texts: dict[str, tuple[str, str]]) -> tuple[Entry, ...]:
    """A small handbook, news, a link, a draft and a page that waits for its review.

    ``texts`` are (title, text) of: arrival, emergency, news, link, draft, waiting. The text of a link is its address.
    """
    by, checked = (author, slug), (reviewer, slug)
    published = (Step(by, "submit", days=20), Step(checked, "publish", days=19))

    def typed(name: str, tags: str = "") -> dict[str, str]:
        title, text = texts[name]
        return {"title": title, "body": text, "tags": tags}

    title, target = texts["link"]
    revised = Edit(by, {"tags": "Bereitschaft, Notfall"}, _REVIEWED, days=21)
    return (
        Entry(
            by,
            "folder",
            {"title": "Handbuch", "summary": "Wie wir arbeiten: für alle, die neu sind oder etwas nachsehen."},
            days=40,
            below=(
                Entry(by, "page", typed("arrival", "Einarbeitung"), days=39, steps=published),
                Entry(by, "page", typed("emergency", "Bereitschaft"), days=38, edits=(revised,), steps=published),
                Entry(by, "link", {"title": title, "target": target, "tags": "Recht"}, days=30),
            ),
        ),
        Entry(
            by,
            "news",
            typed("news", "Haus"),
            days=4,
            steps=(Step(by, "submit", days=4), Step(checked, "publish", days=3)),
        ),
        Entry(by, "page", typed("draft"), days=2),
        Entry(by, "page", typed("waiting", "Verfahren"), days=6, steps=(Step(by, "submit", days=1),)),
    )


_LAW = ("Die Hilfe nach §§ 67 ff. SGB XII im Wortlaut", "https://www.gesetze-im-internet.de/sgb_12/__67.html")
_RULES = ("Wer zur Hilfe berechtigt ist", "https://www.gesetze-im-internet.de/bshg_72dv_2001/")
_JOBCENTER = ("Grundsicherung für Arbeitsuchende im Wortlaut", "https://www.gesetze-im-internet.de/sgb_2/")

IN_ORGANISATIONS: dict[str, tuple[Entry, ...]] = {
    "stadt-bielefeld": _space(
        "stadt-bielefeld",
        "jonas.wiegand",
        "aylin.demirci",
        {
            "arrival": (
                "Die ersten zwei Wochen in der Fachstelle",
                (
                    "<p>Am ersten Tag bekommen Sie Schlüssel, Zugang und eine Patin oder einen Paten.</p><h2>Woche "
                    "1</h2><ul><li>Begleiten Sie zwei Beratungen im Rathaus.</li><li>Lesen Sie die Vereinbarung des "
                    "Netzwerks.</li></ul><h2>Woche 2</h2><p>Sie führen erste Gespräche, Ihre Patin sitzt daneben.</p>"
                ),
            ),
            "emergency": (
                "Wenn jemand heute Nacht kein Bett hat",
                (
                    "<p>Bis 16 Uhr weist die Fachstelle zu. Danach entscheidet die Rufbereitschaft.</p><ol><li>Nach "
                    "Kindern und Tieren fragen.</li><li>Freie Plätze im Aushang ansehen.</li><li>Zuweisung mitgeben "
                    "und am nächsten Werktag nachfassen.</li></ol>"
                ),
            ),
            "news": (
                "Die Sprechstunde zieht in den zweiten Stock",
                "Ab Montag beraten wir in den Räumen 214 bis 218. Der Aufzug fährt bis vor die Tür.",
            ),
            "link": _RULES,
            "draft": ("Was wir aus dem letzten Winter mitnehmen", "Notizen für die Besprechung. Zahlen fehlen noch."),
            "waiting": (
                "Räumungen: wer wann Bescheid bekommt",
                (
                    "Das Amtsgericht meldet uns jede Räumungsklage. Innerhalb von drei Werktagen schreiben wir den "
                    "Haushalt an; kommt keine Antwort, gehen wir hin."
                ),
            ),
        },
    ),
    "bethel-regional": _space(
        "bethel-regional",
        "lene.petersen",
        "tariq.haddad",
        {
            "arrival": (
                "Neu im Team der Wohnungslosenhilfe",
                (
                    "<p>Sie lernen in den ersten vier Wochen alle drei Häuser kennen.</p><ul><li>Dienstplan: jeweils "
                    "bis zum 15. für den übernächsten Monat</li><li>Kollegiale Beratung: donnerstags um 13 "
                    "Uhr</li></ul>"
                ),
            ),
            "emergency": (
                "Krisen in der Nacht",
                (
                    "<p>Die Nachtwache entscheidet allein, wenn Gefahr besteht: erst 112, dann die "
                    "Bereitschaft.</p><p>Jede Krise steht am Morgen in der Übergabe, ohne Namen Dritter.</p>"
                ),
            ),
            "news": ("Neue Plätze im Ambulant Betreuten Wohnen", "Ab dem Frühjahr begleiten wir sechs Menschen mehr."),
            "link": _LAW,
            "draft": ("Fragen an die Supervision", "Was brauchen wir nach dem Umzug? Bitte ergänzen."),
            "waiting": (
                "Wie wir zu einer Fallkonferenz einladen",
                (
                    "Zuerst sprechen wir mit der Klientin oder dem Klienten. Erst danach fragen wir die anderen "
                    "Träger, und jeder von ihnen entscheidet selbst über die Teilnahme."
                ),
            ),
        },
    ),
    "diakonie-bielefeld": _space(
        "diakonie-bielefeld",
        "mira.sommer",
        "nadia.el-amin",
        {
            "arrival": (
                "Willkommen in der Beratungsstelle",
                (
                    "<p>Die Beratungsstelle ist offen: Niemand braucht einen Termin.</p><h2>Was Sie zuerst "
                    "brauchen</h2><ul><li>Zugang zum Portal</li><li>die Mappe mit den "
                    "Formularen</li><li>Pfefferminztee</li></ul>"
                ),
            ),
            "emergency": (
                "Postadresse und Auszahlung: so geht es schnell",
                (
                    "<p>Wer keine Wohnung hat, kann bei uns Post bekommen. Wir heben sie vier Wochen auf.</p><p>Eilt "
                    "eine Auszahlung, rufen Sie die Ansprechperson beim Jobcenter an und schreiben erst dann.</p>"
                ),
            ),
            "news": (
                "Der Mittagstisch hat wieder jeden Tag geöffnet",
                "Von 12 bis 14 Uhr, für 1,50 Euro. Gesucht werden noch zwei Ehrenamtliche für den Freitag.",
            ),
            "link": _LAW,
            "draft": ("Ideen für das Sommerfest", "Hof, Grill, Musik. Wer fragt die Nachbarn?"),
            "waiting": (
                "Schweigepflicht: was wir ohne Einwilligung sagen dürfen",
                (
                    "Nichts, auch nicht, ob jemand bei uns war. Ausnahmen gibt es nur bei Gefahr für Leib und Leben; "
                    "dann entscheidet die Leitung."
                ),
            ),
        },
    ),
    "bgw": _space(
        "bgw",
        "kerstin.vogelsang",
        "emre.aksoylu",
        {
            "arrival": (
                "Soziales Management: Aufgaben und Wege",
                (
                    "<p>Wir sprechen mit Mieterinnen und Mietern, bevor jemand kündigt.</p><ul><li>Rückstand ab "
                    "einer Monatsmiete: Brief in leichter Sprache</li><li>ab zwei Monatsmieten: Hausbesuch</li></ul>"
                ),
            ),
            "emergency": (
                "Heizung, Wasser, Schlüssel: der Notdienst",
                (
                    "<p>Der Notdienst kommt an allen Tagen. Ausgesperrte ohne Geld schicken wir nicht weg: Die "
                    "Rechnung geht an uns.</p>"
                ),
            ),
            "news": ("Zwölf Wohnungen für die Vermittlung", "Im Neubau halten wir zwölf kleine Wohnungen frei."),
            "link": ("Kündigung einer Wohnung: § 573 BGB", "https://www.gesetze-im-internet.de/bgb/__573.html"),
            "draft": ("Wohnungsgeber und Bürgschaften", "Rechtsabteilung fragen, dann neu schreiben."),
            "waiting": (
                "Wohnungen für Menschen ohne Schufa-Auskunft",
                "Eine Auskunft verlangen wir nicht, wenn ein Mitglied des Netzwerks die Vermittlung begleitet.",
            ),
        },
    ),
    "gfs": _space(
        "gfs",
        "thanh.nguyen-brandt",
        "carola.windmoeller",
        {
            "arrival": (
                "Einarbeitung in Begleitetem Wohnen",
                (
                    "<p>Drei Wochen zu zweit, danach eigene Besuche.</p><ul><li>Fahrräder stehen im "
                    "Hof</li><li>Berichte schreiben wir am selben Tag</li></ul>"
                ),
            ),
            "emergency": (
                "Wenn jemand nicht öffnet",
                (
                    "<ol><li>Zweimal klingeln, anrufen, Zettel.</li><li>Am selben Tag noch einmal "
                    "hingehen.</li><li>Bei Sorge die Leitung anrufen; sie entscheidet über die Polizei.</li></ol>"
                ),
            ),
            "news": ("Fortbildung: Gespräche, die schwerfallen", "Zwei Vormittage im Haus, Anmeldung bei der Leitung."),
            "link": _RULES,
            "draft": ("Konzept für die Werkstatt", "Erster Aufschlag. Noch ohne Finanzierung."),
            "waiting": (
                "Gemeinsam mit zwei Trägern helfen",
                "Wer die Fallverantwortung hat, lädt ein und führt den Hilfeplan. Die anderen sagen ihre Schritte zu.",
            ),
        },
    ),
    "trockendock": _space(
        "trockendock",
        "arne.kuhlmey",
        "dilek.sarikaya",
        {
            "arrival": (
                "So läuft ein Tag im Trockendock",
                (
                    "<p>Frühstück um acht, Gruppe um zehn, Kochen um elf.</p><p>Wer getrunken hat, kommt am nächsten "
                    "Tag wieder; Vorwürfe helfen niemandem.</p>"
                ),
            ),
            "emergency": (
                "Rückfall: was wir tun",
                (
                    "<p>Ruhe, Wasser, Beobachten. Bei Krampfanfall sofort 112.</p><p>Danach ein Gespräch zu zweit, "
                    "am nächsten Tag.</p>"
                ),
            ),
            "news": ("Die Selbsthilfegruppe trifft sich wieder", "Dienstags um 18 Uhr, ohne Anmeldung, mit Kaffee."),
            "link": _LAW,
            "draft": ("Spendenbrief", "Bitte kürzen, er ist zu lang."),
            "waiting": ("Hausregeln, neu gefasst", "Fünf Sätze statt drei Seiten. Die Gruppe hat sie beschlossen."),
        },
    ),
    "jobcenter-duesseldorf": _space(
        "jobcenter-duesseldorf",
        "beate.hollands",
        "yusuf.karahan",
        {
            "arrival": (
                "Das Sonderteam und seine Aufgaben",
                (
                    "<p>Wir betreuen Menschen, die Hilfe nach §§ 67 ff. SGB XII bekommen. Diese Hilfe geht "
                    "vor.</p><ul><li>Aufnahmeanzeigen bestätigen wir innerhalb einer Woche</li><li>Hilfepläne kommen "
                    "nicht in die Akte</li></ul>"
                ),
            ),
            "emergency": (
                "Auszahlung am selben Tag",
                (
                    "<p>Wer mittellos ist, bekommt heute Geld. Die Teamleitung zeichnet gegen; ist niemand da, "
                    "genügt die Stellvertretung.</p>"
                ),
            ),
            "news": ("Neue Durchwahlen ab Dezember", "Die Liste der Ansprechpersonen steht im Handbuch."),
            "link": _JOBCENTER,
            "draft": ("Fragen an die Fachaufsicht", "Sammlung für das nächste Treffen."),
            "waiting": (
                "Störungsmeldungen beantworten",
                "Jede Meldung bekommt eine Antwort mit Namen und Datum, auch wenn noch nichts entschieden ist.",
            ),
        },
    ),
    "caritas-duesseldorf": _space(
        "caritas-duesseldorf",
        "amadou.kessler",
        "agnes.schallenberg",
        {
            "arrival": (
                "Ankommen in der Fachberatung",
                (
                    "<p>Zwei Wochen am Empfang zeigen mehr als jedes Papier.</p><p>Dolmetschen vermittelt der "
                    "Empfang, auch am Telefon.</p>"
                ),
            ),
            "emergency": (
                "Kältehilfe: Anrufe und Wege",
                (
                    "<ol><li>Ort und Zustand erfragen.</li><li>Bus der Kältehilfe rufen.</li><li>Nachsehen, ob "
                    "jemand angekommen ist.</li></ol>"
                ),
            ),
            "news": ("Kleiderkammer sucht Winterschuhe", "Vor allem große Größen. Abgabe mittwochs am Nachmittag."),
            "link": _LAW,
            "draft": ("Jahresbericht, Teil Beratung", "Gliederung steht, Text folgt."),
            "waiting": (
                "Aufnahmeanzeigen richtig ausfüllen",
                (
                    "Person, Art der Hilfe, Datum, Ansprechperson: mehr braucht das Jobcenter nicht, mehr schicken "
                    "wir nicht."
                ),
            ),
        },
    ),
    "diakonie-duesseldorf": _space(
        "diakonie-duesseldorf",
        "georg.hasselbeck",
        "zeynep.altun",
        {
            "arrival": (
                "Unsere Häuser auf einen Blick",
                (
                    "<p>Tagesstätte, Nachtaufnahme und Wohnhaus arbeiten mit einem Dienstplan.</p><p>Wer neu ist, "
                    "arbeitet in jedem Haus eine Woche.</p>"
                ),
            ),
            "emergency": (
                "Die Nachtaufnahme ist voll",
                (
                    "<p>Niemand wird an der Tür weggeschickt: Wir rufen die anderen Häuser an und geben einen "
                    "Fahrschein mit.</p>"
                ),
            ),
            "news": ("Umbau der Tagesstätte beginnt", "Bis zum Frühjahr gehen alle durch den Hof."),
            "link": _RULES,
            "draft": ("Leitlinien zur Beteiligung", "Entwurf nach dem Treffen mit dem Bewohnerrat."),
            "waiting": (
                "Übergänge aus der stationären Hilfe",
                "Drei Monate vor dem Auszug laden wir das Wohnungsamt ein, nicht erst, wenn der Koffer gepackt ist.",
            ),
        },
    ),
    "franzfreunde": _space(
        "franzfreunde",
        "ivana.markovska",
        "lukas.overath",
        {
            "arrival": (
                "Gute Nachbarschaft: unser Haus",
                (
                    "<p>Bei uns wohnen Menschen so lange, wie sie es brauchen.</p><ul><li>Jede Etage hat eine "
                    "Küche</li><li>Besuch ist willkommen</li></ul>"
                ),
            ),
            "emergency": (
                "Rufbereitschaft im Haus",
                "<p>Ab 20 Uhr ist das Bereitschaftstelefon besetzt. Wer es hat, steht am Brett neben der Pforte.</p>",
            ),
            "news": ("Der Garten wird winterfest", "Samstag ab zehn Uhr. Suppe gibt es für alle, die mithelfen."),
            "link": _LAW,
            "draft": ("Plan für die Holzwerkstatt", "Maschinenliste prüfen, Angebote einholen."),
            "waiting": (
                "Plätze in der Beschäftigungshilfe",
                "Freie Plätze in Garten, Möbeldienst und Malerei melden wir bis zum 25. eines Monats.",
            ),
        },
    ),
    "skm": _space(
        "skm",
        "hamid.rostami",
        "ulrike.nettesheim",
        {
            "arrival": (
                "Arbeit in der Schuldnerberatung und darüber hinaus",
                (
                    "<p>Schulden sind selten der einzige Grund, warum jemand kommt.</p><p>Fragen Sie nach der "
                    "Wohnung, bevor Sie nach den Briefen fragen.</p>"
                ),
            ),
            "emergency": (
                "Strom abgestellt: die ersten Schritte",
                (
                    "<ol><li>Beim Versorger anrufen, Ratenzahlung anbieten.</li><li>Darlehen beim Jobcenter "
                    "beantragen.</li><li>Medizinische Geräte? Dann ist es eilig.</li></ol>"
                ),
            ),
            "news": ("Offene Sprechstunde am Donnerstagabend", "Für alle, die tagsüber arbeiten: 17 bis 19 Uhr."),
            "link": _JOBCENTER,
            "draft": ("Flyer in sechs Sprachen", "Übersetzungen sind bestellt."),
            "waiting": (
                "Zusammenarbeit mit der Sucht-Ambulanz",
                "Wir gehen beim ersten Mal mit. Danach fragt die Ambulanz, nicht wir.",
            ),
        },
    ),
}
