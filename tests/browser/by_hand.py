"""What people do with content in a browser that runs no script: links are followed and forms are sent."""

from playwright.async_api import expect

SPACE = "/o/bethel-regional"


async def by_hand(windows, who):
    """Somebody signed in, in a browser that runs no script."""
    return await windows.of(who, path=None, java_script_enabled=False)


async def begin(window, kind):
    """The form for something new at the top of the space."""
    await window.open(f"{SPACE}/inhalte")
    await window.page.get_by_role("button", name="Hinzufügen").click()
    await window.page.locator(f"#hinzufuegen a[href$='art={kind}']").click()


async def add(window, kind, title, **values):
    """Something new, saved; gives back its address."""
    await begin(window, kind)
    await window.page.get_by_role("textbox", name="Titel").fill(title)
    for name, value in values.items():
        await window.page.locator(f"[name={name}]").fill(value)
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("Gespeichert")
    return window.path


async def edit(window, text):
    """Another text for the page that is open."""
    await view(window, "Bearbeiten")
    await window.page.locator("textarea[name=body]").fill(text)
    await window.page.get_by_role("button", name="Speichern", exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("Gespeichert")


async def view(window, name):
    """One of the tabs of what is open."""
    await window.page.get_by_role("navigation", name="Ansichten").get_by_role("link", name=name, exact=True).click()


async def deed(window, name):
    """An entry of its menu "Mehr"."""
    await window.page.get_by_role("button", name="Mehr", exact=True).click()
    await window.page.locator("#mehr").get_by_role("link", name=name, exact=True).click()


async def step(window, name):
    """A step of its workflow."""
    await window.page.locator("#zustand").get_by_role("button", name=name, exact=True).click()
    await expect(window.page.locator("#flash")).to_contain_text("Der Stand ist geändert")
