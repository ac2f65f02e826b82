"""Findings in the editor, at cells and words and beside them; and what a change touches."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.keyboard import tab_to
from tests.journeys.screens import open_card
from tests.journeys.site import run_site
from tests.journeys.test_screens import Look
from tests.journeys.writing import expect_saved, open_editor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

UNIT = "District Summary"
COST = "[data-field=employee]"
TOUCHED = re.compile(
    r"^This changes 2 sentences, the cover and \d+ figures\. It brings \d+ findings\.$"
)

BUBBLE_IS_BESIDE = """() => {
  const [bubble, cell] = [document.querySelector(".pw-bubble"), document.activeElement];
  const [one, other] = [bubble, cell].map((each) => each.getBoundingClientRect());
  return Math.min(Math.abs(one.top - other.bottom), Math.abs(other.top - one.bottom)) < 10;
}"""


@pytest.fixture(scope="module")
def site(prepared_demo, tmp_path_factory):
    """Run a site of these tests' own: its figures change."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


def open_budget(page: Page):
    """Open the budget and its first unit; returns the employee costs of its first line."""
    open_editor(page, "Revenue budget")
    page.locator("[data-section-form]").evaluate("each => { each.dataset.findingsPause = 10 }")
    return open_card(page, UNIT).locator(COST).first


def told(page: Page):
    return page.locator(".pw-impact-line p")


def count(page: Page) -> int:
    return int(page.locator("[data-help-tab=findings] .pw-help__count").text_content() or "")


def test_what_a_change_touches_is_told_and_leads_there(visit):
    page = visit("finance")
    cost = open_budget(page)
    before, found = cost.input_value(), count(page)

    cost.fill("9,999.0")
    page.keyboard.press("Tab")
    expect(told(page)).to_have_text(TOUCHED)
    expect_saved(page)
    expect(page.locator("[data-help-tab=findings] .pw-help__count")).not_to_have_text(str(found))
    assert count(page) > found
    expect(page.locator("summary [data-findings-told]")).to_have_text(f"{count(page)} findings")

    page.get_by_role("button", name="Show what").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#impact-title")).to_be_focused()
    expect(told(page)).to_have_text("")
    panel = page.locator("#help-findings")
    expect(panel.locator(".pw-impact")).to_contain_text("£100.8m")
    expect(panel.locator("[data-findings]")).to_be_visible()
    look = Look(page)
    look("what a change touches")
    assert look.faults == {}
    panel.locator(".pw-impact").get_by_role("link", name="Go to it").last.click()
    expect(page.locator(":focus")).to_have_attribute("data-field", "fte")

    cost.fill(before)
    page.keyboard.press("Tab")
    expect(told(page)).to_have_text(re.compile(r" It settles \d+ findings\.$"))
    expect(page.locator("[data-help-tab=findings] .pw-help__count")).to_have_text(str(found))
    page.get_by_role("button", name="Close what this change touches").click()
    expect(told(page)).to_have_text("")


def test_a_cell_with_a_finding_says_so_and_is_marked_no_more_once_it_is_put_right(visit):
    page = visit("finance")
    cost = open_budget(page)
    before = cost.input_value()
    cost.fill("9,999.0")
    page.keyboard.press("Tab")
    row = cost.locator("xpath=ancestor::tr")
    posts = row.locator("[data-field=fte]")
    expect(posts).to_have_accessible_description(re.compile("^Advice: .*but no posts"))
    expect(row.locator("td.has-found-advice")).to_have_count(1)
    posts.focus()
    expect(page.locator(".pw-bubble")).to_contain_text("but no posts (FTE)")
    page.evaluate("scrollBy(0, 60)")
    page.wait_for_function(BUBBLE_IS_BESIDE)

    cost.fill(before)
    page.keyboard.press("Tab")
    expect(row.locator("td.has-found-advice")).to_have_count(0)
    expect(posts).not_to_have_attribute("aria-describedby", re.compile("marks"))


def test_a_save_waits_for_no_impact_and_nothing_is_said_where_none_comes(visit):
    page = visit("finance")
    held = []
    page.route("**/impact/", lambda route: held.append(route))  # never answered
    cost = open_budget(page)
    before = cost.input_value()
    cost.fill("8,888.0")
    page.keyboard.press("Tab")
    expect_saved(page)
    cost.fill(before)
    page.keyboard.press("Tab")
    expect(page.locator(":focus")).to_have_attribute("data-field", "running")
    expect_saved(page)
    expect(told(page)).to_have_text("")
    assert held
    page.unroute("**/impact/")


def test_a_finding_in_a_text_stands_in_its_margin_and_leads_to_its_words(visit):
    page = visit("manager")
    open_editor(page, "Achievements and outcomes 2007/08")
    mark = page.locator(".pw-margin__mark").first
    expect(mark).to_have_accessible_name(re.compile("^Warning: .*February 2007"))
    expect(page.get_by_role("textbox", name="Text", exact=True)).to_have_accessible_description(
        re.compile(r"^2 findings in this text")
    )
    mark.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pw-finding:focus")).to_contain_text("February 2007")
    look = Look(page)
    look("a finding in a text")
    assert look.faults == {}

    tab_to(page, "Go there")
    page.keyboard.press("Enter")
    expect(page.locator(".pw-text--main [contenteditable]")).to_be_focused()
    assert page.evaluate("String(document.getSelection())") == "February 2007"
