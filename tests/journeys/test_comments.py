"""Comments by people with a keyboard: on a cell and on words, answered, resolved and reopened."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.keyboard import press, tab_to
from tests.journeys.screens import (
    PLAN,
    edit_section,
    open_card,
    open_plan,
    row_to_edit,
    wait_until,
)
from tests.journeys.site import run_site
from tests.journeys.test_screens import Look
from tests.journeys.writing import wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PARTNER = "Callum Reeve"
PARTNER_ADDRESS = "performance@wealdshire.example"
UNIT = "Out of Hours Services"
GRADE = "Pt12 and below (FTEs)"


@pytest.fixture(scope="module")
def site(prepared_demo, tmp_path_factory):
    """Run a site of these tests' own: what is said on it stays there."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


def test_a_cell_is_commented_on_by_keyboard_alone(visit, site):
    page = visit("manager")
    go_to_cell(page)
    page.keyboard.press("Control+Alt+m")
    expect(page.locator(".pw-comments__about")).to_contain_text(f"{GRADE} › 2008/09")
    expect(page.get_by_label("Comment", exact=True)).to_be_focused()
    page.keyboard.type("Is this agreed, @Call")
    expect(page.get_by_role("option", name=PARTNER, selected=True)).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("?")
    look = Look(page)
    look("a cell is commented on")
    add(page, "Add comment")
    expect(page.locator(".pw-comment:focus")).to_contain_text(f"Is this agreed, @{PARTNER} ?")
    marker = page.get_by_role("button", name=re.compile("^1 comment on 2008.09"))
    expect(marker).to_be_visible()
    look("a cell has a comment")
    assert look.faults == {}

    page.keyboard.press("Escape")
    expect(page.locator(":focus")).to_have_attribute("data-field", "fte-1")
    marker.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".pw-comment:focus")).to_contain_text("Is this agreed")

    answer_by_mail(visit("performance"), site)
    mail = site.mailbox.wait_for(
        "manager@wealdshire.example", f"{PARTNER} answered: Staffing levels, {PLAN}"
    )
    assert "> Not by Finance yet." in mail


def answer_by_mail(page: Page, site) -> None:
    """Follow the link of the mail, answer, resolve and reopen, all without a mouse."""
    mail = site.mailbox.wait_for(
        PARTNER_ADDRESS, f"Owen Tressell commented: Staffing levels, {PLAN}"
    )
    path = re.search(r"/plans/\d+/comments/\d+/", mail)[0]
    page.goto(site.address + path)
    expect(page.locator(".pw-comment:focus")).to_contain_text("Is this agreed")
    tab_to(page, "Reply")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("Not by Finance yet.")
    add(page, "Add reply")
    expect(page.locator(".pw-comment:focus")).to_contain_text("Not by Finance yet.")
    tab_to(page, "Resolve")
    page.keyboard.press("Enter")
    expect(page.locator(".pw-thread")).to_contain_text(f"Resolved by {PARTNER}")
    expect(page.locator(".pw-comment:focus")).to_have_count(1)
    tab_to(page, "Reopen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("^Resolve"))).to_be_visible()
    look = Look(page)
    look("a thread")
    tab_to(page, "Edit")
    page.keyboard.press("Enter")
    expect(page.get_by_label("Comment", exact=True).last).to_be_focused()
    look("a comment is changed")
    assert look.faults == {}


def test_words_are_commented_on_and_found_again(visit):
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, "Planning context and priorities")
    wait_for_comments(page)
    words = page.locator(".pw-text__words").first
    words.focus()
    page.keyboard.press("Control+Home")
    for end in ("This", "section", "sets"):
        page.keyboard.press("Control+Shift+ArrowRight")
        wait_until(page, f"getSelection().toString().trim().endsWith('{end}')")
    page.keyboard.press("Control+Alt+m")
    expect(page.locator(".pw-comments__about")).to_have_text("About Text: This section sets")
    page.keyboard.type("Which section?")
    add(page, "Add comment")
    expect(page.locator(".pw-comment:focus")).to_contain_text("Which section?")
    lit = "[...CSS.highlights.get('pw-commented')].map(range => range.toString())"
    assert page.evaluate(lit) == ["This section sets"]

    page.goto(re.sub(r"edit/.*$", "comments/", page.url))
    expect(page.locator("q")).to_have_text("This section sets")
    press(page, "Text", inside=".pw-thread")
    expect(words).to_be_focused()


def test_comments_work_without_scripts(site, open_browser):
    page = open_browser(java_script_enabled=False)
    sign_in(page, site, "director@wealdshire.example")
    open_plan(page, year="2008/09")
    page.get_by_role("link", name=re.compile("Risks$")).first.click()
    page.get_by_role("link", name="Comments", exact=True).last.click()
    page.get_by_text("Write a comment").click()
    page.get_by_label("Comment on").select_option(index=3)
    page.get_by_label("Comment", exact=True).fill("Is this still a risk?")
    page.get_by_label("Mention").first.select_option("Owen Tressell")
    page.get_by_role("button", name="Add comment").click()
    thread = page.locator(".pw-thread").filter(has_text="Is this still a risk?")
    expect(thread).to_contain_text("To Owen Tressell")
    thread.get_by_role("button", name="Resolve").click()
    expect(thread).to_contain_text("Resolved by")
    thread.get_by_role("link", name="Remove").click()
    page.get_by_role("button", name="Remove it").click()
    expect(thread).to_have_count(0)


PATH = (
    """import("planwright/places").then(({pathOf}) => pathOf(document.activeElement).join("-"))"""
)


def test_what_others_say_is_marked_while_one_writes(visit):
    page, other = visit("manager"), visit("director")
    go_to_cell(page)
    wait_until_ready(page)
    count = page.locator('[data-help-tab="comments"]')
    before = count.text_content()
    at = page.evaluate(PATH)
    other.goto(f"{re.sub(r'edit/.*$', 'comments/', page.url)}?at={at}")
    other.get_by_label("Comment", exact=True).fill("Where is this agreed?")
    other.get_by_role("button", name="Add comment").click()
    thread = other.locator(".pw-thread").filter(has_text="Where is this agreed?")
    marker = page.locator(f'.pw-comment-marker[data-place="{at}"]')
    marks = marker.all_text_contents()
    expect(count).not_to_have_text(before)
    assert marker.all_text_contents() != marks
    thread.get_by_role("button", name="Resolve").click()
    expect(count).to_have_text(before)
    assert marker.all_text_contents() == marks


def go_to_cell(page: Page) -> None:
    open_plan(page, year="2008/09")
    edit_section(page, "Staffing levels")
    wait_for_comments(page)
    row = row_to_edit(open_card(page, UNIT), "grade", GRADE)
    row.get_by_role("textbox", name="2008/09 row ").focus()


def wait_for_comments(page: Page) -> None:
    """Wait until the editor's page takes comments."""
    page.get_by_role("button", name=re.compile("^Comment on ")).wait_for()


def add(page: Page, button: str) -> None:
    """Go to a button and press it; what it does is done without leaving the page."""
    tab_to(page, button)
    page.keyboard.press("Enter")
