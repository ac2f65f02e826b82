"""A budget goes out to a spreadsheet, comes back with a bad cell, is put right, and is imported."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet
from playwright.sync_api import Page, expect

from tests.journeys.keyboard import press, tab_to
from tests.journeys.screens import edit_section, expect_told, open_card, open_plan
from tests.journeys.site import Site, run_site
from tests.payloads import PAYLOADS

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()
UNIT = "Fostering and Adoption"
BUDGET = "Revenue budget"


@pytest.fixture(scope="module")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site for this test alone: it leaves a budget changed."""
    folder = tmp_path_factory.mktemp("tables")
    shutil.copytree(prepared_demo, folder / "demo")
    with run_site(folder / "demo", folder / "data") as running:
        yield running


def find(sheet: Worksheet, words: str) -> tuple[int, int]:
    """Return the row and column of the cell that says just this."""
    [place] = [(c.row, c.column) for row in sheet.iter_rows() for c in row if c.value == words]
    return place


def look(page: Page) -> list[str]:
    """Return what axe or the window minds at both widths."""
    faults = []
    for width in (390, 1440):
        page.set_viewport_size({"width": width, "height": 900})
        page.evaluate(AXE)
        options = json.dumps({"rules": {"label-title-only": {"enabled": False}}})
        faults += page.evaluate(f"axe.run({options}).then(r => r.violations.map(v => v.id))")
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"wider than {width}")
    return faults


def choose(page: Page, file: Path) -> None:
    page.get_by_label("Workbook or CSV file").set_input_files(file)
    page.get_by_role("button", name="Look at the file").click()
    page.get_by_role("heading", name="Which column is which").wait_for()


def test_budget_goes_out_and_comes_back(visit, tmp_path: Path) -> None:
    page = visit("finance")
    open_plan(page, year="2008/09")
    edit_section(page, BUDGET)
    with page.expect_download() as started:
        page.get_by_role("link", name="Export as a workbook (XLSX)").click()
    file = tmp_path / "finance.xlsx"
    started.value.save_as(file)

    book = load_workbook(file)
    sheet = book[UNIT]
    head, _ = find(sheet, "Activity")
    _, employee = find(sheet, "Employee costs")
    _, running = find(sheet, "Running costs")
    sheet.cell(head + 1, employee).value = "12,48.0"
    sheet.cell(head + 1, running).value = 61.5
    book.save(file)

    page.get_by_role("link", name="Import from a workbook or CSV file").click()
    faults = look(page)
    choose(page, file)
    faults += look(page)
    page.get_by_role("button", name="See what would change").click()
    summary = page.get_by_role("alert")
    expect(summary).to_contain_text("1 cell cannot be imported as it is")
    faults += look(page)

    page.get_by_role("radio", name="Read it as 1,248.0").check()
    page.get_by_role("button", name="Look again with these readings").click()
    expect(page.get_by_role("definition").nth(1)).to_have_text("1")
    faults += look(page)
    page.get_by_role("button", name="Import", exact=True).click()

    expect_told(
        page,
        "Imported finance.xlsx: 0 added, 1 changed, 0 removed. "
        "The history of the section can take it back.",
    )
    card = open_card(page, UNIT)
    shown = card.locator('[data-field="employee"]')
    expect(shown.first).to_have_value("1,248.0")
    assert faults == []


def test_hostile_texts_are_imported_by_keys_alone(visit, tmp_path: Path) -> None:
    """All payloads in the cells of one table, its file named by one: shown as words, never run."""
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, "Consultation exercises, satisfaction surveys, reviews")
    with page.expect_download() as started:
        page.get_by_role("link", name="as CSV").first.click()
    file = tmp_path / "<img src=x onerror=top.ran=99>.csv"
    started.value.save_as(file)
    with file.open(encoding="utf-8-sig", newline="") as opened:
        head, first, *_ = csv.reader(opened)
    with file.open("w", encoding="utf-8-sig", newline="") as opened:
        rows = [["", "", payload, *first[3:]] for payload in map(one_line, PAYLOADS)]  # id, group
        csv.writer(opened).writerows([head, *rows])

    press(page, "Import from a workbook or CSV file")
    tab_to(page, "Workbook or CSV file")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    press(page, "Look at the file")
    expect(page.get_by_text(file.name)).to_be_visible()
    press(page, "See what would change")
    press(page, "Import", inside="main form")
    expect(page.get_by_role("alert")).to_contain_text(f"Imported {file.name}")

    shown = page.locator("table.pw-grid tbody textarea, table.pw-grid tbody input[type=text]")
    typed = shown.evaluate_all("fields => fields.map(field => field.value)")
    assert [payload for payload in map(one_line, PAYLOADS) if payload.strip() not in typed] == []
    page.goto(page.url.replace("/edit/", "/"))
    assert page.evaluate("top.ran") is None


def one_line(payload: str) -> str:
    """Return a payload as a cell of one line holds it."""
    return " ".join(payload.split())
