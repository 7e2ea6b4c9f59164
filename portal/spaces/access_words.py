"""What kinds of access, and whom they are given to, are called by people."""

from collections.abc import Iterable, Mapping

from portal.identity.role_words import ROLE_WORDS
from portal.shell.i18n import Sentence
from portal.spaces.places import Space
from portal.spaces.principals import Kind, parse_principal
from portal.spaces.queries import Item
from portal.spaces.queries_sharing import Given
from portal.spaces.rules import ANYBODY, Access
from tenants.context import Role

ACCESS_WORDS: Mapping[Access, Sentence] = {
    Access.READER: Sentence("lesen"),
    Access.CONTRIBUTOR: Sentence("beitragen"),
    Access.EDITOR: Sentence("bearbeiten"),
    Access.REVIEWER: Sentence("prüfen"),
    Access.MANAGER: Sentence("verwalten"),
    Access.OWNER: Sentence("Eigenes bearbeiten"),
    Access.ASSIGNEE: Sentence("erledigen"),
}
ACCESS_CHOICES = (
    (str(int(Access.READER)), Sentence("Lesen: was veröffentlicht ist, ansehen")),
    (str(int(Access.CONTRIBUTOR)), Sentence("Beitragen: Neues anlegen und Eigenes bearbeiten")),
    (str(int(Access.EDITOR)), Sentence("Bearbeiten: alles hier ändern, verschieben und löschen")),
    (str(int(Access.REVIEWER)), Sentence("Prüfen: Eingereichtes lesen, veröffentlichen oder zurückgeben")),
    (str(int(Access.MANAGER)), Sentence("Verwalten: alles, auch Zugriffsrechte vergeben")),
)
# Why somebody may do what nobody granted them.
_BY_ITSELF = {
    Access.OWNER: Sentence("weil %(name)s den Eintrag angelegt hat"),
    Access.ASSIGNEE: Sentence("weil der Eintrag zugewiesen ist"),
}
_BY_MYSELF = _BY_ITSELF | {Access.OWNER: Sentence("weil Sie den Eintrag angelegt haben")}
_NOBODY = Sentence("niemand, den es noch gibt")
_READERS = {
    Access.READER: Sentence("wer hier lesen darf"),
    Access.CONTRIBUTOR: Sentence("wer hier beitragen darf"),
    Access.EDITOR: Sentence("wer hier bearbeiten darf"),
    Access.REVIEWER: Sentence("wer hier prüfen darf"),
    Access.MANAGER: Sentence("wer hier verwaltet"),
    Access.OWNER: Sentence("wer den Eintrag angelegt hat"),
    Access.ASSIGNEE: Sentence("wem der Eintrag zugewiesen ist"),
}


def access_words(access: Access) -> list[Sentence]:
    """Each kind of access in a mask, the least first."""
    return [words for kind, words in ACCESS_WORDS.items() if kind & access]


def by_itself_words(access: Access, name: Sentence | str, *, is_me: bool) -> Sentence | str:
    """Why somebody may do what nobody granted them; empty where it needs a grant."""
    words = (_BY_MYSELF if is_me else _BY_ITSELF).get(access)
    return "" if words is None else Sentence(words, name=name)


def editors_words(item: Item) -> list[Sentence]:
    """Who may change the item in its present state; nobody where a room is closed."""
    return [] if item.space.is_closed else holders_words(item.here.editors)


def readers_words(item: Item) -> list[Sentence]:
    """Who sees the item in its present state."""
    return holders_words(item.here.readers)


def holders_words(access: Access) -> list[Sentence]:
    """Who is meant by a mask: whoever has one of its kinds."""
    if access == ANYBODY:
        return [Sentence("alle, denen hier irgendein Zugriff gegeben ist")]
    return [words for kind, words in _READERS.items() if kind & access]


def seen_by(item: Item) -> list[Sentence]:
    """Who sees an item in its present state, as it is said to whoever looks."""
    readers = item.here.readers
    made = [Sentence("Sie") if item.access & Access.OWNER else _READERS[Access.OWNER]] if readers & Access.OWNER else []
    return made + holders_words(readers & ~Access.OWNER)


def who_words(space: Space, principal: str, *, title: str = "", names: Mapping[str, str]) -> Sentence | str:
    """Whom a grant is for. ``names`` are the members of the network; ``title`` is the name from when it was given."""
    meant = parse_principal(principal)
    if meant is None:
        return title or _NOBODY
    if meant.kind is Kind.EVERYONE:
        return _everybody_words(space)
    if meant.kind is Kind.OFFICE:
        return Sentence("Geschäftsstelle des Netzwerks")
    if meant.kind is Kind.GROUP:
        role = ROLE_WORDS[Role(meant.key)] if meant.key in set(Role) else _NOBODY
        if meant.organisation_id is None:
            return Sentence("Alle mit der Aufgabe „%(role)s“", role=role)
        where = names.get(f"{Kind.ORGANISATION}:{meant.organisation_id}") or title or _NOBODY
        return Sentence("„%(role)s“ bei %(organisation)s", role=role, organisation=where)
    return names.get(principal) or title or _NOBODY


def _everybody_words(space: Space) -> Sentence:
    if space.is_room:
        return Sentence("Alle, die an diesem Raum teilnehmen")
    own = Sentence("Alle in %(organisation)s", organisation=space.title)
    return Sentence("Alle Mitglieder des Netzwerks") if space.network_id else own


def kind_words(principal: str) -> Sentence:
    """What sort of somebody that is."""
    meant = parse_principal(principal)
    words = {
        Kind.GROUP: Sentence("Gruppe"),
        Kind.OFFICE: Sentence("Gruppe"),
        Kind.ORGANISATION: Sentence("Organisation"),
        Kind.PERSON: Sentence("Person"),
    }
    return Sentence("alle") if meant is None else words.get(meant.kind, Sentence("alle"))


def is_needed(given: Iterable[Given], entry: Given) -> bool:
    """Whether a grant is the last one to manage a space, which cannot be taken away."""
    others = [g for g in given if not g.path and g.access is Access.MANAGER and g != entry]
    return entry.is_here and not entry.path and entry.access is Access.MANAGER and not others
