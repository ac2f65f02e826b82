"""Time to open, to type and to save tables of 30, 300 and 2,000 rows, beside a plain formset.

    .venv/bin/python benchmarks/grid.py [--rows N …]

One run in a real Chromium on a site of its own in a temporary folder. Opening: from asking for the
page until it can be typed in and, here, saves by itself, the median of five. A key: from the event
to the next frame, the median of fifteen.
Saving: one changed cell; here the request that autosave sends, there the whole form.
"""

from __future__ import annotations

import argparse
import contextlib
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
COLUMNS = 13  # and the label
PROGRAMS = Path(sys.executable).parent
HEADINGS = ("open", "plain", "times", "key", "plain", "times", "save", "plain", "times")
KEY = """() => {
  window.keys = [];
  document.addEventListener("keydown", (event) => {
    const keep = () => window.keys.push(performance.now() - event.timeStamp);
    requestAnimationFrame(() => setTimeout(keep));
  }, true);
}"""
OPENINGS = 5
READY = """() => new Promise((done) => {
  const look = () => document.querySelector("form.has-grid[data-saves-itself]")
    ? requestAnimationFrame(() => done(performance.now()))
    : setTimeout(look, 5);
  look();
})"""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--rows", type=int, nargs="*", default=[30, 300, 2000])
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="planwright-grid-") as folder:
        data = Path(folder) / "data"
        prepare(data)
        start_django(data)
        say(f"{'ms':<8}" + "".join(f"{heading:>9}" for heading in HEADINGS))
        for rows in asked.rows:
            widen(data, rows)
            with serve(data) as address, open_browser() as browser:
                say(measure(browser, address, data, rows))


def say(words: str) -> None:
    print(words, flush=True)  # noqa: T201 a table for people


def prepare(data: Path) -> None:
    data.mkdir()
    run([sys.executable, "bin/lib/demo.py", "--prepare"], data)


def start_django(data: Path) -> None:
    """Let this process read what the tests know; the site runs in one of its own."""
    import django

    os.environ |= {"DJANGO_SETTINGS_MODULE": "config.settings", "DATA_DIR": str(data)}
    django.setup()


def widen(data: Path, rows: int) -> None:
    run([sys.executable, "-m", "tests.journeys.wide", str(rows), str(COLUMNS)], data)


def run(command: list[str], data: Path) -> None:
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603


@contextlib.contextmanager
def serve(data: Path) -> Iterator[str]:
    """Run the site with its plain page on a free port."""
    from tests.services import free_port

    port = free_port()
    options = ["--bind", f"127.0.0.1:{port}", "--threads", "4", "--no-control-socket"]
    command = [PROGRAMS / "gunicorn", *options, "--pythonpath", "benchmarks", "plain_table"]
    env = {"PATH": os.environ["PATH"], "DATA_DIR": str(data)}
    server = subprocess.Popen(command, cwd=ROOT, env=env, stderr=subprocess.DEVNULL)  # noqa: S603
    address = f"http://127.0.0.1:{port}"
    try:
        wait_for(address)
        yield address
    finally:
        server.terminate()
        server.wait()


def wait_for(address: str) -> None:
    deadline = time.monotonic() + 30
    while True:
        try:
            urllib.request.urlopen(f"{address}/healthz", timeout=5)  # noqa: S310 our own server
        except urllib.error.HTTPError:
            return  # it answers
        except OSError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
        else:
            return


@contextlib.contextmanager
def open_browser() -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    from tests.conftest import CHROMIUM_NAMES, CHROMIUM_OPTIONS

    program = next(filter(None, map(shutil.which, CHROMIUM_NAMES)))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=CHROMIUM_OPTIONS)
        yield browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-GB")
        browser.close()


def measure(browser: Any, address: str, data: Path, rows: int) -> str:
    """Return the line of one size: each time here, there, and how many times longer there."""
    from tests.journeys.wide import find_section

    plan, section = find_section(data)
    page = browser.new_page()
    page.set_default_timeout(120_000)
    sign_in(page, address)
    own = measure_own(page, f"{address}/plans/{plan}/sections/{section}/edit/")
    plain = measure_plain(page, f"{address}/plain/{section}/")
    pairs = zip(own, plain, strict=True)
    cells = [f"{ours:>9.0f}{theirs:>9.0f}{theirs / ours:>9.1f}" for ours, theirs in pairs]
    return f"{rows:<8}{''.join(cells)}"


def sign_in(page: Any, address: str) -> None:
    from plans.management.demo import PASSWORD

    page.goto(address)
    page.get_by_label("E-mail address").fill("manager@wealdshire.example")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.get_by_role("navigation", name="Main").wait_for()


def measure_own(page: Any, url: str) -> tuple[float, float, float]:
    """Return milliseconds to open, to show a key, and to save it, in the product's editor."""
    page.goto(url)  # scripts and styles are cached, as after the first section of a morning
    opened = statistics.median(time_opening(page, url) for _ in range(OPENINGS))
    key = measure_key(page, '[data-list="content-rows"] [data-field="cells-c2"]')
    page.evaluate("document.querySelector('[data-section-form]').dataset.savingPause = 50")
    with page.expect_response("**/save/") as response:
        page.keyboard.press("Tab")
    response.value.finished()
    return opened, key, response.value.request.timing["responseEnd"]


def time_opening(page: Any, url: str) -> float:
    page.goto(url, wait_until="commit")
    return float(page.evaluate(READY))


def measure_plain(page: Any, url: str) -> tuple[float, float, float]:
    page.goto(url)
    opened = statistics.median(time_loading(page, url) for _ in range(OPENINGS))
    key = measure_key(page, "[name='form-0-c2']")
    begun = time.perf_counter()
    with page.expect_navigation():
        page.get_by_role("button", name="Save").click()
    return opened, key, (time.perf_counter() - begun) * 1000


def time_loading(page: Any, url: str) -> float:
    page.goto(url)
    ended = "performance.getEntriesByType('navigation')[0].loadEventEnd"
    return float(page.evaluate(ended))


def measure_key(page: Any, selector: str) -> float:
    """Return the median of 15 keys, from the event to the frame after it."""
    page.evaluate(KEY)
    page.locator(selector).first.click()
    for _ in range(15):
        page.keyboard.press("7")
        page.wait_for_timeout(60)
    return page.evaluate("window.keys.sort((a, b) => a - b)[7]")


if __name__ == "__main__":
    main()
