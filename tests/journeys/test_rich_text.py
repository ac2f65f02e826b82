"""Writing rich text: by keyboard alone, pasted, with live figures, and stored exactly as meant."""

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Locator, Page, expect

from documents import richtext
from plans.measures import rich_texts
from tests.documents.test_richtext import test_canonical_html_stays_as_it_is as canonical
from tests.journeys.screens import edit_section, open_card, open_plan
from tests.journeys.site import run_site

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()
PLANS = sorted((Path(settings.BASE_DIR) / "demo/plans").glob("*.json"))
PASTES = Path(__file__).parent / "pastes"
"""What is pasted, as HTML or plain text, and beside each what the section then holds."""

SECTION = "Planning context and priorities"


@pytest.fixture(scope="module")
def site(prepared_demo, tmp_path_factory):
    """Run a site for these tests: they leave a section changed."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("rich-text") / "data") as running:
        yield running


@pytest.fixture
def page(visit) -> Page:
    """Return the editor of a section of words."""
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, SECTION)
    editor_of(page).wait_for()
    return page


def text_of(page: Page) -> Locator:
    return page.get_by_role("textbox", name="Text", exact=True)


def editor_of(page: Page) -> Locator:
    """Return the text when the editor has taken the place of its textarea."""
    return page.locator(".pw-text--main .pw-text__words")


def empty(page: Page) -> None:
    """Take everything out of the text, the cursor in it."""
    text_of(page).focus()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.press("Delete")


def save_and_reload(page: Page) -> None:
    """Save by the button, wait until the page says so, and open it anew."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-state-words]")).to_have_text(
        re.compile("^(Saved|All changes are saved)")
    )
    page.reload()
    editor_of(page).wait_for()


def stored(page: Page) -> str:
    """Save, and return what the server then holds."""
    save_and_reload(page)
    return page.locator("textarea[data-field=content-body]").get_attribute("data-html")


def texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield from rich_texts(value)
    elif isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from texts_of(item)


def axe(page: Page) -> list[str]:
    page.evaluate(AXE)
    return page.evaluate(
        "axe.run().then(found => found.violations.map(each => each.id + ' ' + "
        "each.nodes.map(node => node.html.slice(0, 120)).join(' ; ')))"
    )


def to_button(page: Page, name: str) -> None:
    """Go from the text to a button of the toolbar, by keyboard, and press it."""
    page.keyboard.press("Alt+F10")
    for _ in range(20):
        if page.evaluate("document.activeElement.getAttribute('aria-label')") == name:
            page.keyboard.press("Enter")
            return
        page.keyboard.press("ArrowRight")
    raise AssertionError(f"No button “{name}” in the toolbar")


ROUND_TRIP = """async (texts) => {
  const {makeEditor, writeHtml} = await import("planwright/text-schema");
  const changed = [];
  for (const html of texts) {
    const element = document.createElement("div");
    const editor = makeEditor({element, html, attributes: {}, show: () => {}, told: () => {}});
    editor.commands.insertContentAt(editor.state.doc.content.size, "<p>x</p>");
    editor.commands.undo();
    if (writeHtml(editor) !== html) changed.push([html, writeHtml(editor)]);
    editor.destroy();
  }
  return changed;
}"""


def test_every_text_goes_through_the_editor_unchanged(page):
    plans = [text for path in PLANS for text in texts_of(json.loads(path.read_text()))]
    samples = [html for html in canonical.pytestmark[0].args[1] if html]
    texts = list(dict.fromkeys([*plans, *samples]))

    changed = page.evaluate(ROUND_TRIP, texts)

    lost = [before for before, after in changed if richtext.clean(after) != before]
    print(f"{len(texts)} texts: {len(changed)} written otherwise, {len(lost)} changed")  # noqa: T201
    assert (len(texts) > 200, changed, lost) == (True, [], [])


def test_a_text_is_written_and_formatted_by_keyboard_alone(page):
    empty(page)
    to_button(page, "Heading")
    page.keyboard.type("Aims")
    page.keyboard.press("Enter")
    page.keyboard.type("We ")
    to_button(page, "Bold")
    page.keyboard.type("will")
    to_button(page, "Bold")
    page.keyboard.type(" use less CO")
    to_button(page, "Subscript")
    page.keyboard.type("2")
    to_button(page, "Subscript")
    page.keyboard.press("Enter")
    to_button(page, "Bullets")
    page.keyboard.type("one")
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.type("deeper")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    to_button(page, "Quotation")
    page.keyboard.type("They said so")
    page.keyboard.press("ControlOrMeta+Z")
    page.keyboard.press("ControlOrMeta+Shift+Z")

    assert stored(page) == (
        "<h3>Aims</h3><p>We <strong>will</strong> use less CO<sub>2</sub></p>"
        "<ul><li>one<ul><li>deeper</li></ul></li></ul><blockquote><p>They said so</p></blockquote>"
    )


def test_the_toolbar_is_one_stop_and_tells_what_is_on(page):
    empty(page)
    page.keyboard.press("ControlOrMeta+B")
    page.keyboard.type("bold")
    bar = page.get_by_role("toolbar", name="Formatting").locator("visible=true")
    assert bar.get_by_role("button", pressed=True).all_inner_texts() == ["B"]
    page.keyboard.press("Alt+F10")
    page.keyboard.press("End")
    assert page.evaluate("document.activeElement.title") == "Redo (Ctrl + Shift + Z)"
    assert bar.locator("[tabindex='0']").count() == 1
    page.keyboard.press("Escape")
    expect(text_of(page)).to_be_focused()


def test_a_figure_is_put_in_and_changed_by_keyboard(page):
    empty(page)
    page.keyboard.type("It costsa year.")  # what is put in is set apart from the words beside it
    page.keyboard.press("Home")
    for _ in "It costs":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("ControlOrMeta+Shift+F")
    page.get_by_role("combobox").wait_for()
    page.keyboard.type("revenue budget gross")
    name = page.get_by_role("option").first.inner_text().split("\n")[0]
    page.keyboard.press("Enter")
    figure = text_of(page).locator("[data-figure]")
    assert (figure.inner_text(), name in figure.get_attribute("title")) == ("£100.8m", True)

    page.keyboard.press("Home")
    for _ in "It costs ":
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_role("dialog", name="Change the live figure").wait_for()
    page.keyboard.press("Tab")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(figure).to_have_text("£100,809.2k")

    assert stored(page) == (
        '<p>It costs <span data-figure="budget.gross" data-style="£000"></span> a year.</p>'
    )


PUT = """async (html) => {
  const {setHtml} = await import("planwright/rich-text");
  const textarea = document.querySelector("textarea[data-field=content-body]");
  await setHtml(textarea, html);
}"""


@pytest.mark.parametrize(
    ("first", "keys", "put", "left"),
    [
        ("We will ", "", "<p>We will</p><p>Theirs.</p>", "We will Mine|Theirs."),
        ("We will", "Enter", "<p>We will</p><p>Theirs.</p>", "We will|Mine|Theirs."),
        ("We will ", "", "<p>New.</p><p>We will</p><p>Second.</p>", "New.|We will Mine|Second."),
        ("We will ", "", "<p>We will</p>", "We will Mine"),
        ("We will go", "Home", "<p>We will go on</p><p>Theirs.</p>", "MineWe will go on|Theirs."),
    ],
)
def test_what_others_write_leaves_the_caret_where_one_types(page, first, keys, put, left):
    empty(page)
    page.keyboard.type("Second.")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    page.keyboard.type(first)
    if keys:
        page.keyboard.press(keys)
    page.evaluate(PUT, put)
    page.keyboard.type("Mine")
    shown = text_of(page).locator("p").all_inner_texts()
    assert "|".join(text for text in shown if text.strip()) == left


def test_words_link_to_a_section_and_to_an_address(page):
    empty(page)
    page.keyboard.type("See ")
    to_button(page, "Link to a section")
    page.get_by_role("combobox").wait_for()
    page.keyboard.type("revenue")
    page.keyboard.press("Enter")
    page.keyboard.type(" and ")
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_label("Web or e-mail address").wait_for()
    page.keyboard.type("javascript:alert(1)")
    page.keyboard.press("Enter")
    expect(page.get_by_text("Enter an address that begins with")).to_be_visible()
    page.keyboard.press("ControlOrMeta+A")
    page.keyboard.type("example.org/plan")
    page.keyboard.press("Enter")
    page.keyboard.type(" ")
    to_button(page, "Note mark")
    page.keyboard.press("Enter")

    assert stored(page) == (
        '<p>See <a href="#budget">Revenue budget</a> and '
        '<a href="https://example.org/plan">example.org/plan</a> [note 1]</p>'
    )


PASTE = """([type, text]) => {
  const data = new DataTransfer();
  data.setData(type, text);
  const event = new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true});
  document.activeElement.dispatchEvent(event);
}"""


def paste(page: Page, file: Path) -> None:
    kind = "text/html" if file.suffix == ".html" else "text/plain"
    page.evaluate(PASTE, [kind, file.read_text()])


def test_pastes_become_rich_text(page):
    """From Word, Outlook, the web, Google Docs, Excel, Writer and as plain text."""
    wrong = {}
    expected = sorted(PASTES.glob("*.stored.html"))
    for file in expected:
        name = file.name.removesuffix(".stored.html")
        pasted = next(
            PASTES / f"{name}{end}"
            for end in (".html", ".txt")
            if (PASTES / f"{name}{end}").exists()
        )
        empty(page)
        paste(page, pasted)
        held = page.locator("textarea[data-field=content-body]").get_attribute("data-html")
        if held != file.read_text():
            wrong[name] = held
    print(f"{len(expected)} pastes: {len(wrong)} wrong")  # noqa: T201
    assert (wrong, len(expected)) == ({}, 11)
    assert [f.name for f in expected if richtext.clean(f.read_text()) != f.read_text()] == []


def test_a_paste_is_stored_as_it_is_shown(page):
    empty(page)
    paste(page, PASTES / "word-lists.html")
    assert stored(page) == (PASTES / "word-lists.stored.html").read_text()


def test_words_are_counted_against_what_is_expected(page):
    empty(page)
    page.keyboard.type("Three words here")
    expect(page.locator(".pw-text__count")).to_have_text("3 of 30 to 400 words")
    said = page.locator(".pw-text__count + [role=status]")
    expect(said).to_have_text("3 of 30 to 400 words")
    page.keyboard.press("ControlOrMeta+Z")


def test_last_years_text_is_copied_and_taken_back(page):
    empty(page)
    page.keyboard.type("New.")
    page.get_by_role("tab", name="Last year").click()
    page.get_by_role("button", name="Copy this text into the section").click()
    expect(text_of(page).locator("p").nth(1)).to_be_visible()
    before = page.locator("textarea[data-field=content-body]").get_attribute("data-html")
    assert before.startswith("<p>New.</p><h3>Local context</h3><p>")
    page.keyboard.press("ControlOrMeta+Z")
    expect(text_of(page)).to_have_text("New.")


def test_the_chosen_tab_stays_from_section_to_section(page):
    page.get_by_role("tab", name="Guidance").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    page.get_by_label("Find a figure").fill("gross district")
    expect(page.locator("#help-figures [role=status]")).to_have_text("1 figure")
    assert page.url.endswith("#help=figures")
    address = page.url.split("#")[0]
    page.locator(".pw-neighbours a").last.click()
    page.wait_for_url(lambda url: not url.startswith(address))
    if page.url.endswith("/edit/#help=figures"):
        expect(page.get_by_role("tab", name="Figures")).to_have_attribute("aria-selected", "true")


def test_nothing_is_wrong_with_the_editor_for_axe(page):
    found = {"editor": axe(page)}
    empty(page)
    page.keyboard.type("x")
    page.keyboard.press("ControlOrMeta+Shift+F")
    page.get_by_role("combobox").wait_for()
    found["figures"] = axe(page)
    page.keyboard.press("Escape")
    expect(text_of(page)).to_be_focused()
    page.keyboard.press("ControlOrMeta+K")
    page.get_by_label("Web or e-mail address").fill("no address")
    page.keyboard.press("Enter")
    found["link with a fault"] = axe(page)
    page.keyboard.press("Escape")
    for tab in ("Last year", "Figures"):
        page.get_by_role("tab", name=tab).click()
        page.locator("[role=tabpanel]:visible:not([aria-busy])").wait_for()
        found[tab] = axe(page)
    assert found == {name: [] for name in found}


def test_a_text_in_a_card_is_written_with_the_shared_toolbar(visit):
    page = visit("manager")
    open_plan(page, year="2008/09")
    edit_section(page, "Risks")
    card = open_card(page, "Systems renewal")
    expect(card.locator(".pw-text__words")).to_have_count(4)
    card.get_by_role("textbox", name="Mitigation").click()
    expect(page.get_by_role("toolbar", name="Formatting")).to_be_visible()
    page.keyboard.press("ControlOrMeta+B")
    page.keyboard.type("Two copies")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[data-state-words]")).to_contain_text("Saved")
    page.reload()

    card = open_card(page, "Systems renewal")

    held = card.locator("textarea[data-field=mitigation]").get_attribute("data-html")
    assert held == "<p><strong>Two copies</strong></p>"
