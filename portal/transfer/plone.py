"""An export that ``collective.exportimport`` made of a Plone site, read as if it were a package.

The file is a list of objects as ``plone.restapi`` writes them, with files in them as text (base64). Read once, entry by
entry: the bytes of files go to a file of our own on the way. What remains of all entries is held, for links and folders
need the whole of it, and is therefore bounded by ``LIMITS.lines``, like the lines of a package.
"""

import base64
import binascii
import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from itertools import count
from tempfile import TemporaryFile
from typing import IO, Any
from uuid import NAMESPACE_URL, uuid5

from portal.kit.errors import Invalid
from portal.shell.i18n import Sentence
from portal.spaces.rules import DEEPEST, numbered, slug_of
from portal.spaces.types import type_of
from portal.transfer import limits
from portal.transfer.plone_items import KINDS, SITES, Reading, Remarks
from portal.transfer.plone_json import read_entries
from portal.transfer.plone_links import Links, id_of, path_of
from portal.transfer.rules import Broken, Line, Lines, Lists, check_entry, too_many

_NEEDED = {"File", "Image"}
_ONLY_THAT_IT_IS_THERE = ("exportimport.versions", "workflow_history")  # every version of it, with its files
_FILES = {"Document": "image", "Event": "image", "File": "file", "Image": "image", "News Item": "image"}
_PIECE = 256 * 1024
_LONGEST_NAME = 200


@dataclass(eq=False)
class _Node:
    """One entry of the export and where it belongs."""

    number: int
    entry: dict[str, Any]
    id: str
    path: str
    children: list["_Node"] = field(default_factory=list)
    above: "_Node | None" = None

    @property
    def sort(self) -> str:
        """Its type in Plone."""
        return str(self.entry.get("@type"))

    @property
    def title(self) -> str:
        """For remarks."""
        return str(self.entry.get("title") or self.entry.get("id") or self.path)[:60]

    def state(self) -> str:
        """Its state in Plone, or what it takes from the nearest above that has one: files have none of their own."""
        for node in (self, *self.lies_in()):
            found = node.entry.get("review_state")
            if isinstance(found, str) and found:
                return found
        return "published"

    def lies_in(self) -> Iterator["_Node"]:
        """What is above it, upwards."""
        above = self.above
        while above is not None:
            yield above
            above = above.above


class PloneExport:
    """What somebody sent.

    Raises:
        Invalid: it cannot be read as JSON up to its end, or there is too much text in it.
    """

    def __init__(self, spooled: IO[bytes]) -> None:
        self._bytes = TemporaryFile()  # noqa: SIM115 - closed by ``close``
        self._kept: dict[str, tuple[int, int]] = {}
        self._found = Lines()
        self._remarks = Remarks()
        self._now = datetime.now(UTC)
        self._held = 0
        self._numbers = count(1)
        try:
            nodes = self._nodes(spooled)
            self._links = _links_of(nodes)
            self._write(_roots_of(nodes), (), set())
        except BaseException:
            self.close()
            raise
        self._say_what_is_lost()
        if not self._found.lines and not self._found.troubles:
            self._found.places[1] = "Plone-Export"
            self._found.refuse(1, "", "Darin ist nichts, was sich übernehmen lässt.")
        self._found.troubles.sort(key=lambda trouble: trouble.number)
        self._found.remarks = self._remarks.lines()

    def close(self) -> None:
        """Forget the bytes of its files."""
        self._bytes.close()

    def read(self, _: Lists) -> Lines:
        """Its items as lines."""
        return self._found

    def has(self, digest: str) -> bool:
        """Whether the bytes came along."""
        return digest in self._kept

    async def content(self, digest: str) -> AsyncIterator[bytes]:
        """The bytes of a file."""
        at, size = self._kept[digest]
        end = at + size
        while at < end:
            self._bytes.seek(at)
            piece = self._bytes.read(min(_PIECE, end - at))
            at += len(piece)
            yield piece

    def _nodes(self, spooled: IO[bytes]) -> list[_Node]:
        """Every entry of a type we know, with the bytes of its file put aside."""
        nodes, seen = list[_Node](), set[str]()
        for number, (line, entry) in enumerate(read_entries(spooled), start=1):
            self._found.places[number] = f"Eintrag {number} (ab Zeile {line})"
            if number > limits.LIMITS.items:
                self._found.refuse(number, "", too_many())
                break
            try:
                node = self._node(number, entry)
            except Broken as broken:
                self._found.refuse(number, broken.key, broken.sentence)
                continue
            if node is not None and node.id in seen:
                self._found.refuse(number, "UID", "Dieser Eintrag steht schon einmal weiter oben.")
            elif node is not None:
                seen.add(node.id)
                nodes.append(node)
        return nodes

    def _node(self, number: int, entry: Any) -> _Node | None:
        check_entry(entry)
        if isinstance(entry.get("unexported_paths"), list):
            for one in entry["unexported_paths"]:
                path = str(one.get("path") if isinstance(one, dict) else one)
                self._remarks.say("Das konnte Plone selbst nicht ausgeben", path[:100])
            return None
        address = entry.get("@id")
        if not isinstance(address, str) or not address.strip():
            raise Broken("@id", "Erwartet wird die Adresse, die der Eintrag in Plone hatte.")
        if not isinstance(entry.get("@type"), str):
            raise Broken("@type", "Erwartet wird die Art des Inhalts, zum Beispiel „Document“.")
        self._found.places[number] += f" {path_of(address)[:100]}"
        node = _Node(number, entry, id_of(entry.get("UID"), address), path_of(address))
        self._put_aside(node)
        self._hold(entry)
        return node

    def _hold(self, entry: dict[str, Any]) -> None:
        """Count what is kept of an entry.

        Raises:
            Invalid: all entries together are too much.
        """
        for name in _ONLY_THAT_IT_IS_THERE:
            if name in entry:
                entry[name] = bool(entry[name])
        self._held += len(json.dumps(entry, ensure_ascii=False))
        if self._held > limits.LIMITS.lines:
            said = Sentence(
                "In dem Export ist zu viel Text auf einmal: möglich sind %(size)s ohne die Dateien. Geben Sie in Plone "
                "einzelne Ordner aus und spielen Sie einen nach dem anderen ein.",
                size=limits.size_words(limits.LIMITS.lines),
            )
            raise Invalid(said, field="file")

    def _put_aside(self, node: _Node) -> None:
        """Keep the bytes of its file, and of the entry only their digest; what else holds bytes is let go."""
        key = _FILES.get(node.sort, "")
        for name, value in list(node.entry.items()):
            if name != key and isinstance(value, dict) and value.get("encoding") == "base64":
                node.entry.pop(name)
                self._remarks.say(f"Was in Plone unter „{name[:50]}“ an einem Eintrag hängt, fällt weg", node.title)
        sent = node.entry.get(key)
        if sent is None and node.sort not in _NEEDED:
            return
        if not isinstance(sent, dict):
            raise Broken(key, "Erwartet wird ein Objekt mit „filename“ und „data“.")
        if not isinstance(sent.get("data"), str):
            raise Broken(
                f"{key}.data",
                "Die Datei ist nicht dabei. Wählen Sie beim Export „Include blobs“ und dort base64.",
            )
        try:
            held = base64.b64decode(sent["data"], validate=True)
        except (binascii.Error, ValueError):
            raise Broken(f"{key}.data", "Erwartet wird der Inhalt der Datei in base64.") from None
        digest = sha256(held).hexdigest()
        if digest not in self._kept:
            self._kept[digest] = (self._bytes.seek(0, 2), len(held))
            self._bytes.write(held)
        name = str(sent.get("filename") or node.entry.get("id") or "datei").replace("\\", "/").rpartition("/")[2]
        node.entry[key] = {"name": name[-_LONGEST_NAME:], "sha256": digest}

    def _write(self, nodes: list[_Node], above: tuple[str, ...], taken: set[str]) -> None:
        """Lines for what lies in one place, and for all below."""
        for node in nodes:
            if not node.children and node.sort not in KINDS:
                self._remarks.say(f"Die Art „{node.sort[:50]}“ gibt es hier nicht; sie fällt weg", node.title)
                continue
            if len(above) >= DEEPEST:
                self._found.refuse(node.number, "@id", "Tiefer als 20 Ebenen lässt sich nichts ablegen.")
                continue
            path = (*above, _free(slug_of(str(node.entry.get("id") or node.path.rpartition("/")[2])), taken))
            try:
                self._write_node(node, path, taken)
            except Broken as broken:
                self._found.refuse(node.number, broken.key, broken.sentence)

    def _write_node(self, node: _Node, path: tuple[str, ...], taken: set[str]) -> None:
        kind = KINDS.get(node.sort, "folder")
        reading = Reading(node.entry, kind, node.path, self._links, self._remarks)
        if node.children and not type_of(kind).is_folder:
            self._remarks.say(
                "Was in Plone Seite und Ordner zugleich war, wird ein Ordner mit der Seite darin", node.title
            )
            outer = Reading({**node.entry, "subjects": []}, "folder", node.path, self._links, self._remarks)
            self._add(node, outer, path, outer.values(), other_id=str(uuid5(NAMESPACE_URL, f"{node.id}/ordner")))
            inside = {"seite"}
            self._add(node, reading, (*path, "seite"), reading.values())
            self._write(node.children, path, inside)
            return
        values = reading.values()
        if node.sort not in _NEEDED and isinstance(node.entry.get("image"), dict):
            values["body"] = self._with_picture(node, reading, path, taken) + values["body"]
        self._add(node, reading, path, values)
        self._write(node.children, path, set())

    def _with_picture(self, node: _Node, reading: Reading, path: tuple[str, ...], taken: set[str]) -> str:
        """The picture of a text becomes one beside it, shown on top of the text."""
        alt = reading.text("image_caption", limit=500)
        picture = Reading(node.entry, "image", node.path, self._links, self._remarks)
        values = {"title": f"{reading.title[:190]} (Bild)", "summary": "", "tags": [], "alt": alt, "credit": ""}
        beside = (*path[:-1], _free(f"{path[-1][:70]}-bild", taken))
        found = str(uuid5(NAMESPACE_URL, f"{node.id}/bild"))
        self._add(node, picture, beside, {**values, "file": node.entry["image"]}, other_id=found)
        return f'<figure><img src="/inhalte/{found}/bild" alt=""></figure>'

    def _add(
        self, node: _Node, reading: Reading, path: tuple[str, ...], values: dict[str, Any], *, other_id: str = ""
    ) -> None:
        creators = ", ".join(reading.words("creators"))[:200]
        data = {
            "id": other_id or node.id,
            "path": "/".join(path),
            "type": reading.kind,
            "values": values,
            "position": next(self._numbers),
            "version": 1,
            "owner": creators,
            "changed_by": creators,
            "versions": [],
            "steps": [],
            "grants": [],
            **reading.state(node.state(), self._now),
        }
        self._note_left_out(node)
        self._found.lines.append(Line(node.number, path, data))

    def _note_left_out(self, node: _Node) -> None:
        if any("local" in key and "role" in key for key in node.entry):
            self._remarks.say("Lokale Rollen fallen weg; Zugriffsrechte gibt man hier im Ordner", node.title)
        if node.entry.get("relatedItems"):
            self._remarks.say("„Verwandte Inhalte“ fallen weg", node.title)
        if node.entry.get("exportimport.versions") or node.entry.get("workflow_history"):
            self._remarks.say(
                "Fassungen und Schritte der Prüfung aus Plone fallen weg; es beginnt mit dem heutigen Stand"
            )

    def _say_what_is_lost(self) -> None:
        said = (
            (self._links.lost, "Verweise auf Einträge, die nicht dabei sind, führen weiter in das alte Plone"),
            (
                self._links.missing_pictures,
                "Bilder in Texten, die nicht dabei sind oder von anderswo kommen, fallen weg",
            ),
            (self._links.embedded, "Bilder, die im Text selbst stehen, fallen weg; legen Sie sie als Bilder ab"),
        )
        for number, sentence in said:
            if number:
                self._remarks.say(f"{sentence}: {number}")


def _links_of(nodes: list[_Node]) -> Links:
    first = next(iter(nodes), None)
    parents = [node.entry.get("parent") for node in nodes if _parent_sort(node) in SITES]
    sites = [str(parent["@id"]) for parent in parents if isinstance(parent, dict) and parent.get("@id")]
    sites += [str(node.entry["@id"]) for node in nodes if node.sort in SITES]
    if not sites and first is not None:
        sites = [str(first.entry["@id"]).rpartition("/")[0]]
    ids = {node.path: node.id for node in nodes if node.sort in KINDS}
    return Links(ids, set(ids.values()), site=sites[0].rstrip("/") if sites else "")


def _parent_sort(node: _Node) -> str:
    parent = node.entry.get("parent")
    return str(parent.get("@type")) if isinstance(parent, dict) else ""


def _roots_of(nodes: list[_Node]) -> list[_Node]:
    """Put each below its parent; gives back what has none in the file, in its order."""
    by_id = {node.id: node for node in nodes if node.sort not in SITES}
    by_path = {node.path: node for node in by_id.values()}
    roots = []
    for node in by_id.values():
        found = node.entry.get("parent")
        parent: dict[str, Any] = found if isinstance(found, dict) else {}
        above = by_id.get(id_of(parent.get("UID"), "")) or by_path.get(path_of(str(parent.get("@id") or "")))
        above = above or by_path.get(node.path.rpartition("/")[0])
        if above is None or node in (above, *above.lies_in()):
            roots.append(node)
        else:
            node.above = above
            above.children.append(node)
    for node in by_id.values():
        _put_in_order(node)
    return roots


def _put_in_order(folder: _Node) -> None:
    """As the folder lists what is in it, if it does; else as it stands in the file."""
    listed = folder.entry.get("items")
    if not isinstance(listed, list):
        return
    places = {path_of(str(one.get("@id"))): place for place, one in enumerate(listed) if isinstance(one, dict)}
    folder.children.sort(key=lambda child: places.get(child.path, len(places)))


def _free(slug: str, taken: set[str]) -> str:
    """A part of an address that nothing else has in this folder."""
    wanted = slug or "eintrag"
    found = next((name for name in _more(wanted) if name not in taken), wanted)
    taken.add(found)
    return found


def _more(slug: str) -> Iterator[str]:
    yield from numbered(slug)
    yield from (f"{slug[:70]}-{number}" for number in count(100))
