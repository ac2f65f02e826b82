"""What is left to do: per section, the person's own first, each line leading to its place."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import OrganisationUnit, User
from plans.models import Draft, FormatSection, Plan, PlanFormat, Section
from plans.planfile import PlanData, read_plan
from plans.remaining import say_words
from plans.services.comments import add_comment
from plans.views.left import Task
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.plans.samples import KINDS, object_of, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def author(client: Client, people: SimpleNamespace) -> User:
    client.force_login(people.author)
    return people.author


def left(client: Client, plan: Plan) -> Any:
    response = client.get(reverse("plans:left", args=[plan.pk]))
    assert response.status_code == 200
    return response


def told(tasks: Any) -> dict[str, list[str]]:
    return {each.entry.section.key: [task.words for task in each.tasks] for each in tasks}


@pytest.mark.parametrize(
    ("count", "expected", "words"),
    [
        (0, [10, 20], ""),
        (1, [10, 20], "1 word, at least 10 are asked for"),
        (10, [10, 20], ""),
        (20, [10, 20], ""),
        (21, [10, 20], "21 words, at most 20 are asked for"),
        (5, None, ""),
    ],
)
def test_the_words_asked_for_are_counted(count: int, expected: Any, words: str) -> None:
    assert say_words(count, expected) == words


def test_everything_that_is_left_is_told_by_section(
    client: Client, unit: OrganisationUnit, author: User, people: SimpleNamespace
) -> None:
    plan_format = PlanFormat.objects.create(slug="short", name="Short")
    FormatSection.objects.create(
        format=plan_format, position=0, key="narrative", kind="narrative", words=[100, 200]
    )
    sections = [
        section_value("narrative"),
        section_value("register", rows=1),
        section_value("indicators"),
        section_value("actions"),
    ]
    plan = store(unit, by=author, sections=sections, plan_format="short")
    by_key = {section.key: section for section in plan.sections.all()}
    yesterday = timezone.localdate() - timedelta(days=1)
    Section.objects.filter(pk=by_key["register"].pk).update(assigned_to=author, due_on=yesterday)
    Section.objects.filter(pk=by_key["actions"].pk).update(status=Section.Status.READY)
    for person in (author, people.planning_officer):
        Draft.objects.create(
            section=by_key["register"], user=person, base_revision=1, section_object={}, at=NOW
        )
    add_comment(by_key["indicators"], text="Why?", by=people.approver, at=NOW)

    context = left(client, plan).context

    day = f"{yesterday.day} {yesterday:%B %Y}"
    assert told(context["mine"]) == {
        "register": [
            "Some of what you typed is not saved yet: put it right",
            f"Overdue since {day}",
            "In progress: not ready for review",
        ]
    }
    assert told(context["others"]) == {
        "narrative": [
            "In progress: not ready for review",
            "4 words, at least 100 are asked for",
        ],
        "indicators": [
            "“A1 Indicator 1” and 1 more have a target to be set in “Targets, 2008/09”, and nothing"
            " says by when.",
            "In progress: not ready for review",
            "2 figures to be set",
            "1 open comment",
        ],
    }
    figures = context["others"][1].tasks[2]
    edit = reverse("plans:section_edit", args=[plan.pk, by_key["indicators"].pk])
    rows = object_of(by_key["indicators"])["content"]["rows"]
    assert [(cell.words, cell.url) for cell in figures.inner] == [
        (
            f"Indicators › Indicator {n} › Targets, 2008/09",
            f"{edit}?at=content-rows-{row_id}-cells-t0809#id_content-rows-{n - 1}-cells-t0809",
        )
        for n, row_id in ((n, rows[n - 1]["id"]) for n in (1, 2))
    ]


def test_the_cells_that_are_left_are_on_the_edit_page(
    client: Client, plan: Plan, author: User
) -> None:
    [each] = [
        e for e in left(client, plan).context["others"] if e.entry.section.key == "indicators"
    ]
    [cell, _] = next(task for task in each.tasks if task.inner).inner
    page, _, own_id = cell.url.partition("#")
    assert f'id="{own_id}"' in client.get(page).content.decode()


def test_what_a_section_was_returned_for_comes_first_until_it_is_ready(
    client: Client, plan: Plan, author: User, people: SimpleNamespace
) -> None:
    perform(plan, Action.SUBMIT, by=author, at=NOW)
    budget = plan.sections.get(key="budget")
    reason = {"key": "budget", "title": "Budget", "comment": "Check the sum."}
    perform(plan, Action.RETURN, by=people.approver, at=NOW, version=1, sections=[reason])
    page = left(client, plan)
    [tasks] = [e.tasks for e in page.context["others"] if e.entry.section == budget]
    edit = reverse("plans:section_edit", args=[plan.pk, budget.pk])
    assert (tasks[0].words, tasks[0].url) == ("Returned: Check the sum.", edit)
    assert page.content.decode().count("Returned: ") == 1
    plan.sections.filter(pk=budget.pk).update(status=Section.Status.READY)
    assert "Returned: " not in left(client, plan).content.decode()
    plan.sections.filter(pk=budget.pk).update(status=Section.Status.IN_PROGRESS)
    perform(plan, Action.SUBMIT, by=author, at=NOW)
    assert "Returned: " not in left(client, plan).content.decode()


def test_a_finished_plan_has_nothing_left(
    client: Client, unit: OrganisationUnit, author: User
) -> None:
    plan = store(unit, by=author, sections=[section_value("narrative", rows=1)])
    plan.sections.update(status=Section.Status.READY, measure={"words": 5})
    assert "Every section is ready" in left(client, plan).content.decode()


def test_an_empty_section_is_said_to_be(
    client: Client, unit: OrganisationUnit, author: User, people: SimpleNamespace
) -> None:
    section = {"key": "n", "title": "N", "kind": "narrative", "content": {"body": ""}}
    plan = store(unit, by=author, sections=[section])
    assert told(left(client, plan).context["others"]) == {
        "n": ["“N” is empty.", "In progress: not ready for review"]
    }
    client.force_login(people.approver)
    [each] = left(client, plan).context["others"]
    assert each.tasks[0].url == plan.sections.get().get_absolute_url()


def test_a_section_that_nobody_began_is_said_once(
    client: Client, unit: OrganisationUnit, author: User
) -> None:
    plan = store(unit, by=author, sections=[section_value("narrative", key="n")])
    plan.sections.update(status=Section.Status.NOT_STARTED)

    assert told(left(client, plan).context["others"]) == {
        "n": ["Not started: not ready for review"]
    }


def test_errors_come_before_warnings_and_each_is_called_what_it_is(
    client: Client, unit: OrganisationUnit, author: User
) -> None:
    narrative = section_value("narrative", key="n", title="Our service")
    narrative["content"]["body"] = (
        "<p>The provisional budget of the service.</p>"
        '<p>It costs <span data-figure="budget.none" data-style="£m"></span>.</p>'
    )
    plan = store(unit, by=author, sections=[narrative])

    page = left(client, plan)

    [each] = page.context["others"]
    found = [task.found for task in each.tasks if task.found]
    assert [shown.level for shown in found] == sorted(shown.level for shown in found)
    assert {shown.level for shown in found} == {"error", "warning"}
    html = page.content.decode()
    assert '<span aria-hidden="true">✕</span> Error</strong> <a' in html
    assert html.index("Error</strong>") < html.index("Warning before approval</strong>")


def test_a_section_that_is_taken_out_between_two_reads_is_left_out(
    client: Client, plan: Plan, author: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def tasks_of(key: str) -> list[Task]:
        others = left(client, plan).context["others"]
        return [task for each in others if each.entry.section.key == key for task in each.tasks]

    assert any(task.inner for task in tasks_of("indicators"))
    assert any(task.found for task in tasks_of("indicators"))

    def read_without(plan: Plan) -> PlanData:
        data = read_plan(plan)
        kept = tuple(each for each in data.sections if each.head.key != "indicators")
        return replace(data, sections=kept)

    monkeypatch.setattr("plans.views.left.read_plan", read_without)
    assert not any(task.inner or task.found for task in tasks_of("indicators"))


@pytest.mark.parametrize("times", [1, 3])
def test_the_list_asks_the_same_for_one_of_each_kind_and_for_three(
    client: Client, unit: OrganisationUnit, author: User, times: int
) -> None:
    sections = [section_value(k, key=f"{k}-{n}", rows=times) for k in KINDS for n in range(times)]
    plan = store(unit, by=author, sections=sections)
    left(client, plan)
    with CaptureQueriesContext(connection) as queries:
        left(client, plan)
    assert len(queries) == 46
