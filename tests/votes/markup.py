"""What the pages of votes are made of, for comparing them."""

import re
from html import unescape

from tests.house.pages import check_page, read

LIST = "/n/bielefeld/abstimmungen"


SLOTS = ("lage", "stand", "ablauf")


def address(vote_id):
    return f"{LIST}/{vote_id}"


def slot(html, name):
    """The inside of a slot, and all around it with the slots taken out."""
    page = read(html)
    element = next(element for element in page.all() if element.get("id") == name)
    return flat(element)


def words(html):
    """What a person reads, in order."""
    return " ".join(unescape(re.sub(r"<[^>]*>", " ", check_page(html) and html)).split())


def flat(element):
    """Tags, attributes and texts in order; what differs between two answers to the same question is left out."""
    attributes = {name: value for name, value in element.attributes.items() if name != "value"}
    return [
        element.tag, attributes, [text for text in map(str.strip, element.texts) if text],
        [flat(child) for child in element.children],
    ]  # fmt: skip


def partials(html):
    """What each slot would hold after the swap."""
    found = re.findall(r'<hx-partial hx-target="#([\w-]+)" hx-swap="innerHTML">(.*?)</hx-partial>', html, re.DOTALL)
    return {name: [flat(child) for child in read(inner).children] for name, inner in found}


def outside(html):
    """All of the main part that no answer replaces."""
    page = read(html)
    for element in page.all():
        if element.get("id") in (*SLOTS, "flash"):
            element.children.clear()
            element.texts.clear()
    return flat(next(page.all("main")))
