"""What the checks find is said where it is put right: pictures and live figures that are gone."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.urls import reverse
from PIL import Image

from accounts.models import OrganisationUnit
from plans.checks import Level, run_checks
from plans.models import Plan, Reading
from plans.planfile import read_plan, read_plan_file, write_plan_file
from plans.services.pictures import add_picture
from plans.workflow import Action, HasErrors, perform
from tests.factories import NOW
from tests.plans.samples import section_value, store

pytestmark = pytest.mark.django_db
GONE = "The picture “map.png” is not stored with this plan"
QUOTE = '<p>It costs <span data-figure="budget.none" data-style="£m"></span>.</p>'


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A draft whose second section names a picture and quotes a figure, neither of them there."""
    figures = [{"name": "map.png", "alt": "A map"}]
    bad = {**section_value("narrative", key="bad"), "content": {"body": QUOTE, "figures": figures}}
    return store(unit, by=people.author, sections=[section_value("narrative", key="good"), bad])


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def store_picture(plan: Plan, people: SimpleNamespace) -> None:
    buffer = BytesIO()
    Image.new("RGB", (4, 4)).save(buffer, "PNG")
    add_picture(plan, name="map.png", data=buffer.getvalue(), by=people.author, at=NOW)


def editor_of(plan: Plan) -> str:
    return reverse("plans:section_edit", args=[plan.pk, plan.sections.get(key="bad").pk])


def test_a_picture_that_is_not_stored_is_an_error_at_its_place(
    plan: Plan, people: SimpleNamespace
) -> None:
    data = read_plan(plan)
    [section] = [each for each in data.sections if each.head.key == "bad"]
    [figure] = section.as_dict()["content"]["figures"]

    [found] = [f for f in run_checks(data) if f.id == "plans.E004"]

    assert (found.level, found.section) == (Level.ERROR, "bad")
    assert found.path == ("content", "figures", figure["id"], "name")
    assert found.message.startswith(GONE)
    store_picture(plan, people)
    assert [f.id for f in run_checks(read_plan(plan))] == ["plans.E002"]


def test_a_file_does_not_say_which_pictures_are_stored(plan: Plan) -> None:
    data = read_plan_file(write_plan_file(read_plan(plan)))

    assert [f.id for f in run_checks(data)] == ["plans.E002"]


def test_a_plan_that_would_print_holes_is_not_submitted(
    plan: Plan, people: SimpleNamespace
) -> None:
    with pytest.raises(HasErrors) as stopped:
        perform(plan, Action.SUBMIT, by=people.author, at=NOW)

    assert [finding.id for finding in stopped.value.findings] == ["plans.E002", "plans.E004"]


def test_what_is_left_leads_to_the_place_of_each_finding(author: Client, plan: Plan) -> None:
    response = author.get(reverse("plans:left", args=[plan.pk]))

    left = {each.entry.section.key: each.tasks for each in response.context["others"]}
    figure, picture = left["bad"][:2]
    assert figure.words.startswith("The live figure “budget.none” names nothing in this plan")
    assert figure.url == f"{editor_of(plan)}?at=content-body#id_content-body"
    assert picture.words.startswith(GONE)
    assert picture.url.startswith(f"{editor_of(plan)}?at=content-figures-")
    assert picture.url.endswith("#id_content-figures-0-name")
    assert not [task for task in left["good"] if task.is_urgent]


def test_the_editor_says_so_and_offers_the_pictures_that_are_stored(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    nothing_stored = author.get(editor_of(plan)).content.decode()
    store_picture(plan, people)
    stored = author.get(editor_of(plan)).content.decode()

    assert f'<a class="govuk-link" href="#id_content-figures-0-name">{GONE}' in nothing_stored
    assert '<input class="govuk-input" id="id_content-figures-0-name"' in nothing_stored
    assert GONE not in stored
    assert '<option value="map.png" selected>map.png</option>' in stored


def test_the_preview_says_so(author: Client, plan: Plan) -> None:
    page = author.get(reverse("plans:preview", args=[plan.pk])).content.decode()

    assert GONE in page
    assert "budget.none" in page


def be_too_busy_to_keep(execute: Callable[..., Any], sql: str, *rest: Any) -> Any:
    """Refuse what a database refuses that others write to for too long."""
    if sql.startswith(("INSERT", "UPDATE")) and ("plans_reading" in sql or "tally" in sql):
        raise OperationalError("database is locked")
    return execute(sql, *rest)


@pytest.mark.django_db(transaction=True)
def test_a_page_is_shown_where_what_was_found_cannot_be_kept(plan: Plan, author: Client) -> None:
    with connection.execute_wrapper(be_too_busy_to_keep):
        page = author.get(reverse("plans:findings", args=[plan.pk]))

    assert page.status_code == 200
    assert GONE in page.content.decode()
    plan.refresh_from_db()
    assert (plan.tally, Reading.objects.count()) == (None, 0)


def test_within_a_transaction_nothing_is_passed_over(plan: Plan, people: SimpleNamespace) -> None:
    with (
        connection.execute_wrapper(be_too_busy_to_keep),
        pytest.raises(OperationalError, match="locked"),
    ):
        perform(plan, Action.SUBMIT, by=people.author, at=NOW)
