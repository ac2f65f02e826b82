"""What is shown before a plan is submitted: what stops it, and what its approvers will see."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import OrganisationUnit
from plans.checks import Level
from plans.models import Plan, PlanFormat
from plans.services.findings import find_in_plan
from plans.services.waivers import waive
from tests.factories import NOW
from tests.pages import read_page
from tests.plans.samples import section_value, store

pytestmark = pytest.mark.django_db
QUOTE = '<p>It costs <span data-figure="budget.none" data-style="£m"></span>.</p>'
DRAFT = "<p>The provisional budget of the service is below.</p>"


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft with an error, two warnings that weigh at approval, and an open checklist."""
    PlanFormat.objects.create(slug="short", name="Short plan", checklist=["All have read it."])
    narrative = section_value("narrative", title="Our service", lead="Manager")
    narrative["content"]["body"] = DRAFT + QUOTE
    return store(unit, by=people.author, sections=[narrative], plan_format="short")


def sign_in(client: Client, person: object) -> Client:
    client.force_login(person)
    return client


def submit_page(client: Client, plan: Plan) -> str:
    return client.get(reverse("plans:action", args=[plan.pk, "submit"])).content.decode()


def find(plan: Plan, check: str) -> str:
    return next(f.finding.fingerprint for f in find_in_plan(plan).found if f.finding.id == check)


def let_stand(plan: Plan, check: str, people: SimpleNamespace) -> None:
    reason = "The budget is adopted in March."
    waive(plan, find(plan, check), reason=reason, by=people.planning_officer, at=NOW)


def test_errors_are_listed_before_anybody_submits(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    page = read_page(submit_page(sign_in(client, people.author), plan))

    section = plan.sections.get()
    editor = reverse("plans:section_edit", args=[plan.pk, section.pk])
    assert [href for href, _ in page.summary] == [f"{editor}?at=content-body#id_content-body"]
    assert "ask a planning officer to waive it with a reason" in page.text


def test_while_an_error_stands_the_page_is_asked_again_and_nothing_is_sent(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    url = reverse("plans:action", args=[plan.pk, "submit"])
    again, button = (url, "Check again"), "Submit for review</button>"

    stopped = submit_page(sign_in(client, people.author), plan)
    assert again in read_page(stopped).links
    assert button not in stopped

    refused = client.post(url, {"comment": "Please read <this>."}).content.decode()
    assert "Please read &lt;this&gt;." in refused
    assert button not in refused

    let_stand(plan, "plans.E002", people)
    free = submit_page(client, plan)
    assert again not in read_page(free).links
    assert button in free


def test_only_a_planning_officer_is_offered_to_waive_an_error(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    waiving = f"{reverse('plans:waive', args=[plan.pk])}?finding={find(plan, 'plans.E002')}"

    assert waiving not in submit_page(sign_in(client, people.author), plan)
    assert waiving in submit_page(sign_in(client, people.planning_officer), plan)


def test_what_approvers_will_see_is_listed(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    let_stand(plan, "plans.E002", people)

    page = submit_page(sign_in(client, people.author), plan)

    assert "The plan cannot be submitted yet" not in page
    assert "1 line of the checklist is open" in page
    assert "<li>All have read it.</li>" in page
    assert "1 warning that nobody waived" in page
    assert "“Our service” speaks of “provisional budget”." in page
    assert "1 waiver that the approvers will see" in page
    assert "<q>The budget is adopted in March.</q>" in page
    assert "1 section is not marked as ready" in page


def test_a_waived_error_stops_nothing(client: Client, plan: Plan, people: SimpleNamespace) -> None:
    url = reverse("plans:action", args=[plan.pk, "submit"])
    browser = sign_in(client, people.author)

    assert browser.post(url, {"comment": ""}).status_code == 422
    let_stand(plan, "plans.E002", people)
    assert browser.post(url, {"comment": ""}).status_code == 302

    version = plan.versions.get()
    assert [row["level"] for row in version.findings if row["waiver"]] == ["error"]
    assert [line["person"] for line in version.checklist] == [""]


def test_what_weighs_at_approval_is_told_quietly_in_a_draft(
    client: Client, plan: Plan, people: SimpleNamespace
) -> None:
    page = sign_in(client, people.author).get(reverse("plans:findings", args=[plan.pk]))

    shown = {s.finding.id: s for group in page.context["groups"] for s in group.shown}
    early = {name: (s.level, s.tone) for name, s in shown.items() if s.is_early}
    assert early == {"plans.W053": ("warning", "advice"), "plans.W080": ("warning", "advice")}
    assert shown["plans.E002"].tone == "error"
    assert "Warning before approval" in page.content.decode()
    assert find_in_plan(plan).standing(Level.WARNING)


@pytest.mark.parametrize("sections", [1, 3])
def test_the_page_asks_the_same_for_one_section_and_for_three(
    client: Client, unit: OrganisationUnit, people: SimpleNamespace, sections: int
) -> None:
    values = []
    for number in range(sections):
        value = section_value("narrative", key=f"s{number}")
        value["content"]["body"] = DRAFT + QUOTE
        values.append(value)
    plan = store(unit, by=people.author, sections=values)
    browser = sign_in(client, people.author)
    submit_page(browser, plan)

    with CaptureQueriesContext(connection) as queries:
        submit_page(browser, plan)

    assert len(queries) == 18
