"""What the other tests rely on notices what is wrong: a silent instrument would make every page look right."""

from tests.browser.axe import violations


async def test_axe_sees_a_picture_without_words_and_a_colour_without_contrast(windows):
    window = await windows.anybody()
    await window.open("/anmelden")
    await window.page.evaluate(
        """() => {
          const picture = document.createElement('img');
          picture.src = '/static/keins.svg';
          const words = document.createElement('p');
          words.textContent = 'Kaum zu lesen';
          words.style.color = '#eeeeee';
          document.querySelector('main section').append(picture, words);
        }"""
    )
    found = {rule.partition(" ")[0] for rule in await violations(window.page)}
    assert {"image-alt", "color-contrast"} <= found
    window.troubles.clear()  # the picture does not exist


async def test_a_script_the_policy_refuses_is_noted(windows):
    window = await windows.anybody()
    await window.open("/anmelden")
    await window.page.evaluate(
        """() => {
          const script = document.createElement('script');
          script.textContent = 'window.refused = false';
          document.body.append(script);
        }"""
    )
    assert await window.page.evaluate("window.refused === undefined")
    assert any("Content Security Policy" in trouble for trouble in window.troubles)
    window.troubles.clear()


async def test_an_error_in_a_script_and_a_page_that_is_too_wide_are_noted(windows):
    window = await windows.anybody(width=320)
    await window.open("/anmelden")
    assert not await window.overflows()
    await window.page.evaluate("document.body.style.minWidth = '400px'")
    assert await window.overflows()
    await window.page.evaluate("setTimeout(() => { throw new Error('kaputt'); })")
    await window.page.wait_for_timeout(100)
    assert any("kaputt" in trouble for trouble in window.troubles)
    window.troubles.clear()
