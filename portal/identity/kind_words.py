"""What people call the kinds of organisations (domain.md, section 2)."""

from collections.abc import Mapping

from portal.shell.i18n import Sentence
from tenants.context import OrganisationKind

KIND_WORDS: Mapping[OrganisationKind, Sentence] = {
    OrganisationKind.CARRIER: Sentence("Träger"),
    OrganisationKind.CITY: Sentence("Stadt"),
    OrganisationKind.HOUSING_COMPANY: Sentence("Wohnungsunternehmen"),
    OrganisationKind.JOBCENTER: Sentence("Jobcenter"),
}
