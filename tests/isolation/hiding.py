"""What must stay hidden from the people of an organisation when everything is asked for."""

from typing import Self

from tenants.policies import PROTECTED
from tests.isolation.addresses import owned_by, owner_of
from tests.isolation.planting import Garden, words_of
from tests.isolation.secrets import Secrets, secrets_from, words_by_owner

STRANGERS = ("caritas-duesseldorf", "jobcenter-duesseldorf", "bgw", "stadt-bielefeld")


def victims(cast, organisation: str) -> set[str]:
    """Every organisation and network but this one."""
    mine = cast.organisations[organisation]
    return {str(value) for value in (*cast.organisations.values(), *cast.networks.values()) if value != mine}


async def forbidden_words(cast, organisation: str) -> set[str]:
    """What is not theirs of all that the tables say."""
    own, owners = cast.organisations[organisation], await words_by_owner(cast.database)
    beyond = await secrets_from(cast.database, own, owners)
    inside = await secrets_from(cast.database, own, owners, beyond_reach=False)
    assert len(beyond) > 20, "the other network must have something to hide"
    assert len(inside) > 20, "the other members must have something to hide"
    return beyond | inside


class Hidden:
    """What must stay hidden from each of these people; ``closed`` identifies the content none of them may see."""

    def __init__(self, cast, garden: Garden, organisation: str, words: set[str], closed: set[str]) -> None:
        self.cast, self.garden, self.organisation = cast, garden, organisation
        self.words, self.closed = words, closed

    @classmethod
    async def find(cls, cast, garden: Garden, people, organisation: str) -> Self:
        """For the people of an organisation as things are now."""
        closed = {str(plant.id) for plant in garden.plants}
        for name, _ in people:
            closed &= {str(plant.id) for plant in await garden.hidden_from(cast, name, organisation)}
        return cls(cast, garden, organisation, await forbidden_words(cast, organisation), closed)

    async def from_(self, name: str) -> Secrets:
        """Everything that no answer may say to this person now.

        Of content these are the words of what they may not see, and the identifiers of what none of them may: what a
        colleague did with the rest stands in the organisation's own trail.
        """
        if name == "nobody":
            everything = {str(plant.id) for plant in self.garden.plants} | words_of(self.garden.plants)
            return Secrets(self.words | everything)
        unseen = self.closed | words_of(await self.garden.hidden_from(self.cast, name, self.organisation))
        assert len(unseen) > 30, f"there must be something to hide from {name} of {self.organisation}"
        return Secrets(self.words | unseen)


async def state_of(database, owners: set[str]) -> dict[str, str]:
    """A digest of every table's rows of these owners."""
    found = {}
    for entry in PROTECTED:
        if entry.tenant is None and entry.table not in {"organisation", "network", "room"}:
            continue
        column = owner_of(entry)
        rows = await database.as_superuser(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM {entry.table} t "
            f"WHERE {owned_by(column)}",
            sorted(owners),
        )
        found[entry.table] = rows[0]["digest"]
    return found


async def items_as_they_are(database, items: set[str]) -> dict[str, str]:
    """A digest of what every table says about these items."""
    rows = await database.as_superuser(
        "SELECT table_name, column_name FROM information_schema.columns WHERE table_schema = 'public' "
        "AND (column_name = 'item_id' OR (table_name = 'item' AND column_name = 'id'))"
    )
    found = {}
    for table, column in rows:
        digests = await database.as_superuser(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) AS digest FROM {table} t "
            f"WHERE {column}::text = ANY ($1)",
            sorted(items),
        )
        found[table] = digests[0]["digest"]
    return found
