"""A rulebook in words: chapters and clauses, each at an anchor that other pages can link to.

Whatever is said of a network's rules comes from its rulebook; only what the words of a rulebook mean stands here.
"""

from collections.abc import Iterable

from portal.agreement import chapters_votes as majorities
from portal.agreement.rules import Chapter, Clause, Point
from portal.agreement.words import BEGINS, EXCLUDED, OCCASIONS, PARTIES, PROCEDURES
from portal.deadlines.agreement import length_of, receipt_rule_of
from portal.deadlines.rules import Length, Unit
from portal.deadlines.wording import LAENDER, length_in_words
from portal.deadlines.workdays import land_of
from portal.formal.words import rule_in_words
from portal.identity.kind_words import KIND_WORDS
from portal.identity.role_words import ROLE_WORDS
from portal.ladders.rules import Party
from portal.ladders.words import PARTIES as TOLD
from portal.shell.i18n import Sentence
from tenants.rulebook import Body, Cited, Ladder, Meeting, NoticeKind, Period, Rulebook, Rung, ServiceType, Titled

MAJORITIES, PERIODS, REVIEW, RECEIPT = "mehrheiten", "fristen", "ueberpruefung", "zugang"


def chapters_of(book: Rulebook) -> tuple[Chapter, ...]:
    """The whole rulebook; a chapter without clauses is left out."""
    found = (
        _foundation(book),
        _membership(book),
        _receipt(book),
        Chapter(
            MAJORITIES,
            Sentence("Mehrheiten und Abstimmungen"),
            Sentence("Wie viele zustimmen oder widersprechen müssen, und wie viel Zeit dafür ist."),
            tuple(majorities.clause_of(key, rule) for key, rule in book.votes.items()),
        ),
        _bodies(book),
        Chapter(
            PERIODS,
            Sentence("Fristen"),
            Sentence("Was bis wann getan sein muss. Der Tag, der eine Frist auslöst, zählt nicht mit."),
            tuple(_period(book, key, period) for key, period in book.periods.items()),
        ),
        Chapter(
            "erinnerungen",
            Sentence("Erinnerungen"),
            Sentence(
                "Wer vor und nach dem Ende einer Frist von selbst benachrichtigt wird. Gemeint sind jeweils die "
                "Menschen der Organisation, deren Frist läuft; andere Mitglieder erfahren davon nichts."
            ),
            tuple(_ladder(key, ladder) for key, ladder in book.ladders.items()),
        ),
        Chapter(
            "mitteilungen",
            Sentence("Mitteilungen"),
            Sentence("Wer wem was mitteilt, und was darin steht."),
            tuple(_notice(book, key, notice) for key, notice in book.notices.items()),
        ),
        _services(book),
        _release(book),
        _review(book),
    )
    return tuple(chapter for chapter in found if chapter.clauses)


def cited(
    anchor: str, rule: Cited, title: str, points: Iterable[tuple[str, str | Iterable[str]]] = (), *, meaning: str = ""
) -> Clause:
    """A clause with the place it comes from; points without a value are left out."""
    said = [Point(label, (value,) if isinstance(value, str) else tuple(value)) for label, value in points]
    return Clause(
        anchor,
        title,
        meaning,
        tuple(Point(point.label, kept) for point in said if (kept := tuple(filter(None, point.values)))),
        rule.section,
        rule.decision,
    )


def _foundation(book: Rulebook) -> Chapter:
    names = [
        Sentence("%(name)s, Geschäftsstelle bei der Gründung", name=member.name) if member.office else member.name
        for member in book.members
    ]
    clause = Clause(
        "vereinbarung",
        book.agreement,
        points=(
            Point(Sentence("Netzwerk"), (book.name,)),
            Point(Sentence("Stadt"), (book.city,)),
            Point(Sentence("Feiertage"), (Sentence("die von %(land)s", land=Sentence(LAENDER[land_of(book.land)])),)),
            Point(Sentence("Gegründet von"), tuple(names)),
            Point(Sentence("Was hier geregelt ist"), tuple(PROCEDURES[each] for each in book.procedures)),
        ),
    )
    return Chapter("grundlagen", Sentence("Grundlagen"), "", (clause,))


def _membership(book: Rulebook) -> Chapter:
    rule = book.membership
    clauses = (
        ()
        if rule is None
        else (
            cited(
                "mitgliedschaft-regel",
                rule,
                Sentence("Beginn und Ende"),
                [
                    (Sentence("Beginn der Mitgliedschaft"), BEGINS[rule.begins]),
                    (Sentence("Wirkung eines Ausschlusses"), EXCLUDED[rule.exclusion_takes_effect]),
                    (
                        Sentence("Neues Verzeichnis für alle nach"),
                        [OCCASIONS[each] for each in rule.directory_sent_on],
                    ),
                    (Sentence("Vertretung der Geschäftsstelle"), [KIND_WORDS[each] for each in rule.office_stand_in]),
                ],
            ),
        )
    )
    return Chapter("mitgliedschaft", Sentence("Mitgliedschaft"), "", clauses)


def _receipt(book: Rulebook) -> Chapter:
    clause = cited(
        "zugang-regel",
        book.receipt,
        Sentence("Wann eine Mitteilung zugegangen ist"),
        [(Sentence("Regel"), rule_in_words(receipt_rule_of(book.receipt)))],
    )
    lead = Sentence("Viele Fristen beginnen, wenn eine Mitteilung zugeht, für jedes Mitglied für sich.")
    return Chapter(RECEIPT, Sentence("Zugang"), lead, (clause,))


def _bodies(book: Rulebook) -> Chapter:
    clauses = [_body(book, key, body) for key, body in book.bodies.items()]
    return Chapter(
        "gremien", Sentence("Gremien und Sitzungen"), Sentence("Wer sich trifft, und wie oft."), tuple(clauses)
    )


def _body(book: Rulebook, key: str, body: Body) -> Clause:
    met = [_meeting(meeting) for meeting in book.meetings.values() if meeting.body == key]
    kinds = [KIND_WORDS[kind] for kind in body.kinds or ()]
    return cited(
        f"gremien-{key}",
        body,
        body.title,
        [
            (Sentence("Wer dazugehört"), [ROLE_WORDS[role] for role in body.roles]),
            (Sentence("Aus"), kinds or Sentence("allen Mitgliedern")),
            (Sentence("Benennung"), Sentence("jedes Mitglied benennt sie namentlich") if body.named else ""),
            (Sentence("Geschäftsordnung"), Sentence("gibt sich das Gremium selbst") if body.rules_of_procedure else ""),
            (Sentence("Sitzungen"), met),
        ],
    )


def _meeting(meeting: Meeting) -> str:
    source = ", ".join(filter(None, (meeting.section, meeting.decision)))
    values = {"title": meeting.title, "source": source}
    if meeting.every_months is None:
        return Sentence("%(title)s: bei Bedarf (%(source)s)", **values)
    every = length_in_words(Length(meeting.every_months, Unit.MONTHS))
    return Sentence("%(title)s: Abstand %(every)s (%(source)s)", **values, every=every)


def _period(book: Rulebook, key: str, period: Period) -> Clause:
    watched = book.ladders.get(period.ladder)
    return cited(
        f"fristen-{key}",
        period,
        period.title,
        [
            (Sentence("Länge"), length_in_words(length_of(period))),
            (Sentence("Erinnert wird nach"), watched.title if watched else ""),
        ],
    )


def _ladder(key: str, ladder: Ladder) -> Clause:
    return cited(
        f"erinnerungen-{key}", ladder, ladder.title, [(Sentence("Stufen"), [_rung(each) for each in ladder.rungs])]
    )


def _rung(rung: Rung) -> Sentence:
    told: str = TOLD[Party(rung.tell[0].value)]
    for party in rung.tell[1:]:
        told = Sentence("%(first)s, %(next)s", first=_sentence(told), next=Sentence(TOLD[Party(party.value)]))
    values: dict[str, object] = {"who": _sentence(told)}
    if rung.days == 0:
        return Sentence("am letzten Tag: %(who)s", **values)
    length = length_in_words(Length(abs(rung.days), Unit.DAYS))
    if rung.days < 0:
        return Sentence("%(length)s vorher: %(who)s", **values, length=length)
    return Sentence("%(length)s danach: %(who)s", **values, length=length)


def _sentence(text: str) -> Sentence:
    return text if isinstance(text, Sentence) else Sentence(text)


def _notice(book: Rulebook, key: str, notice: NoticeKind) -> Clause:
    sent, answered = book.periods.get(notice.period), book.periods.get(notice.answer_period)
    return cited(
        f"mitteilungen-{key}",
        notice,
        notice.title,
        [
            (Sentence("Von"), [PARTIES[each] for each in notice.senders]),
            (Sentence("An"), [PARTIES[each] for each in notice.recipients]),
            (Sentence("Inhalt"), notice.contents),
            (Sentence("Frist"), _timed(sent)),
            (Sentence("Frist für die Antwort"), _timed(answered)),
            (
                Sentence("Nur mit Entbindung"),
                Sentence("ja, ohne sie geht nichts hinaus") if notice.only_with_release else "",
            ),
            (
                Sentence("Elektronische Akte"),
                Sentence("wird nicht in die elektronische Akte übernommen") if notice.kept_out_of_e_file else "",
            ),
        ],
    )


def _timed(period: Period | None) -> str:
    if period is None:
        return ""
    return Sentence("%(title)s: %(length)s", title=period.title, length=length_in_words(length_of(period)))


def _services(book: Rulebook) -> Chapter:
    clauses = [
        *(_service(key, each) for key, each in book.service_types.items()),
        *_catalogue("massnahmen", Sentence("Maßnahme"), book.measures.items()),
        *_catalogue("gewerke", Sentence("Gewerk"), book.trades.items()),
        *_catalogue("themen", Sentence("Thema der Frühwarnungen"), book.warning_topics.items()),
        *_catalogue(
            "ebenen", Sentence("Ebene, auf der Ansprechpersonen ausgetauscht werden"), book.contact_levels.items()
        ),
    ]
    title = Sentence("Hilfen, Maßnahmen, Ansprechpersonen")
    return Chapter("hilfen", title, Sentence("Wofür die Vereinbarung gilt."), tuple(clauses))


def _service(key: str, service: ServiceType) -> Clause:
    points = [
        (Sentence("Art"), Sentence("Hilfe")),
        (Sentence("Recht"), service.law),
        (Sentence("Bedingung"), service.condition),
    ]
    return cited(f"hilfen-{key}", service, service.title, points)


def _catalogue(anchor: str, what: Sentence, entries: Iterable[tuple[str, Titled]]) -> list[Clause]:
    return [cited(f"{anchor}-{key}", each, each.title, [(Sentence("Art"), what)]) for key, each in entries]


def _release(book: Rulebook) -> Chapter:
    form = book.release_form
    clause = cited(
        "entbindung-formular",
        form,
        form.title,
        [
            (Sentence("Fassung des Formulars"), form.version),
            (Sentence("Wortlaut"), [part.strip() for part in form.text.split("\n\n")]),
        ],
    )
    lead = Sentence(
        "Was Klient:innen unterschreiben. Eine Unterschrift gilt für die Fassung, unter der sie gegeben wurde."
    )
    return Chapter("entbindung", Sentence("Entbindung von der Schweigepflicht"), lead, (clause,))


def _review(book: Rulebook) -> Chapter:
    every = length_in_words(Length(book.review.every_years, Unit.YEARS))
    clause = cited(
        "ueberpruefung-regel",
        book.review,
        Sentence("Die Vereinbarung wird überprüft"),
        [(Sentence("Spätestens nach"), every)],
    )
    lead = Sentence("Die Zeit läuft ab dem Tag, seit dem diese Fassung gilt, oder ab der letzten Überprüfung.")
    return Chapter(REVIEW, Sentence("Überprüfung der Vereinbarung"), lead, (clause,))
