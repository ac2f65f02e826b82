"""The editor without JavaScript: rows are added, moved, removed and saved by plain forms."""

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.screens import (
    cell_to_edit,
    edit_section,
    expect_told,
    open_card,
    open_plan,
    row_to_edit,
    save,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT = "Out of Hours Services"


@pytest.fixture
def page(site, open_browser) -> Page:
    """Return the page of a manager whose browser runs no scripts, at the 2008/09 plan."""
    page = open_browser(java_script_enabled=False)
    sign_in(page, site, "manager@wealdshire.example")
    open_plan(page, year="2008/09")
    return page


def objectives(page: Page) -> Locator:
    """Return the boxes in which the objectives of the register stand, in their order."""
    return page.get_by_role("textbox", name="Business unit cross-cutting environmental objective")


def expect_words(boxes: Locator, *words: str) -> None:
    """Wait until the boxes hold these words, in this order."""
    expect(boxes).to_have_count(len(words))
    for index, text in enumerate(words):
        expect(boxes.nth(index)).to_have_value(text)


def test_rows_are_added_moved_and_removed(page):
    edit_section(page, "Environmental objectives", scripts=False)
    expect(objectives(page)).to_have_count(2)
    first, second = (objectives(page).nth(index).input_value() for index in (0, 1))
    page.get_by_role("button", name="Add a row").click()
    told = page.get_by_role("status").filter(has_text="Rows changed: not saved yet.")
    expect(told).to_be_visible()
    objectives(page).last.fill("Buy less paper")
    page.get_by_role("button", name="Move up row 3").click()
    expect_words(objectives(page), first, "Buy less paper", second)
    page.get_by_role("button", name="Remove row 1").click()
    expect_words(objectives(page), "Buy less paper", second)
    save(page)
    expect_words(objectives(page), "Buy less paper", second)


def test_a_number_that_cannot_be_read_loses_nothing(page):
    edit_section(page, "Staffing levels", scripts=False)
    page.get_by_text("Heading and layout").click()
    page.get_by_label("Table caption").fill("Posts by team")
    grade = "Pt12 and below (FTEs)"
    cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09").fill("12,48.0")
    page.get_by_role("button", name="Save", exact=True).click()
    summary = page.get_by_role("alert").get_by_role("link")
    place = f"Units › {UNIT} › Posts by grade › {grade} › 2008/09"
    expect(summary).to_have_text(
        [f'{place}: "12,48.0" is not a number; did you mean 1,248.0 or 12,480.0?']
    )
    wrong = cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09")
    assert wrong.input_value() == "12,48.0"
    assert summary.get_attribute("href") == f"#{wrong.get_attribute('id')}"
    assert wrong.get_attribute("aria-invalid") == "true"
    assert page.get_by_label("Table caption").input_value() == "Posts by team"

    wrong.fill("12.5")
    page.get_by_role("button", name="Save and continue").click()
    expect_told(page, "Saved.")
    expect(page.get_by_role("main")).to_contain_text("12.5")


def test_what_could_not_be_saved_is_there_on_the_next_day(page):
    edit_section(page, "Staffing levels", scripts=False)
    grade = "Pt13 and above or equivalent (FTEs)"
    cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09").fill("1,2")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_role("alert").wait_for()
    open_plan(page, year="2008/09")
    edit_section(page, "Staffing levels", scripts=False)
    kept = cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09")
    assert kept.input_value() == "1,2"
    page.get_by_text("Discard what was not saved").click()
    page.get_by_role("button", name="Discard it").click()
    kept = cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09")
    assert kept.input_value() == "1"


def test_words_are_written_as_plain_paragraphs(page):
    edit_section(page, "Planning context and priorities", scripts=False)
    text = page.get_by_role("textbox", name="Text")
    text.fill(text.input_value() + "\n\n- one point\n- **another** point")
    page.get_by_role("button", name="Save and continue").click()
    expect_told(page, "Saved.")
    points = page.get_by_role("main").get_by_role("listitem")
    assert points.filter(has_text="one point").count() == 1
    assert points.filter(has_text="another point").locator("strong").inner_text() == "another"


def test_a_section_is_marked_as_ready(page):
    page.get_by_role("link", name="2 Planning context and priorities").first.click()
    page.get_by_role("button", name="Mark as ready for review").click()
    expect_told(page, "“Planning context and priorities” is now: Ready for review.")
