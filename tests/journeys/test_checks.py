"""A plan that reconciles itself, for people: bound numbers follow, waivers lapse, errors stop."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.screens import expect_told, open_card, open_plan, read_section
from tests.journeys.site import Site, run_site
from tests.journeys.test_screens import Look
from tests.journeys.writing import expect_saved, open_editor

pytestmark = [pytest.mark.browser, pytest.mark.slow]

TOTAL = "WCC: without Asylum"  # a row whose figures are typed and are to add up


@pytest.fixture(scope="module")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site for these tests: they leave sections changed."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("checks") / "data") as running:
        yield running


def open_findings(page: Page, *, of: str) -> None:
    """Open what was found in a section of the 2008/09 plan."""
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Findings", exact=True).click()
    page.get_by_role("heading", name="Findings", level=1).wait_for()
    page.goto(f"{page.url}?show=all&section={of}")


def found(page: Page, words: str) -> Locator:
    """Return the finding that says so, on a page that lists findings."""
    return page.get_by_role("listitem").filter(has_text=words).first


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'[name="content-{name}"]')


def preview(page: Page) -> Locator:
    """Open the preview of the 2008/09 plan; returns the summary box as it will print."""
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Preview", exact=True).click()
    return page.get_by_role("region", name="On the cover")


def put(page: Page, control: Locator, text: str) -> None:
    """Type over what stands in a cell, leave it, and wait until it is saved."""
    control.fill(text)
    control.press("Tab")
    expect_saved(page)


def test_a_bound_number_follows_its_table(visit) -> None:
    page = visit("manager")
    open_editor(page, "Purpose of the service")
    write(page, "Gross expenditure comes to £100.8 million. It pays for 75 teams.")
    write(page, "The council allows gross expenditure of £100.8 million.")
    open_findings(page, of="purpose")
    page.get_by_role("link", name=re.compile("^Use live figure ?: .*comes to")).click()
    expect(page.get_by_role("checkbox")).to_be_checked()
    expect(page.get_by_text("Gross expenditure comes to £100.8m.")).to_be_visible()
    look = Look(page)
    look("use live figures")
    page.get_by_role("button", name="Use live figures").click()
    expect_told(page, "1 number is a live figure now. Undo.")
    expect(found(page, "The council allows")).to_contain_text("£100.8 million")
    expect(preview(page)).to_contain_text(re.compile(r"Gross expenditure\s*£100\.8m"))

    open_editor(page, "Revenue budget")
    open_card(page, "District Summary")
    put(page, cell(page, "units-0-lines-0-employee"), "1,000.0")

    open_findings(page, of="purpose")
    expect(found(page, "The council allows")).to_contain_text("“Gross expenditure” is £101.8m")
    open_plan(page, year="2008/09")
    read_section(page, "Purpose of the service")
    expect(page.get_by_text("Gross expenditure comes to £101.8m.")).to_be_visible()
    expect(preview(page)).to_contain_text(re.compile(r"Gross expenditure\s*£101\.8m"))
    look("a preview with its summary box")
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="History", exact=True).click()
    followed = page.get_by_role("listitem").filter(has_text="Gross expenditure £100.8m → £101.8m")
    followed.get_by_text("What reads otherwise").click()
    expect(followed.get_by_text("The cover: Gross expenditure: £100.8m £101.8m")).to_be_visible()
    look("history with effects")
    assert look.faults == {}


def write(page: Page, sentence: str) -> None:
    """Write a paragraph below the text of a section of words, and wait until it is saved."""
    page.get_by_role("textbox", name="Text", exact=True).focus()
    page.keyboard.press("ControlOrMeta+End")
    page.keyboard.press("Enter")
    page.keyboard.type(sentence)
    expect_saved(page)


def test_a_waiver_lapses_when_the_value_changes(visit) -> None:
    page = visit("manager")
    open_findings(page, of="out-of-hours-activity")
    page.get_by_role("link", name=re.compile("^Waive ?: .*5046 is typed")).click()
    look = Look(page)
    look("waive a finding")
    page.get_by_label("Why may it stand?").fill("Rounded in the returns that it was taken from.")
    page.get_by_role("button", name="Waive it").click()
    expect(found(page, "5046 is typed")).to_contain_text("Rounded in the returns")

    open_editor(page, "Out of Hours service")
    put(page, cell(page, "rows-5-cells-difference"), "5047")

    open_findings(page, of="out-of-hours-activity")
    lapsed = found(page, "5047 is typed")
    expect(lapsed).to_contain_text("Waiver lapsed")
    expect(lapsed).to_contain_text("Rounded in the returns")
    expect(
        lapsed.get_by_role("link", name=re.compile("^Waive again ?: .*5047 is typed"))
    ).to_be_visible()
    lapsed.get_by_role("link", name=re.compile("^Let go")).click()
    page.get_by_role("button", name="Let it go").wait_for()
    look("end a waiver")
    assert look.faults == {}
    page.get_by_role("link", name="Cancel").click()
    expect(lapsed).to_contain_text("Waiver lapsed")


def test_an_error_stops_submission_and_leads_to_its_cell(visit) -> None:
    page = visit("manager")
    open_editor(page, "Child protection")
    put(page, cell(page, "rows-1-cells-p0309"), "985")

    open_plan(page, year="2008/09")
    page.get_by_role("button", name="Submit for review").click()
    stopped = page.get_by_role("alert")
    expect(stopped).to_contain_text("The plan cannot be submitted yet")
    stopped.get_by_role("link", name=re.compile(f"^{TOTAL}.*985 is typed")).click()

    control = page.locator(":focus")
    expect(control).to_have_value("985")
    put(page, control, "955")
    open_plan(page, year="2008/09")
    page.get_by_role("button", name="Submit for review").click()
    expect(page.get_by_label("A note for the approver")).to_be_visible()
    expect(page.get_by_text("The plan cannot be submitted yet")).to_have_count(0)
