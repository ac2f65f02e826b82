"""Odd numbers are questioned where they are typed or pasted; a reading is taken by key or click."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from tests.journeys.screens import edit_section, open_plan
from tests.journeys.site import Site, run_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()
LINES = "content-units-0-lines"
PASTE = """(block) => {
  const data = new DataTransfer();
  data.setData("text/plain", block);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""


@pytest.fixture(scope="module")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site for these tests: they leave sections changed."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("guard") / "data") as running:
        yield running


def open_editor(visit, title: str) -> Page:
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, title)
    return page


def cell(page: Page, name: str) -> Locator:
    return page.locator(f'[name="{name}"]')


def box(page: Page) -> Locator:
    return page.get_by_role("group", name="What this cell may mean")


def total(page: Page, column: str) -> Locator:
    return page.locator(f'#{LINES} [data-total="{column}"]')


def expect_no_faults(page: Page) -> None:
    """Let axe look at the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((result) => result.violations.map(({ id }) => id))")
    assert found == []


def save_and_reload(page: Page) -> None:
    """Save in one go, and read the page that the server draws then."""
    address = page.url
    page.evaluate("document.querySelector('[data-section-form]').requestSubmit()")
    page.wait_for_url(lambda url: url != address)
    page.goto(address)


def test_a_typed_number_is_questioned_and_a_reading_taken_by_key(visit) -> None:
    page = open_editor(visit, "Revenue budget")
    running = cell(page, f"{LINES}-0-running")
    page.locator("#content-units-0 > summary").wait_for()
    if page.locator("#content-units-0").get_attribute("open") is None:
        page.locator("#content-units-0 > summary").click()

    running.fill("12,48.0")
    running.press("Enter")

    expect(page.get_by_text("1 cell needs a look", exact=True)).to_be_visible()
    expect(total(page, "running")).to_have_text("to be set")
    expect(total(page, "running")).to_have_attribute(
        "title", "Waits for “12,48.0” in Running costs, row 1"
    )
    page.keyboard.press("F8")
    expect(running).to_be_focused()
    expect(box(page)).to_contain_text("“12,48.0” is not written as a number.")
    expect_no_faults(page)
    page.keyboard.press("Alt+Enter")
    expect(running).to_have_value("1,248.0")
    expect(box(page)).to_be_hidden()
    expect(page.get_by_text("1 cell needs a look", exact=True)).to_be_hidden()
    expect(total(page, "running")).not_to_have_text("to be set")

    shown = total(page, "running").text_content(), total(page, "net").text_content()
    save_and_reload(page)
    expect(cell(page, f"{LINES}-0-running")).to_have_value("1,248.0")
    assert (total(page, "running").text_content(), total(page, "net").text_content()) == shown


def test_pasted_numbers_are_questioned_and_a_reading_taken_by_click(visit) -> None:
    page = open_editor(visit, "Revenue budget")
    if page.locator("#content-units-0").get_attribute("open") is None:
        page.locator("#content-units-0 > summary").click()
    first = cell(page, f"{LINES}-0-employee")
    first.focus()

    page.evaluate(PASTE, "(-)55,079\t£1.2m\n68%\tO.5")

    expect(page.get_by_text("4 cells need a look", exact=True)).to_be_visible()
    page.get_by_role("button", name="Go to the next").click()
    first.focus()
    page.get_by_role("button", name="Take -55,079").click()
    expect(first).to_have_value("-55,079")
    expect(first).to_be_focused()
    for name, reading in ("0-running", "1,200"), ("1-employee", "68"), ("1-running", "0.5"):
        cell(page, f"{LINES}-{name}").focus()
        page.get_by_role("button", name=f"Take {reading}").click()
        expect(cell(page, f"{LINES}-{name}")).to_have_value(reading)
    expect(page.get_by_text("need a look")).to_be_hidden()

    shown = total(page, "gross").text_content()
    save_and_reload(page)
    expect(cell(page, f"{LINES}-0-running")).to_have_value("1,200")
    assert total(page, "gross").text_content() == shown


def test_a_cell_is_left_as_it_is_by_key_and_not_asked_again(visit) -> None:
    page = open_editor(visit, "Customer care")
    inputs = page.locator('#content-rows [data-type="cell"]')
    name = inputs.first.get_attribute("name")
    typed = cell(page, name)

    typed.fill("1,23")
    typed.press("Enter")
    page.keyboard.press("F8")
    expect(box(page).get_by_role("button")).to_have_text(
        ["Take 123", "Take 1,230", "Take 1.23", "Leave as it is"]
    )
    page.keyboard.press("Alt+ArrowDown")
    page.keyboard.press("ArrowUp")
    expect(page.get_by_role("button", name="Leave as it is")).to_be_focused()
    page.keyboard.press("Enter")

    expect(typed).to_be_focused()
    expect(typed).to_have_value("1,23")
    expect(page.get_by_text("1 cell needs a look", exact=True)).to_be_hidden()
    save_and_reload(page)
    expect(cell(page, name)).to_have_value("1,23")
    cell(page, name).focus()
    expect(box(page)).to_be_hidden()
