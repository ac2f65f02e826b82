"""Two people write one section at once: they see each other, and nobody's words are lost."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.journeys.conftest import sign_in
from tests.journeys.keyboard import focused
from tests.journeys.screens import cell_to_edit, open_card, row_to_edit
from tests.journeys.site import Site
from tests.journeys.test_screens import Look
from tests.journeys.writing import (
    GRADE,
    UNIT,
    caption,
    expect_saved,
    open_editor,
    presence,
    reopen,
    revision,
    state,
)

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STAFFING = "Staffing levels"
OFFICER = "Bernard Lisle"
OTHER_GRADE = "Pt13 and above or equivalent (FTEs)"


@pytest.fixture
def pair(browser: Browser, site: Site) -> Iterator[tuple[Page, Page]]:
    """Return the pages of a manager and of the planning officer, both in the staffing section."""
    contexts = [
        browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        for _ in range(2)
    ]
    pages = [context.new_page() for context in contexts]
    for page, name in zip(pages, ("manager", "planning"), strict=True):
        sign_in(page, site, f"{name}@wealdshire.example")
        open_editor(page, STAFFING)
    yield pages[0], pages[1]
    for context in contexts:
        context.close()


@pytest.fixture
def as_before(pair: tuple[Page, Page]) -> Iterator[None]:
    """Put the cells and the caption back in the end."""
    page = pair[0]
    texts = [cell(page).input_value(), cell(page, OTHER_GRADE).input_value()]
    yield
    reopen(page)
    cell(page).fill(texts[0])
    cell(page, OTHER_GRADE).fill(texts[1])
    caption(page).fill("")
    page.keyboard.press("Control+s")
    expect(state(page)).to_have_text(re.compile("^(Saved|All changes are saved)"))


def cell(page: Page, grade: str = GRADE) -> Locator:
    return cell_to_edit(row_to_edit(open_card(page, UNIT), "grade", grade), "2008/09")


def test_each_sees_the_other_and_where_they_are(pair: tuple[Page, Page]) -> None:
    mine, theirs = pair
    cell(theirs).focus()
    words = presence(mine).get_by_role("listitem")
    expect(words).to_have_text(
        f"{OFFICER} (Corporate Planning Officer) is in this section, row 2: Units › {UNIT} › "
        f"Posts by grade › {GRADE} › 2008/09"
    )
    expect(mine.locator(".pw-here")).to_have_attribute("title", f"{OFFICER} is here")
    theirs.goto("about:blank")
    expect(words).to_have_count(0)


@pytest.mark.usefixtures("as_before")
def test_changes_of_different_cells_come_together(pair: tuple[Page, Page]) -> None:
    mine, theirs = pair
    cell(mine).focus()
    cell(mine).fill("7.5")
    cell(theirs, OTHER_GRADE).fill("8.5")
    caption(theirs).fill("Posts")
    for page in pair:
        expect(cell(page)).to_have_value("7.5")
        expect(cell(page, OTHER_GRADE)).to_have_value("8.5")
        expect(caption(page)).to_have_value("Posts")
        expect_saved(page)
    expect(cell(mine)).to_be_focused()
    reopen(mine)
    expect(cell(mine)).to_have_value("7.5")
    expect(cell(mine, OTHER_GRADE)).to_have_value("8.5")


@pytest.mark.usefixtures("as_before")
@pytest.mark.parametrize(("choice", "left"), [("Keep theirs", "2.25"), ("Keep mine", "1.25")])
def test_a_clash_is_decided_by_keyboard(pair: tuple[Page, Page], choice: str, left: str) -> None:
    mine, theirs = pair
    clash(mine, theirs)
    panel = mine.get_by_role("region", name=f"{OFFICER} changed 1 place too: choose")
    for words in ("2.25", "1.25", f"Theirs, saved meanwhile by {OFFICER}"):
        expect(panel.get_by_text(words, exact=True)).to_be_visible()
    mine.get_by_role("button", name="Go to the choice").first.focus()
    mine.keyboard.press("Enter")
    assert focused(mine) == f"{OFFICER} changed 1 place too: choose"
    mine.keyboard.press("Tab")
    mine.keyboard.press("Space")
    if choice == "Keep mine":
        mine.keyboard.press("ArrowDown")
    mine.keyboard.press("Enter")
    expect(panel).to_have_count(0)
    expect_saved(mine)
    for page in pair:
        expect(cell(page)).to_have_value(left)
    assert revision(mine) == revision(theirs)


@pytest.mark.usefixtures("as_before")
def test_a_clash_is_sound_at_both_widths(pair: tuple[Page, Page]) -> None:
    mine, theirs = pair
    clash(mine, theirs)
    look = Look(mine)
    look("editor with a clash")
    reopen(mine)
    expect(mine.get_by_text("It was kept")).to_be_visible()
    look("editor with a clash that was kept")
    assert look.faults == {}
    mine.get_by_text("Discard what was not saved").click()
    mine.get_by_role("button", name="Discard it").click()
    expect(cell(mine)).to_have_value("2.25")


def clash(mine: Page, theirs: Page) -> None:
    """Let the other save a cell that this one has typed in but not saved yet."""
    mine.context.set_offline(True)
    cell(mine).fill("1.25")
    cell(theirs).fill("2.25")
    expect_saved(theirs)
    mine.context.set_offline(False)
    expect(state(mine)).to_contain_text(f"{OFFICER} changed the same place")


@pytest.mark.usefixtures("as_before")
def test_rows_that_another_adds_come_without_taking_words_or_focus(
    pair: tuple[Page, Page],
) -> None:
    mine, theirs = pair
    grades = row_count(mine)
    caption(mine).click()
    caption(mine).press_sequentially("Typing on", delay=30)
    open_card(theirs, UNIT).get_by_role("button", name="Add a grade").click()
    theirs.keyboard.type("A new grade")
    caption(mine).press_sequentially(" and on", delay=30)
    expect_saved(theirs)
    expect(row_to_edit(open_card(mine, UNIT), "grade", "A new grade")).to_have_count(1)
    expect(caption(mine)).to_have_value("Typing on and on")
    expect(caption(mine)).to_be_focused()
    assert caption(mine).evaluate("each => each.selectionStart") == len("Typing on and on")
    assert row_count(mine) == grades + 1
    row_to_edit(open_card(theirs, UNIT), "grade", "A new grade").get_by_role(
        "button", name="Remove"
    ).click()
    expect_saved(theirs)
    expect(row_to_edit(open_card(mine, UNIT), "grade", "A new grade")).to_have_count(0)


def row_count(page: Page) -> int:
    return open_card(page, UNIT).get_by_role("button", name="Remove grade").count()


def test_changes_of_different_paragraphs_come_together(pair: tuple[Page, Page]) -> None:
    for page in pair:
        open_editor(page, "Review of performance 2007/08")
    mine, theirs = (page.locator(".ProseMirror").first for page in pair)
    type_at(theirs.locator("li, p").last, "End", " Their words.")
    type_at(mine.locator("p").first, "Home", "My words. ")
    for text in (mine, theirs):
        expect(text).to_contain_text("My words.")
        expect(text).to_contain_text("Their words.")
    for page in pair:
        expect_saved(page)
    pair[0].keyboard.type("And more. ")
    expect(theirs).to_contain_text("My words. And more.")
    expect(theirs).to_contain_text("Their words.")


def type_at(paragraph: Locator, key: str, words: str) -> None:
    """Type at the beginning or the end of a line of a paragraph."""
    paragraph.click()
    paragraph.page.keyboard.press(key)
    paragraph.page.keyboard.type(words)
