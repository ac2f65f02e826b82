"""With a keyboard alone: past the frame in one step, and from saving to what is wrong."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import focused, tab_to
from tests.journeys.screens import open_plan
from tests.journeys.writing import state, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]


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
