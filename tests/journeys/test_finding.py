"""Finding one's way with the keyboard, and back through the history, in a real browser."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.screens import expect_told, open_plan
from tests.journeys.site import Site
from tests.journeys.test_screens import Look

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture
def look(visit: SignIn) -> Iterator[Look]:
    """Return what looks at the manager's page; what is wrong with any screen fails the test."""
    look = Look(visit("manager"))
    yield look
    assert look.faults == {}


@pytest.fixture
def page(look: Look) -> Page:
    """Return the manager's page, at the plan of 2008/09."""
    open_plan(look.page, year="2008/09")
    look.page.wait_for_load_state("load")  # its keys are listened to from then on
    return look.page


def test_words_are_found_by_keys_and_lead_to_their_cell(page: Page, look: Look) -> None:
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox", name="Search this plan")).to_be_focused()
    page.keyboard.type('"out of hours" /?')  # single keys are letters while one types
    page.keyboard.press("Enter")
    expect(page.get_by_text("Nothing in this plan holds")).to_be_visible()
    look("search without result")
    page.get_by_role("searchbox").fill('"out of hours"')
    page.keyboard.press("Enter")
    expect(page.get_by_text(re.compile(r"\d+ places in \d+ sections"))).to_be_visible()
    look("search")
    first = page.locator(".pw-found a[href*='#id_']").first
    target = (first.get_attribute("href") or "").partition("#")[2]
    first.click()
    page.wait_for_url(f"**#{target}")
    assert page.evaluate("id => document.getElementById(id) !== null", target)


def test_the_keys_lead_from_section_to_section_and_to_their_list(
    page: Page, look: Look, site: Site
) -> None:
    page.get_by_role("link", name="Edit Purpose of the service", exact=True).click()
    page.wait_for_url("**/edit/", wait_until="load")
    here = page.url
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.wait_for_url(lambda url: url != here and url.endswith("/edit/"), wait_until="load")
    page.keyboard.press("Alt+Shift+ArrowLeft")
    page.wait_for_url(here)
    page.goto(f"{site.address}/plans/shortcuts/")
    look("shortcuts")
    page.get_by_label("work by themselves").uncheck()
    expect(page.get_by_role("status")).to_have_text("Single keys are off in this browser.")
    page.go_back()
    page.wait_for_url(here)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("?")
    expect(page).to_have_url(here)
    page.evaluate("localStorage.clear()")
    page.keyboard.press("?")
    page.wait_for_url("**/plans/shortcuts/")


def test_a_section_is_taken_back_and_forth(page: Page, look: Look) -> None:
    look("left", f"{page.url}left/")
    page.go_back()
    page.get_by_role("link", name="Edit Purpose of the service", exact=True).click()
    section = page.url.removesuffix("edit/")
    page.goto(section.rstrip("/") + "/rename/")
    page.get_by_label("Title").fill("Purpose and aims")
    page.get_by_role("button", name=re.compile("Save|Rename")).click()
    look("history", f"{section}revisions/")
    page.get_by_role("link", name="Before and after").first.click()
    expect(page.locator(".pw-diffs")).to_contain_text("Purpose and aims")
    look("compare")
    page.get_by_label("Show").select_option("all")
    page.get_by_role("button", name="Compare").click()
    look("compare whole")
    page.goto(f"{section}revisions/")
    restore(page, look)
    expect(page.get_by_role("list").get_by_text("Restored the section of").first).to_be_visible()
    look("history with a restored state")


def restore(page: Page, look: Look) -> None:
    """Restore the oldest state that is offered, after looking at what it changes."""
    page.get_by_role("link", name=re.compile("^Restore")).last.click()
    expect(page.locator(".pw-diffs")).to_contain_text("Purpose of the service")
    look("restore")
    page.get_by_role("button", name="Restore it").click()
    expect_told(page, re.compile("This is now save"))
