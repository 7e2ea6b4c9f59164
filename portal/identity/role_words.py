"""What people call the roles (domain.md, section 1)."""

from collections.abc import Iterable, Mapping

from portal.shell.i18n import Sentence
from tenants.context import Role

ROLE_WORDS: Mapping[Role, Sentence] = {
    Role.ADMINISTRATOR: Sentence("Administration"),
    Role.CASEWORKER: Sentence("Fachkraft"),
    Role.DATA_PROTECTION_OFFICER: Sentence("Datenschutz"),
    Role.DEPUTY: Sentence("Stellvertretung"),
    Role.DIRECTOR: Sentence("Geschäftsführung"),
    Role.JOBCENTER_TEAM: Sentence("Sonderteam Jobcenter"),
    Role.LEAD: Sentence("Leitung"),
    Role.OFFICE: Sentence("Geschäftsstelle"),
    Role.REPRESENTATIVE: Sentence("Vertretung im Koordinierungskreis"),
}

# Who speaks for an organisation comes first.
_ORDER = (
    Role.DIRECTOR,
    Role.REPRESENTATIVE,
    Role.DEPUTY,
    Role.OFFICE,
    Role.LEAD,
    Role.JOBCENTER_TEAM,
    Role.CASEWORKER,
    Role.DATA_PROTECTION_OFFICER,
    Role.ADMINISTRATOR,
)


def in_order(roles: Iterable[Role]) -> tuple[Role, ...]:
    """The roles as they are listed for people."""
    return tuple(sorted(roles, key=_ORDER.index))
