"""What people meet in an editor that saves by itself, made quick for tests."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.journeys.screens import edit_section, open_plan, wait_until_started

UNIT = "Out of Hours Services"
GRADE = "Pt12 and below (FTEs)"
SAVED = re.compile(r"^Saved \d\d:\d\d$")
QUICK = {"savingPause": 50, "savingRetry": 50, "savingLeaving": 10, "herePause": 200}
"""Waits in milliseconds that let a test go on; promised times are measured without them."""


def open_editor(page: Page, title: str, *, quick: bool = True) -> None:
    """Open a section of the 2008/09 plan to write, and wait until it saves by itself."""
    open_plan(page, year="2008/09")
    edit_section(page, title)
    wait_until_ready(page, quick=quick)


def reopen(page: Page, *, quick: bool = True) -> None:
    page.reload()
    wait_until_ready(page, quick=quick)


def wait_until_ready(page: Page, *, quick: bool = True) -> None:
    page.locator("form[data-saves-itself]").wait_for()
    wait_until_started(page)
    if quick:
        form = page.locator("[data-section-form]")
        form.evaluate("(form, waits) => Object.assign(form.dataset, waits)", QUICK)
        page.evaluate("window.dispatchEvent(new Event('focus'))")  # the next word goes at once


def state(page: Page) -> Locator:
    """Return the words that say how the saving stands."""
    return page.locator("[data-state-words]")


def expect_saved(page: Page, *, milliseconds: int = 10_000) -> None:
    expect(state(page)).to_have_text(SAVED, timeout=milliseconds)


def revision(page: Page) -> int:
    """Return the revision that the page stands on."""
    return int(page.locator("[data-section-form]").get_attribute("data-revision") or "")


def presence(page: Page) -> Locator:
    return page.get_by_role("list", name="Who else writes in this section")


def caption(page: Page) -> Locator:
    """Return where a table's caption is typed, unfolded if it is folded away."""
    field = page.get_by_label("Table caption")
    field.evaluate(
        "each => { for (let fold = each.closest('details'); fold; "
        "fold = fold.parentElement.closest('details')) fold.open = true }"
    )
    return field
