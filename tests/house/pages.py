"""What every page of the portal keeps to; page tests call ``check_page`` with the HTML they got."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "popovertarget", "list", "data-dialog")
LABELLED = frozenset({"input", "select", "textarea"})
UNSEEN = frozenset({"hidden", "submit", "button", "image", "reset"})


@dataclass
class Element:
    """An element with its attributes, children and text."""

    tag: str
    attributes: dict[str, str]
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def all(self, *tags: str) -> Iterator["Element"]:
        """All elements below, of these tags or of any."""
        for child in self.children:
            if not tags or child.tag in tags:
                yield child
            yield from child.all(*tags)

    def inside(self, tag: str) -> bool:
        """Whether an element of that tag lies around this one."""
        return self.parent is not None and (self.parent.tag == tag or self.parent.inside(tag))

    @property
    def text(self) -> str:
        """The text of this element and all below."""
        return " ".join("".join([*self.texts, *(f" {child.text}" for child in self.children)]).split())

    def get(self, name: str) -> str:
        """An attribute, or nothing."""
        return self.attributes.get(name, "")


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Element("#root", {})
        self.doctype = ""

    def handle_decl(self, decl):
        self.doctype = decl

    def handle_starttag(self, tag, attrs):
        element = Element(tag, {name: value or "" for name, value in attrs}, self.open)
        self.open.children.append(element)
        if tag not in VOID:
            self.open = element

    def handle_startendtag(self, tag, attrs):
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag):
        at = self.open
        while at.parent is not None and at.tag != tag:
            at = at.parent
        if at.parent is not None:
            self.open = at.parent

    def handle_data(self, data):
        self.open.texts.append(data)


def read(html: str) -> Element:
    """The page or fragment as a tree."""
    reader = _Reader()
    reader.feed(html)
    return reader.root


def check_page(html: str) -> Element:
    """A whole page: fails with a list of everything that is not as it should be."""
    page = read(html)
    problems = [*_document(html, page), *_headings(page), *fragment_problems(page), *_references(page)]
    assert not problems, "\n".join(problems)
    return page


def check_fragment(html: str) -> Element:
    """A fragment: what it must keep to by itself."""
    fragment = read(html)
    problems = list(fragment_problems(fragment))
    problems += [
        f"<{child.tag} id> at the root: the slot belongs to the page" for child in fragment.children if child.get("id")
    ]
    assert not problems, "\n".join(problems)
    return fragment


def fragment_problems(root: Element) -> Iterator[str]:
    """What must not be in a page nor in a fragment."""
    for name, number in Counter(element.get("id") for element in root.all() if element.get("id")).items():
        if number > 1:
            yield f"id {name} is given {number} times"
    for element in root.all():
        yield from _policy(element)
        if element.tag in LABELLED and element.get("type") not in UNSEEN and not _is_labelled(root, element):
            yield f"<{element.tag} name={element.get('name')}> has no label"
        if element.tag in ("a", "button") and not (element.text or element.get("aria-label")):
            yield f"<{element.tag} {element.attributes}> says nothing"
        if element.tag == "form" and element.get("method").lower() == "post" and not _has_token(element):
            yield f"the form to {element.get('action')} has no token"
        if element.tag == "img" and "alt" not in element.attributes:
            yield "a picture has no alt"


def _policy(element: Element) -> Iterator[str]:
    """What the content security policy would refuse."""
    if element.tag == "style" or (element.tag == "script" and not element.get("src")):
        yield f"inline <{element.tag}>"
    for name, value in element.attributes.items():
        if name == "style" or name.startswith(("on", "hx-on")):
            yield f"<{element.tag} {name}> is inline {'style' if name == 'style' else 'script'}"
        if value.strip().lower().startswith(("javascript:", "js:")) or (name == "hx-trigger" and "[" in value):
            yield f"<{element.tag} {name}={value!r}> needs eval"


def _document(html: str, page: Element) -> Iterator[str]:
    if not html.lstrip().lower().startswith("<!doctype html>"):
        yield "no doctype"
    roots = [child for child in page.children if child.tag == "html"]
    if not roots or roots[0].get("lang") not in ("de", "en"):
        yield "<html> has no lang"
    titles = [title.text for title in page.all("title") if not title.inside("svg")]
    if len(titles) != 1 or not titles[0].removesuffix("· Hilfenetz").strip():
        yield f"titles: {titles}"
    if len(list(page.all("main"))) != 1:
        yield "not exactly one <main>"


def _headings(page: Element) -> Iterator[str]:
    """One h1, and under it no level left out (what stands before <main> does not count)."""
    levels = [int(heading.tag[1]) for heading in page.all("h1", "h2", "h3", "h4", "h5", "h6") if heading.inside("main")]
    if levels.count(1) != 1:
        yield f"{levels.count(1)} <h1> in <main>"
    for above, below in pairwise(levels):
        if below > above + 1:
            yield f"<h{below}> follows <h{above}>"


def _references(page: Element) -> Iterator[str]:
    ids = {element.get("id") for element in page.all()}
    for element in page.all():
        for name in REFERENCES:
            for target in element.get(name).split():
                if target not in ids:
                    yield f"<{element.tag} {name}={target}> points nowhere"
        for name in ("href", "hx-target"):
            value = element.get(name)
            if value.startswith("#") and value[1:] not in ids:
                yield f"<{element.tag} {name}={value}> points nowhere"


def _is_labelled(root: Element, element: Element) -> bool:
    if element.get("aria-label") or element.get("aria-labelledby") or element.inside("label"):
        return True
    return any(label.get("for") == element.get("id") and label.text for label in root.all("label"))


def _has_token(form: Element) -> bool:
    return any(field.get("name") == "_csrf_token" and field.get("value") for field in form.all("input"))
