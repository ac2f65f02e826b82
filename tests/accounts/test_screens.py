"""The pages of accounts in a real browser: axe finds nothing, and no page scrolls sideways."""

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from accounts.models import User
from tests.factories import make_user

pytestmark = [pytest.mark.browser, pytest.mark.slow]

AXE = Path(settings.BASE_DIR) / "node_modules/axe-core/axe.min.js"
WIDTHS = [1440, 390]


def faults_of(page) -> list[str]:
    """Return what is wrong with the page as it stands: axe's rules, and a page that is too wide."""
    page.evaluate(AXE.read_text())
    found = page.evaluate("axe.run().then(result => result.violations.map(rule => rule.id))")
    wider = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
    return [*found, *(["wider than the window"] if page.evaluate(wider) else [])]


def sign_in(page, live_server, user):
    client = Client()
    client.force_login(user)
    cookie = {"name": "sessionid", "value": client.cookies["sessionid"].value}
    page.context.add_cookies([{**cookie, "url": live_server.url}])


@pytest.fixture
def complaints(page):
    """Collect what the browser itself complains about: refused scripts, missing files."""
    found = []
    page.on(
        "console", lambda message: found.append(message.text) if message.type == "error" else None
    )
    return found


def look_at(page, addresses, complaints) -> dict[str, list[str]]:
    """Open each address at each width; return what is wrong, by address and width."""
    faults = {}
    for address in addresses:
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.goto(address)
            found = [*faults_of(page), *complaints]
            complaints.clear()
            if found:
                faults[f"{address} at {width}"] = found
    return faults


def test_the_way_in_is_sound(page, live_server, complaints):
    paths = [
        "login/",
        "inactive/",
        "password/reset/",
        "password/reset/done/",
        "password/reset/key/1-cut/",
        "password/reset/key/done/",
    ]
    addresses = [f"{live_server.url}/accounts/{path}" for path in paths]
    assert look_at(page, addresses, complaints) == {}


def test_the_people_screens_are_sound(page, live_server, transactional_db, council, complaints):
    council.officer.set_password("correct horse battery")
    council.officer.save()
    sign_in(page, live_server, council.officer)
    person = f"people/{council.author.pk}"
    unit = f"organisation/{council.children.pk}"
    paths = [
        "me/",
        "logout/",
        "password/change/",
        "people/",
        "people/?q=nobody",
        "people/add/",
        f"{person}/",
        f"{person}/edit/",
        f"{person}/deactivate/",
        f"{person}/reactivate/",
        f"{person}/roles/add/",
        f"roles/{council.author.memberships.get().pk}/end/",
        "organisation/",
        f"{unit}/add/",
        f"{unit}/rename/",
        f"{unit}/remove/",
    ]
    addresses = [f"{live_server.url}/accounts/{path}" for path in paths]
    assert look_at(page, addresses, complaints) == {}


def test_a_summary_takes_the_focus_and_leads_to_its_field(
    page, live_server, transactional_db, council
):
    sign_in(page, live_server, council.officer)
    page.goto(live_server.url + "/accounts/people/add/")
    page.get_by_role("button", name="Add and send the link").click()
    page.wait_for_selector(".govuk-error-summary:focus")
    assert faults_of(page) == []
    page.get_by_role("link", name="Role: This field is required.").click()
    assert page.evaluate("document.activeElement.id") == "id_role_0"


def test_the_menu_closes_on_escape(page, live_server, transactional_db, council):
    sign_in(page, live_server, council.officer)
    page.goto(live_server.url + "/accounts/me/")
    page.get_by_text("Ada Example", exact=True).first.click()
    assert page.get_by_role("link", name="Sign out").is_visible()
    assert faults_of(page) == []
    page.keyboard.press("Escape")
    assert not page.get_by_role("link", name="Sign out").is_visible()


def test_a_person_signs_in_and_out_by_hand(page, live_server, transactional_db):
    make_user("Ada Example", password="correct horse battery")
    page.goto(live_server.url + "/accounts/login/?next=/accounts/me/")
    page.get_by_label("E-mail address").fill("ada.example@example.org")
    page.get_by_label("Password", exact=True).fill("correct horse battery")
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url("**/accounts/me/")
    page.goto(live_server.url + "/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/accounts/login/")
    assert page.get_by_text("You have signed out.").is_visible()
    assert User.objects.get().last_login is not None
