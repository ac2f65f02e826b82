"""Every screen at two widths: nothing wider than the window, nothing that axe or the browser minds.

PLANWRIGHT_SHOTS names a folder in which the pictures are kept; without it none are taken.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import settings
from playwright.sync_api import Page, expect

from plans.registry import kinds
from tests.journeys.conftest import sign_in
from tests.journeys.screens import edit_section, open_card, open_plan
from tests.journeys.site import Site
from tests.journeys.writing import wait_until_ready

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = (Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js").read_text()
# At 390 pixels a cell's column stands beside it as generated content, which that rule overlooks.
AXE_OPTIONS = {"rules": {"label-title-only": {"enabled": False}}}
WIDTHS = (1440, 390)
SECTIONS = {
    "narrative": "Purpose of the service",
    "objectives": "Lead roles",
    "indicators": "Key performance indicators and service comparisons",
    "activity": "Out of Hours service",
    "budget": "Revenue budget",
    "staffing": "Staffing levels",
    "actions": "Projects, developments and key actions",
    "risks": "Risks",
    "register": "National Indicator Dataset",
}
"""One section of the 2008/09 plan for each kind."""


class Look:
    """Looks at the page that is open, at both widths, and keeps what is wrong by its name."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: dict[str, list[str]] = {}
        self.folder = os.environ.get("PLANWRIGHT_SHOTS", "")

    def __call__(self, name: str, address: str = "") -> None:
        if address:
            self.page.goto(address)
        self.page.wait_for_load_state()  # of a long page that a link has begun to open
        for width in WIDTHS:
            self.page.set_viewport_size({"width": width, "height": 900})
            if found := [*self._axe(), *self._too_wide()]:
                self.faults[f"{name} at {width}"] = found
            if self.folder:
                path = Path(self.folder) / f"{name.replace(' ', '-')}-{width}.png"
                self.page.screenshot(path=path, full_page=True)
        self.page.set_viewport_size({"width": WIDTHS[0], "height": 900})

    def unfold(self) -> None:
        """Open the first few parts of the page that are folded away, and look at those too."""
        opened = "[...document.querySelectorAll('main form details')].slice(0, 6)"
        self.page.evaluate(f"{opened}.forEach(each => {{ each.open = true }})")

    def _axe(self) -> list[str]:
        self.page.evaluate(AXE)
        return self.page.evaluate(
            f"axe.run({json.dumps(AXE_OPTIONS)}).then(result => result.violations.map("
            "rule => rule.id + ': ' + rule.nodes.slice(0, 3).map(node => node.html).join(' ; ')))"
        )

    def _too_wide(self) -> list[str]:
        root = "document.documentElement"
        wide = self.page.evaluate(f"{root}.scrollWidth > window.innerWidth")
        return ["wider than the window"] if wide else []


@pytest.fixture
def look(open_browser: Callable[..., Page]) -> Iterator[Look]:
    """Return a page whose screens are looked at; what is wrong with any of them fails the test."""
    look = Look(open_browser())
    yield look
    assert look.faults == {}


def test_the_way_in_is_sound(site: Site, look: Look) -> None:
    look("sign in", f"{site.address}/accounts/login/")
    look.page.get_by_role("button", name="Sign in").click()
    look("sign in with errors")
    look("forgotten password", f"{site.address}/accounts/password/reset/")


def test_the_plan_screens_are_sound(site: Site, look: Look) -> None:
    page = look.page
    sign_in(page, site, "manager@wealdshire.example")
    look("my plans")
    look("all plans", f"{site.address}/?show=all")
    look("plans that fit no filter", f"{site.address}/?show=all&state=superseded")
    look("start a plan", f"{site.address}/plans/start/")
    look("import a plan file", f"{site.address}/plans/import/")
    open_plan(page, year="2008/09")
    plan = page.url
    look("plan")
    for tab in ("people", "facts", "structure", "history", "versions", "pictures", "preview"):
        look(f"plan {tab}", f"{plan}{tab}/")
    look("plan submit", f"{plan}actions/submit/")
    look("compare", f"{plan}compare/")
    look("compare whole", f"{plan}compare/?show=all")


@pytest.mark.parametrize("kind", [kind.slug for kind in kinds()])
def test_the_pages_of_a_section_are_sound(site: Site, look: Look, kind: str) -> None:
    page = look.page
    sign_in(page, site, "manager@wealdshire.example")
    open_plan(page, year="2008/09")
    edit_section(page, SECTIONS[kind])
    look(f"edit {kind}")
    look.unfold()
    look(f"edit {kind} unfolded")
    look(f"read {kind}", page.url.removesuffix("edit/"))


def test_the_smaller_pages_of_a_section_are_sound(site: Site, look: Look) -> None:
    page = look.page
    sign_in(page, site, "manager@wealdshire.example")
    open_plan(page, year="2008/09")
    edit_section(page, "Risks")
    for name in ("revisions", "rename", "assign", "remove"):
        look(f"section {name}", page.url.replace("edit/", f"{name}/"))
        page.go_back()


def test_a_section_with_errors_is_sound(site: Site, look: Look) -> None:
    page = look.page
    sign_in(page, site, "planning@wealdshire.example")
    open_plan(page, year="2008/09")
    edit_section(page, "Staffing levels")
    wait_until_ready(page)
    card = open_card(page, "Out of Hours Services")
    cell = card.get_by_role("textbox", name="2008/09 row 1")
    before = cell.input_value()
    cell.fill("12,48.0")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(cell).to_have_attribute("aria-invalid", "true")
    look("edit staffing with errors")
    cell.fill(before)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(0)


def test_the_screens_of_approvers_and_readers_are_sound(site: Site, look: Look) -> None:
    page = look.page
    sign_in(page, site, "director.specialist@wealdshire.example")
    open_plan(page, year="2017/18")
    page.get_by_role("button", name="Approve or return").click()
    look("review")
    page.get_by_role("button", name="Return with reasons").click()
    page.get_by_role("alert").first.wait_for()
    look("review without a reason")
    look("versions", page.url.replace("review/return/", "versions/"))
    look("version", page.url + "1/")
    open_plan(page, year="2007/08")
    look("edition")
    look("edition page", page.url + "page/")
    look("published plans", f"{site.address}/published/")
    page.get_by_role("link", name="Children's Social Services: Annual Operating Plan").click()
    page.get_by_text("Check a file: type, size and hash of each").click()
    look("published plan")


def test_the_screens_of_people_are_sound(site: Site, look: Look) -> None:
    page = look.page
    sign_in(page, site, "planning@wealdshire.example")
    look("people", f"{site.address}/accounts/people/")
    look("person to add", f"{site.address}/accounts/people/add/")
    look("organisation", f"{site.address}/accounts/organisation/")
    look("look of documents", f"{site.address}/council/look/")
    look("my account", f"{site.address}/accounts/me/")
    page.goto(f"{site.address}/accounts/people/")
    page.get_by_role("link", name="Owen Tressell", exact=True).click()
    look("person")


def test_error_pages_are_sound(site: Site, look: Look) -> None:
    sign_in(look.page, site, "reader@wealdshire.example")
    look("not found", f"{site.address}/plans/999/")
    look("not allowed", f"{site.address}/accounts/people/")
