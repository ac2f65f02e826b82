"""The demo's site and its people, each in a browser; what a browser complains of fails the test."""

from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Cookie, Page

from plans.management.demo import PASSWORD
from tests.journeys.site import Site, run_site

WAIT_MILLISECONDS = 30_000

SignIn = Callable[[str], Page]


@pytest.fixture(scope="session")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run one site for all tests that leave its plans in the state in which they found them."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("site") / "data") as running:
        yield running


class Complaints(list[str]):
    """What browsers complained of: scripts, refused content, files that are missing."""

    def watch(self, context: BrowserContext, *, runs_scripts: bool = True) -> None:
        context.on("console", self._hear)
        context.on("weberror", lambda error: self.append(str(error.error)))
        lost = partial(self._lost, runs_scripts=runs_scripts)
        context.on("requestfailed", lambda request: lost(request.url, request.failure))

    def _hear(self, message: ConsoleMessage) -> None:
        # A page that is answered with 403 or 422 is a page; what the test expects of it, it says.
        own_address = message.location.get("url") == message.page.url if message.page else False
        is_answer = own_address and message.text.startswith("Failed to load resource")
        if message.type in ("error", "warning") and not is_answer:
            self.append(f"{message.text} at {message.location.get('url')}")

    def _lost(self, url: str, failure: str | None, *, runs_scripts: bool) -> None:
        if not runs_scripts and failure == "csp" and url.endswith(".js"):
            return  # a browser that runs no scripts does not fetch those named beforehand either
        if failure != "net::ERR_ABORTED":  # a download, or a page that was left
            self.append(f"{failure}: {url}")


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """Collect what every browser of the test complains of; a test fails by any of it."""
    found = Complaints()
    yield found
    assert found == []


@pytest.fixture
def open_browser(browser: Browser, complaints: Complaints) -> Iterator[Callable[..., Page]]:
    """Return a function that opens a page in a browser of its own, with options of a context."""
    contexts = []

    def open_browser(**options: object) -> Page:
        chosen = {"viewport": {"width": 1440, "height": 900}, "locale": "en-GB", **options}
        context = browser.new_context(**chosen)
        context.set_default_timeout(WAIT_MILLISECONDS)
        contexts.append(context)
        complaints.watch(context, runs_scripts=bool(options.get("java_script_enabled", True)))
        return context.new_page()

    yield open_browser
    for context in contexts:
        context.close()


_cookies: dict[tuple[str, str], list[Cookie]] = {}


def sign_in(page: Page, site: Site, email: str, password: str = PASSWORD) -> None:
    """Sign in by hand, from the address that a stranger is sent to; who has done so at this site
    before comes back with their cookies, while the session lasts."""
    kept = (site.address, email)
    page.context.add_cookies(_cookies.get(kept, []))
    page.goto(site.address)
    if "/accounts/login/" in page.url:
        page.get_by_label("E-mail address").fill(email)
        page.get_by_label("Password", exact=True).fill(password)
        page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()
    _cookies[kept] = page.context.cookies()


@pytest.fixture
def visit(site: Site, open_browser: Callable[..., Page]) -> SignIn:
    """Return a function from the first word of a demo address to that person's page, signed in."""
    pages: dict[str, Page] = {}

    def visit(name: str) -> Page:
        if name not in pages:
            pages[name] = open_browser()
            sign_in(pages[name], site, f"{name}@wealdshire.example")
        return pages[name]

    return visit
