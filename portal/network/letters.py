"""The letters of procedures, in German as all formal notices: what the members are told, and what the member concerned
is. The rulebook's words are quoted, no rule stands here."""

from datetime import datetime

from portal.kit.clock import german_deadline
from portal.network.queries import Procedure
from tenants.rulebook_words import Procedure as Switch

_GREETING = "Sehr geehrte Damen und Herren,"


def question_of(subject: str) -> str:
    """What the members are asked about an exclusion."""
    return f"Soll {subject} aus dem Netzwerk ausgeschlossen werden?"


def wish_and_reason(procedure: Procedure) -> str:
    """What the members are told with the question."""
    wish = f"{procedure.moved_by_name} beantragt, {procedure.subject_name} aus dem Netzwerk auszuschließen."
    return f"{wish}\n\nBegründung:\n{procedure.reason}"


def withdrawal_letter(procedure: Procedure, network: str, ends_at: datetime) -> tuple[str, str]:
    """Subject and text for all other members."""
    remark = f"Dazu teilt das Mitglied mit:\n{procedure.reason}" if procedure.reason else ""
    return f"Austritt: {procedure.subject_name}", _joined(
        _GREETING,
        f"{procedure.subject_name} hat der Geschäftsstelle den Austritt aus dem Netzwerk erklärt ({network}).",
        f"Die Mitgliedschaft endet: {german_deadline(ends_at)}.",
        remark,
        _directory(procedure),
    )


def departure_letter(name: str, network: str, ends_at: datetime) -> tuple[str, str]:
    """What stays with the member that leaves."""
    return f"Austritt: {network}", _joined(
        f"{name} hat der Geschäftsstelle den Austritt erklärt. Die Mitgliedschaft endet: {german_deadline(ends_at)}.",
        "Von diesem Augenblick an sind der Bereich des Netzwerks, seine Räume und seine Abstimmungen nicht "
        "mehr erreichbar. Der eigene Bereich der Organisation bleibt, wie er ist.",
    )


def decided_letter(procedure: Procedure, result: str) -> tuple[str, str]:
    """Subject and text for all other members, once an exclusion is decided."""
    return f"Ausschluss beschlossen: {procedure.subject_name}", _joined(
        _GREETING,
        f"die Mitglieder haben beschlossen, {procedure.subject_name} aus dem Netzwerk auszuschließen.",
        result,
        "Die Mitgliedschaft ist damit beendet."
        if procedure.rulebook.ends_with_closing()
        else "Die Mitgliedschaft endet, sobald dem Mitglied diese Entscheidung zugegangen ist.",
        _directory(procedure),
    )


def exclusion_letter(procedure: Procedure, network: str, result: str) -> tuple[str, str]:
    """Subject and text for the member that is excluded."""
    ends = (
        "Mit der Entscheidung ist die Mitgliedschaft beendet."
        if procedure.rulebook.ends_with_closing()
        else "Mit dem Zugang dieser Mitteilung endet die Mitgliedschaft."
    )
    return f"Ausschluss aus dem Netzwerk: {network}", _joined(
        _GREETING,
        f"auf Antrag von {procedure.moved_by_name} haben die Mitglieder über den Ausschluss von "
        f"{procedure.subject_name} abgestimmt. Der Ausschluss ist beschlossen.",
        result,
        f"Begründung des Antrags:\n{procedure.reason}",
        f"{ends} Von diesem Augenblick an sind der Bereich des Netzwerks, seine Räume und seine Abstimmungen nicht "
        "mehr erreichbar. Der eigene Bereich der Organisation bleibt, wie er ist. Diese Mitteilung bleibt bei Ihrer "
        "Organisation lesbar.",
    )


def office_letter(before: str, after: str, network: str) -> tuple[str, str]:
    """Subject and text for all members, when the office goes over."""
    return f"Neue Geschäftsstelle: {after}", _joined(
        _GREETING,
        f"die Geschäftsstelle geht von {before} auf {after} über ({network}).",
        "Briefe, Abstimmungen und Verfahren, die laufen, gehen ohne Unterbrechung mit. Was an die Geschäftsstelle zu "
        "richten ist, geht ab jetzt dorthin.",
    )


def stand_in_letter(before: str, after: str, network: str) -> tuple[str, str]:
    """Subject and text for all members, when somebody stands in for an office that goes."""
    return f"Vertretung der Geschäftsstelle: {after}", _joined(
        _GREETING,
        f"{before} scheidet aus dem Netzwerk aus ({network}) und gibt die Geschäftsstelle ab. {after} vertritt sie von "
        "jetzt an, bis die Mitglieder ihren Sitz neu bestimmt haben.",
        "Briefe, Abstimmungen und Verfahren, die laufen, gehen ohne Unterbrechung weiter. Was an die Geschäftsstelle "
        "zu richten ist, geht ab jetzt dorthin. Mitglieder, die sie übernehmen möchten, erklären sich unter "
        "„Verfahren“ bereit.",
    )


def _directory(procedure: Procedure) -> str:
    if not procedure.rulebook.renews_directory(Switch(procedure.kind.value)):
        return ""
    return "Das Verzeichnis der Mitglieder wird dann erneuert und Ihnen zugesandt."


def _joined(*paragraphs: str) -> str:
    return "\n\n".join(filter(None, paragraphs))
