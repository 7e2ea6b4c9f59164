"""What the closed word lists of a rulebook mean in plain German."""

from collections.abc import Mapping

from portal.agreement.rules import Headings, Turn, VersionState
from portal.shell.i18n import Sentence
from tenants.rulebook_words import (
    BallotsVisible,
    CountedBase,
    DepartedBallot,
    EarlyEnd,
    ExclusionEffect,
    MembershipBegin,
    NoticeParty,
    Procedure,
)

PROCEDURES: Mapping[Procedure, Sentence] = {
    Procedure.ADMISSION: Sentence("Aufnahme von Mitgliedern"),
    Procedure.CASE_CONFERENCE: Sentence("Fallkonferenzen"),
    Procedure.CONSULTATION: Sentence("Beratung des Koordinierungskreises"),
    Procedure.EARLY_WARNING: Sentence("Frühwarnungen"),
    Procedure.EMPLOYMENT_SUPPORT: Sentence("Beschäftigungshilfe"),
    Procedure.EVALUATION: Sentence("Auswertung"),
    Procedure.EXCLUSION: Sentence("Ausschluss von Mitgliedern"),
    Procedure.JOBCENTER: Sentence("Mitteilungen zwischen Trägern und Jobcenter"),
    Procedure.OFFICE_SEAT: Sentence("Wahl des Sitzes der Geschäftsstelle"),
    Procedure.POSITION: Sentence("Gemeinsame Positionen"),
    Procedure.QUESTION: Sentence("Fragen an alle Mitglieder"),
    Procedure.WITHDRAWAL: Sentence("Austritt von Mitgliedern"),
}
# After which of them the directory is sent.
OCCASIONS: Mapping[Procedure, Sentence] = {
    **PROCEDURES,
    Procedure.ADMISSION: Sentence("einer Aufnahme"),
    Procedure.EXCLUSION: Sentence("einem Ausschluss"),
    Procedure.WITHDRAWAL: Sentence("einem Austritt"),
}
PARTIES: Mapping[NoticeParty, Sentence] = {
    NoticeParty.AFFECTED_MEMBER: Sentence("betroffenes Mitglied"),
    NoticeParty.APPLICANT: Sentence("Antragsteller"),
    NoticeParty.CARRIER: Sentence("Träger"),
    NoticeParty.CITY: Sentence("Stadt"),
    NoticeParty.HOUSING_COMPANY: Sentence("Wohnungsunternehmen"),
    NoticeParty.JOBCENTER: Sentence("Jobcenter"),
    NoticeParty.MEMBERS: Sentence("alle Mitglieder"),
    NoticeParty.OFFICE: Sentence("Geschäftsstelle"),
}
BASES: Mapping[CountedBase, Sentence] = {
    CountedBase.CAST: Sentence("alle, die mit Ja oder Nein stimmen"),
    CountedBase.MEMBERS: Sentence("alle Mitglieder, auch die, die schweigen"),
}
DEPARTED: Mapping[DepartedBallot, Sentence] = {
    DepartedBallot.FALLS: Sentence("seine Stimme zählt nicht mehr"),
    DepartedBallot.STAYS: Sentence("seine Stimme zählt weiter"),
}
ENDS: Mapping[EarlyEnd, Sentence] = {
    EarlyEnd.NEVER: Sentence("erst mit dem letzten Tag, auch wenn das Ergebnis rechnerisch schon feststeht"),
    EarlyEnd.WHEN_DECIDED: Sentence("sobald niemand mehr etwas am Ergebnis ändern kann"),
}
VISIBLE: Mapping[BallotsVisible, Sentence] = {
    BallotsVisible.MEMBERS: Sentence("alle Mitglieder"),
    BallotsVisible.MEMBERS_AFTER_CLOSING: Sentence("alle Mitglieder nach dem Ende"),
    BallotsVisible.OFFICE: Sentence("die Geschäftsstelle"),
}
BEGINS: Mapping[MembershipBegin, Sentence] = {
    MembershipBegin.ACCEPTANCE: Sentence("mit der Annahme des Antrags"),
    MembershipBegin.SIGNED_COPY_RECEIVED: Sentence(
        "wenn das vom neuen Mitglied unterschriebene Exemplar der Vereinbarung bei der Geschäftsstelle eingeht"
    ),
}
EXCLUDED: Mapping[ExclusionEffect, Sentence] = {
    ExclusionEffect.CLOSING: Sentence("mit dem Ende der Abstimmung"),
    ExclusionEffect.RECEIPT_BY_MEMBER: Sentence("wenn die Entscheidung dem ausgeschlossenen Mitglied zugeht"),
}
STATES: Mapping[VersionState, tuple[Sentence, str]] = {
    VersionState.IN_FORCE: (Sentence("gilt jetzt"), "success"),
    VersionState.PAST: (Sentence("galt früher"), "info"),
    VersionState.REPLACED: (Sentence("wurde ersetzt, bevor sie galt"), "info"),
    VersionState.TO_COME: (Sentence("gilt noch nicht"), "warning"),
}
TURNS: Mapping[Turn, Sentence] = {
    Turn.CHANGED: Sentence("Geändert"),
    Turn.GONE: Sentence("Fällt weg"),
    Turn.NEW: Sentence("Neu"),
}
HEADINGS = Headings(
    title=Sentence("Überschrift"),
    meaning=Sentence("Bedeutung"),
    section=Sentence("Steht in der Vereinbarung"),
    decision=Sentence("Hier festgelegt"),
)
