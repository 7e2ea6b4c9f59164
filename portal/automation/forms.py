"""What is asked about a rule: when, only if, then."""

from uuid import UUID

from portal.automation.rules import MOST_DAYS, Conditions, Deeds, Errand, Moment, Telling, Wording
from portal.shell.fields import Checkbox, Choice, Integer, Options, Select, Text
from portal.shell.forms import Form
from portal.shell.i18n import Sentence, mark
from portal.spaces.types import type_of

STATE = "state:"
DEEP, HERE = "darunter", "hier"


class RuleForm(Form):
    """A rule in three parts. Of what should happen, what is empty does not."""

    title = Text(
        mark("Wie heißt die Regel?"), required=mark("Bitte geben Sie der Regel einen Namen."), limit=120,
        help=mark("Unter diesem Namen steht sie in der Liste, im Protokoll und in Mitteilungen."),
    )  # fmt: skip
    moment = Select(mark("Wenn ein Eintrag …"), required=mark("Bitte wählen Sie, was geschehen muss."))
    reach = Choice(
        mark("Wo?"),
        options=((HERE, mark("nur direkt in diesem Ordner")), (DEEP, mark("hier und in allen Ordnern darunter"))),
        required=mark("Bitte wählen Sie, wo die Regel gilt."),
    )
    kind = Select(mark("Nur diese Art von Inhalt"))
    tag = Text(mark("Nur mit diesem Schlagwort"), limit=50)
    place = Select(mark("Nur unterhalb dieses Ordners"))
    organisation = Select(
        mark("Nur wenn jemand von dieser Organisation das tut"),
        help=mark("Wird etwas überfällig, zählt, wer es angelegt hat."),
    )
    state = Select(mark("Stand setzen"))
    target = Select(mark("Verschieben nach"))
    task_title = Text(
        mark("Aufgabe anlegen"), limit=200, help=mark("Der Titel der Aufgabe. Sie entsteht neben dem Eintrag.")
    )
    task_who = Select(mark("Wer ist zuständig?"))
    task_days = Integer(mark("Zu erledigen nach wie vielen Tagen"), least=0, most=MOST_DAYS)
    tell_owner = Checkbox(mark("Mitteilung an die Person, die den Eintrag angelegt hat"))
    tell_followers = Checkbox(mark("Mitteilung an alle, die den Eintrag oder einen Ordner darüber beobachten"))
    tell_who = Select(
        mark("Mitteilung an"), help=mark("Es erfährt nur davon, wer den Eintrag in dem Augenblick lesen darf.")
    )
    tell_note = Text(mark("Was soll in der Mitteilung stehen?"), limit=200)

    def check(self) -> None:
        """What the fields mean together."""
        self._check_state()
        if not self.task_title and (self.task_who or self.task_days is not None):
            self.fail("task_title", "Bitte geben Sie der Aufgabe einen Titel, oder leeren Sie die Felder dazu.")
        is_told = self.tell_owner or self.tell_followers or self.tell_who
        if self.tell_note and not is_told:
            self.fail("tell_who", "Bitte wählen Sie, wer die Mitteilung bekommt.")
        if self.errors or self.state or self.target or self.task_title or is_told:
            return
        self.fail("state", "Bitte sagen Sie, was dann geschehen soll: mindestens eines davon.")

    def wording(self) -> Wording:
        """What the form says, when it is right."""
        moment, _, state = self.moment.partition(":")
        conditions = Conditions(self.kind, self.tag, _id(self.place), _id(self.organisation))
        errand = telling = None
        if self.task_title:
            errand = Errand(self.task_title, self.task_who, self._named("task_who"), self.task_days)
        if self.tell_owner or self.tell_followers or self.tell_who:
            who_name = self._named("tell_who")
            telling = Telling(self.tell_owner, self.tell_followers, self.tell_who, who_name, self.tell_note)
        deeds = Deeds(self.state, _id(self.target), errand, telling)
        return Wording(self.title, self.reach == DEEP, Moment(moment), state, conditions, deeds)

    def _check_state(self) -> None:
        if self.state and self.moment == f"{STATE}{self.state}":
            self.fail("state", "Diesen Stand hat der Eintrag dann schon.")
        if not self.kind:
            return
        states = type_of(self.kind).workflow.states
        title = Sentence(type_of(self.kind).title)
        if self.state and self.state not in states:
            self.fail("state", "„%(kind)s“ kennt diesen Stand nicht.", kind=title)
        if self.moment.startswith(STATE) and self.moment.removeprefix(STATE) not in states:
            self.fail("moment", "„%(kind)s“ kennt diesen Stand nicht.", kind=title)

    def _named(self, name: str) -> str:
        options: Options = self.options[name]
        return next((str(label) for value, label in options if value and value == self.value[name]), "")[:200]


def initial_of(wording: Wording) -> dict[str, object]:
    """A rule as the form begins with it."""
    conditions, deeds = wording.conditions, wording.deeds
    state = f"{STATE}{wording.moment_state}" if wording.moment is Moment.STATE else wording.moment.value
    found: dict[str, object] = {
        "title": wording.title, "moment": state, "reach": DEEP if wording.is_deep else HERE, "kind": conditions.kind,
        "tag": conditions.tag, "place": conditions.place_id, "organisation": conditions.organisation_id,
        "state": deeds.state, "target": deeds.target_id,
    }  # fmt: skip
    if (errand := deeds.errand) is not None:
        found |= {"task_title": errand.title, "task_who": errand.who, "task_days": errand.days}
    if (telling := deeds.telling) is not None:
        found |= {
            "tell_owner": telling.owner, "tell_followers": telling.followers, "tell_who": telling.who,
            "tell_note": telling.note,
        }  # fmt: skip
    return found


def _id(text: str) -> UUID | None:
    return UUID(text) if text else None
