"""On a phone the rows of a table fold to their names and figures; one is open at a time."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.screens import edit_section, open_plan, wait_until_started
from tests.journeys.test_screens import Look
from tests.journeys.writing import expect_saved, reopen, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

WIDE = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
FIRST = re.compile("^A1 Percentage of children")
SECOND = re.compile("^A2 Percentage of young people")


def open_indicators(
    page: Page, site, size: dict[str, int] = PHONE, *, scripts: bool = True
) -> None:
    sign_in(page, site, "manager@wealdshire.example")
    open_plan(page, year="2008/09")
    page.set_viewport_size(size)
    edit_section(page, "Key performance indicators and service comparisons", scripts=scripts)


def unit_of(page: Page, row: int) -> Locator:
    return page.locator(f"#id_content-rows-{row}-unit")


def open_rows(page: Page) -> list[str]:
    """Return what the buttons of the open rows say."""
    return page.locator('.pw-fold[aria-expanded="true"]').all_inner_texts()


def test_rows_fold_and_open_by_keyboard(open_browser, site):
    page = open_browser()
    open_indicators(page, site)
    wait_until_started(page)
    first, second = (page.get_by_role("button", name=name) for name in (FIRST, SECOND))
    expect(first).to_contain_text("Actual performance 2006/07: 10.6")
    assert open_rows(page) == []
    look = Look(page)
    look("rows are folded")
    page.set_viewport_size(PHONE)

    first.focus()
    page.keyboard.press("Tab")
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    assert open_rows(page) == ["Indicator 2 of 17"]
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("data-field", "ref")
    look("a row is open")
    page.set_viewport_size(PHONE)
    assert look.faults == {}

    first.focus()
    page.keyboard.press("Space")
    assert open_rows(page) == ["Indicator 1 of 17"]
    expect(second).to_have_attribute("aria-expanded", "false")
    page.keyboard.press("Space")
    assert open_rows(page) == []


def test_what_goes_to_a_cell_opens_its_row(open_browser, site):
    page = open_browser()
    open_indicators(page, site)
    wait_until_started(page)
    unit_of(page, 4).focus()
    assert open_rows(page) == ["Indicator 5 of 17"]
    page.keyboard.press("ArrowDown")
    assert open_rows(page) == ["Indicator 6 of 17"]
    expect(unit_of(page, 5)).to_be_focused()
    page.goto(f"{page.url.partition('#')[0]}#id_content-rows-2-unit")
    page.reload()
    wait_until_started(page)
    assert open_rows(page) == ["Indicator 3 of 17"]


def test_a_wide_screen_folds_nothing(open_browser, site):
    page = open_browser()
    open_indicators(page, site, WIDE)
    wait_until_started(page)
    expect(page.locator(".pw-fold")).to_have_count(0)
    page.set_viewport_size(PHONE)
    expect(page.get_by_role("button", name=FIRST)).to_be_visible()
    page.set_viewport_size(WIDE)
    expect(page.locator(".pw-fold")).to_have_count(0)
    expect(unit_of(page, 3)).to_be_visible()


def test_without_scripts_every_card_stands_open(open_browser, site):
    page = open_browser(java_script_enabled=False)
    open_indicators(page, site, scripts=False)
    expect(page.locator(".pw-fold")).to_have_count(0)
    expect(unit_of(page, 3)).to_be_visible()


def test_what_is_wrong_in_a_folded_row_is_told_on_its_button(open_browser, site):
    """It is known only once the page has been drawn and folded: by the guard, and by the server."""
    page = open_browser()
    open_indicators(page, site)
    wait_until_ready(page)
    first, second = (page.get_by_role("button", name=name) for name in (FIRST, SECOND))
    actual = page.locator('#content-rows-0 [data-type="cell"]').first
    before = actual.input_value()
    actual.fill("12,48.0")
    expect_saved(page)
    unit_of(page, 1).focus()
    expect(first).to_contain_text("To look at")

    reopen(page)
    expect(first).to_contain_text("To look at")

    actual.fill(before)
    expect_saved(page)
    second.press("Enter")
    expect(first).not_to_contain_text("To look at")
