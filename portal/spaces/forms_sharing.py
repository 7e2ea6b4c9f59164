"""What is asked about sharing."""

from portal.identity.role_words import ROLE_WORDS, in_order
from portal.shell.fields import Choice, Select
from portal.shell.forms import Form
from portal.shell.i18n import mark
from portal.spaces.access_words import ACCESS_CHOICES
from portal.spaces.principals import Kind, Principal, parse_principal
from portal.spaces.rules import Access
from tenants.context import Role

_ROLES = tuple((role.value, ROLE_WORDS[role]) for role in in_order(Role))


class GrantForm(Form):
    """Access to an item: for whom, what."""

    who = Select(mark("Für wen?"), required=mark("Bitte wählen Sie, wer Zugriff bekommen soll."))
    role = Select(
        mark("Davon nur, wer diese Aufgabe hat"),
        options=(("", mark("alle")), *_ROLES),
        help=mark("Gilt auch für Menschen, die diese Aufgabe später bekommen, und endet mit ihr."),
    )
    access = Choice(
        mark("Was ist erlaubt?"), options=ACCESS_CHOICES, required=mark("Bitte wählen Sie, was erlaubt sein soll.")
    )

    def check(self) -> None:
        meant = parse_principal(self.who)
        if self.role and (meant is None or meant.kind not in (Kind.EVERYONE, Kind.ORGANISATION)):
            self.fail("role", "Eine Aufgabe lässt sich nur zusammen mit „Alle“ oder einer Organisation wählen.")

    @property
    def principal(self) -> str:
        """Whom both answers mean together."""
        meant = parse_principal(self.who)
        if not self.role or meant is None:
            return self.who
        return str(Principal(Kind.GROUP, self.role, meant.id if meant.kind is Kind.ORGANISATION else None))

    @property
    def kind(self) -> Access:
        """What is to be allowed."""
        return Access(int(self.access))
