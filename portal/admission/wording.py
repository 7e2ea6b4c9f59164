"""The letters: to all members about an applicant, and to the applicant."""

from datetime import datetime

from portal.admission.queries import Application
from portal.admission.rules import State
from portal.deadlines.agreement import vote_length_of
from portal.deadlines.wording import length_in_words
from portal.identity.kind_words import KIND_WORDS
from portal.kit.clock import german_instant
from portal.votes.agreement import runs_from_receipt
from tenants.rulebook import Rulebook

_GREETING = "Sehr geehrte Damen und Herren,"
_REGARDS = "Mit freundlichen Grüßen"


def question_of(application: Application) -> str:
    """What the members decide."""
    return f"Aufnahme von {application.name} in das Netzwerk"


def information(rulebook: Rulebook, application: Application, seat: str) -> str:
    """The letter to all members: who applies, in which field, with which will, and until when to object."""
    rule = rulebook.votes["admission"]
    starts = "nach Zugang dieser Mitteilung" if runs_from_receipt(rule) else "ab heute"
    return _letter(
        f"{application.name} hat die Aufnahme in das Netzwerk „{rulebook.name}“ beantragt.",
        f"Art der Organisation: {KIND_WORDS[application.kind]}\nSitz: {seat}",
        f"Arbeitsfeld: {application.field}",
        "Die Organisation hat ihren Willen erklärt, mit den Mitgliedern so zusammenzuarbeiten, wie es die Vereinbarung "
        "beschreibt.",
        f"{_rule_of(rulebook)} Die Frist beträgt {length_in_words(vote_length_of(rule))} {starts}. Ihren letzten "
        "Tag finden Sie bei der Abstimmung im Portal.",
    )


def received(rulebook: Rulebook, application: Application) -> tuple[str, str]:
    """The application is in."""
    return "Ihr Antrag ist eingegangen", _letter(
        f"Ihr Antrag auf Aufnahme von {application.name} in das Netzwerk „{rulebook.name}“ ist bei der Geschäftsstelle "
        "eingegangen. Sie prüft, ob er vollständig ist, und informiert dann alle Mitglieder.",
    )


def informed() -> tuple[str, str]:
    """The members know."""
    return "Die Mitglieder entscheiden über Ihren Antrag", _letter(
        "die Geschäftsstelle hat alle Mitglieder über Ihren Antrag informiert. Sobald die Frist des letzten Mitglieds "
        "abgelaufen ist, erfahren Sie das Ergebnis auf dieser Seite.",
    )


def accepted(rulebook: Rulebook, application: Application) -> tuple[str, str]:
    """The members have decided for it, by the rule of their agreement."""
    return "Die Mitglieder sind zur Aufnahme bereit", _letter(
        f"die Mitglieder des Netzwerks „{rulebook.name}“ haben über die Aufnahme von {application.name} entschieden. "
        f"Der Antrag ist angenommen. {_rule_of(rulebook)}",
        "Als Nächstes sendet Ihnen die Geschäftsstelle ein von ihr unterzeichnetes Exemplar der Vereinbarung.",
    )


def rejected(rulebook: Rulebook, application: Application) -> tuple[str, str]:
    """The members have decided against it."""
    return "Ihr Antrag ist abgelehnt", _letter(
        f"die Mitglieder des Netzwerks „{rulebook.name}“ haben über die Aufnahme von {application.name} entschieden. "
        f"Der Antrag ist abgelehnt. {_rule_of(rulebook)}",
        "Sie können später erneut einen Antrag stellen.",
    )


def agreement() -> tuple[str, str]:
    """The copy of the office lies there."""
    return "Die Vereinbarung liegt zur Unterschrift bereit", _letter(
        "auf dieser Seite finden Sie die von der Geschäftsstelle unterzeichnete Vereinbarung. Bitte lesen und "
        "unterzeichnen Sie sie: hier am Bildschirm, oder auf Papier, indem Sie das unterschriebene Exemplar als PDF "
        "hochladen.",
        "Ihre Mitgliedschaft beginnt, wenn Ihr unterzeichnetes Exemplar der Geschäftsstelle zugegangen ist.",
    )


def returned(application: Application, reason: str) -> tuple[str, str]:
    """The application is incomplete, or cannot be taken as it is."""
    return "Ihr Antrag ist zurückgegeben", _letter(
        f"die Geschäftsstelle gibt Ihnen den Antrag auf Aufnahme von {application.name} zurück. Dazu teilt sie mit:",
        reason,
        "Die Mitglieder sind darüber nicht informiert worden. Sie können jederzeit einen neuen Antrag stellen.",
    )


def closed(application: Application, reason: str) -> tuple[str, str]:
    """Nobody signed."""
    return "Das Verfahren zu Ihrem Antrag ist beendet", _letter(
        f"die Geschäftsstelle hat das Verfahren zur Aufnahme von {application.name} beendet. Dazu teilt sie mit:",
        reason,
        "Eine Mitgliedschaft ist nicht entstanden. Sie können jederzeit einen neuen Antrag stellen.",
    )


def taken_back(application: Application) -> tuple[str, str]:
    """To the applicant, that it did so."""
    return "Ihr Antrag ist zurückgenommen", _letter(
        f"der Antrag auf Aufnahme von {application.name} ist auf Ihre Erklärung hin zurückgenommen. Das Verfahren ist "
        "beendet.",
        "Sie können jederzeit einen neuen Antrag stellen.",
    )


def over(application: Application) -> tuple[str, str]:
    """To all members, once they were informed: there will be no membership."""
    if application.state is State.TAKEN_BACK:
        subject, what = "Antrag zurückgenommen", "hat ihren Antrag auf Aufnahme zurückgenommen."
    else:
        subject, what = "Aufnahme beendet", "wird nicht Mitglied; die Geschäftsstelle hat das Verfahren beendet."
    vote = (
        "Die Abstimmung darüber läuft bis zu ihrem letzten Tag weiter. Ihr Ergebnis hat keine Folge mehr."
        if application.decided_at is None
        else ""
    )
    return f"{subject}: {application.name}"[:300], _letter(
        *filter(None, (f"die Organisation {application.name} {what}", vote))
    )


def begins(application: Application, at: datetime) -> tuple[str, str]:
    """The signed copy is received, or will be."""
    return "Ihre Mitgliedschaft", _letter(
        f"die Mitgliedschaft von {application.name} beginnt am {german_instant(at)}.",
        "Damit sich Ihre Leute anmelden können, trägt die Verwaltung des Verzeichnisses sie in Gruppen ein. Welche das "
        "sind, steht auf dieser Seite.",
    )


def _rule_of(rulebook: Rulebook) -> str:
    """What the members agreed on admissions, and where."""
    rule = rulebook.votes["admission"]
    return f"{rule.explanation} ({rule.section})" if rule.section else rule.explanation


def _letter(*paragraphs: str) -> str:
    first, *rest = paragraphs
    return "\n\n".join([_GREETING, first, *rest, _REGARDS])
