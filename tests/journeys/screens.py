"""What people do on the plan screens, by what they see: headings, labels, rows and buttons."""

import re

from playwright.sync_api import Locator, Page, expect

MAIN_TEXT_IS_RICH = """
    [...document.querySelectorAll("textarea[data-field=content-body][data-html]")].every(
        text => text.closest("[data-list]") || "upgraded" in text.dataset)
"""
PLAN = "Annual Operating Plan 2008/09, Children's Social Services"


def go_to(page: Page, place: str) -> None:
    """Follow a link of the frame: My plans, Plans, People."""
    frame = page.get_by_role("navigation", name="Main")
    frame.get_by_role("link", name=place, exact=True).click()


def open_plan(page: Page, *, year: str) -> None:
    """Go to the list of plans and into the one plan of that year."""
    go_to(page, "Plans")
    plan = page.get_by_role("row").filter(has=page.get_by_role("cell", name=year, exact=True))
    plan.get_by_role("link").first.click()


def read_section(page: Page, title: str) -> None:
    """Open a section to read, from the plan page."""
    page.get_by_role("table", name="Contents").get_by_role("link").filter(
        has_text=title
    ).first.click()


def edit_section(page: Page, title: str, *, scripts: bool = True) -> None:
    """Open a section's editor from the plan page, and wait until its scripts have started."""
    page.get_by_role("link", name=f"Edit {title}", exact=True).click()
    if scripts:
        wait_until_started(page)


def wait_until_started(page: Page) -> None:
    """Wait until the grid and what stands beside it answer keys; before, inputs are plain."""
    page.locator("form[data-parts-ready]").wait_for()
    wait_until(page, MAIN_TEXT_IS_RICH)


def save(page: Page) -> None:
    """Save and stay in the editor."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect_told(page, "Saved.")


def wait_until(page: Page, script: str) -> None:
    """Wait until a script says true; the page's policy lets no browser do that waiting."""
    for _ in range(200):
        if page.evaluate(script):
            return
        page.wait_for_timeout(25)
    raise AssertionError(f"never true: {script}")


def expect_told(page: Page, words: str | re.Pattern[str]) -> None:
    """Wait for what the page says was done."""
    expect(page.get_by_role("alert").get_by_role("paragraph")).to_have_text(words)


def open_card(page: Page, title: str) -> Locator:
    """Unfold one unit, risk or other row that is a card, and return it."""
    summary = page.locator("summary").filter(has_text=title).first
    card = page.get_by_role("group").filter(has=summary).first
    if card.get_attribute("open") is None:
        summary.click()
    return card


def row_to_edit(inside: Locator, noun: str, name: str) -> Locator:
    """Return the row of an editor's table that holds this thing."""
    button = f'button[aria-label^="Remove {noun} "][aria-label$=", {name}"]'
    return inside.get_by_role("row").filter(has=inside.page.locator(button))


def cell_to_edit(row: Locator, column: str) -> Locator:
    """Return what is typed in under a column of a row."""
    return row.get_by_role("textbox", name=f"{column} row ")


def cells(row: Locator) -> list[str]:
    """Return the words of a row, cell by cell, its own name among them."""
    return [" ".join(text.split()) for text in row.locator("th, td").all_inner_texts()]


def row_of(page: Page, table: str, name: str) -> list[str]:
    """Return the cells of the row that is called so, in the table of this caption."""
    head = page.get_by_role("rowheader", name=name, exact=True)
    row = page.get_by_role("table", name=table, exact=True).get_by_role("row").filter(has=head)
    return cells(row)


def fact(page: Page, name: str) -> str:
    """Return what a page says under a term: the gross of all units."""
    term = page.locator("div").filter(has=page.get_by_role("term").get_by_text(name, exact=True))
    return term.last.get_by_role("definition").inner_text()


# --- people --------------------------------------------------------------------------------------


def open_person(page: Page, name: str) -> None:
    """Go to a person's page through the list of people."""
    go_to(page, "People")
    page.get_by_role("link", name=name, exact=True).click()


def choose_role(page: Page, role: str, *, unit: str) -> None:
    """Choose a role and the organisation unit it is held at."""
    page.get_by_role("radio", name=role, exact=True).check()
    chosen = page.get_by_role("option").filter(has_text=unit).last.get_attribute("value")
    page.get_by_label("Organisation unit").select_option(chosen)
