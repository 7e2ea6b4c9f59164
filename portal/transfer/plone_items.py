"""What an item of Plone is here: its type, its fields, its state and its moments. Nothing is read or written."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from html import escape
from typing import Any

from portal.kit.clock import BERLIN
from portal.spaces.fields import midnight
from portal.spaces.markup import as_markup, plain_lines
from portal.spaces.types import type_of
from portal.transfer.plone_links import Links
from portal.transfer.rules import Broken

KINDS: Mapping[str, str] = {
    "Collection": "collection",
    "Document": "page",
    "Event": "event",
    "File": "file",
    "Folder": "folder",
    "Image": "image",
    "Large Plone Folder": "folder",
    "Link": "link",
    "News Item": "news",
    "Topic": "collection",
}
SITES = frozenset({"LRF", "Plone Site"})
# States of the workflows that come with Plone.
STATES: Mapping[str, str] = {
    "external": "published",
    "internal": "published",
    "internally_published": "published",
    "internally_restricted": "private",
    "pending": "pending",
    "private": "private",
    "published": "published",
    "rejected": "private",
    "retracted": "retracted",
    "visible": "published",
}
_SORTS = {"sortable_title": "title", "start": "begins"}
_FIRST_YEAR, _LAST_YEAR = 1971, 2199  # beyond them Plone means "always" and "never"
_LONGEST_TITLE, _LONGEST_SUMMARY, _MOST_TAGS, _LONGEST_TAG = 200, 1000, 20, 50
_EXAMPLES = 3


@dataclass
class Remarks:
    """What comes otherwise than it was, or not at all: a sentence, and the titles it is said of."""

    said: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    def say(self, sentence: str, title: str = "") -> None:
        """Note it."""
        titles = self.said[sentence]
        if title not in titles[-1:]:  # one entry may be said twice, when it becomes two
            titles.append(title)

    def lines(self) -> list[str]:
        """One a sentence, with how often and a few examples."""
        return [f"{sentence}{self._of(titles)}" for sentence, titles in self.said.items()]

    def _of(self, titles: list[str]) -> str:
        named = [title for title in titles if title]
        if not named:
            return ""
        more = f" und {len(named) - _EXAMPLES} weitere" if len(named) > _EXAMPLES else ""
        return f" ({', '.join(f'„{title}“' for title in named[:_EXAMPLES])}{more})"


@dataclass
class Reading:
    """One entry of an export as it is read: what it says, where its text lies, how its links lead."""

    entry: Mapping[str, Any]
    kind: str
    path: str
    links: Links
    remarks: Remarks

    @property
    def title(self) -> str:
        """Its title, or what stands in its address."""
        return self.text("title") or str(self.entry.get("id") or "") or "Ohne Titel"

    def text(self, key: str, *, limit: int = 100_000) -> str:
        """A field that is a text.

        Raises:
            Broken: it is something else.
        """
        found = self.entry.get(key)
        if found is None:
            return ""
        if not isinstance(found, str):
            raise Broken(key, "Erwartet wird ein Text.")
        return " ".join(found.split())[:limit]

    def words(self, key: str) -> list[str]:
        """A field that is a list of texts.

        Raises:
            Broken: it is something else.
        """
        found = self.entry.get(key) or []
        if not isinstance(found, list) or not all(isinstance(word, str) for word in found):
            raise Broken(key, "Erwartet wird eine Liste von Texten.")
        return list(found)

    def moment(self, key: str) -> datetime | None:
        """A field that is a moment; None for what Plone calls always and never.

        Raises:
            Broken: it is something else.
        """
        found = self.text(key)
        if not found:
            return None
        try:
            moment = datetime.fromisoformat(found)
        except ValueError:
            raise Broken(key, "Erwartet wird ein Zeitpunkt wie 2026-12-04T14:30:00+00:00.") from None
        if not _FIRST_YEAR <= moment.year <= _LAST_YEAR:
            return None
        return moment if moment.tzinfo else moment.replace(tzinfo=BERLIN)

    def markup(self) -> str:
        """Its formatted text.

        Raises:
            Broken: it is none.
        """
        found = self.entry.get("text")
        if isinstance(found, dict):
            found = found.get("data")
        if not found and self.entry.get("blocks"):
            found = self._blocks()
        if found is not None and not isinstance(found, str):
            raise Broken("text", "Erwartet wird ein Text oder ein Objekt mit „data“ und „content-type“.")
        return as_markup(self.links.in_text(found or "", self.path))

    def _blocks(self) -> str:
        """The text of a page made of blocks; how it was formatted is lost."""
        self.remarks.say("Von Seiten aus Blöcken (Volto) kommen Texte und Bilder, ohne Formatierung", self.title)
        blocks, layout = self.entry.get("blocks"), self.entry.get("blocks_layout") or {}
        if not isinstance(blocks, dict) or not isinstance(layout, dict):
            raise Broken("blocks", "Erwartet wird ein Objekt.")
        items = layout.get("items") or list(blocks)
        if not isinstance(items, list):
            raise Broken("blocks_layout", "Erwartet wird eine Liste von Texten.")
        order = [name for name in items if isinstance(name, str) and name in blocks]
        return "".join(_block(blocks[name]) for name in order if isinstance(blocks[name], dict))

    def values(self) -> dict[str, Any]:
        """Its fields, as our type has them.

        Raises:
            Broken: one of them is of another kind than Plone writes.
        """
        title, summary = self.title, self.text("description")
        if len(title) > _LONGEST_TITLE or len(summary) > _LONGEST_SUMMARY:
            self.remarks.say("Zu lange Titel und Beschreibungen sind gekürzt", title[:60])
        common = {"title": title[:_LONGEST_TITLE], "summary": summary[:_LONGEST_SUMMARY], "tags": self._tags()}
        return common | {"order": "position"} if self.kind == "folder" else common | _FIELDS[self.kind](self)

    def _tags(self) -> list[str]:
        every = [" ".join(part.split()) for word in self.words("subjects") for part in word.split(",")]
        found = list(dict.fromkeys(word[:_LONGEST_TAG] for word in every if word))
        if len(found) > _MOST_TAGS or any(len(word) > _LONGEST_TAG for word in every):
            self.remarks.say("Mehr als 20 Schlagwörter, oder zu lange, sind gekürzt", self.title)
        return found[:_MOST_TAGS]

    def state(self, wanted: str, now: datetime) -> dict[str, Any]:
        """State and moments. ``wanted`` is the state in Plone; what has none there is as visible as its folder."""
        workflow = type_of(self.kind).workflow
        state = STATES.get(wanted, "private")
        if wanted not in STATES:
            self.remarks.say(
                f"Den Stand „{wanted[:50]}“ gibt es hier nicht; das wird ein Entwurf oder bleibt verborgen"
            )
        begins, ends = self.moment("effective"), self.moment("expires")
        may_wait = "retract" in workflow.transitions
        timed: dict[str, datetime | None] = {"publish_at": None, "expires_at": None}
        if state == "published" and ends is not None and ends <= now:
            state = "retracted"
        elif state == "published" and begins is not None and begins > now:
            state = "private"
            timed["publish_at"] = begins if may_wait else None
        if may_wait and state in {"published", "private"} and ends is not None and ends > (timed["publish_at"] or now):
            timed["expires_at"] = ends
        if state not in workflow.states:
            state = "private"
        created = self.moment("created") or self.moment("modified") or now
        published = (begins if begins and begins <= now else created) if workflow.states[state].is_public else None
        changed = self.moment("modified") or created
        return {"state": state, "created_at": created, "changed_at": changed, "published_at": published, **timed}


def _block(block: Mapping[str, Any]) -> str:
    text = block.get("plaintext")
    if isinstance(text, str):
        return "".join(f"<p>{escape(line)}</p>" for line in text.splitlines() if line.strip())
    if block.get("@type") == "image" and isinstance(block.get("url"), str):
        return f'<figure><img src="{escape(block["url"])}" alt="{escape(str(block.get("alt") or ""))}"></figure>'
    return ""


def _text_of(reading: Reading) -> dict[str, Any]:
    return {"body": reading.markup()}


def _file_of(reading: Reading) -> dict[str, Any]:
    return {"file": reading.entry.get("file")}


def _image_of(reading: Reading) -> dict[str, Any]:
    alt = reading.text("description", limit=500) or reading.text("title", limit=500)
    return {"file": reading.entry.get("image"), "alt": alt, "credit": reading.text("rights", limit=200)}


def _link_of(reading: Reading) -> dict[str, Any]:
    sent = reading.text("remoteUrl").replace("${portal_url}", reading.links.site).replace("${navigation_root_url}", "")
    target = reading.links.target(sent, reading.path)
    if target.startswith(("/inhalte/", "https://", "http://", "mailto:", "tel:")):
        return {"target": target[:1000]}
    site = reading.links.site
    return {"target": f"{site}/{target.lstrip('./')}"[:1000] if site and target else target}


def _event_of(reading: Reading) -> dict[str, Any]:
    begins, ends = reading.moment("start"), reading.moment("end")
    all_day = bool(reading.entry.get("whole_day"))
    if begins is None:
        raise Broken("start", "Ein Termin braucht einen Beginn.")
    if reading.entry.get("open_end"):
        ends = None
    if all_day:
        begins, ends = (at and midnight(at.astimezone(BERLIN).date()) for at in (begins, ends))
    if reading.text("recurrence"):
        reading.remarks.say("Termine, die sich wiederholen, kommen einmal, mit dem ersten Tag", reading.title)
    about = (
        ("Kontakt", [reading.text(f"contact_{key}") for key in ("name", "email", "phone")]),
        ("Mehr dazu", [reading.text("event_url")]),
        ("Mit dabei", reading.words("attendees")),
    )
    more = "".join(f"<p>{name}: {escape(', '.join(filter(None, said)))}</p>" for name, said in about if any(said))
    return {
        "begins_at": begins and begins.isoformat(),
        "ends_at": ends and ends.isoformat(),
        "all_day": all_day,
        "place": reading.text("location", limit=200),
        "body": as_markup(reading.markup() + more),
    }


def _collection_of(reading: Reading) -> dict[str, Any]:
    query = reading.entry.get("query") or []
    if not isinstance(query, list) or not all(isinstance(one, dict) for one in query):
        raise Broken("query", "Erwartet wird eine Liste von Bedingungen.")
    asked = {str(one.get("i")): one.get("v") for one in query}
    kinds = [KINDS[kind] for kind in _several(asked.pop("portal_type", None)) if kind in KINDS]
    tags = _several(asked.pop("Subject", None))
    states = {STATES[state] for state in _several(asked.get("review_state")) if state in STATES}
    if len(states) == 1:
        del asked["review_state"]
    within = "folder" if asked.pop("path", None) else "space"
    if asked or len(kinds) > 1:
        reading.remarks.say(
            "Sammlungen suchen nach einer Art, einem Stand, Schlagwörtern und Ort; weitere fallen weg", reading.title
        )
    if plain_lines(reading.markup()):
        reading.remarks.say("Der Text über einer Sammlung fällt weg", reading.title)
    tags = list(dict.fromkeys(part.strip()[:_LONGEST_TAG] for tag in tags for part in tag.split(",") if part.strip()))
    order = _SORTS.get(reading.text("sort_on"), "newest")
    return {
        "kind": kinds[0] if len(kinds) == 1 else "",
        "state": states.pop() if len(states) == 1 else "",
        "with_tags": tags[:_MOST_TAGS],
        "within": within,
        "order": order,
    }


def _several(value: object) -> list[str]:
    found = value if isinstance(value, list) else [value]
    return [one for one in found if isinstance(one, str)]


_FIELDS = {
    "collection": _collection_of,
    "event": _event_of,
    "file": _file_of,
    "image": _image_of,
    "link": _link_of,
    "news": _text_of,
    "page": _text_of,
}
