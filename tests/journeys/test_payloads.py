"""Sixty payloads in every text of a plan, in comments and in file names: none of them ever runs.

Texts that take thirty payloads at once are tried in two plans. A plan's pages are opened, its
folds too, and in its editors a cursor is put into the first fields: of pages that are alike the
first few, every one in the full run.
"""

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urldefrag, urlsplit

import pytest
from playwright.sync_api import Page

from tests.journeys.conftest import sign_in
from tests.journeys.site import run_site
from tests.payloads import PAYLOADS
from tests.poison import poison_plan

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.django_db]

FILE_NAME = '"><img src=x onerror=top.ran=99>.json'
COUNCIL = "Wealdshire County Council"
MOST_PAGES = 400
FILES = re.compile(r"/(data|file|pdf|export|logout|printed/[0-9a-f]{64}/[0-9]+)/$")
OPEN_ALL = "document.querySelectorAll('details').forEach(each => { each.open = true })"


@pytest.fixture
def site(prepared_demo, tmp_path_factory):
    """Run a site of the test's own, since the plan's names appear on every list."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


@pytest.mark.parametrize("half", [PAYLOADS[:30], PAYLOADS[30:]], ids=["first half", "second half"])
@pytest.mark.parametrize("most_alike", [1, pytest.param(MOST_PAGES, marks=pytest.mark.full)])
def test_no_payload_runs(site, open_browser, half, most_alike):
    plan, places = poison_plan(" ".join(half))
    plan["plan"]["council"] = COUNCIL  # no import makes another
    page = open_browser()
    sign_in(page, site, "planning@wealdshire.example")
    import_plan(page, site.address, plan)
    comment(page, half)

    pages = list(visit_pages(page, most_alike))

    print(f"{len(half)} payloads in {places} texts, {len(pages)} pages")  # noqa: T201 seen with -rP
    assert [address for address, ran in pages if ran is not None] == []
    assert len(pages) > 40


def import_plan(page: Page, address: str, plan: dict[str, object]) -> None:
    """Import the plan from a file with a hostile name, and stay on its page."""
    page.goto(f"{address}/plans/import/")
    file = {"name": FILE_NAME, "mimeType": "application/json", "buffer": json.dumps(plan).encode()}
    page.locator("input[type=file]").set_input_files(files=[file])
    page.get_by_role("button", name="Look at what it holds").click()
    assert page.evaluate("top.ran") is None
    page.get_by_role("button", name="Import as a new draft").click()
    page.get_by_role("table", name="Contents").wait_for()


def comment(page: Page, texts: tuple[str, ...]) -> None:
    """Say each text in a comment of its own on the first section."""
    plan = page.url
    section = page.locator(".pw-contents th a").first.get_attribute("href")
    for text in texts:
        page.goto(f"{plan.split('/plans/')[0]}{section}comments/")
        page.evaluate(OPEN_ALL)
        form = page.locator("form").filter(has=page.locator("textarea[name=text]")).first
        form.locator("textarea[name=text]").fill(text)
        form.get_by_role("button").first.click()
        page.wait_for_load_state()
        assert page.evaluate("top.ran") is None
    page.goto(plan)


def visit_pages(page: Page, most_alike: int) -> Iterator[tuple[str, int | None]]:
    """Yield the address of each page of the plan that links lead to, and what ran there.

    `most_alike`: of each sort of page; of a section's own pages one for each kind.
    """
    root = urlsplit(page.url).path
    waiting, seen, alike = [page.url], {page.url}, Counter()
    while waiting and len(seen) < MOST_PAGES:
        address = waiting.pop(0)
        page.goto(address)
        page.evaluate(OPEN_ALL)
        touch_fields(page)
        yield address, page.evaluate("top.ran")
        for link in page.evaluate("[...document.links].map(each => each.href)"):
            found = urldefrag(link).url
            parts = urlsplit(found)
            if not parts.path.startswith(root) or FILES.search(parts.path) or found in seen:
                continue
            sort = re.sub(r"[0-9]+", "N", parts.path.split("/figures/")[0])
            own = sort.endswith(("/sections/N/", "/sections/N/edit/"))
            if alike[sort] >= most_alike + 10 * own:
                continue
            alike[sort] += 1
            seen.add(found)
            waiting.append(found)


def touch_fields(page: Page) -> None:
    """Put the cursor into the first fields of a form, which wakes what their scripts do."""
    fields = page.locator("main form textarea:visible, main form input[type=text]:visible")
    for index in range(min(fields.count(), 3)):
        fields.nth(index).focus()
