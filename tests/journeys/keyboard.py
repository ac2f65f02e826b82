"""What people do who have a keyboard and no mouse."""

from playwright.sync_api import Page, expect

REACH = 300
"""How many stops of Tab a thing may be away from the top of its page."""


NAME = """(each => {
  const words = (each.getAttribute("aria-labelledby") ?? "").split(" ").filter(Boolean)
    .map((id) => document.getElementById(id)?.innerText ?? "").join(" ");
  return (each.ariaLabel || words || each.labels?.[0]?.innerText || each.innerText || "")
    .trim().replace(/\\s+/g, " ");
})(document.activeElement)"""


def focused(page: Page) -> str:
    """Return the words of what has the focus: its name, that of a field, or its text."""
    return page.evaluate(NAME)


def tab_to(page: Page, words: str, *, inside: str = "body") -> None:
    """Press Tab until the focus is on what begins with these words; it can be seen there."""
    for _ in range(REACH):
        page.keyboard.press("Tab")
        place = page.evaluate(f"document.activeElement.closest('{inside}') !== null")
        if place and focused(page).startswith(words):
            expect(page.locator(":focus")).to_be_in_viewport()
            return
    raise AssertionError(f"No “{words}” within {REACH} stops")


def press(page: Page, words: str, *, inside: str = "body") -> None:
    """Go to a link or button and press Enter, and wait for the page that follows."""
    tab_to(page, words, inside=inside)
    with page.expect_navigation():
        page.keyboard.press("Enter")
