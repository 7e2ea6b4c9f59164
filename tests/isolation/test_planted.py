"""What the sweeps ask for is there: whoever planted it gets its words from the same addresses."""

import pytest

from tests.isolation.asking import people_of

HOME = "bgw"


@pytest.fixture
async def world_database(planted_database):
    return planted_database


async def test_whoever_may_gets_files_and_finds_what_was_planted(cast, planted):
    garden = planted.garden
    plants = {plant.kind: plant for plant in garden.plants if plant.base == f"/o/{HOME}" and not plant.is_binned}
    as_it_began = next(
        plant
        for plant in garden.plants
        if plant.base == f"/o/{HOME}" and plant.kind == "page" and len(plant.words) == 3 and not plant.is_binned
    )
    told: dict[str, set[str]] = {}
    for _, asker in await people_of(cast, HOME):

        async def heard(address: str, words: set[str], asker=asker) -> None:
            answer = await asker.get(address)
            told.setdefault(address, set()).update(word for word in words if word in answer.seen)

        file, image, page = plants["file"], plants["image"], as_it_began
        title, *_ = (word for word in page.words if word.startswith("titel"))
        text, *_ = (word for word in page.words if word.startswith("inhalt"))
        await heard(f"/inhalte/{file.id}/datei", file.words)
        await heard(f"/inhalte/{file.id}/vorschau/1", file.words)
        await heard(f"/inhalte/{image.id}/bild", image.words)
        await heard(f"/inhalte/{image.id}/bild?groesse=original", image.words)
        await heard(f"/suche?q={text}", {str(page.id), title})
        await heard(f"/suche/vorschlaege?q={title[:-1]}", {title})
        for address in garden.searches():
            await heard(address, set().union(*(plant.words for plant in garden.plants)))
    for address, words in told.items():
        if address.startswith("/inhalte/"):
            assert len(words) == 3, f"{address} says {words}"
    looked_for = sum(bool(words) for address, words in told.items() if address.startswith("/suche"))
    assert looked_for > 10, told
    assert told[f"/suche?q={text}"] == {title}
    assert told[f"/suche/vorschlaege?q={title[:-1]}"] == {title}
