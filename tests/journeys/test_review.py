"""What nobody may do, whatever their roles."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.screens import choose_role, expect_told, open_person, open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]


def test_who_submitted_a_version_cannot_decide_it(visit, site):
    give_role(visit("planning"), "Owen Tressell", "Director (approver)")
    page = visit("manager")
    open_plan(page, year="2017/18")
    page.get_by_role("link", name="Read what is in review").click()
    assert page.get_by_role("button", name="Approve", exact=True).count() == 0
    answer = page.request.post(
        page.url + "approve/",
        form={"version": "1", "csrfmiddlewaretoken": csrf_token(page)},
        headers={"Referer": page.url},
    )
    assert "Nobody decides a version that they submitted or wrote alone." in answer.text()
    open_plan(page, year="2017/18")
    bar = page.get_by_role("region", name="Where this plan stands")
    expect(bar).to_contain_text("Waiting for: Director")


def give_role(page: Page, name: str, role: str) -> None:
    open_person(page, name)
    page.get_by_role("button", name="Give a role").click()
    choose_role(page, role, unit="Specialist Children's Services")
    page.get_by_role("button", name="Give the role").click()
    expect_told(page, re.compile("now has the role"))


def csrf_token(page: Page) -> str:
    [cookie] = [each for each in page.context.cookies() if each["name"] == "csrftoken"]
    return cookie["value"]
