"""A planning officer lets a person in, and shuts the door again."""

import re

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import sign_in
from tests.journeys.screens import choose_role, expect_told, go_to, open_person, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ADDRESS = "nadia.holt@wealdshire.example"
PASSWORD = "three quiet harbours"


def test_a_person_is_let_in_and_out_again(visit, site, open_browser):
    officer, newcomer = visit("planning"), open_browser()
    add_person(officer)
    letter = site.mailbox.wait_for(ADDRESS, "Your Planwright account")
    set_password(newcomer, link=re.search(r"https?://\S+/reset/key/\S+", letter)[0])
    sign_in(newcomer, site, ADDRESS, PASSWORD)
    assert years_of_plans(newcomer) == ["2008/09", "2007/08"]
    open_plan(newcomer, year="2008/09")
    draft = newcomer.url

    end_role(officer)
    assert years_of_plans(newcomer) == ["2007/08"]  # published, so everyone's
    assert newcomer.goto(draft).status == 404


def test_a_link_to_set_a_password_works_once(visit, site, open_browser):
    officer = visit("planning")
    open_person(officer, "Lucy Fairbrother")
    officer.get_by_role("button", name="Send the set-password e-mail").click()
    expect_told(officer, re.compile("has been sent a link"))
    letter = site.mailbox.wait_for("hr@wealdshire.example", "Your Planwright account")
    link = re.search(r"https?://\S+/reset/key/\S+", letter)[0]
    set_password(open_browser(), link=link)

    second = open_browser()
    second.goto(link)
    assert second.get_by_role("heading", level=1).inner_text() == "This link no longer works"


def add_person(page: Page) -> None:
    go_to(page, "People")
    page.get_by_role("button", name="Add a person").click()
    page.get_by_label("Name").fill("Nadia Holt")
    page.get_by_label("E-mail address").fill(ADDRESS)
    page.get_by_label("Post").fill("Team leader")
    choose_role(page, "Author", unit="Children's Social Services")
    page.get_by_role("button", name="Add and send the link").click()
    expect_told(page, f"{ADDRESS} has been sent a link to set a password.")


def set_password(page: Page, *, link: str) -> None:
    page.goto(link)
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("New password again").fill(PASSWORD)
    page.get_by_role("button", name="Set the password").click()
    page.wait_for_url("**/password/reset/key/done/")


def end_role(page: Page) -> None:
    open_person(page, "Nadia Holt")
    page.get_by_role("link", name=re.compile("^End")).click()
    page.get_by_role("button", name="End this role").click()
    expect_told(page, "The role of Nadia Holt has ended.")


def years_of_plans(page: Page) -> list[str]:
    """Return the years of the plans that a person sees, from the list of all they may read."""
    go_to(page, "Plans")
    page.get_by_role("heading", name="Plans", exact=True).wait_for()
    return page.locator("tbody td:first-of-type").all_inner_texts()
