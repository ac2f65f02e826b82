"""A picture from its file to the page: stored, chosen by sight, missed when it is taken out."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.journeys.conftest import SignIn
from tests.journeys.screens import open_plan
from tests.journeys.site import Site, run_site
from tests.journeys.writing import expect_saved, open_editor

pytestmark = [pytest.mark.browser, pytest.mark.slow]
SECTION = "Planning context and priorities"


@pytest.fixture(scope="module")
def site(prepared_demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Run a site for this test: it leaves a section changed."""
    with run_site(prepared_demo, tmp_path_factory.mktemp("pictures") / "data") as running:
        yield running


def open_pictures(page: Page) -> None:
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="Pictures", exact=True).click()


def test_a_picture_is_stored_chosen_by_sight_and_missed(visit: SignIn, tmp_path: Path) -> None:
    page = visit("planning")
    open_pictures(page)
    for name, colour in (("map.png", "teal"), ("tour.png", "orange")):
        Image.new("RGB", (64, 36), colour).save(tmp_path / name)
        page.get_by_label("Picture").set_input_files(tmp_path / name)
        page.get_by_role("button", name="Store the picture").click()
        expect(page.get_by_role("rowheader", name=name)).to_be_visible()

    open_editor(page, SECTION)
    page.locator("summary").filter(has_text="Pictures").click()
    page.get_by_role("button", name="Add a picture").click()
    choice, shown = page.get_by_label("Picture", exact=True), page.locator("#content-figures img")
    expect(shown).to_have_count(0)
    for name in ("tour.png", "map.png"):
        choice.select_option(name)
        expect(shown).to_have_attribute("data-name", name)
        assert shown.evaluate("image => image.decode().then(() => image.naturalWidth)") == 64
    page.get_by_label("What it shows, in words").fill("The districts")
    expect_saved(page)

    open_pictures(page)
    page.get_by_role("link", name="Take out map.png").click()
    page.get_by_role("main").get_by_role("button").click()
    open_plan(page, year="2008/09")
    page.get_by_role("link", name="See all that is left, place by place").click()
    page.get_by_role("link", name="The picture “map.png” is not stored").click()
    expect(choice).to_be_focused()
    expect(choice).to_have_value("map.png")
    expect(page.get_by_role("link", name="The picture “map.png” is not stored")).to_be_visible()
