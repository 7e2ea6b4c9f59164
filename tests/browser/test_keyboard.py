"""With the keyboard alone: from the address bar to a ballot that is kept and a result that is read."""

from playwright.async_api import expect

from tests.browser import journey

BGW = "kerstin.vogelsang"
# Radio buttons are marked by what lies around them; a date has parts of the browser's own, which mark themselves.
_FOCUSED = """() => {
  const at = document.activeElement, box = at.getBoundingClientRect();
  const looks = [at, at.parentElement, ...at.parentElement.children].flatMap(
    one => [null, '::before', '::after'].map(part => getComputedStyle(one, part)));
  const marked = looks.some(look => look.boxShadow !== 'none'
    || look.outlineStyle !== 'none' && look.outlineWidth !== '0px');
  return {
    tag: at.tagName.toLowerCase(), id: at.id, value: at.value || '',
    text: (at.innerText || at.getAttribute('aria-label') || '').trim(),
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth,
    visible: at.type === 'date' || at.matches(':focus-visible') && marked,
  };
}"""


async def test_a_ballot_is_cast_and_the_result_read_without_a_mouse(windows, stage):
    path = await journey.ask(windows, "Fangen wir morgens um acht an?", rule="Widerspruch", days=0)
    window = await windows.of(BGW, path=path, reduced_motion="reduce")
    page = window.page

    first = await _tab(page)
    assert first["text"] == "Zum Inhalt springen", first
    await page.keyboard.press("Enter")
    assert await page.evaluate("document.activeElement.id") == "inhalt"

    seen = [await _tab_until(page, lambda at: at["tag"] == "input" and at["value"])]
    await page.keyboard.press("Space")
    seen.append(await _tab_until(page, lambda at: at["text"] == "Stimme abgeben"))
    await page.keyboard.press("Enter")
    await expect(page.locator("#flash")).to_contain_text("gespeichert")
    focused = await page.evaluate("document.activeElement.closest('#flash, #lage') !== null")
    assert focused, "after the swap reading goes on where the change is told"

    await journey.pass_the_end(stage, path)
    await expect(page.locator("#lage")).to_contain_text("angenommen", ignore_case=True)
    assert [at for at in seen if not (at["visible"] and at["inside"])] == []


async def test_every_stop_on_the_way_can_be_seen(windows):
    path = await journey.ask(windows, "Wo steht der Schlüsselkasten?")
    for address in ("/", path, f"{journey.VOTES}/neu"):
        window = await windows.of(journey.OFFICE, path=address, reduced_motion="reduce")
        stops = [await _tab(window.page) for _ in range(40)]
        unseen = [stop for stop in stops if stop["tag"] != "body" and not (stop["visible"] and stop["inside"])]
        assert not unseen, address


async def test_a_ballot_without_an_answer_says_what_is_missing_and_leads_there(windows, stage):
    path = await journey.ask(windows, "Heizen wir auch im Flur?")
    window = await windows.of(BGW, path=path)
    window.expected.add(422)
    page = window.page
    await _tab_until(page, lambda at: at["text"] == "Stimme abgeben")
    await page.keyboard.press("Enter")
    await expect(page.locator(".summary")).to_be_focused()
    await expect(page).to_have_url(f"{stage.address}{path}")
    link = await _tab(page)
    assert "Bitte wählen Sie eine Antwort aus" in link["text"]
    await page.keyboard.press("Enter")
    assert (await page.evaluate(_FOCUSED))["tag"] == "input", "the link leads to the field"
    await page.keyboard.press("Space")
    await _tab_until(page, lambda at: at["text"] == "Stimme abgeben")
    await page.keyboard.press("Enter")
    await expect(page.locator("#flash")).to_contain_text("gespeichert")


async def _tab(page):
    await page.keyboard.press("Tab")
    return await page.evaluate(_FOCUSED)


async def _tab_until(page, found):
    for _ in range(60):
        stop = await _tab(page)
        if found(stop):
            return stop
    raise AssertionError("the keyboard does not get there")
