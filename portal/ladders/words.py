"""What is to be done about each matter, and who the parties are, in words."""

from collections.abc import Mapping

from portal.ladders.rules import Matter, Party
from portal.shell.i18n import mark

DUTIES: Mapping[Matter, str] = {
    Matter.AGREEMENT_SENDING: mark("Vereinbarung unterzeichnen und senden"),
    Matter.APPLICATION_REVIEW: mark("Aufnahmeantrag prüfen und Mitglieder informieren"),
    Matter.COUNTERSIGNATURE: mark("Gegenzeichnung der Vereinbarung nachhalten"),
    Matter.CONSULTATION: mark("Rat geben"),
    Matter.MEETING_INVITATION: mark("Zur Sitzung einladen"),
    Matter.MEETING_MINUTES: mark("Protokoll in Umlauf geben"),
    Matter.MOTION: mark("Antrag den Mitgliedern vorlegen"),
    Matter.OFFICE_SEAT: mark("Sitz der Geschäftsstelle klären"),
    Matter.REVIEW: mark("Vereinbarung überprüfen"),
    Matter.VOTE: mark("Stimme abgeben"),
}

PARTIES: Mapping[Party, str] = {
    Party.CIRCLE: mark("Koordinierungskreis"),
    Party.DEPUTY: mark("Stellvertretung"),
    Party.DIRECTOR: mark("Geschäftsführung"),
    Party.JOBCENTER_TEAM: mark("Sonderteam Jobcenter"),
    Party.LEAD: mark("Leitung"),
    Party.OFFICE: mark("Geschäftsstelle"),
    Party.REPRESENTATIVE: mark("Vertretung im Koordinierungskreis"),
    Party.RESPONSIBLE: mark("Wer zuständig ist"),
}
