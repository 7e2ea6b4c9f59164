"""A folder of 100,000 entries, at the end of a tree of depth 20: listed, ordered, moved, thrown away, purged."""

import time
from contextlib import contextmanager

import pytest

from tests.spaces.tree import HOME, LEAD

pytestmark = pytest.mark.slow
MANY = 100_000
DEEP = "/".join(["t"] * 19)


# Without triggers, a row at a time is the longest part of it; what they keep for the search is written as they would.
GROW = f"""
SET session_replication_role = replica;
INSERT INTO item (space_id, id, parent_id, path, type, title, state, readers, writers, position, created_at,
                  changed_at, published_at)
SELECT p.space_id, gen_random_uuid(), p.id, p.path || ('e' || n)::text::ltree, 'page', 'Eintrag ' || n,
       'published', 63, 28, n, now(), now(), now()
FROM item p, generate_series(1, {MANY}) n WHERE p.address = '{DEEP}';
INSERT INTO search_entry (space_id, item_id, content, changed_at)
SELECT space_id, id, search_content(title, summary, tags, words), changed_at FROM item WHERE title ~ '^Eintrag [0-9]';
INSERT INTO search_word (space_id, word, item_id)
SELECT space_id, 'eintrag', id FROM item WHERE title = 'Eintrag 1';
ANALYZE item;
"""


@pytest.fixture
async def large(tree):
    await tree.grow(*(DEEP[: 2 * level + 1] + "/" for level in range(19)), "z/")
    await tree.cast.database.as_superuser(GROW)
    return tree


@contextmanager
def within(seconds: float, what: str):
    begun = time.monotonic()
    yield
    took = time.monotonic() - begun
    print(f"{what}: {took:.2f} s")
    assert took < seconds, f"{what}: {took:.1f} s"


async def test_it_stays_usable(large):
    browser = await large.browser(LEAD)
    folder = await large.id_of(DEEP)
    await browser.get(f"/o/{HOME}/{DEEP}")
    for path in (f"/o/{HOME}/{DEEP}", f"/inhalte/{folder}/ordnen", f"/inhalte/{folder}/verschieben"):
        with within(1, path.rpartition("/")[2]):
            assert (await browser.get(path)).status_code == 200
    with within(1.5, "the last page"):
        assert (await browser.get(f"/o/{HOME}/{DEEP}?seite={MANY // 20}")).status_code == 200
    (middle,) = await large.rows("SELECT id FROM item WHERE title = 'Eintrag 50000'")
    with within(1, "one place up"):
        answer = await browser.post(f"/inhalte/{folder}/reihenfolge", {"hoch": str(middle["id"])})
        assert answer.status_code == 303
    with within(90, "moving it"):
        await large.move(DEEP, "z", slug="voll")
    assert (await browser.get(f"/o/{HOME}/{DEEP}/e77777")).headers["location"] == f"/o/{HOME}/z/voll/e77777"
    with within(90, "throwing it away"):
        await large.throw_away("z/voll")
    with within(0.5, "the bin"):
        assert "100.000" in (await browser.get(f"/inhalte/{await large.id_of('z')}/papierkorb")).text.replace(
            "100000", "100.000"
        )
    await large.later(days=31)
    rounds = 0
    with within(180, "purging it"):
        while await large.work():
            rounds += 1
    assert rounds == 21
    assert (await large.rows("SELECT count(*) AS n FROM item WHERE bin_id IS NOT NULL"))[0]["n"] == 0
