"""Files of the old office programs, made here byte by byte: a mail, a document, a presentation, a workbook."""

import struct
from collections.abc import Mapping, Sequence
from typing import Any

SECTOR, MINI, SMALL = 512, 64, 4096
END, FREE, FAT = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD
Tree = Mapping[str, Any]  # a stream as bytes, a storage as a mapping


def compound(tree: Tree) -> bytes:
    """A file with these streams; small ones lie together, as they do in real ones."""
    nodes = [{"name": "Root Entry", "kind": 5, "content": b"", "child": FREE, "right": FREE}]
    _add(nodes, 0, tree)
    mini, mini_fat = bytearray(), []
    for node in nodes[1:]:
        if 0 < len(node["content"]) < SMALL:
            node["start"] = len(mini) // MINI
            count = -(-len(node["content"]) // MINI)
            mini_fat += [*range(len(mini_fat) + 1, len(mini_fat) + count), END]
            mini += node["content"].ljust(count * MINI, b"\0")
    parts = [struct.pack(f"<{len(mini_fat)}L", *mini_fat), bytes(mini)]
    large = [node for node in nodes[1:] if len(node["content"]) >= SMALL]
    parts += [node["content"] for node in large]
    directory_length = len(nodes) * 128
    counts = [-(-length // SECTOR) for length in (directory_length, *map(len, parts))]
    fat_count = 1
    while fat_count * (SECTOR // 4) < fat_count + sum(counts):
        fat_count += 1
    fat, starts = [FAT] * fat_count, []
    for count in counts:
        starts.append(len(fat) if count else END)
        fat += [*range(len(fat) + 1, len(fat) + count), END] if count else []
    nodes[0] |= {"start": starts[2], "size": len(mini)}
    for node, start in zip(large, starts[3:], strict=True):
        node["start"] = start
    fat += [FREE] * (fat_count * SECTOR // 4 - len(fat))
    header = struct.pack(
        "<8s16x5H6x9L", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0x3E, 3, 0xFFFE, 9, 6, 0, fat_count, starts[0], 0, SMALL,
        starts[1], counts[1], END, 0,
    )  # fmt: skip
    places = [*range(fat_count), *([FREE] * (109 - fat_count))]
    whole = [struct.pack(f"<{len(fat)}L", *fat), b"".join(map(_entry, nodes)), *parts]
    return header + struct.pack("<109L", *places) + b"".join(part + b"\0" * (-len(part) % SECTOR) for part in whole)


def _add(nodes: list[dict[str, Any]], above: int, tree: Tree) -> None:
    before = None
    for name in sorted(tree, key=lambda name: (len(name), name.upper())):
        content = tree[name]
        is_stream = isinstance(content, bytes)
        number = len(nodes)
        node = {"name": name, "kind": 2 if is_stream else 1, "content": content if is_stream else b""}
        nodes.append(node | {"child": FREE, "right": FREE})
        if before is None:
            nodes[above]["child"] = number
        else:
            nodes[before]["right"] = number
        before = number
        if not is_stream:
            _add(nodes, number, content)


def _entry(node: Mapping[str, Any]) -> bytes:
    name = node["name"].encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBB3L16x4x16xLQ", name, len(name), node["kind"], 1, FREE, node["right"], node["child"],
        node.get("start", END), node.get("size", len(node["content"])),
    )  # fmt: skip


def doc(*pieces: str, wide: Sequence[int] = (), deleted: str = "", flags: int = 0) -> bytes:
    """A Word 97 document: its pieces lie in the file the other way round. ``wide``: which are kept as UTF-16."""
    content, places = bytearray(0x800), {}
    for number in reversed(range(len(pieces))):
        places[number] = len(content)
        content += pieces[number].encode("utf-16-le" if number in wide else "cp1252")
        content += b"vergessen\r\0"[: 10 + len(content) % 2]  # what no piece names
    letters = [sum(map(len, pieces[:number])) for number in range(len(pieces) + 1)]
    table = struct.pack(f"<{len(letters)}L", *letters)
    for number in range(len(pieces)):
        start = places[number] if number in wide else 2 * places[number] | 0x4000_0000
        table += struct.pack("<HLH", 0, start, 0)
    clx = b"\x01\x02\x00ab" + b"\x02" + struct.pack("<L", len(table)) + table
    looks = b""
    if deleted:
        content += bytes(-len(content) % SECTOR)
        start = content.index(deleted.encode("cp1252"))
        looks = struct.pack("<LLL", 0x800, len(content), len(content) // SECTOR)
        bounds = struct.pack("<4L", 0x800, start, start + len(deleted), len(content))
        run = b"\x07" + struct.pack("<HB", 0x0835, 1) + struct.pack("<HB", 0x0800, 1) + b"\0"
        content += (bounds + bytes((0, 200, 0))).ljust(400, b"\0") + run.ljust(111, b"\0") + b"\x03"
    struct.pack_into("<HH6xH", content, 0, 0xA5EC, 0xC1, 0x0200 | flags)
    struct.pack_into("<LL", content, 0x1A2, 0, len(clx))
    struct.pack_into("<LL", content, 0xFA, len(clx), len(looks))
    return compound({"WordDocument": bytes(content), "1Table": clx + looks, "Data": b"x" * 5000})


def doc_95(text: str) -> bytes:
    """A document of Word 95: one piece."""
    content = bytearray(0x300)
    struct.pack_into("<HH6xH", content, 0, 0xA5DC, 104, 0)
    struct.pack_into("<LL", content, 0x18, 0x300, 0x300 + len(text))
    return compound({"WordDocument": bytes(content) + text.encode("cp1252") + b"Rest"})


def record(kind: int, content: bytes, *, instance: int = 0, folder: bool = False) -> bytes:
    """One of a presentation."""
    return struct.pack("<HHL", instance << 4 | (0xF if folder else 0), kind, len(content)) + content


def said(text: str) -> bytes:
    """The text of a shape."""
    narrow = all(ord(letter) < 256 for letter in text)
    return record(0x0FA8, text.encode("latin-1")) if narrow else record(0x0FA0, text.encode("utf-16-le"))


def ppt(title: str, shape: str, *, before: str = "", token: int = 0xE391C05F, key: int = 0) -> bytes:
    """A presentation with one slide, saved twice: ``before`` is what the slide said at first."""

    def slide(text: str) -> bytes:
        box = record(0xF00D, record(0x0F9F, b"\0\0\0\0") + said(text), folder=True)
        return record(0x03EE, record(0x040C, record(0xF002, box, folder=True), folder=True), folder=True)

    place = struct.pack("<L16x", 2)
    lists = record(0x0FF0, record(0x03F3, struct.pack("<L16x", 9)) + said("Titelmaster"), instance=1, folder=True)
    lists += record(0x0FF0, record(0x03F3, place) + said(title), instance=0, folder=True)
    content = record(0x03E8, lists, folder=True)
    offsets = [0, len(content)]
    content += slide(before)
    table_at = len(content)
    content += record(0x1772, struct.pack("<3L", 2 << 20 | 1, *offsets))
    first = len(content)
    content += record(0x0FF5, struct.pack("<7L", 0, 0, 0, table_at, 1, 3, 0))
    changed = len(content)
    content += slide(shape)
    table_at = len(content)
    content += record(0x1772, struct.pack("<2L", 1 << 20 | 2, changed))
    last = len(content)
    numbers = (0, 0, first, table_at, 1, 3, 0, key)
    content += record(0x0FF5, struct.pack(f"<{7 + bool(key)}L", *numbers[: 7 + bool(key)]))
    user = record(0x0FF6, struct.pack("<3L", 0x14, token, last))
    return compound({"PowerPoint Document": content, "Current User": user, "Pictures": b""})


def msg(properties: Mapping[str, str | bytes], attached: Sequence[Tree] = (), *, code_page: int = 0) -> bytes:
    """A mail. A property is named by its number and type; its value is text, or bytes as they are."""
    return compound(mail_tree(properties, attached, code_page=code_page, header=32))


def mail_tree(
    properties: Mapping[str, str | bytes], attached: Sequence[Tree] = (), *, code_page: int = 0, header: int = 24
) -> Tree:
    """The same as a storage, to be attached."""
    kept = bytes(header) + (struct.pack("<HHLLL", 3, 0x3FFD, 0, code_page, 0) if code_page else b"")
    tree: dict[str, Any] = {"__properties_version1.0": kept}
    for name, value in properties.items():
        tree[f"__substg1.0_{name}"] = value if isinstance(value, bytes) else value.encode("utf-16-le")
    return tree | {f"__attach_version1.0_#{number:08X}": content for number, content in enumerate(attached)}


def xls(sheet: str, cells: Mapping[tuple[int, int], str | float], *, locked: bool = False) -> bytes:
    """A workbook of Excel 97 with one sheet."""

    def piece(kind: int, content: bytes = b"") -> bytes:
        return struct.pack("<HH", kind, len(content)) + content

    texts = list(dict.fromkeys(value for value in cells.values() if isinstance(value, str)))
    begin = piece(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0005, 0, 0, 0, 6))
    key = piece(0x002F, struct.pack("<HHH", 1, 1, 1) + bytes(48)) if locked else b""
    shared = struct.pack("<LL", len(texts), len(texts))
    for text in texts:
        shared += struct.pack("<HB", len(text), 1) + text.encode("utf-16-le")
    head = begin + key + piece(0x0042, struct.pack("<H", 1200)) + piece(0x00FC, shared)
    named = struct.pack("<BB", len(sheet), 1) + sheet.encode("utf-16-le")
    start = len(head) + 4 + 6 + len(named) + 4
    globals_ = head + piece(0x0085, struct.pack("<LBB", start, 0, 0) + named) + piece(0x000A)
    body = piece(0x0809, struct.pack("<HHHHLL", 0x0600, 0x0010, 0, 0, 0, 6))
    for (row, column), value in cells.items():
        if isinstance(value, str):
            body += piece(0x00FD, struct.pack("<HHHL", row, column, 0, texts.index(value)))
        else:
            body += piece(0x0203, struct.pack("<HHHd", row, column, 0, value))
    return compound({"Workbook": globals_ + body + piece(0x000A)})
