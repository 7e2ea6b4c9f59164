"""Where a meeting stands, who is next and what with, in words."""

from collections.abc import Mapping

from portal.bodies.rules import Outcome, Part, Presence, Stage
from portal.shell.i18n import Sentence

STAGES: Mapping[Stage, tuple[Sentence, str]] = {  # words, kind of badge
    Stage.APPROVED: (Sentence("Protokoll genehmigt"), "success"),
    Stage.CANCELLED: (Sentence("Abgesagt"), "danger"),
    Stage.CIRCULATED: (Sentence("Protokoll im Umlauf"), "info"),
    Stage.HELD: (Sentence("Protokoll fehlt"), "warning"),
    Stage.INVITED: (Sentence("Eingeladen"), "info"),
    Stage.LAPSED: (Sentence("Termin verstrichen"), "danger"),
    Stage.PLANNED: (Sentence("In Vorbereitung"), "warning"),
    Stage.READY: (Sentence("Protokoll zu genehmigen"), "warning"),
    Stage.RUNNING: (Sentence("Läuft"), "info"),
    Stage.WRITING: (Sentence("Protokoll in Arbeit"), "warning"),
}

# What is next, and by whom; for everybody who looks.
NEXT: Mapping[Stage, Sentence] = {
    Stage.APPROVED: Sentence("Das Protokoll ist genehmigt und ändert sich nicht mehr. Hier ist nichts mehr zu tun."),
    Stage.CANCELLED: Sentence("Die Sitzung findet nicht statt. Die Geschäftsstelle setzt eine neue an."),
    Stage.CIRCULATED: Sentence("Die Mitglieder lesen das Protokoll und können Einwände erheben."),
    Stage.HELD: Sentence("Die Geschäftsstelle beginnt das Protokoll."),
    Stage.INVITED: Sentence("Die Sitzung findet statt. Bis dahin kann die Tagesordnung ergänzt werden."),
    Stage.LAPSED: Sentence("Zu diesem Termin wurde nicht eingeladen. Die Geschäftsstelle legt einen neuen fest."),
    Stage.PLANNED: Sentence("Die Geschäftsstelle stellt die Tagesordnung auf und lädt ein."),
    Stage.READY: Sentence("Die Geschäftsstelle beantwortet offene Einwände und genehmigt das Protokoll."),
    Stage.RUNNING: Sentence("Die Sitzung läuft. Die Geschäftsstelle kann mit dem Protokoll beginnen."),
    Stage.WRITING: Sentence("Das Protokoll wird geschrieben; die Geschäftsstelle gibt es dann in Umlauf."),
}

PARTS: Mapping[Part, Sentence] = {
    Part.DEPUTY: Sentence("Stellvertretung"),
    Part.REPRESENTATIVE: Sentence("Vertretung"),
}
PRESENCE: Mapping[Presence, Sentence] = {
    Presence.PRESENT: Sentence("anwesend"),
    Presence.EXCUSED: Sentence("entschuldigt"),
    Presence.ABSENT: Sentence("nicht anwesend"),
}
OUTCOMES: Mapping[Outcome, Sentence] = {
    Outcome.KEPT: Sentence("Das Protokoll bleibt, wie es ist"),
    Outcome.MET: Sentence("Das Protokoll wird geändert"),
}
