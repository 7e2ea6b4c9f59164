"""PDF documents as somebody meets them who hears them read aloud: language, title, order and tags (ISO 14289-1).

veraPDF wants a Java machine; these are the parts of its rules that a change of a template can break.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pypdf

_HEADINGS = ("H1", "H2", "H3", "H4", "H5", "H6")
_CELLS = {"TH", "TD"}


@dataclass(frozen=True)
class Document:
    """What a document says.

    Attributes:
        text: all words, with single spaces.
        tags: names of the structure elements in reading order.
    """

    text: str
    tags: tuple[str, ...]


def check_document(content: bytes) -> Document:
    """Hold a document against the rules; gives back what it says.

    Raises:
        AssertionError: it breaks one of them.
    """
    reader = pypdf.PdfReader(io.BytesIO(content))
    root = reader.trailer["/Root"]
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("de", True)
    assert b"pdfuaid:part" in root["/Metadata"].get_data(), "it does not claim PDF/UA"
    assert reader.metadata is not None
    assert reader.metadata.title, "the window would show a file's name"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    for page in reader.pages:
        assert page["/Tabs"] == "/S", "the keyboard goes another way than the text"
        assert "/StructParents" in page
        for font in page["/Resources"].get("/Font", {}).values():
            assert _is_embedded(font.get_object()), "a font is missing elsewhere"
    found = list(_elements(root["/StructTreeRoot"], "/StructTreeRoot"))
    _check_headings([name for name, _, _ in found if name in _HEADINGS])
    for name, parent, element in found:
        assert name != "Figure" or element.get("/Alt"), "a picture without words"
        assert name not in _CELLS or parent == "TR", "a cell outside a row"
        assert name != "LI" or parent == "L", "an entry outside a list"
    tags = tuple(name for name, _, _ in found)
    assert "P" in tags
    assert "Table" not in tags or "TH" in tags, "a table without headings"
    return Document(" ".join(" ".join(page.extract_text() for page in reader.pages).split()), tags)


def _check_headings(found: list[str]) -> None:
    assert found, "nothing to jump to"
    assert found[0] == "H1"
    levels = [int(name[1]) for name in found]
    steps = [below - above for above, below in pairwise(levels)]
    assert all(step <= 1 for step in steps), f"a level is left out: {found}"


def _elements(element: Any, parent: str) -> Iterator[tuple[str, str, Any]]:
    element = element.get_object()
    if not hasattr(element, "get"):
        return  # marked content
    name = str(element.get("/S", parent)).removeprefix("/")
    if "/S" in element:
        yield name, parent, element
    children = element.get("/K", [])
    children = children.get_object() if hasattr(children, "get_object") else children
    for child in children if isinstance(children, list) else [children]:
        if not isinstance(child, int):
            yield from _elements(child, name)


def _is_embedded(font: Any) -> bool:
    described = font["/DescendantFonts"][0].get_object() if "/DescendantFonts" in font else font
    described = described["/FontDescriptor"].get_object()
    return any(name in described for name in ("/FontFile", "/FontFile2", "/FontFile3"))
