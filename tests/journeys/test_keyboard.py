"""With a keyboard alone: past the frame in one step, to the first error, all the way to print."""

import pytest
from playwright.sync_api import Page, expect

from plans.management.demo import PASSWORD
from tests.journeys.screens import open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

REACH = 120
"""How many stops of Tab a thing may be away from the top of its page."""


def focused(page: Page) -> str:
    """Return the words of what has the focus: its text, or the name of a field."""
    return page.evaluate(
        "(each => (each.ariaLabel || each.innerText || each.labels?.[0]?.innerText || '').trim())"
        "(document.activeElement)"
    )


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


def test_the_skip_link_leads_past_the_frame(visit):
    page = visit("manager")
    page.keyboard.press("Tab")
    assert focused(page) == "Skip to main content"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.keyboard.press("Tab")
    inside = "document.getElementById('main').contains(document.activeElement)"
    assert page.evaluate(inside)


def test_the_summary_takes_the_focus_and_leads_to_the_cell(visit):
    page = visit("manager")
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


def test_a_plan_is_approved_and_published_without_a_mouse(site, open_browser):
    decide(open_browser(), site, "director.specialist")
    decide(open_browser(), site, "cabinet")
    officer = sign_in_by_keyboard(open_browser(), site, "planning")
    open_plan_by_keyboard(officer)
    press(officer, "Publish")
    press(officer, "Publish")
    officer.get_by_role("button", name="Go to edition 1").wait_for(timeout=60_000)
    press(officer, "Go to edition 1")
    tab_to(officer, "Download the PDF")


def decide(page: Page, site, name: str) -> None:
    sign_in_by_keyboard(page, site, name)
    open_plan_by_keyboard(page)
    press(page, "Approve or return")
    press(page, "Approve")
    expect(page.get_by_role("alert")).to_contain_text("Approved. The plan is now")


def sign_in_by_keyboard(page: Page, site, name: str) -> Page:
    page.goto(site.address)
    tab_to(page, "E-mail address")
    page.keyboard.type(f"{name}@wealdshire.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    press(page, "Sign in")
    return page


def open_plan_by_keyboard(page: Page) -> None:
    """Into the plan of Specialist Children's Services, from the list of one's own."""
    press(page, "Specialist Children's Services", inside="table")
