"""From a draft to the printed plan, each person in a browser of their own."""

import re
from io import BytesIO
from pathlib import Path

import pypdf
import pytest
from playwright.sync_api import Locator, Page, expect

from plans.management.demo import PASSWORD
from tests.journeys.keyboard import press, tab_to
from tests.journeys.screens import (
    PLAN,
    cell_to_edit,
    cells,
    edit_section,
    expect_told,
    fact,
    open_card,
    open_plan,
    read_section,
    row_of,
    row_to_edit,
)
from tests.journeys.site import run_site
from tests.journeys.writing import expect_saved, wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENTENCE = "From April 2008 a duty team in every district answers the first call."
IMPACT = "Payments to carers are late while two systems run side by side."
REASON = "The budget and the posts have moved: say in the purpose what the extra money buys."
RISK_REASON = "Say who watches over the changeover."
REFERENCE = "Cabinet, 14 April 2008, minute 32"
OWNER = "Head of Business and Performance"


@pytest.fixture
def site(prepared_demo, tmp_path_factory):
    """Run a site of the test's own: its plans are decided and published."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


def test_a_plan_is_written_approved_published_and_read(visit, site):
    """The main job: five people, one plan, and the PDF that holds what was typed."""
    write_the_plan(visit("manager"))
    submit(visit("manager"))
    assert f"has put “{PLAN}” before you" in asked(site, "director")

    send_back(visit("director"))
    mail = site.mailbox.wait_for("manager@wealdshire.example", f"Returned with reasons: {PLAN}")
    assert REASON in mail
    assert f"Risks: {RISK_REASON}" in mail
    answer_the_reasons(visit("manager"))
    submit(visit("manager"))

    approve_as_director(visit("director"))
    assert "Cabinet Member" in asked(site, "cabinet")
    approve_as_cabinet_member(visit("cabinet"))
    site.mailbox.wait_for("planning@wealdshire.example", f"Ready to publish: {PLAN}")

    publish(visit("planning"))
    read_the_pdf(visit("reader"))


def test_a_plan_is_approved_and_published_without_a_mouse(site, open_browser):
    decide(open_browser(), site, "director.specialist")
    decide(open_browser(), site, "cabinet")
    officer = sign_in_by_keyboard(open_browser(), site, "planning")
    open_plan_by_keyboard(officer)
    press(officer, "Publish")
    press(officer, "Publish")
    officer.get_by_role("button", name="Go to edition 1").wait_for(timeout=60_000)
    press(officer, "Go to edition 1")
    tab_to(officer, "Download the PDF")


def asked(site, name: str) -> str:
    return site.mailbox.wait_for(f"{name}@wealdshire.example", f"For your decision: {PLAN}")


# --- the manager ---------------------------------------------------------------------------------


def write_the_plan(page: Page) -> None:
    open_plan(page, year="2008/09")
    address = page.url
    change_a_sentence(page)
    for change in (change_an_indicator, change_a_budget_line, change_a_risk, change_a_post):
        page.goto(address)
        change(page)
    page.goto(address)
    read_the_live_figures(page)
    page.goto(address)


def edit_to_save(page: Page, title: str) -> None:
    edit_section(page, title)
    wait_until_ready(page, quick=False)


def write_on(text: Locator, words: str) -> None:
    """Write a paragraph, or a point of its last list, at the end of a rich text."""
    text.evaluate("field => field.scrollIntoView({ block: 'center' })")
    expect(text).to_have_class(re.compile("pw-text__words"))  # no longer the plain text
    text.click()
    for key in ("Control+End", "Enter"):
        text.press(key)
    text.press_sequentially(words)


def save(page: Page) -> None:
    """Save by the button, and stay in the editor."""
    page.get_by_role("button", name="Save", exact=True).click()
    expect_saved(page)


def save_and_read(page: Page) -> None:
    """Save, and go on to the section's reading page."""
    with page.expect_navigation():
        page.get_by_role("button", name="Save and continue").click()


def change_a_sentence(page: Page) -> None:
    edit_to_save(page, "Purpose of the service")
    write_on(page.get_by_role("textbox", name="Text", exact=True), SENTENCE)
    save(page)


def change_an_indicator(page: Page) -> None:
    name = "Percentage of children looked after with 3 or more placements"
    edit_to_save(page, "Key performance indicators and service comparisons")
    row = row_to_edit(page.get_by_role("main"), "indicator", name)
    cell_to_edit(row, "Estimated performance 2007/08").fill("10.4")
    save_and_read(page)
    assert row_of(page, "Performance Assessment Framework indicators", name) == [
        "A1",
        name,
        "10.6 ●●●●● Very good",
        "10.4 ●●●●● Very good",
        "12 ●●●●● Very good",
        "13 ●●●●● Very good",
        "See note 1",
    ]


def change_a_budget_line(page: Page) -> None:
    edit_to_save(page, "Revenue budget")
    assert fact(page, "Gross, all units") == "100,809.2"
    unit = open_card(page, "District Summary")
    line = row_to_edit(unit, "budget line", "Section 17")
    cell_to_edit(line, "Running costs").fill("857.1")
    save(page)
    assert fact(page, "Gross, all units") == "100,909.2"
    assert fact(page, "Net, all units") == "84,380.6"
    assert fact(page, "Total cost, all units") == "87,097.1"
    unit = open_card(page, "District Summary")
    total = unit.get_by_role("row").filter(has_text="Controllable totals")
    assert cells(total)[4:11] == [
        "23,291.9",
        "19,364.5",
        "9,628.5",
        "52,284.9",
        "-749.4",
        "-308.1",
        "51,227.4",
    ]


def change_a_risk(page: Page) -> None:
    edit_to_save(page, "Risks")
    risk = open_card(page, "Systems renewal: ICS and the case records system")
    write_on(risk.get_by_role("textbox", name=re.compile("^Impacts")), IMPACT)
    save(page)


def change_a_post(page: Page) -> None:
    edit_to_save(page, "Staffing levels")
    unit = open_card(page, "District Children and Family Services")
    row = row_to_edit(unit, "grade", "Pt12 and below (FTEs) – includes 7.5 early years posts")
    cell_to_edit(row, "2008/09").fill("754.4")
    save(page)
    assert fact(page, "All units, 2008/09") == "1,241.8"
    unit = open_card(page, "District Children and Family Services")
    total = unit.get_by_role("row").filter(has_text="Total")
    assert cells(total)[:3] == ["Total", "781.3", "769.4"]


def read_the_live_figures(page: Page) -> None:
    """The prose quotes the tables, so it says what they now say."""
    read_section(page, "Purpose of the service")
    prose = page.get_by_role("main")
    expect(prose).to_contain_text("a gross budget of £100.9m, which is £84.4m once income")
    expect(prose).to_contain_text("filling 1,241.8 full-time equivalent (FTE) posts")
    expect(prose).to_contain_text(SENTENCE)


def submit(page: Page) -> None:
    page.get_by_role("button", name="Submit for review").click()
    page.get_by_role("button", name="Submit for review").click()
    expect_told(page, re.compile("^Submitted"))
    assert page.get_by_role("link", name=re.compile("^Edit ")).count() == 0


def answer_the_reasons(page: Page) -> None:
    open_plan(page, year="2008/09")
    returned = page.get_by_role("region", name=re.compile("^Returned by Helen Marchmont"))
    expect(returned).to_contain_text(REASON)
    expect(returned).to_contain_text(RISK_REASON)
    edit_to_save(page, "Risks")
    risk = open_card(page, "Systems renewal: ICS and the case records system")
    risk.get_by_label(re.compile("^Owners")).fill(f"{OWNER}\nBusiness Planning Manager")
    save_and_read(page)
    assert row_of(page, "Risks", "Systems renewal: ICS and the case records system")[4] == (
        f"{OWNER}; Business Planning Manager"
    )
    open_plan(page, year="2008/09")


# --- those who decide ----------------------------------------------------------------------------


def review(page: Page) -> None:
    open_plan(page, year="2008/09")
    page.get_by_role("button", name="Approve or return").click()


def send_back(page: Page) -> None:
    review(page)
    expect(page.get_by_role("main")).to_contain_text(SENTENCE)
    expect(page.get_by_role("button", name="Next change")).to_be_visible()
    page.keyboard.press("F8")
    expect(page.get_by_text(re.compile(r"^Change 1 of \d+$"))).to_be_visible()
    expect(page.locator("details[data-whole] > summary").first).to_be_focused()
    page.get_by_label(re.compile("^What has to change in the plan as a whole")).fill(REASON)
    page.get_by_role("link", name=re.compile(r"^Return with a reason here\W+11 Risks$")).click()
    reason = page.get_by_role("textbox", name="What has to change in “11 Risks”")
    expect(reason).to_be_focused()
    reason.fill(RISK_REASON)
    page.get_by_role("button", name="Return with reasons").click()
    expect_told(page, re.compile("^Returned"))


def approve_as_director(page: Page) -> None:
    review(page)
    expect(page.get_by_role("heading", name="Version 2", exact=True)).to_be_visible()
    expect(page.get_by_text("Since version 1, which")).to_be_visible()
    changed = page.locator("details.pw-review__section.is-changed[open]")
    expect(changed.get_by_role("heading", level=3)).to_have_text([re.compile("Risks$")])
    page.get_by_role("button", name="Approve", exact=True).click()
    expect_told(page, "Approved. The plan now waits for the Cabinet Member.")


def approve_as_cabinet_member(page: Page) -> None:
    review(page)
    page.get_by_label(re.compile("^Decision reference")).fill(REFERENCE)
    page.get_by_role("button", name="Approve", exact=True).click()
    expect_told(page, "Approved in every step. The plan can now be published.")


def publish(page: Page) -> None:
    open_plan(page, year="2008/09")
    page.get_by_role("button", name="Publish", exact=True).click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_role("heading", name="Publishing the plan")).to_be_visible()
    expect(page.get_by_role("status")).to_have_text(
        re.compile(r"\d+ of \d+ parts of the document are done"), timeout=30_000
    )
    page.get_by_role("button", name="Go to edition 1").click(timeout=60_000)
    expect(page.get_by_role("heading", name="Edition 1")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text(REFERENCE)


# --- the reader ----------------------------------------------------------------------------------


def read_the_pdf(page: Page) -> None:
    open_plan(page, year="2008/09")
    with page.expect_download() as started:
        page.get_by_role("link", name=re.compile("^Download the PDF")).click()
    download = started.value
    assert download.suggested_filename == "childrens-social-services-2008-09-edition-1.pdf"
    text = pdf_text(Path(download.path()))
    missing = [words for words in PRINTED if words not in text]
    assert missing == []


PRINTED = [
    SENTENCE,
    "a gross budget of £100.9m, which is £84.4m once income",
    "filling 1,241.8",
    "3 or more placements 10.6 ●●●●● Very good 10.4 ●●●●● Very good",
    f"{IMPACT} {OWNER}; Business Planning Manager",
    "Section 17 0.0 0.0 857.1 857.1 0.0 857.1 RC",
    "Controllable totals 759.3 23,291.9 19,364.5 9,628.5 52,284.9 -749.4 -308.1 51,227.4",
    "100,909.2 -15,628.2 -900.4 84,380.6",
    "includes 7.5 early years posts 766.3 754.4 Total 781.3 769.4",
    "Total 1,249.3 1,241.8",
    REFERENCE,
]


def pdf_text(path: Path) -> str:
    """Return the words of every page, in the order in which they are printed."""
    pages = pypdf.PdfReader(BytesIO(path.read_bytes())).pages
    return " ".join(" ".join(page.extract_text() for page in pages).split())


# --- by keyboard ---------------------------------------------------------------------------------


def decide(page: Page, site, name: str) -> None:
    sign_in_by_keyboard(page, site, name)
    open_plan_by_keyboard(page)
    press(page, "Approve or return")
    press(page, "Approve")
    expect(page.get_by_role("alert")).to_contain_text("Approved")


def sign_in_by_keyboard(page: Page, site, name: str) -> Page:
    page.goto(site.address)
    tab_to(page, "E-mail address")
    page.keyboard.type(f"{name}@wealdshire.example")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    press(page, "Sign in")
    return page


def open_plan_by_keyboard(page: Page) -> None:
    """Into the plan of Specialist Children's Services, from the list of one's own."""
    press(page, "Specialist Children's Services", inside="table")
