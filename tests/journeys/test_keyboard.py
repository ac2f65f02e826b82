"""With a keyboard alone: past the frame in one step, and from the summary to what is wrong."""

import pytest
from playwright.sync_api import expect

from tests.journeys.keyboard import focused, press
from tests.journeys.screens import open_plan

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


def test_the_summary_takes_the_focus_and_leads_to_the_cell(visit):
    page = visit("support")
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Edit Staffing levels", exact=True).click()
    page.locator("summary").filter(has_text="Out of Hours Services").first.click()
    card = page.get_by_role("group").filter(has_text="Out of Hours Services").last
    card.get_by_role("textbox", name="2008/09 row 1").fill("12,48.0")
    press(page, "Save", inside="form")
    page.wait_for_selector(".govuk-error-summary:focus")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.value") == "12,48.0"
    expect(page.locator(":focus")).to_be_in_viewport()
