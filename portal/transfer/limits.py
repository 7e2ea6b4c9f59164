"""How much is taken at once. One place, so that tests try the limits without files of their size."""

from dataclasses import dataclass

MB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """In bytes, but ``items`` and ``members``.

    Attributes:
        package: of what is sent.
        unpacked: of all that a ZIP file holds.
        lines: of ``inhalte.jsonl``; the manifest may be a 64th of it. Also of what a Plone export holds beside files.
        entry: of one item of a Plone export, with its file in it as text; it is held in memory.
        items: in one package.
        members: files in a ZIP file.
    """

    package: int = 512 * MB
    unpacked: int = 1024 * MB
    lines: int = 64 * MB
    entry: int = 64 * MB
    items: int = 5_000
    members: int = 20_000


LIMITS = Limits()


def size_words(size: int) -> str:
    """512 * MB as '512 MB'."""
    if size % (1024 * MB) == 0:
        return f"{size // (1024 * MB)} GB"
    return f"{size // MB} MB" if size % MB == 0 else f"{size} Bytes"
