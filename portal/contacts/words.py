"""Reasons, differences and the letter of a version in words."""

from collections.abc import Iterable, Mapping

from portal.contacts.queries import Version
from portal.contacts.rules import Change, Deed, DirectoryReason
from portal.kit.clock import german_day
from portal.shell.i18n import Sentence, mark

REASONS: Mapping[DirectoryReason, Sentence] = {
    DirectoryReason.ADMISSION: Sentence("Aufnahme eines Mitglieds"),
    DirectoryReason.EXCLUSION: Sentence("Ausschluss eines Mitglieds"),
    DirectoryReason.HANDOVER: Sentence("Wechsel der Geschäftsstelle"),
    DirectoryReason.UPDATE: Sentence("Aktualisierung"),
    DirectoryReason.WITHDRAWAL: Sentence("Austritt eines Mitglieds"),
}
FIELDS: Mapping[str, Sentence] = {
    "name": Sentence("Name"),
    "duty": Sentence("Funktion"),
    "level": Sentence("Ebene"),
    "topics": Sentence("Themen"),
    "phone": Sentence("Telefon"),
    "mail": Sentence("E-Mail"),
    "reachable": Sentence("Erreichbar"),
    "stand_in": Sentence("Vertreten durch"),
}
_SAID: Mapping[Deed, str] = {
    Deed.ADDED: mark("%(organisation)s: %(person)s ist neu (%(after)s)."),
    Deed.JOINED: mark("%(organisation)s ist neu im Verzeichnis."),
    Deed.LEFT: mark("%(organisation)s steht nicht mehr im Verzeichnis."),
    Deed.OFFICE: mark("Die Geschäftsstelle liegt jetzt bei %(after)s."),
    Deed.REMOVED: mark("%(organisation)s: %(person)s ist nicht mehr Ansprechperson."),
    Deed.RENAMED: mark("%(before)s heißt jetzt %(after)s."),
}
_MEMBERS = (Deed.JOINED, Deed.LEFT, Deed.RENAMED, Deed.OFFICE)


def in_words(change: Change) -> Sentence:
    """One difference, as a sentence that stands by itself."""
    values = {
        "organisation": change.organisation,
        "person": change.person,
        "before": change.before,
        "after": change.after,
    }
    if change.deed is Deed.CHANGED:
        return _changed(change, values | {"field": FIELDS[change.field]})
    if change.deed is Deed.OFFICE and not change.after:
        return Sentence("Die Geschäftsstelle ist zurzeit nicht besetzt.")
    return Sentence(_SAID[change.deed], **values)


def letter_of(version: Version, changes: Iterable[Change], address: str) -> str:
    """What the members are sent with a version: what it is, which members changed, where to read it. No person."""
    changes = list(changes)
    day = german_day(version.made_at, weekday=False)
    lines = [
        "Sehr geehrte Damen und Herren,",
        f"das Verzeichnis der Mitglieder liegt in der Fassung {version.number} vom {day} vor.",
        f"Anlass: {REASONS[version.reason]}.",
    ]
    if version.note:
        lines.append(version.note)
    if said := [in_words(change) for change in changes if change.deed in _MEMBERS]:
        lines.append("\n".join(said))
    if others := {change.organisation for change in changes if change.deed not in _MEMBERS}:
        lines.append("Geänderte Ansprechpersonen bei: " + ", ".join(sorted(others)) + ".")
    lines.append(f"Sie lesen, drucken und speichern diese Fassung im Portal: {address}")
    return "\n\n".join(lines)


def _changed(change: Change, values: Mapping[str, str]) -> Sentence:
    if not change.after:
        return Sentence("%(organisation)s, %(person)s: %(field)s gestrichen, vorher „%(before)s“.", **values)
    if not change.before:
        return Sentence("%(organisation)s, %(person)s: %(field)s jetzt „%(after)s“.", **values)
    return Sentence("%(organisation)s, %(person)s: %(field)s jetzt „%(after)s“, vorher „%(before)s“.", **values)
