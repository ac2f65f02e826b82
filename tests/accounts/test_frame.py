import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import HttpResponse
from django.template import Context, Template
from django.test import Client
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from accounts.models import Membership
from config.urls import urlpatterns as site_urls
from tests.factories import make_member


def page_of(response):
    return response.content.decode()


def test_the_frame_names_the_council(client, db, settings):
    settings.COUNCIL_NAME = "Exampleshire County Council"
    page = page_of(client.get(reverse("account_login")))
    assert '<span class="pw-header__council">Exampleshire County Council</span>' in page
    assert "<title>Sign in – Planwright</title>" in page


def test_the_council_s_colour_is_served_as_a_stylesheet(client, db, settings):
    settings.COUNCIL_COLOUR = "#4b1d5f"
    assert 'href="/accounts/council.css"' in page_of(client.get(reverse("account_login")))
    response = client.get(reverse("accounts:council_stylesheet"))
    assert page_of(response) == ":root{--govuk-brand-colour:#4b1d5f}"
    assert response["Content-Type"] == "text/css"


def test_without_a_colour_the_stylesheet_is_empty(client, db, settings):
    settings.COUNCIL_COLOUR = ""
    response = client.get(reverse("accounts:council_stylesheet"))
    assert (response.status_code, response.content) == (200, b"")


def test_every_script_is_a_file_or_carries_the_nonce(client, council):
    client.force_login(council.officer)
    response = client.get(reverse("accounts:user_list"))
    policy = response["Content-Security-Policy"]
    nonce = re.search(r"'nonce-([^']+)'", policy)[1]
    page = page_of(response)
    scripts = re.findall(r"<script\b([^>]*)>", page)
    assert len(scripts) == 5
    assert all(f'nonce="{nonce}"' in script or 'src="/static/' in script for script in scripts)
    assert not re.search(r'<style|\sstyle="|\son[a-z]+="', page)
    assert "unsafe" not in policy


def test_only_officers_are_shown_the_way_to_people(client, council):
    people = f'href="{reverse("accounts:user_list")}"'
    client.force_login(council.officer)
    assert people in page_of(client.get(reverse("accounts:profile")))
    client.force_login(make_member("Reader", Membership.Role.READER, council.unit))
    assert people not in page_of(client.get(reverse("accounts:profile")))


def test_a_message_is_said_at_once(client, council):
    client.force_login(council.author)
    url = reverse("accounts:profile")
    details = {"name": "Ben", "post": "", "comment_mail": "daily"}
    page = page_of(client.post(url, details, follow=True))
    banner = re.search(r'<div class="(govuk-notification-banner[^"]*)" role="(\w+)"', page)
    assert banner.groups() == (
        "govuk-notification-banner govuk-notification-banner--success",
        "alert",
    )
    assert "Your details have been saved." in page


def test_crumbs_end_with_the_page_itself():
    template = '{% load frame %}{% crumbs "Plans" "/plans/" name "/plans/1/" "Section" %}'
    html = Template(template).render(Context({"name": "<b>"}))
    assert '<a class="govuk-breadcrumbs__link" href="/plans/">Plans</a>' in html
    assert '<a class="govuk-breadcrumbs__link" href="/plans/1/">&lt;b&gt;</a>' in html
    assert '<span aria-current="page">Section</span>' in html


def test_a_visitor_manages_nobody():
    template = "{% load frame %}{% manages_people as manages %}{{ manages }}"
    assert Template(template).render(Context({"user": AnonymousUser()})) == "False"


def fail(request):
    raise RuntimeError("broken on purpose")


urlpatterns = [
    *site_urls,
    path("fail/", fail),
    path("take/", require_POST(lambda request: HttpResponse("taken"))),
]


@pytest.fixture
def failing_client(settings, client_of, council):
    """Return a signed-in browser in front of a site whose views fail or take anything."""
    settings.ROOT_URLCONF = __name__
    client = client_of(council.author)
    client.raise_request_exception = False
    return client


def test_a_page_that_is_not_there_says_so(client, council):
    client.force_login(council.author)
    response = client.get("/no/such/page/")
    assert (response.status_code, "Page not found" in page_of(response)) == (404, True)


def test_a_page_that_is_not_allowed_says_so(client, council):
    client.force_login(council.author)
    response = client.get(reverse("accounts:user_list"))
    assert (response.status_code, "not allowed to do that" in page_of(response)) == (403, True)


def test_a_failure_gets_a_page_that_stands_alone(failing_client):
    response = failing_client.get("/fail/")
    assert response.status_code == 500
    assert "Whatever was shown to you as saved is still saved." in page_of(response)


def test_a_malformed_request_gets_a_page(client, db):
    response = client.get(reverse("account_login"), headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert "could not be read" in page_of(response)


def test_a_form_without_its_token_gets_a_page(db):
    response = Client(enforce_csrf_checks=True).post(reverse("account_login"), {"login": "x"})
    assert response.status_code == 403
    assert "what you typed is still on that page" in page_of(response)


def test_a_request_that_is_too_large_gets_a_page(failing_client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    response = failing_client.post("/take/", {"text": "x" * 200})
    assert response.status_code == 413
    assert "Send a smaller file" in page_of(response)
    assert "frame-ancestors" in response["Content-Security-Policy"]


def test_a_form_of_too_many_fields_gets_the_same_page(failing_client, settings):
    settings.DATA_UPLOAD_MAX_NUMBER_FIELDS = 3
    response = failing_client.post("/take/", {str(number): "x" for number in range(5)})
    assert response.status_code == 413


def test_a_request_within_the_limits_is_taken(failing_client):
    assert page_of(failing_client.post("/take/", {"text": "x"})) == "taken"
