"""What people do again and again: ask a question, answer it, look into the inbox."""

import re
from datetime import datetime, timedelta

from playwright.async_api import Locator, expect

from tests.browser.stage import Stage
from tests.browser.window import Window, Windows

VOTES = "/n/bielefeld/abstimmungen"
OFFICE = "jonas.wiegand"
YES, NO, ABSTAIN = "Wir stimmen zu", "Wir stimmen nicht zu", "Wir enthalten uns"
_VOTE = re.compile(rf"{VOTES}/[0-9a-f-]{{36}}$")


async def ask(windows: Windows, question: str, *, rule: str = "Zustimmung", days: int = 20) -> str:
    """Let the office open a vote with so many days left; gives back its path.

    What is to be closed gets none, so that the clock can pass its end without closing what other tests asked.
    """
    office = await windows.of(OFFICE, path=f"{VOTES}/neu")
    await fill_in(office, question, rule=rule, days=days)
    await office.page.get_by_role("button", name="Abstimmung eröffnen").click()
    await office.page.wait_for_url(_VOTE)
    path = office.path
    await office.context.close()
    return path


async def fill_in(window: Window, question: str, *, rule: str, days: int = 20) -> None:
    """The form of a new question."""
    page = window.page
    await page.get_by_label("Frage an alle Mitglieder").fill(question)
    await page.get_by_role("radio", name=re.compile(f"^{rule}:")).check()
    (last,) = await window.stage.database.as_superuser(
        "SELECT (hilfenetz_now() AT TIME ZONE 'Europe/Berlin')::date + $1::int AS day", days
    )
    await page.get_by_label("Letzter Tag").fill(last["day"].isoformat())


async def cast(window: Window, answer: str = YES) -> None:
    """Choose an answer, send it, and wait until the page says that it is kept."""
    await window.page.get_by_role("radio", name=answer, exact=True).check()
    await window.page.locator("#lage button[type=submit]").click()
    await expect(window.page.locator("#flash")).to_contain_text("Ihre Stimme ist gespeichert")


def unread(window: Window) -> Locator:
    """The number beside the inbox in the header."""
    return window.page.locator("#inbox .count")


async def number_of(window: Window) -> int:
    """How many notices are unread."""
    found = unread(window)
    return int((await found.inner_text()).split()[0]) if await found.count() else 0


async def has_more_than(window: Window, number: int) -> None:
    """Wait until more notices are unread than these; in the night that the clock leaps over, others come as well."""
    await window.page.wait_for_function(
        "before => parseInt(document.querySelector('#inbox .count')?.innerText ?? '0') > before", arg=number
    )


async def pass_the_end(stage: Stage, path: str) -> None:
    """Let the database believe that this vote's last day is just over."""
    vote = path.rpartition("/")[2]
    (row,) = await stage.database.as_superuser(
        "SELECT ends_at - clock_timestamp() AS left, ends_at FROM vote WHERE id = $1::uuid", vote
    )
    assert isinstance(row["ends_at"], datetime)
    await stage.database.move_clock(row["left"] + timedelta(milliseconds=200))
