"""States, kinds and refusals in words."""

from collections.abc import Mapping

from portal.circle.rules import AnswerKind, ConsultationKind, PaperState, PersonalData
from portal.shell.i18n import mark

STATES: Mapping[PaperState, tuple[str, str]] = {
    PaperState.ADOPTED: (mark("Gilt"), "success"),
    PaperState.CIRCULATED: (mark("Liegt vor"), "info"),
    PaperState.DISCARDED: (mark("Verworfen"), "info"),
    PaperState.DRAFT: (mark("Entwurf"), "info"),
    PaperState.REJECTED: (mark("Nicht angenommen"), "danger"),
    PaperState.SUPERSEDED: (mark("Abgelöst"), "info"),
    PaperState.VOTING: (mark("In Abstimmung"), "warning"),
    PaperState.WITHDRAWN: (mark("Zurückgezogen"), "warning"),
}

CONSULTATIONS: Mapping[ConsultationKind, str] = {
    ConsultationKind.CHANGE: mark("Wir wollen eine bestehende Maßnahme verändern"),
    ConsultationKind.START: mark("Wir wollen eine neue Maßnahme beginnen"),
    ConsultationKind.DIFFICULTY: mark("Etwas ist schwierig bei der Umsetzung der Vereinbarung"),
}

ANSWERS: Mapping[AnswerKind, str] = {
    AnswerKind.ADVICE: mark("Rat"),
    AnswerKind.CONCERN: mark("Bedenken"),
    AnswerKind.HELP: mark("Angebot zu helfen"),
    AnswerKind.NONE: mark("Nichts hinzuzufügen"),
}

REFUSED: Mapping[PersonalData, str] = {
    PersonalData.BIRTHDAY: mark(
        "In dem Text steht ein genaues Datum oder ein Geburtstag. Bitte nehmen Sie es heraus und schreiben Sie nur den "
        "Monat."
    ),
    PersonalData.MAIL: mark("In dem Text steht eine E-Mail-Adresse. Bitte nehmen Sie sie heraus."),
    PersonalData.PHONE: mark("In dem Text steht eine Telefonnummer. Bitte nehmen Sie sie heraus."),
}

RANGES: Mapping[int, str] = {
    1: mark("1 bis 4"),
    5: mark("5 bis 9"),
    10: mark("10 bis 24"),
    25: mark("25 bis 49"),
    50: mark("50 oder mehr"),
}
