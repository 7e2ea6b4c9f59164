"""Rules in sentences: "Wenn … dann …", and what came of a run."""

from collections.abc import Mapping, Sequence

from portal.automation.rules import LONGEST_CHAIN, Deed, Errand, Moment, Outcome, Pause, Telling, Wording
from portal.identity.role_words import ROLE_WORDS
from portal.shell.i18n import Sentence
from portal.spaces.principals import Kind, parse_principal
from portal.spaces.types import all_types
from portal.tasks.queries import role_at
from tenants.context import Role

Words = Sentence | str
SOMEWHERE = Sentence("einem Ordner, den Sie hier nicht sehen")
_VERBS: Mapping[Moment, Sentence] = {
    Moment.ADDED: Sentence("hinzugefügt wird"),
    Moment.CHANGED: Sentence("geändert wird"),
    Moment.MOVED: Sentence("hierher verschoben wird"),
    Moment.OVERDUE: Sentence("überfällig wird"),
}
OUTCOMES: Mapping[Outcome, Sentence] = {
    Outcome.WAITING: Sentence("läuft gleich"),
    Outcome.DONE: Sentence("ausgeführt"),
    Outcome.NOTHING: Sentence("nichts zu tun"),
    Outcome.REFUSED: Sentence("nicht ausgeführt"),
    Outcome.LOOP: Sentence("nicht ausgeführt"),
    Outcome.DEPTH: Sentence("nicht ausgeführt"),
    Outcome.PAUSED: Sentence("angehalten"),
}
KINDS: Mapping[Outcome, str] = {Outcome.DONE: "success", Outcome.WAITING: "info", Outcome.NOTHING: "info"}
DEEDS: Mapping[Deed, Sentence] = {
    Deed.STATE: Sentence("Stand gesetzt"),
    Deed.MOVE: Sentence("verschoben"),
    Deed.TASK: Sentence("Aufgabe angelegt"),
    Deed.TELL: Sentence("Mitteilung geschickt"),
}
PAUSES: Mapping[Pause, Sentence] = {
    Pause.AUTHOR_GONE: Sentence("Wer sie verantwortet, arbeitet nicht mehr in der Organisation."),
    Pause.NO_MEMBER: Sentence(
        "Die Organisation, die sie verantwortet, gehört nicht mehr zum Netzwerk oder nimmt am Raum nicht mehr teil."
    ),
    Pause.RIGHT_GONE: Sentence("Wer sie verantwortet, darf nicht mehr, was sie tun soll."),
    Pause.TARGET_GONE: Sentence("Den Ordner, in den sie verschiebt, gibt es nicht mehr."),
}
_GUARDS: Mapping[Outcome, Sentence] = {
    Outcome.LOOP: Sentence("Die Regel lief in dieser Kette schon einmal; ein zweites Mal ginge es im Kreis."),
    Outcome.DEPTH: Sentence(
        "Davor liefen schon %(number)s Regeln, von denen jede die nächste ausgelöst hat; mehr sind es nie.",
        number=LONGEST_CHAIN,
    ),
}


def sentence_of(wording: Wording, *, folder: str, target: Words, place: Words, organisation: str) -> Sentence:
    """The whole rule. ``target``, ``place`` and ``organisation`` are the names of what it names, if it does."""
    where = Sentence("in „%(folder)s“ oder darunter", folder=folder) if wording.is_deep else None
    return Sentence(
        "Wenn %(where)s %(what)s %(verb)s, dann %(deeds)s.",
        where=where or Sentence("direkt in „%(folder)s“", folder=folder),
        what=_subject(wording, place, organisation),
        verb=_verb(wording),
        deeds=joined(_deeds(wording, target)),
    )


def state_titles() -> dict[str, Words]:
    """What the states of all workflows are called, by name; where several share one, all their titles."""
    titles: dict[str, list[str]] = {}
    for declared in all_types():
        for name, state in declared.workflow.states.items():
            known = titles.setdefault(name, [])
            if state.title not in known:
                known.append(state.title)
    return {name: _either(found) for name, found in titles.items()}


def reason_of(outcome: Outcome, reason: str) -> Words:
    """Why a run came to nothing; empty when it did what it should."""
    if outcome is Outcome.PAUSED:
        return PAUSES[Pause(reason)] if reason in set(Pause) else PAUSES[Pause.NO_MEMBER]
    return _GUARDS.get(outcome, reason)


def joined(parts: Sequence[Words]) -> Words:
    """'a', 'a und b', 'a, b und c'."""
    if len(parts) == 1:
        return parts[0]
    first: Words = parts[0]
    for part in parts[1:-1]:
        first = Sentence("%(first)s, %(next)s", first=first, next=part)
    return Sentence("%(first)s und %(last)s", first=first, last=parts[-1])


def _either(titles: Sequence[str]) -> Words:
    found: Words = Sentence(titles[0])
    for title in titles[1:]:
        found = Sentence("%(one)s / %(other)s", one=found, other=Sentence(title))
    return found


def _subject(wording: Wording, place: Words, organisation: str) -> Sentence:
    conditions = wording.conditions
    what = Sentence("ein Eintrag")
    if conditions.kind:
        kind = next((declared.title for declared in all_types() if declared.name == conditions.kind), conditions.kind)
        what = Sentence("ein Eintrag der Art „%(kind)s“", kind=Sentence(kind))
    if conditions.tag:
        what = Sentence("%(what)s mit dem Schlagwort „%(tag)s“", what=what, tag=conditions.tag)
    if conditions.place_id is not None:
        what = Sentence("%(what)s unterhalb von „%(place)s“", what=what, place=place)
    if conditions.organisation_id is not None:
        what = Sentence("%(what)s durch jemanden von %(organisation)s", what=what, organisation=organisation)
    return what


def _verb(wording: Wording) -> Sentence:
    if wording.moment is Moment.STATE:
        return Sentence("den Stand „%(state)s“ erreicht", state=_state(wording, wording.moment_state))
    return _VERBS[wording.moment]


def _state(wording: Wording, name: str) -> Words:
    """What a state is called for the type that is meant; for any, all that it is called."""
    for declared in all_types():
        if declared.name == wording.conditions.kind and name in declared.workflow.states:
            return Sentence(declared.workflow.states[name].title)
    return state_titles().get(name, name)


def _deeds(wording: Wording, target: Words) -> list[Words]:
    deeds, found = wording.deeds, list[Words]()
    if deeds.state:
        found.append(Sentence("bekommt er den Stand „%(state)s“", state=_state(wording, deeds.state)))
    if deeds.target_id is not None:
        found.append(Sentence("wird er nach „%(folder)s“ verschoben", folder=target))
    if deeds.errand is not None:
        found.append(_errand(deeds.errand))
    if deeds.telling is not None:
        found.append(Sentence("geht eine Mitteilung an %(who)s", who=joined(_told(deeds.telling))))
    return found


def _errand(errand: Errand) -> Sentence:
    made = Sentence("entsteht die Aufgabe „%(title)s“", title=errand.title)
    if errand.who:
        made = Sentence("%(made)s für %(who)s", made=made, who=_whom(errand.who, errand.who_name))
    if errand.days is None:
        return made
    if errand.days == 0:
        return Sentence("%(made)s (fällig am selben Tag)", made=made)
    if errand.days == 1:
        return Sentence("%(made)s (fällig am nächsten Tag)", made=made)
    return Sentence("%(made)s (fällig nach %(days)s Tagen)", made=made, days=errand.days)


def _told(telling: Telling) -> list[Words]:
    found: list[Words] = []
    if telling.owner:
        found.append(Sentence("die Person, die ihn angelegt hat"))
    if telling.followers:
        found.append(Sentence("alle, die ihn beobachten"))
    if telling.who:
        found.append(_whom(telling.who, telling.who_name))
    return found


def _whom(who: str, name: str) -> Words:
    """A role in the words of whoever reads it; anybody else by the name from when the rule was written."""
    meant = parse_principal(who)
    if meant is None or meant.kind is not Kind.GROUP or meant.key not in set(Role):
        return name
    role = Role(meant.key)
    where = name.removeprefix(str(ROLE_WORDS[role])).strip(" ()")
    return role_at(role, where) if where else ROLE_WORDS[role]
