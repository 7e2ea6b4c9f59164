"""How much a package would be, before any of it is sent: what cannot be taken in again is not taken along as one."""

from dataclasses import dataclass

from portal.kit.errors import TooLarge
from portal.shell.i18n import Sentence, mark
from portal.spaces.queries import Item
from portal.spaces.queries_lists import MARKS, SEEN, who
from portal.spaces.rules import range_below
from portal.transfer import limits
from tenants.context import Actor
from tenants.database import execute

_AROUND = 1_000  # bytes of a line beside texts, and of a version
_FILES_BESIDE = 10  # the manifest, the lines, and room

_MANY = mark(
    "Das sind mehr als %(items)s Einträge; so viele lassen sich nicht auf einmal einspielen. Nehmen Sie die Ordner "
    "darin einzeln mit."
)
_MUCH = mark(
    "Das ist mehr, als sich auf einmal einspielen lässt: bis %(package)s an Dateien und %(lines)s an Text mit allen "
    "Fassungen. Nehmen Sie die Ordner darin einzeln mit."
)


@dataclass(frozen=True, slots=True)
class Amount:
    """Of what somebody may read: items (counted to one more than are taken in), files, their bytes, and those of texts
    with all that they were before."""

    items: int
    files: int
    size: int
    text: int

    @property
    def trouble(self) -> Sentence | None:
        """Why it cannot be one package."""
        most = limits.LIMITS
        if self.items > most.items:
            return Sentence(_MANY, items=f"{most.items:_}".replace("_", "."))
        is_much = self.size > most.package or self.size + self.text > most.unpacked or self.text > most.lines
        if is_much or self.files + _FILES_BESIDE > most.members:
            return Sentence(_MUCH, package=limits.size_words(most.package), lines=limits.size_words(most.lines))
        return None


async def amount_of(actor: Actor, top: Item) -> Amount:
    """How much a package of an item and all below it would be, in one statement; rather too much than too little.

    Of more items than are taken in the rest is not looked at.
    """
    principals, person, organisation = who(actor)
    low, high = range_below(top.address)
    (row,) = await execute(
        f"""
        {MARKS}, packed AS MATERIALIZED (
            SELECT i.space_id, i.id FROM item i
            WHERE i.space_id = {{}} AND (i.id = {{}} OR (i.address >= {{}} AND i.address < {{}})) AND i.bin_id IS NULL
              AND {SEEN} LIMIT {{}}
        ), counted AS MATERIALIZED (
            SELECT count(*) AS items FROM packed
        )
        SELECT c.items, f.files, f.size, coalesce(t.text, 0) + c.items * {_AROUND} AS text
        FROM counted c
        CROSS JOIN LATERAL (
            SELECT count(*) AS files, coalesce(sum(b.size), 0)::bigint AS size
            FROM blob b WHERE b.space_id = {{}} AND c.items <= {{}} AND EXISTS (
                SELECT FROM blob_use u JOIN packed p ON p.space_id = u.space_id AND p.id = u.item_id
                WHERE u.space_id = b.space_id AND u.blob_id = b.id)
        ) AS f
        CROSS JOIN LATERAL (
            SELECT sum(octet_length(v.values::text) + {_AROUND})::bigint AS text
            FROM packed p JOIN item_version v ON v.space_id = p.space_id AND v.item_id = p.id WHERE c.items <= {{}}
        ) AS t
        """,  # noqa: S608 - put together from constants
        [top.space.id],
        principals,
        top.space.id,
        top.id,
        low,
        high,
        person,
        organisation,
        limits.LIMITS.items + 1,
        top.space.id,
        limits.LIMITS.items,
        limits.LIMITS.items,
    )
    return Amount(**row)


async def require_amount(actor: Actor, top: Item) -> None:
    """It can be taken in again as one package.

    Raises:
        TooLarge: no.
    """
    if trouble := (await amount_of(actor, top)).trouble:
        raise TooLarge(trouble)
