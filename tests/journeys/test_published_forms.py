"""What is printed and compared, as people meet it: changes, the council's colour, forms, pages."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Download, Page, expect

from tests.journeys.screens import edit_section, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

COLOUR = "#5a1e6b"
MADE_SECONDS = 120
FORMS = {
    "PDF": (".pdf", b"%PDF-1.7"),
    "PDF for archives": ("-archive.pdf", b"%PDF-1.7"),
    "Web page": (".html", b"<!DOCTYPE html>"),
    "Word": (".docx", "word/document.xml"),
    "Excel": (".xlsx", "xl/workbook.xml"),
    "CSV": (".csv.zip", "index.csv"),
}
"""The forms of a version: how their files are called, and what they begin with or hold."""


def address_of(page: Page, year: str) -> str:
    open_plan(page, year=year)
    page.wait_for_url(re.compile(r"/plans/\d+/$"))
    return page.url


def test_changes_are_stepped_through_by_keys_and_buttons(visit):
    page = visit("manager")
    page.goto(f"{address_of(page, '2008/09')}compare/?from=plan-1&to=now")
    told = page.locator("[data-redline-steps] [role=status]")
    expect(told).to_have_text(re.compile(r"^\d+ changes$"))
    count = told.inner_text().split()[0]
    page.keyboard.press("F8")
    expect(told).to_have_text(f"Change 1 of {count}")
    first = page.evaluate("document.activeElement.textContent")
    page.keyboard.press("F8")
    expect(told).to_have_text(f"Change 2 of {count}")
    assert page.evaluate("document.activeElement.textContent") != first
    page.get_by_role("button", name="Previous change").click()
    expect(told).to_have_text(f"Change 1 of {count}")
    page.keyboard.press("Shift+F8")
    expect(told).to_have_text(f"Change {count} of {count}")
    assert page.evaluate("document.activeElement.checkVisibility()")
    places = [focused_by(page, "F8") for _ in range(int(count))]
    assert sum(text.endswith("(added)") for text in places) > 10
    assert sum(text.startswith("Foreword (removed)") for text in places) == 1
    foreword = page.locator("section:has(> #foreword)")
    assert not {text.strip() for text in foreword.locator("p, li").all_inner_texts()} & set(places)


def focused_by(page: Page, key: str) -> str:
    """Press a key and return what then has the focus reads like."""
    page.keyboard.press(key)
    return page.evaluate("document.activeElement.innerText").strip()


def test_the_councils_colour_is_tried_kept_and_seen_on_the_screens(visit, site):
    page = visit("planning")
    page.goto(f"{site.address}/council/look/")
    colour = page.get_by_label(re.compile("^Colour"))
    before = colour.input_value()
    colour.fill("purple")
    page.get_by_role("button", name="Show the cover").click()
    expect(page.get_by_role("alert")).to_contain_text("Colour: Enter a colour as #")
    colour.fill(COLOUR)
    page.get_by_role("button", name="Show the cover").click()
    expect(page.locator(f"#sample [fill='{COLOUR}']").first).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)
    save(page)
    try:
        page.goto(f"{address_of(page, '2008/09')}compare/")
        expect(page.locator(".pw-header")).to_have_css("background-color", "rgb(90, 30, 107)")
    finally:
        page.goto(f"{site.address}/council/look/")
        colour.fill(before)
        save(page)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("Saved. What is printed from now on looks like this.")).to_be_visible()


def test_a_version_is_downloaded_in_every_form(visit):
    page = visit("manager")
    address = f"{address_of(page, '2007/08')}versions/1/download/"
    for name, (suffix, content) in FORMS.items():
        page.goto(address)
        page.get_by_role("button", name=re.compile(rf"^Make it\W+{name}$")).click()
        ready = page.get_by_role("button", name=f"Download: {name}", exact=True)
        expect(ready).to_be_visible(timeout=MADE_SECONDS * 1000)
        with page.expect_download() as started:
            ready.click()
        check(started.value, suffix, content)
    page.goto(address)
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile(r"^Download\W+plan file$")).click()
    check(started.value, ".json", b"{")


def check(download: Download, suffix: str, content: bytes | str) -> None:
    stem = "childrens-social-services-2007-08-version-1"
    assert download.suggested_filename == f"{stem}{suffix}"
    path = Path(download.path())
    if isinstance(content, bytes):
        assert path.read_bytes().startswith(content)
    else:
        with zipfile.ZipFile(path) as file:
            assert content in file.namelist()


def test_printed_pages_are_read_large_by_keyboard(visit):
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, "Lead roles")
    page.get_by_text("Help with this section").first.click()
    page.get_by_role("tab", name="Preview").click()
    pages = page.locator("#help a[data-page]")
    expect(pages.first).to_be_visible()
    count = pages.count()
    pages.first.press("Enter")
    reader = page.get_by_role("dialog", name=f"Page 1 of {count}")
    expect(reader).to_be_visible()
    expect(reader.get_by_role("img")).to_have_attribute("alt", re.compile(f"^Page 1 of {count} "))
    page.keyboard.press("End")
    expect(page.get_by_role("dialog", name=f"Page {count} of {count}")).to_be_visible()
    expect(page.get_by_role("button", name="Next ›")).to_be_disabled()
    page.keyboard.press("Escape")
    expect(pages.last).to_be_focused()


def test_on_a_phone_a_table_is_scrolled_under_its_whole_caption(open_browser, site):
    page = open_browser(viewport={"width": 390, "height": 844}, java_script_enabled=False)
    page.goto(f"{site.address}/published/")
    page.get_by_role("link", name=re.compile("Annual Operating Plan")).first.click()
    page.get_by_role("heading", level=1).wait_for()
    captions = [caption.bounding_box() for caption in page.locator("caption").all()]
    wide = [table.bounding_box() for table in page.locator(".table-scroll > table").all()]
    assert any(table["width"] > 390 for table in wide)
    assert captions
    assert all(box["x"] + box["width"] <= 390 for box in captions if box)
