"""RAG rules: a value is judged while it is typed, and axe minds none of the pages."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()


def expect_no_faults(page: Page) -> None:
    """Let axe look at the page as it stands."""
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((result) => result.violations.map(({ id }) => id))")
    assert found == []


def test_a_value_is_judged_while_it_is_typed(visit) -> None:
    page = visit("planning")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    page.get_by_role("link", name="RAG rules").click()
    expect(page.get_by_role("rowheader", name="Percentages")).to_be_visible()
    expect_no_faults(page)

    page.get_by_role("link", name="Try a value").click()
    page.get_by_label("Rule", exact=True).select_option("Percentages")
    page.get_by_label("Target").fill("94.0%")
    page.get_by_label("Value").press_sequentially("92.4%")

    said = page.get_by_role("region", name="What the rule says")
    expect(said.get_by_text("Amber, near target")).to_be_visible()
    why = "92.4% is 1.6 points below the target of 94.0%, within the tolerance of 2 points."
    expect(said.get_by_text(why)).to_be_visible()
    expect_no_faults(page)

    page.get_by_label("Better is").select_option("Lower is better")
    expect(said.get_by_text("Green, on target")).to_be_visible()
    assert "?" not in page.url


def test_the_form_of_a_rule_says_what_is_wrong_and_where(visit) -> None:
    page = visit("planning")
    page.get_by_role("navigation", name="Main").get_by_role("link", name="People").click()
    page.get_by_role("link", name="RAG rules").click()
    page.get_by_role("link", name="Edit Percentages").click()
    page.get_by_role("group", name="Near target").get_by_label("Shape").select_option("● circle")
    page.get_by_role("button", name="Save").click()

    fault = "Choose another shape: outcomes must differ in each."
    expect(page.get_by_role("alert").get_by_role("link", name=fault)).to_be_visible()
    expect_no_faults(page)
