"""The Findings tab by keyboard: filters change the page in place, say so, and can be shared."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from tests.journeys.screens import open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()


def open_tab(page: Page) -> None:
    open_plan(page, year="2008/09")
    page.get_by_role("navigation", name="This plan").get_by_role("link", name="Findings").click()
    page.get_by_role("heading", name="Findings", level=1).wait_for()


def expect_no_faults(page: Page) -> None:
    """Let axe look at the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((result) => result.violations.map(({ id }) => id))")
    assert found == []


def test_a_filter_is_taken_by_key_said_and_kept_in_the_address(visit) -> None:
    page = visit("planning")
    open_tab(page)
    expect_no_faults(page)
    filters = page.get_by_role("navigation", name="Which findings")
    warnings = filters.get_by_role("link", name=re.compile(r"^Warnings \(\d+\)$"))

    warnings.focus()
    page.keyboard.press("Enter")

    expect(warnings).to_have_attribute("aria-current", "true")
    expect(warnings).to_be_focused()
    expect(page).to_have_url(re.compile(r"/findings/\?show=warnings$"))
    said = page.locator("#findings-said")
    expect(said).to_have_text(re.compile(r"^\d+ warnings$"))
    expect(page.get_by_text(re.compile("^● Advice"))).to_have_count(0)
    expect_no_faults(page)

    filters.get_by_text("Section: All sections").click()
    filters.get_by_role("link", name=re.compile("^9 Revenue budget")).click()
    expect(filters.get_by_text("Section: 9 Revenue budget")).to_be_visible()
    shown = page.locator(".pw-findings__group")
    expect(shown).to_have_count(1)
    page.reload()
    expect(shown).to_have_count(1)
    page.go_back()
    expect(filters.get_by_text("Section: All sections")).to_be_visible()


def test_a_finding_leads_to_its_cell(visit) -> None:
    page = visit("planning")
    open_tab(page)
    page.goto(f"{page.url}?section=out-of-hours-activity&show=warnings")
    first = page.get_by_role("link", name=re.compile("^Go there")).first

    first.click()

    page.wait_for_url(re.compile(r"/edit/\?at="))
    named = page.url.partition("#")[2]
    expect(page.locator(f"#{named}")).to_be_focused()
