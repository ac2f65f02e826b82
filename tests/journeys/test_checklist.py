"""The checklist is ticked and unticked by key, without another page; focus and count follow."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import expect

from tests.journeys.screens import open_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()


def test_a_line_is_ticked_with_a_note_and_unticked_by_key(visit) -> None:
    page = visit("manager")
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Checklist", exact=True).click()
    count = page.locator("#checklist-count")
    expect(count).to_have_text("3 of 10 ticked")
    address = page.url
    line = page.get_by_role("listitem").filter(has_text="Abbreviations are explained")

    line.locator("summary").focus()
    page.keyboard.press("Enter")
    line.get_by_label("Note").fill("Read aloud to a councillor")
    page.keyboard.press("Enter")
    expect(count).to_have_text("4 of 10 ticked")
    expect(line).to_contain_text("Ticked by")
    expect(line).to_contain_text("Read aloud to a councillor")

    line.get_by_role("link", name="Untick").focus()
    page.keyboard.press("Enter")
    expect(line.get_by_role("button", name="Untick")).to_be_focused()
    page.evaluate(AXE)
    found = page.evaluate("axe.run().then((result) => result.violations.map(({ id }) => id))")
    assert found == []

    page.keyboard.press("Enter")
    expect(count).to_have_text("3 of 10 ticked")
    expect(line.get_by_role("button", name="Tick")).to_be_focused()
    assert page.url == address
