"""With a keyboard alone: past the frame in one step, to what is wrong, and a whole day's work."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from plans.management.demo import PASSWORD
from tests.journeys.keyboard import focused, press, tab_to
from tests.journeys.screens import open_plan, wait_until
from tests.journeys.site import run_site
from tests.journeys.writing import UNIT, expect_saved, state, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLAN = "Annual Operating Plan 2008/09"
WORDS = "Planning context and priorities"


@pytest.fixture(scope="module")
def site(prepared_demo, tmp_path_factory):
    """Run a site for these tests: what is written and said on it stays there."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("keyboard") / "data") as running:
        yield running


def test_the_skip_link_leads_past_the_frame(visit):
    page = visit("support")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    inside = "document.getElementById('main').contains(document.activeElement)"
    assert page.evaluate(inside)


def test_saving_leads_to_the_cell_that_is_wrong(visit):
    page = visit("support")
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Edit Staffing levels", exact=True).click()
    wait_until_ready(page)
    page.locator("summary").filter(has_text="Out of Hours Services").first.click()
    card = page.get_by_role("group").filter(has_text="Out of Hours Services").last
    cell = card.get_by_role("textbox", name="2008/09 row 1")
    before = cell.input_value()
    cell.fill("12,48.0")

    tab_to(page, "Save", inside="form")
    page.keyboard.press("Enter")

    expect(cell).to_be_focused()
    expect(cell).to_have_attribute("aria-invalid", "true")
    expect(cell).to_be_in_viewport()
    expect(state(page)).to_contain_text("Not saved")
    cell.fill(before)
    expect_saved_again(page)


def expect_saved_again(page):
    expect(state(page)).to_have_text(re.compile("saved|Saved"))
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


# --- a day at the plan, from signing in, by keys alone -------------------------------------------


def test_a_plan_is_written_by_keys_alone(site, open_browser):
    """No mouse, and nothing given the focus but by keys: each step says itself."""
    page = open_browser()
    page.goto(site.address)
    for step in (sign_in, open_the_plan, write, comment, look_back, search, write_a_table, go_on):
        step(page)
        print(f"{step.__doc__} By keys alone, at {page.title()}")  # noqa: T201 seen with pytest -rP


def sign_in(page: Page) -> None:
    """Signed in."""
    tab_to(page, "E-mail address")
    page.keyboard.type("manager@wealdshire.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def open_the_plan(page: Page) -> None:
    """Opened the plan, and a section to write."""
    press(page, "Plans")
    press(page, "2008/09")
    press(page, "Children's Social Services", inside="table")
    press(page, f"Edit {WORDS}")
    wait_until_ready(page)


def write(page: Page) -> None:
    """Typed a sentence with a live figure, and saved it."""
    words = page.locator(".pw-text--main .pw-text__words")
    tab_to(page, "Text", inside=".pw-text--main .pw-text__page")
    page.keyboard.press("Control+End")
    page.keyboard.press("Enter")
    page.keyboard.type("We will spend ")
    page.keyboard.press("Control+Shift+F")
    page.get_by_role("combobox").wait_for()
    page.keyboard.type("revenue budget gross")
    page.keyboard.press("Enter")
    page.keyboard.type(" on it.")
    expect(words).to_contain_text("on it.")
    page.keyboard.press("Control+s")
    expect_saved(page)


def comment(page: Page) -> None:
    """Commented on words, and resolved it."""
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+Shift+ArrowRight")
    wait_until(page, "getSelection().toString().trim() !== ''")
    page.keyboard.press("Control+Alt+m")
    expect(page.get_by_label("Comment", exact=True)).to_be_focused()
    page.keyboard.type("Is this agreed?")
    tab_to(page, "Add comment")
    page.keyboard.press("Enter")
    expect(page.locator(".pw-comment:focus")).to_contain_text("Is this agreed?")
    wait_until(page, "!document.querySelector('.htmx-request, .htmx-swapping, .htmx-settling')")
    tab_to(page, "Resolve the comment")
    page.keyboard.press("Enter")
    expect(page.locator(".pw-thread").first).to_contain_text("Resolved by")


def look_back(page: Page) -> None:
    """Looked at the history, compared, and restored what was before."""
    tab_to(page, "Text", inside=".pw-text--main .pw-text__page")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.get_by_role("main")).to_contain_text("We will spend")
    press(page, "history", inside="main")
    press(page, "Before and after")
    expect(page.locator(".pw-diffs")).to_contain_text("We will spend")
    press(page, "History", inside=".govuk-breadcrumbs")
    press(page, "Restore the section of")
    press(page, "Restore it")
    expect(page.get_by_role("alert")).to_contain_text("This is now save")


def search(page: Page) -> None:
    """Searched the plan, and saw what is left."""
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search this plan")).to_be_focused()
    page.keyboard.type('"out of hours"')
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"\d+ places in \d+ sections"))).to_be_visible()
    press(page, PLAN, inside=".govuk-breadcrumbs")
    press(page, "See all that is left")
    expect(page.get_by_role("heading", level=1)).to_contain_text("left")
    press(page, PLAN, inside=".govuk-breadcrumbs")


def write_a_table(page: Page) -> None:
    """Typed a cell, copied it, pasted it and undid that."""
    press(page, "Edit Staffing levels")
    wait_until_ready(page)
    tab_to(page, UNIT, inside="summary")
    page.keyboard.press("Enter")
    tab_to(page, "2008/09", inside="td")
    second = cell_below(page)
    before = second.input_value()
    page.keyboard.type("7.25")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Control+c")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Control+v")
    expect(second).to_have_value("7.25")
    page.keyboard.press("Control+z")
    expect(second).to_have_value(before)
    expect_saved(page)


def cell_below(page: Page) -> Locator:
    """Return the cell below the one that has the focus."""
    page.keyboard.press("ArrowDown")
    name = page.evaluate("document.activeElement.id")
    page.keyboard.press("ArrowUp")
    return page.locator(f"[id='{name}']")


def go_on(page: Page) -> None:
    """Went to the next section and back, and to the page of imports."""
    here = page.url
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.wait_for_url(lambda url: url != here and "/edit/" in url, wait_until="load")
    press(page, "← Previous")
    expect(page).to_have_url(here)
    press(page, "Import from a workbook")
    expect(page.get_by_role("heading", level=1)).to_contain_text("Import")
