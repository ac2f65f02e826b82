"""What was found in a section is listed beside its editor, and marked at its places."""

from __future__ import annotations

import json
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from plans.models import Plan, Section
from plans.services.findings import find_in_plan
from plans.services.waivers import waive
from plans.views.findings import anchor_of
from tests.factories import NOW
from tests.plans.samples import object_of, section_value, store

pytestmark = pytest.mark.django_db


def budget_value(rows: int = 2, *, gross: str = "9,999.0") -> dict[str, Any]:
    """Return a budget that states another gross expenditure than its lines add up to."""
    value = section_value("budget", rows=rows)
    value["content"]["units"][0]["stated"] = {"controllable": {"gross": gross}}
    return value


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft with a wrong total in its budget, and a narrative with nothing to find."""
    good = section_value("narrative", key="aims", title="Aims")
    return store(unit, by=people.author, sections=[good, budget_value()])


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def budget_of(plan: Plan) -> Section:
    return plan.sections.get(key="budget")


def address(plan: Plan, key: str = "budget") -> str:
    return reverse("plans:section_findings", args=[plan.pk, plan.sections.get(key=key).pk])


def wrong_total(plan: Plan) -> Any:
    [finding] = [f.finding for f in find_in_plan(plan).found if f.finding.id == "budgets.W001"]
    return finding


# --- the fold of the help ------------------------------------------------------------------------


def test_the_folded_help_says_how_much_was_found(author: Client, plan: Plan) -> None:
    count = author.get(f"{address(plan)}?format=json").json()["count"]
    page = author.get(reverse("plans:section_edit", args=[plan.pk, budget_of(plan).pk]))

    assert count == 1
    told = "data-findings-told>1 finding</span></summary>"
    assert told in page.content.decode()


# --- the list ------------------------------------------------------------------------------------


def test_the_page_lists_what_was_found_in_this_section_alone(author: Client, plan: Plan) -> None:
    response = author.get(address(plan))

    [group] = response.context["groups"]
    assert {each.finding.section for each in group.shown} == {"budget"}
    assert wrong_total(plan) in [each.finding for each in group.shown]
    assert "<h1" in response.content.decode()


def test_a_part_of_the_page_comes_alone(author: Client, plan: Plan) -> None:
    page = author.get(address(plan), headers={"X-Fragment": "findings"}).content.decode()

    assert page.startswith('<div class="pw-findings-here" data-help-part data-findings="')
    assert "<h1" not in page
    assert wrong_total(plan).message in unescape(page)


def test_a_finding_leads_to_its_cell_in_the_editor(author: Client, plan: Plan) -> None:
    [group] = author.get(address(plan)).context["groups"]

    [shown] = [each for each in group.shown if each.finding == wrong_total(plan)]
    unit = object_of(budget_of(plan))["content"]["units"][0]["id"]
    edit = reverse("plans:section_edit", args=[plan.pk, budget_of(plan).pk])
    assert shown.place.url == (
        f"{edit}?at=content-units-{unit}-stated-controllable-gross"
        "#id_content-units-0-stated-controllable-gross"
    )


def test_a_section_without_findings_says_so(author: Client, plan: Plan) -> None:
    section = plan.sections.get(key="aims")
    section.narrative.body = "<p>" + "We lend books to everybody who asks for one. " * 20 + "</p>"
    section.narrative.save()

    response = author.get(address(plan, "aims"))

    assert response.context["groups"] == []
    assert "The checks found nothing in this section." in response.content.decode()


def test_who_reads_the_draft_reads_its_findings_and_goes_back_to_reading(
    plan: Plan, people: SimpleNamespace
) -> None:
    browser = Client()
    browser.force_login(people.approver)

    response = browser.get(address(plan))

    assert response.context["back"] == budget_of(plan).get_absolute_url()


# --- marks ---------------------------------------------------------------------------------------


def test_the_marks_name_places_as_the_page_does(author: Client, plan: Plan) -> None:
    answer = author.get(address(plan), {"format": "json"}).json()

    finding = wrong_total(plan)
    unit = object_of(budget_of(plan))["content"]["units"][0]["id"]
    [mark] = [each for each in answer["marks"] if each["level"] == "warning"]
    assert mark == {
        "id": anchor_of(finding.fingerprint),
        "path": ["content", "units", unit, "stated", "controllable", "gross"],
        "level": "warning",
        "message": finding.message,
        "words": "9,999.0",
        "nth": 0,
    }
    standing = [each for each in answer["marks"] if each["level"] != "rounding"]
    assert answer["count"] == len(standing)


def test_what_is_waived_is_listed_but_neither_marked_nor_counted(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    before = author.get(address(plan), {"format": "json"}).json()
    finding = wrong_total(plan)
    waive(plan, finding.fingerprint, reason="Agreed", by=people.author, at=NOW)

    after = author.get(address(plan), {"format": "json"}).json()

    assert after["count"] == before["count"] - 1
    assert finding.message not in [each["message"] for each in after["marks"]]
    [group] = author.get(address(plan)).context["groups"]
    assert finding in [each.finding for each in group.shown if each.waiver]


def test_the_marks_follow_a_save(author: Client, plan: Plan) -> None:
    section = budget_of(plan)
    path = wrong_total(plan).path
    change = {"path": list(path), "old": "9,999.0", "new": "2,400.0"}
    patch = {"save_id": "one", "base_revision": 1, "changes": [change]}
    saved = author.post(
        reverse("plans:section_save", args=[plan.pk, section.pk]),
        json.dumps(patch),
        content_type="application/json",
    )
    assert saved.json()["revision"] == 2

    answer = author.get(address(plan), {"format": "json"}).json()

    assert [each for each in answer["marks"] if each["level"] == "warning"] == []


# --- the editor ----------------------------------------------------------------------------------


def test_the_editor_bears_marks_and_their_number(author: Client, plan: Plan) -> None:
    response = author.get(reverse("plans:section_edit", args=[plan.pk, budget_of(plan).pk]))

    answer = author.get(address(plan), {"format": "json"}).json()
    assert json.loads(response.context["finding_marks"]) == answer["marks"]
    assert f'Findings <span class="pw-help__count">{answer["count"]}</span>' in (
        response.content.decode()
    )


def test_without_a_script_the_editor_links_to_each_place(author: Client, plan: Plan) -> None:
    page = author.get(
        reverse("plans:section_edit", args=[plan.pk, budget_of(plan).pk])
    ).content.decode()

    anchor = "id_content-units-0-stated-controllable-gross"
    assert f'href="#{anchor}">{wrong_total(plan).message}</a>' in unescape(page)
    assert f'id="{anchor}"' in page


# --- what it costs -------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_queries(
    unit: OrganisationUnit,
    people: SimpleNamespace,
    author: Client,
    rows: int,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    good = section_value("narrative", key="aims", title="Aims")
    plan = store(unit, by=people.author, sections=[good, budget_value(rows)])
    url = address(plan)
    fragment = {"X-Fragment": "findings"}
    author.get(url, headers=fragment)  # from here on the readings are kept

    with django_assert_num_queries(20):
        author.get(url, headers=fragment)
    with django_assert_num_queries(14):
        author.get(url, {"format": "json"})
