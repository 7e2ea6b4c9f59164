"""Which part of the trail is wanted. The names stand in addresses, so they are German."""

from datetime import timedelta
from uuid import UUID

from portal.audit.queries import Excerpt
from portal.audit.words import ACTIONS
from portal.kit.clock import end_of_day
from portal.shell.forms import Date, Form, Select
from portal.shell.i18n import mark


class ExcerptForm(Form):
    """A period of whole days, both of them included, a kind of action, and a person."""

    von = Date("Von")
    bis = Date("Bis")
    vorgang = Select(
        "Vorgang", options=[("", mark("alle")), *sorted(ACTIONS.items(), key=lambda item: item[1].lower())]
    )

    person = Select("Person")

    def check(self) -> None:
        """A period runs forwards."""
        if self.von and self.bis and self.bis < self.von:
            self.fail("bis", "Das Ende liegt vor dem Anfang. Bitte wählen Sie einen späteren Tag.")

    @property
    def excerpt(self) -> Excerpt:
        """What was asked for."""
        return Excerpt(
            since=end_of_day(self.von - timedelta(days=1)) if self.von else None,
            until=end_of_day(self.bis) if self.bis else None,
            action=self.vorgang or None,
            person_id=UUID(self.person) if self.person else None,
        )
