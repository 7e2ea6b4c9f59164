"""A process keeps the directory for whoever reads it, and shows none that is no longer so (docs/decisions/0092)."""

from datetime import timedelta

from tenants import kept
from tenants.context import Role
from tenants.database import execute
from tenants.kept import Matter
from tenants.scope import scope
from tests.contacts.book import LIST
from tests.home.plans import asked


async def _reader(book):
    """Somebody for whom the directory is kept."""
    await book.database.move_clock(timedelta(minutes=1))  # nothing is kept while a job has only just begun
    reader = await book.cast.as_role("gfs", Role.REPRESENTATIVE)
    for _ in range(2):
        await reader.get(LIST)
    assert not any("directory_members" in sql for sql, _ in await asked(reader, LIST))
    return reader


async def test_it_shows_what_another_member_has_just_changed(book):
    reader = await _reader(book)
    person = await book.add(name="Ada Neu")
    assert "Ada Neu" in (await reader.get(LIST)).text
    await book.change(person, name="Ada Alt")
    assert "Ada Alt" in (await reader.get(LIST)).text
    await book.remove(person)
    assert "Ada Alt" not in (await reader.get(LIST)).text
    await book.make()
    assert "Seitdem hat sich nichts geändert." in (await reader.get(LIST)).text


async def test_who_leaves_on_a_day_is_gone_when_it_is_over(book):
    await book.database.as_superuser(
        "UPDATE membership SET ends_at = now() + interval '5 minutes' WHERE organisation_id = $1 AND network_id = $2",
        book.cast.organisations["bgw"],
        book.network,
    )
    reader = await _reader(book)
    assert "Kerstin Vogelsang" in (await reader.get(LIST)).text
    await book.database.move_clock(timedelta(minutes=6))
    assert "Kerstin Vogelsang" not in (await reader.get(LIST)).text


async def test_a_change_is_heard_in_the_networks_of_the_organisation_and_nowhere_else(book):
    organisations = {slug: book.cast.organisations[slug] for slug in ("bgw", "gfs", "skm")}
    held = {}
    for slug, organisation in organisations.items():
        async with scope(organisation_id=organisation, read_only=True):
            held[slug] = kept.kept_of((await execute(f"SELECT {kept.COLUMNS}"))[0], until=None)
    await book.database.as_superuser(
        "UPDATE contact_person SET phone = phone WHERE organisation_id = $1", organisations["bgw"]
    )
    heard = {}
    for slug, organisation in organisations.items():
        async with scope(organisation_id=organisation, read_only=True, reads_clock=False):
            heard[slug] = set((await held[slug].changed())[0])
    assert heard == {"bgw": {Matter.CONTACTS}, "gfs": {Matter.CONTACTS}, "skm": set()}
