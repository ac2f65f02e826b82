"""Tables typed, pasted and moved in as in a spreadsheet, by keys alone and by pointer."""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys import keyboard
from tests.journeys.conftest import WAIT_MILLISECONDS, Complaints, sign_in
from tests.journeys.screens import open_card
from tests.journeys.site import Site, run_site
from tests.journeys.wide import TITLE, find_section, widen
from tests.journeys.writing import expect_saved

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()
PASTE = """({ text, html }) => {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  if (html) data.setData("text/html", html);
  const options = { clipboardData: data, bubbles: true, cancelable: true };
  document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
}"""
WITHIN_A_SECOND = """async (act) => {
  const before = performance.now();
  act === "paste" ? null : document.activeElement.dispatchEvent(new KeyboardEvent("keydown",
    { key: act, ctrlKey: true, bubbles: true, cancelable: true }));
  await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
  return performance.now() - before;
}"""
COLUMNS = 12


@pytest.fixture(scope="module")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site for these tests, in which one section has 12 columns: they leave it changed."""
    folder = tmp_path_factory.mktemp("grid")
    shutil.copytree(prepared_demo, folder / "wide")
    widen(folder / "wide", rows=6, columns=COLUMNS)
    with run_site(folder / "wide", folder / "data") as running:
        yield running


@pytest.fixture(scope="module")
def manager(browser: Browser, site: Site) -> Iterator[Page]:
    """Return the manager's page, signed in once for all these tests."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
    context.set_default_timeout(WAIT_MILLISECONDS)
    complaints = Complaints()
    complaints.watch(context)
    page = context.new_page()
    sign_in(page, site, "manager@wealdshire.example")
    yield page
    context.close()
    assert complaints == []


@pytest.fixture
def page(manager: Page, site: Site) -> Page:
    """Return the manager's page with the wide table open in its editor."""
    open_table(manager, site, TITLE)
    return manager


def open_table(page: Page, site: Site, title: str) -> None:
    plan, section = find_section(site.output.parent, title)
    page.goto(f"{site.address}/plans/{plan}/sections/{section}/edit/")
    page.get_by_role("button", name="Undo").wait_for()


def rows(page: Page) -> Locator:
    return page.locator("#content-rows > .pw-grid-scroll tbody tr")


def cell(page: Page, row: int, column: str) -> Locator:
    """Return the control of a row, counted from 1, under a column's path."""
    return rows(page).nth(row - 1).locator(f'[data-field="{column}"]')


def labels(page: Page) -> list[str]:
    found = rows(page).locator('[data-field="label"]')
    return found.evaluate_all("all => all.map(each => each.value)")


def focused(page: Page) -> tuple[int, str]:
    """Return the row, counted from 1, and the column of the cell that has the focus."""
    return tuple(
        page.evaluate(
            "(each => [each.closest('tr').sectionRowIndex + 1, each.dataset.field])"
            "(document.activeElement)"
        )
    )


def press(page: Page, *keys: str) -> None:
    for key in keys:
        page.keyboard.press(key)


def said(page: Page) -> Locator:
    return page.locator(".pw-undo").get_by_role("status")


def paste(page: Page, text: str, html: str = "") -> None:
    page.evaluate(PASTE, {"text": text, "html": html})


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect_saved(page, milliseconds=WAIT_MILLISECONDS)


def stored_cells(site: Site) -> list[tuple[str, dict[str, str]]]:
    """Return the label and cells of each row of the wide table, as the database has them."""
    query = (
        "SELECT label, cells FROM performance_activityrow WHERE section_id = "
        "(SELECT MAX(id) FROM plans_section WHERE title = ?) ORDER BY position"
    )
    with sqlite3.connect(site.output.parent / "planwright.sqlite3") as database:
        found = database.execute(query, [TITLE]).fetchall()
    return [(label, json.loads(cells)) for label, cells in found]


# --- a large block ------------------------------------------------------------------------------


def block(seed: str) -> list[list[str]]:
    return [
        [f"{seed}{row * COLUMNS + column:,}" for column in range(COLUMNS)] for row in range(300)
    ]


def as_text(rows: list[list[str]]) -> str:
    return "\r\n".join("\t".join(row) for row in rows) + "\r\n"


def as_excel(rows: list[list[str]]) -> str:
    """Return a block as Excel writes it, its first cell a merged one's."""
    body = "".join(
        "<tr height=20 style='height:15.0pt'>"
        + "".join(f"<td class=xl65 align=right>{text}</td>\r\n  " for text in row)
        + "</tr>"
        for row in rows
    )
    return (
        "<html xmlns:x='urn:schemas-microsoft-com:office:excel'><head><style>td {color:black}"
        "</style></head><body><table border=0><!--StartFragment--><col width=64 span=12>"
        f"{body}<!--EndFragment--></table></body></html>"
    )


@pytest.mark.parametrize("way", ["text", "Excel"])
def test_a_block_of_300_rows_is_pasted_undone_redone_and_saved(
    page: Page, site: Site, way: str
) -> None:
    sent = block("" if way == "text" else "1")
    before = labels(page)
    cell(page, 2, "cells-c1").click()
    paste(page, as_text(sent), as_excel(sent) if way == "Excel" else "")
    added = max(0, 301 - len(before))
    grown = f" and added {added} rows" if added else ""
    expect(said(page)).to_have_text(f"Pasted 3,600 cells{grown}.")
    expect(rows(page)).to_have_count(301)
    undone = page.evaluate(WITHIN_A_SECOND, "z")
    expect(said(page)).to_have_text("Undone: pasting 3,600 cells.")
    assert labels(page) == before
    redone = page.evaluate(WITHIN_A_SECOND, "y")
    expect(rows(page)).to_have_count(301)
    print(f"undone in {undone:.0f} ms, redone in {redone:.0f} ms")  # noqa: T201 seen with -rP
    if added:
        cell(page, len(before) + 1, "label").click()
        paste(page, "\n".join(f"Added {number}" for number in range(added)))
    save(page)
    stored = stored_cells(site)
    assert [list(cells.values()) for _, cells in stored[1:]] == sent
    assert [label for label, _ in stored][: len(before)] == before


# --- keys ---------------------------------------------------------------------------------------


def test_all_that_a_table_does_is_done_by_keys_alone(page: Page) -> None:
    """The table is gone to and left by Tab too; nothing is clicked or given the focus."""
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    before, first = labels(page), cell(page, 1, "label")
    keyboard.tab_to(page, "Show how the rows are set up")
    press(page, "Space")
    expect(cell(page, 1, "kind")).to_be_visible()
    press(page, "Space")
    expect(cell(page, 1, "kind")).to_be_hidden()
    press(page, "Tab", "Tab")  # the table, which scrolls, then its first cell
    expect(first).to_be_focused()
    column = [cell(page, row, "cells-c1") for row in (1, 2, 3, 4)]
    old = [each.input_value() for each in column]

    press(page, "ArrowRight", "5", "Enter", "6", "Shift+Enter")
    assert [each.input_value() for each in column[:2]] == ["5", "6"]
    press(page, "Shift+ArrowDown", "Control+c", "ArrowDown", "ArrowDown", "Control+v")
    expect(said(page)).to_have_text("Pasted 2 cells.")
    assert [each.input_value() for each in column] == ["5", "6", "5", "6"]
    press(page, "Control+Home", "ArrowRight", *["Shift+ArrowDown"] * 3, "Control+d")
    assert [each.input_value() for each in column] == ["5"] * 4
    press(page, "Control+z", "Control+z")
    assert [each.input_value() for each in column] == ["5", "6", *old[2:]]
    press(page, "Control+y", "Control+z", "Control+z", "Control+z")
    assert [each.input_value() for each in column] == old

    press(page, "Control+Home", "Control+Shift++")
    page.keyboard.type("By keys")
    press(page, "Alt+Shift+ArrowDown")
    assert labels(page) == [before[0], "By keys", *before[1:]]
    press(page, "Control+-")
    assert labels(page) == before
    press(page, "Control+End", "Tab", "Tab", "Tab")
    keyboard.tab_to(page, "Save and continue")


def test_keys_go_from_cell_to_cell(page: Page) -> None:
    cell(page, 2, "cells-c2").click()
    steps = {
        "ArrowRight": (2, "cells-c3"),
        "ArrowDown": (3, "cells-c3"),
        "ArrowLeft": (3, "cells-c2"),
        "ArrowUp": (2, "cells-c2"),
        "Enter": (3, "cells-c2"),
        "Shift+Enter": (2, "cells-c2"),
        "Tab": (2, "cells-c3"),
        "Shift+Tab": (2, "cells-c2"),
        "Home": (2, "label"),
        "Control+Home": (1, "label"),
        "Control+ArrowRight": (1, f"cells-c{COLUMNS}"),
        "Control+ArrowLeft": (1, "label"),
    }
    for key, place in steps.items():
        press(page, key)
        assert focused(page) == place, key


def test_a_text_keeps_its_keys_while_it_is_edited(page: Page) -> None:
    cell(page, 1, "label").click()
    press(page, "F2", "ArrowLeft", "ArrowLeft", "X")
    expect(cell(page, 1, "label")).to_have_value("AreaX 1")
    assert focused(page) == (1, "label")
    press(page, "Escape")
    expect(cell(page, 1, "label")).to_have_value("Area 1")
    expect(said(page)).to_have_text("Put back what stood there.")


def test_typing_fills_a_cell_and_is_undone_cell_by_cell(page: Page) -> None:
    cell(page, 3, "cells-c4").click()
    before = cell(page, 3, "cells-c4").input_value()
    page.keyboard.type("77")
    press(page, "Enter")
    page.keyboard.type("88")
    press(page, "Tab")
    expect(cell(page, 3, "cells-c4")).to_have_value("77")
    press(page, "Control+z", "Control+z")
    expect(cell(page, 3, "cells-c4")).to_have_value(before)
    press(page, "Control+y")
    expect(cell(page, 3, "cells-c4")).to_have_value("77")
    press(page, "Control+Shift+z")
    expect(cell(page, 4, "cells-c4")).to_have_value("88")


def test_a_block_is_filled_emptied_and_comes_back(page: Page) -> None:
    cell(page, 1, "cells-c5").click()
    before = [cell(page, row, "cells-c5").input_value() for row in (1, 2, 3)]
    press(page, "Shift+ArrowDown", "Shift+ArrowDown")
    expect(said(page)).to_have_text("3 rows by 1 column selected, from C5 row 1 to C5 row 3")
    press(page, "Control+d")
    assert [cell(page, row, "cells-c5").input_value() for row in (1, 2, 3)] == [before[0]] * 3
    press(page, "Delete")
    assert [cell(page, row, "cells-c5").input_value() for row in (1, 2, 3)] == [""] * 3
    press(page, "Control+z", "Control+z")
    assert [cell(page, row, "cells-c5").input_value() for row in (1, 2, 3)] == before


def test_one_value_fills_a_selection_and_words_that_fit_nowhere_are_told(page: Page) -> None:
    cell(page, 1, "cells-c6").click()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight")
    paste(page, "9")
    found = [cell(page, row, f"cells-c{column}") for row in (1, 2) for column in (6, 7)]
    assert [each.input_value() for each in found] == ["9"] * 4
    press(page, "Control+z", "Escape")
    page.get_by_label("Show how the rows are set up").check()
    cell(page, 1, "kind").focus()
    paste(page, "Subtotal\tx\ty\nnonsense\tx\ty")
    expect(said(page)).to_have_text(
        "Pasted 5 cells. Not everything fitted: “nonsense” left out, which is none of the choices."
    )
    press(page, "Control+z")


def test_rows_come_go_and_move_by_keys_alone(page: Page) -> None:
    before = labels(page)
    cell(page, 2, "label").focus()
    press(page, "Control+Shift++")
    page.keyboard.type("New area")
    press(page, "Alt+Shift+ArrowDown")
    assert labels(page) == [*before[:2], "New area", *before[2:]]
    press(page, "Control+-")
    expect(said(page)).to_have_text("Removed 1 row. Undo brings back what stood there.")
    assert labels(page) == before
    press(page, "Control+z")
    assert labels(page) == [*before[:2], "New area", *before[2:]]
    press(page, *["Control+z"] * 3)
    assert labels(page) == before


def test_what_is_copied_is_what_is_pasted(page: Page) -> None:
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    cell(page, 1, "cells-c1").click()
    press(page, "Shift+ArrowRight", "Shift+ArrowDown", "Control+c")
    expect(said(page)).to_have_text("Copied 4 cells.")
    cell(page, 4, "cells-c1").click()
    press(page, "Control+v")
    expect(said(page)).to_have_text("Pasted 4 cells.")
    for row in (0, 1):
        for column in ("cells-c1", "cells-c2"):
            copied = cell(page, 1 + row, column).input_value()
            expect(cell(page, 4 + row, column)).to_have_value(copied)
    press(page, "Control+z")


# --- by pointer, in cards -----------------------------------------------------------------------


def test_buttons_work_without_a_page_load(page: Page) -> None:
    before = labels(page)
    page.evaluate("window.isSame = true")
    page.get_by_role("button", name="Add a row", exact=True).click()
    expect(said(page)).to_have_text("Added 1 row.")
    assert focused(page) == (len(before) + 1, "label")
    page.get_by_role("button", name=f"Remove row {len(before) + 1}, New row").click()
    page.get_by_role("button", name="Move down row 1, ").click()
    assert labels(page)[:2] == [before[1], before[0]]
    page.get_by_role("button", name="Undo").click()
    assert labels(page) == before
    assert page.evaluate("window.isSame")


def test_a_row_is_dragged_by_its_handle(page: Page) -> None:
    page.wait_for_load_state("networkidle")  # rows may be drawn anew by what came meanwhile
    before = labels(page)
    rows(page).nth(0).scroll_into_view_if_needed()
    page.locator(".pw-grid-scroll").first.evaluate("each => each.scrollLeft = each.scrollWidth")
    start = rows(page).nth(0).locator(".pw-row-actions").bounding_box()
    end = rows(page).nth(2).locator(".pw-row-actions").bounding_box()
    page.mouse.move(start["x"] + 8, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(end["x"] + 8, end["y"] + end["height"] - 4, steps=4)
    page.mouse.up()
    assert labels(page)[:3] == [before[1], before[2], before[0]]
    page.get_by_role("button", name="Undo").click()
    assert labels(page) == before


def test_a_new_unit_has_lines_of_its_own(manager: Page, site: Site) -> None:
    page = manager
    open_table(page, site, "Revenue budget")
    page.get_by_role("button", name="Add a unit", exact=True).click()
    card = page.locator("details.pw-card").last
    card.get_by_role("button", name="Add a budget line to New unit").click()
    card.locator('[data-field="activity"]').fill("A new line")
    card.locator('[data-field="employee"], [data-field="staffing"]').first.fill("12.5")
    expect(card.locator('[data-derived="gross"]')).to_have_text("12.5")
    page.get_by_role("button", name="Undo").click()


# --- how it stands ------------------------------------------------------------------------------


def test_heads_and_totals_stay_in_sight(manager: Page, site: Site) -> None:
    page = manager
    open_table(page, site, "Staffing levels")
    card = open_card(page, "Out of Hours Services")
    scroller = card.locator(".pw-grid-scroll").first
    scroller.evaluate("each => { each.style.maxHeight = '120px'; each.scrollTop = 40; }")
    box = scroller.bounding_box()
    head = scroller.locator("thead th").first.bounding_box()
    foot = scroller.locator("tfoot tr").last.bounding_box()
    assert abs(head["y"] - box["y"]) < 3
    assert abs(foot["y"] + foot["height"] - box["y"] - box["height"]) < 18


@pytest.mark.parametrize(
    ("title", "first_figure"),
    [
        ("Key performance indicators and service comparisons", "Actual performance 2006/07"),
        ("Revenue budget", "Net, year before"),
    ],
)
def test_beside_the_help_most_of_a_table_is_figures(
    manager: Page, site: Site, title: str, first_figure: str
) -> None:
    page = manager
    open_table(page, site, title)
    page.locator("summary", has_text="Help with this section").click()
    page.locator("body.has-help").wait_for()
    page.evaluate(
        "document.querySelectorAll('details.pw-card').forEach((each) => each.open = true)"
    )
    table = page.locator(".pw-grid-scroll").first
    box = table.bounding_box()
    heads = table.locator("thead tr").last.locator("th")
    name, actions = heads.first.bounding_box(), heads.last.bounding_box()
    assert name["width"] + actions["width"] < box["width"] / 2
    figure = heads.filter(has_text=first_figure).first.bounding_box()
    assert figure["x"] + figure["width"] <= actions["x"]


def test_axe_minds_neither_a_selection_nor_errors(page: Page) -> None:
    cell(page, 1, "cells-c5").click()
    press(page, "Shift+ArrowDown", "Shift+ArrowRight")
    page.evaluate(
        "import('planwright/grid').then(({ markCell }) => markCell("
        "document.querySelector('[data-field=\"cells-c3\"]'),"
        "{ level: 'error', message: 'This is no number.' }))"
    )
    marked = cell(page, 1, "cells-c3")
    expect(marked).to_have_attribute("aria-invalid", "true")
    expect(marked).to_have_accessible_description("Error: This is no number.")
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((result) => result.violations.map(({ id }) => id))")
    assert found == []
