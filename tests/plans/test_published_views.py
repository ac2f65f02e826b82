"""Published editions as the public sees them: lasting addresses, every form, nothing of drafts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.http import http_date
from django.utils.text import slugify
from pytest_django import DjangoAssertNumQueries

from accounts.models import Branding, OrganisationUnit
from documents.formats import FORMATS
from plans.models import Edition, Plan
from plans.planfile import read_plan, read_plan_file, write_plan_file
from plans.services import freeze, store_plan
from plans.tasks import run_job
from plans.views import published as published_views
from plans.views.plans import file_stem
from plans.workflow import Action, perform
from tests.factories import NOW, make_council, make_unit, make_user
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    sections = [section_value("narrative"), section_value("budget")]
    return store(unit, by=people.author, sections=sections)


@pytest.fixture
def published(plan: Plan, people: SimpleNamespace) -> Plan:
    make_edition(freeze(plan, by=people.author, at=NOW), by=people.planning_officer)
    return plan


def lasting(plan: Plan) -> str:
    return reverse("plans:published", args=[plan.pk, file_stem(plan)])


def edition_of(plan: Plan, number: int) -> str:
    return reverse("plans:published_edition", args=[plan.pk, file_stem(plan), number])


def file_of(plan: Plan, fmt: str) -> str:
    return reverse("plans:published_file", args=[plan.pk, file_stem(plan), 1, fmt])


def test_the_lasting_address_shows_the_latest_edition(
    client: Client, published: Plan, people: SimpleNamespace
) -> None:
    make_edition(freeze(published, by=people.author, at=NOW), by=people.planning_officer)

    latest = client.get(lasting(published))
    first = client.get(edition_of(published, 1))

    assert latest.context["edition"].number == 2
    assert latest.context["newer"] is None
    assert first.context["newer"].number == 2
    assert "Read the present edition" in first.content.decode()


def test_a_stranger_gets_no_scripts_no_session_and_a_page_to_keep_for_a_while(
    client: Client, published: Plan
) -> None:
    response = client.get(lasting(published))

    assert "<script" not in response.content.decode()
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=300"


PURPLE, GREEN = "#5b2a6e", "#00504a"
LOOKS = [
    (PURPLE, ".document{--govuk-brand-colour:#5b2a6e;--document-pale:#f2eef3}"),
    ("", ".document{--govuk-brand-colour:#1d3f5e;--document-pale:#eef3f7}"),  # the product's
]


@pytest.fixture
def drawn(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan with a chart."""
    sections = [section_value("budget", rows=3, charts=["gross"])]
    return store(unit, by=people.author, sections=sections)


@pytest.mark.parametrize(("colour", "rule"), LOOKS)
def test_an_edition_keeps_the_colours_it_was_published_in(
    client: Client, drawn: Plan, people: SimpleNamespace, colour: str, rule: str
) -> None:
    version = freeze(drawn, by=people.author, at=NOW)
    make_edition(version, by=people.planning_officer, colour=colour)
    public = [edition_of(drawn, 1), url_of("published_look", drawn.pk, file_stem(drawn), 1)]
    own = [url_of("edition_page", drawn.pk, 1), url_of("edition_look", drawn.pk, 1)]

    Branding.objects.create(council=drawn.organisation_unit.ancestors[0], colour=GREEN)

    for page_address, look_address in [public, own]:
        page = client.get(page_address).content.decode()
        links = re.findall(r'<link rel="stylesheet" href="([^"]+)"', page)
        assert links.index("/accounts/council.css") < links.index(look_address)
        assert GREEN in client.get("/accounts/council.css").content.decode()
        look = client.get(look_address)
        assert (look.content.decode(), look["Content-Type"]) == (rule, "text/css")
        [chart] = re.findall(r"<svg.*?</svg>", page, re.DOTALL)
        assert (colour or "#1d3f5e") in chart
        assert "currentColor" not in chart
        client.force_login(people.reader)


def url_of(name: str, *args: Any) -> str:
    return reverse(f"plans:{name}", args=args)


def test_the_colours_of_an_edition_are_sent_once(client: Client, published: Plan) -> None:
    address = url_of("published_look", published.pk, file_stem(published), 1)
    first = client.get(address)

    again = client.get(address, headers={"If-None-Match": first["ETag"]})

    assert (again.status_code, again["Cache-Control"]) == (304, "public, max-age=300")


def test_a_page_is_drawn_anew_after_a_release(
    client: Client, published: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    client.get(lasting(published))
    monkeypatch.setattr(published_views, "fragment", lambda *args, **kwargs: "Drawn anew")

    assert "Drawn anew" not in client.get(lasting(published)).content.decode()
    monkeypatch.setattr(published_views, "hash_renderers", lambda: "next-release")
    assert "Drawn anew" in client.get(lasting(published)).content.decode()


def test_another_name_in_the_address_leads_to_the_right_one(
    client: Client, published: Plan
) -> None:
    response = client.get(reverse("plans:published", args=[published.pk, "some-old-name"]))

    assert (response.status_code, response.url) == (301, lasting(published))


def test_a_page_is_drawn_once(
    client: Client, published: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client.get(lasting(published))

    with django_assert_num_queries(5):  # edition, others, their names, forms, the page as kept
        response = client.get(lasting(published))

    assert response.status_code == 200


def test_the_list_shows_each_plan_once(
    client: Client, published: Plan, people: SimpleNamespace, db: Any
) -> None:
    make_edition(freeze(published, by=people.author, at=NOW), by=people.planning_officer)

    response = client.get(reverse("plans:published_list"))

    assert [
        [line["edition"].number for line in lines] for _, lines in response.context["years"]
    ] == [[2]]


def test_a_council_has_a_list_of_its_own(client: Client, published: Plan) -> None:
    council = published.organisation_unit.ancestors[0]
    other = store(
        make_unit("Parks", parent=make_council("Other District")), by=make_user("p@x.org")
    )
    make_edition(freeze(other, by=other.created_by, at=NOW), by=other.created_by)

    everybody = client.get("/published/")
    own = client.get(reverse("plans:published_council", args=[slugify(council.name)]))

    assert [name for name, _ in everybody.context["councils"]] == sorted(
        [council.name, "Other District"]
    )
    assert shown_in(everybody) == {published, other}
    assert shown_in(own) == {published}
    assert client.get("/published/nowhere/").status_code == 404


def shown_in(response: Any) -> set[Plan]:
    return {line["edition"].plan for _, lines in response.context["years"] for line in lines}


def test_the_list_asks_the_same_for_one_plan_and_for_three(
    client: Client,
    published: Plan,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    client.get("/published/")
    with django_assert_num_queries(2):  # editions, their names as kept
        client.get("/published/")
    for _ in range(2):
        plan = store(unit, by=people.author, sections=[section_value("narrative")])
        make_edition(freeze(plan, by=people.author, at=NOW), by=people.planning_officer)

    client.get("/published/")
    with django_assert_num_queries(2):
        client.get("/published/")


def test_what_a_draft_is_called_by_now_is_not_shown(client: Client, published: Plan) -> None:
    addresses = ["/published/", lasting(published), edition_of(published, 1)]
    files = [file_of(published, "json")]
    before = [client.get(address) for address in [*addresses, *files]]

    Plan.objects.update(title="Secret", unit="Merged with Parks", directorate="Secret too")
    cache.clear()

    after = [client.get(address) for address in [*addresses, *files]]
    assert [each.status_code for each in after] == [200] * 4
    assert [each.content for each in after] == [each.content for each in before]
    assert [each.headers for each in after] == [each.headers for each in before]


def test_the_present_edition_alone_is_for_search_engines(
    client: Client, published: Plan, people: SimpleNamespace
) -> None:
    make_edition(freeze(published, by=people.author, at=NOW), by=people.planning_officer)
    hidden = '<meta name="robots" content="noindex">'
    address = f"http://testserver{lasting(published)}"

    for url, is_hidden in [(lasting(published), False), (edition_of(published, 1), True)]:
        page = client.get(url).content.decode()
        assert (hidden in page) == is_hidden
        assert f'<link rel="canonical" href="{address}">' in page
        assert f'<meta property="og:url" content="{address}">' in page
        assert (
            '<meta property="og:title" content="Annual Operating Plan 2008/09, Libraries">' in page
        )


def test_every_heading_of_the_contents_leads_to_its_section(
    client: Client, published: Plan
) -> None:
    page = client.get(lasting(published)).content.decode()

    keys = re.findall(r'is-level-\d[^"]*"><a class="govuk-link" href="#([^"]+)"', page)
    assert len(keys) >= 2
    assert all(f'id="{key}"' in page for key in keys)


def test_the_files_are_listed_with_type_size_and_hash(client: Client, published: Plan) -> None:
    edition = published.editions.get()
    page = client.get(lasting(published)).content.decode()

    [pdf, data] = client.get(lasting(published)).context["forms"]
    assert (pdf.suffix, pdf.bytes, pdf.digest) == (".pdf", 1, edition.pdf_digest)
    assert (data.suffix, data.digest) == (".json", edition.plan_file_digest)
    assert data.bytes == len(edition.version.plan_file.encode())
    assert edition.plan_file_digest in page


def test_without_editions_the_list_says_so(client: Client) -> None:
    assert "No plan is published yet" in client.get("/published/").content.decode()


def test_a_form_that_an_edition_was_published_without_is_not_found(
    client: Client, published: Plan
) -> None:
    assert client.get(file_of(published, "html")).status_code == 404
    assert client.get(file_of(published, "doc")).status_code == 404


@pytest.mark.parametrize("address", [lasting, lambda plan: edition_of(plan, 1)])
def test_a_page_that_has_not_changed_is_not_sent_again(
    client: Client, published: Plan, people: SimpleNamespace, address: Callable[[Plan], str]
) -> None:
    first = client.get(address(published))
    known = {"If-None-Match": first["ETag"]}

    again = client.get(address(published), headers=known)
    make_edition(freeze(published, by=people.author, at=NOW), by=people.planning_officer)
    changed = client.get(address(published), headers=known)

    assert (again.status_code, again.content) == (304, b"")
    assert again["Cache-Control"] == "public, max-age=300"
    assert changed.status_code == 200


@pytest.mark.parametrize("fmt", ["pdf", "json"])
def test_a_file_that_one_has_is_not_sent_again(client: Client, published: Plan, fmt: str) -> None:
    edition = published.editions.get()
    digest = {"pdf": edition.pdf_digest, "json": edition.plan_file_digest}[fmt]

    by_digest = client.get(file_of(published, fmt), headers={"If-None-Match": f'"{digest}"'})
    by_day = client.get(
        file_of(published, fmt), headers={"If-Modified-Since": http_date(NOW.timestamp())}
    )

    assert [by_digest.status_code, by_day.status_code] == [304, 304]
    assert by_digest["ETag"] == f'"{digest}"'
    assert by_digest["Cache-Control"] == "public, max-age=300"


def test_no_long_text_is_read_for_a_page_that_is_drawn(client: Client, published: Plan) -> None:
    client.get(lasting(published))

    with CaptureQueriesContext(connection) as asked:
        client.get(lasting(published))

    assert not [query["sql"] for query in asked if 'plan_file"' in query["sql"]]
    assert not [query["sql"] for query in asked if '."tree"' in query["sql"]]


def publish(plan: Plan, people: SimpleNamespace) -> Edition:
    """Take a draft the whole way; its edition is printed and stored."""
    approved = perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    approved = perform(approved, Action.APPROVE, by=people.approver, at=NOW, reference="Minute 3")
    perform(approved, Action.PUBLISH, by=people.planning_officer, at=NOW)
    run_job(plan.jobs.get(kind="publish").pk)
    return plan.editions.get()


@pytest.mark.slow
def test_a_published_pdf_bears_the_plan_that_it_was_made_from(
    client: Client, plan: Plan, people: SimpleNamespace, unit: OrganisationUnit
) -> None:
    edition = publish(plan, people)
    hashed = edition.version.plan_file.encode()

    for fmt in ("pdf", "pdfa"):
        printed = b"".join(client.get(file_of(plan, fmt)).streaming_content)
        with pikepdf.open(BytesIO(printed)) as pdf:
            attached = pdf.attachments["plan.json"].get_file().read_bytes()
        assert attached == hashed
        again = store_plan(
            read_plan_file(attached), organisation_unit=unit, by=people.author, at=NOW
        )
        assert write_plan_file(read_plan(again)) == attached


@pytest.mark.slow
def test_every_form_is_served_as_it_was_stored(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    edition = publish(plan, people)
    digests = {form.format: form.digest for form in edition.files.all()}
    digests["pdf"] = edition.pdf_digest
    assert set(digests) == set(FORMATS)
    for fmt, digest in digests.items():
        response = client.get(file_of(plan, fmt))
        content = b"".join(response.streaming_content)
        assert hashlib.sha256(content).hexdigest() == digest
        assert response["ETag"] == f'"{digest}"'
        assert response["Content-Type"] == FORMATS[fmt].content_type
        shown = "inline" if fmt == "pdf" else "attachment"
        assert response["Content-Disposition"].startswith(shown)
    assert client.get(file_of(plan, "json")).content.decode() == edition.version.plan_file
