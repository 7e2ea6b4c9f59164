"""What a package would create in a folder, or what is wrong with it; nothing is written."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from portal.files.content import IMAGE
from portal.kit.errors import Forbidden, Invalid, NotFound
from portal.spaces.fields import RichText, clean
from portal.spaces.luggage import Prospect, all_luggage
from portal.spaces.queries import Item
from portal.spaces.queries_principals import title_of
from portal.spaces.rules import DEEPEST, GRANTED, Access
from portal.spaces.types import ContentType, type_of
from portal.transfer.rules import Broken, Line, Lines, Lists, Trouble
from tenants.context import Actor


@dataclass(frozen=True, slots=True)
class Plan:
    """What a package would create; ``strangers`` counts grants to whom this space cannot be shared with, ``remarks``
    say what comes otherwise than it was, or not at all."""

    lines: list[Line]
    troubles: list[Trouble]
    remarks: list[str]
    counts: list[tuple[ContentType, int]]
    files: dict[str, str]
    strangers: int = 0

    @property
    def titles(self) -> list[str]:
        """Of what would lie directly in the folder, and one level below."""
        return [str(line.data["values"]["title"]) for line in self.lines if len(line.path) <= 2][:20]  # noqa: PLR2004

    @property
    def pictures(self) -> set[str]:
        """Digests of what is shown as a picture."""
        return {digest for line in self.lines if line.data["type"] == IMAGE.name for digest in line.digests()}


class Readable(Protocol):
    """What came: a package of the portal, or what else can be read as one."""

    def read(self, lists: Lists) -> Lines:
        """Its items."""

    def has(self, digest: str) -> bool:
        """Whether the bytes of a file came along."""

    def content(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""


async def plan_import(*, actor: Actor, folder: Item, incoming: Readable) -> Plan:
    """Look through a package; nothing is written.

    Raises:
        Forbidden: the actor does not manage the folder.
        Invalid: the package itself cannot be read.
    """
    check_place(folder)
    found = await asyncio.to_thread(incoming.read, {luggage.name: luggage for luggage in all_luggage()})
    strangers = 0
    await asyncio.to_thread(_check, found, folder, incoming)  # much text takes long to clean
    for line in found.lines:
        strangers += [await is_known(actor, folder, grant) for grant in line.data["grants"]].count(False)
        await _drop_strangers(actor, folder, found, line)
    if not found.troubles:
        found.remarks += await _foretold(actor, folder, found)
    counts = Counter(line.data["type"] for line in found.lines)
    kinds = [] if found.troubles else [(type_of(name), count) for name, count in counts.most_common()]
    return Plan(found.lines, found.troubles, found.remarks, kinds, _names(found.lines), strangers)


async def _foretold(actor: Actor, folder: Item, found: Lines) -> list[str]:
    """What comes otherwise of all that packages keep about items."""
    said = []
    for luggage in all_luggage():
        entries = [entry for line in found.lines for entry in line.data.get(luggage.name, ())]
        said.append(await luggage.foretell(Prospect(actor, folder, entries)) if entries else "")
    return [sentence for sentence in said if sentence]


def check_place(folder: Item) -> None:
    """Whether somebody may put packages here: they bring states, history and rights along.

    Raises:
        Forbidden: no.
    """
    if not (folder.declared.is_folder and folder.may.access & Access.MANAGER):
        raise Forbidden("Ein Paket spielt ein, wer den Ordner verwaltet.")


def _names(lines: list[Line]) -> dict[str, str]:
    """What the files are called, by digest."""
    found: dict[str, str] = {}
    for line in lines:
        for values in (line.data["values"], *(version["values"] for version in line.data["versions"])):
            reference = values.get("file")
            if isinstance(reference, dict):
                found.setdefault(str(reference.get("sha256")), str(reference.get("name", "")))
    return found


def _check(found: Lines, folder: Item, incoming: Readable) -> None:
    """What can be said without the database."""
    _check_tree(found, folder)
    for line in found.lines:
        _check_line(found, line)
        for digest in line.digests():
            if not incoming.has(digest):
                found.refuse(line.number, "file", "Die Datei dazu fehlt im Paket.")


def _check_tree(found: Lines, folder: Item) -> None:
    """What several lines say together."""
    kinds = {line.path: line.data["type"] for line in found.lines}
    below_root = 1 if () in kinds else 0
    seen = set[str]()
    for line in found.lines:
        if line.data["id"] in seen:
            found.refuse(line.number, "id", "Diese Kennung steht schon in einem Eintrag darüber.")
        seen.add(line.data["id"])
        if line.path and not _is_folder(kinds.get(line.above)):
            found.refuse(line.number, "path", "Der Eintrag darüber ist kein Ordner.")
        if len(folder.path) + len(line.path) + below_root > DEEPEST:
            found.refuse(line.number, "path", "Tiefer als 20 Ebenen lässt sich nichts ablegen.")


def _is_folder(kind: str | None) -> bool:
    """Also of what is not in the package, or of no known kind: that is said elsewhere."""
    try:
        return kind is None or type_of(kind).is_folder
    except NotFound:
        return True


def _check_line(found: Lines, line: Line) -> None:
    try:
        declared = type_of(line.data["type"])
    except NotFound:
        found.refuse(line.number, "type", f"Diese Art von Inhalt gibt es hier nicht: {line.data['type'][:50]!r}.")
        return
    if line.data["state"] not in declared.workflow.states:
        found.refuse(line.number, "state", f"Diesen Stand gibt es hier nicht: {line.data['state'][:50]!r}.")
    try:
        line.data["values"] = _kept(declared, "values", line.data["values"])
        for number, version in enumerate(line.data["versions"], start=1):
            version["values"] = _kept(declared, f"versions.{number}.values", version["values"])
    except Broken as broken:
        found.refuse(line.number, broken.key, broken.sentence)
    numbers = [version["version"] for version in line.data["versions"]]
    if len(set(numbers)) != len(numbers) or any(number < 1 for number in numbers):
        found.refuse(line.number, "versions", "Eine Fassung steht doppelt da, oder ihre Nummer ist keine.")
    begins, ends = line.data.get("publish_at"), line.data.get("expires_at")
    if begins is not None and ends is not None and ends <= begins:
        found.refuse(line.number, "expires_at", "Das Ende muss nach dem Anfang liegen.")


def _kept(declared: ContentType, key: str, values: dict[str, Any]) -> dict[str, Any]:
    """Values as the form of the type lets them through; formatted text is cleaned and otherwise left as it is.

    Raises:
        Broken: the form would not take them.
    """
    try:
        form = declared.form.read(declared.form.blank(**declared.initial(values)).raw)
    except (ValueError, TypeError, AttributeError, KeyError):
        raise Broken(key, "Ein Feld hat einen Inhalt, der nicht zu ihm passt.") from None
    if not form.ok:
        name, sentence = next(iter(form.errors.items()))
        raise Broken(f"{key}.{name}" if name else key, str(sentence))
    result = declared.values_of(form)
    for name, field in declared.every.items():
        if isinstance(field, RichText):
            result[name] = clean(str(values.get(name) or ""))
        elif name not in result:
            result[name] = _reference(f"{key}.{name}", values.get(name), is_column=name in declared.columns)
    return result


def _reference(key: str, value: Any, *, is_column: bool) -> dict[str, Any] | None:
    """What another package keeps for the item: a file by its digest, a person by what they count as.

    Raises:
        Broken: it is neither.
    """
    if not value:
        return None
    needed = ("id", "name") if is_column else ("name", "sha256")
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in needed):
        raise Broken(key, f"Erwartet wird ein Objekt mit {' und '.join(f'„{name}“' for name in needed)}.")
    return value


async def _drop_strangers(actor: Actor, folder: Item, found: Lines, line: Line) -> None:
    """Whoever cannot be here is in charge of nothing here."""
    values = line.data["values"]
    for name in _columns_of(line.data["type"]):
        reference = values.get(name)
        if isinstance(reference, dict) and not await _is_somebody(actor, folder, reference["id"]):
            values[name] = None
            found.remarks.append(
                f"Für „{values['title']}“ ist niemand mehr zuständig: Die Person kann es hier nicht sein"
            )


def _columns_of(kind: str) -> Iterable[str]:
    try:
        return type_of(kind).columns
    except NotFound:
        return ()


async def _is_somebody(actor: Actor, folder: Item, principal: str) -> bool:
    try:
        await title_of(actor, folder.space, principal)
    except (Invalid, NotFound):
        return False
    return True


async def is_known(actor: Actor, folder: Item, grant: Mapping[str, Any]) -> bool:
    """Whether a grant means somebody whom this space can be shared with."""
    is_access = grant["access"] in {int(access) for access in GRANTED}
    return is_access and await _is_somebody(actor, folder, grant["principal"])
