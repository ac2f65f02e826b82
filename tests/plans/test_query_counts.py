"""How many queries sections and plans cost: the same at one row and at three."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from accounts.permissions import roles_of
from plans.checks import run_checks
from plans.content import identified_rows
from plans.document import build_document
from plans.figures import plan_figures
from plans.models import Plan, Section
from plans.planfile import read_plan, section_object
from plans.services import freeze, save_section, section_at
from plans.services.findings import find_in_plan
from tests.factories import NOW
from tests.plans.samples import KINDS, every_kind, section_value, store

pytestmark = pytest.mark.django_db

# Queries to read a section, to save its introduction, and to save it with every row changed.
COUNTS = {
    "narrative": (1, 13, 15),
    "objectives": (3, 15, 20),
    "indicators": (2, 14, 18),
    "activity": (2, 14, 18),
    "budget": (4, 16, 24),
    "staffing": (4, 16, 23),
    "actions": (2, 14, 18),
    "risks": (2, 15, 18),
    "register": (2, 14, 17),
}


@pytest.fixture(params=[1, 3], ids=["1 row", "3 rows"])
def rows(request: pytest.FixtureRequest) -> int:
    return int(request.param)


def section_of(kind: str, rows: int, unit: OrganisationUnit, people: SimpleNamespace) -> Section:
    plan = store(unit, by=people.author, sections=[section_value(kind, rows=rows)])
    roles_of(people.author)
    return plan.sections.select_related("parent").get()


def change_every_row(section: dict[str, Any]) -> None:
    """Change a word of each row at any depth, or the body of a section without rows."""
    content = section["content"]
    if "body" in content:
        content["body"] += "<p>More.</p>"
    for _, row in identified_rows(content):
        names = [name for name in ("title", "label", "activity", "due") if name in row]
        for name in names[:1]:
            row[name] += " changed"


@pytest.mark.parametrize("kind", KINDS)
def test_reading_a_section(
    kind: str,
    rows: int,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    section = section_of(kind, rows, unit, people)

    with django_assert_num_queries(COUNTS[kind][0]):
        section_object(section)


@pytest.mark.parametrize("kind", KINDS)
def test_saving_an_introduction(
    kind: str,
    rows: int,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    section = section_of(kind, rows, unit, people)
    change = {**section_object(section), "intro": "<p>New.</p>"}

    with django_assert_num_queries(COUNTS[kind][1]):
        save_section(section, change, base_revision=1, save_id="a", by=people.author, at=NOW)


@pytest.mark.parametrize("kind", KINDS)
def test_saving_every_row(
    kind: str,
    rows: int,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    section = section_of(kind, rows, unit, people)
    change = section_object(section)
    change_every_row(change)

    with django_assert_num_queries(COUNTS[kind][2]):
        saved = save_section(
            section, change, base_revision=1, save_id="a", by=people.author, at=NOW
        )

    assert saved.section_object == change
    assert saved.changed


def test_reading_history(
    rows: int,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    section = section_of("actions", rows, unit, people)

    with django_assert_num_queries(1):
        section_at(section, 1)


@pytest.fixture
def whole(rows: int, unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan of every kind."""
    plan = store(unit, by=people.author, sections=every_kind(rows))
    return Plan.objects.select_related("plan_year", "format").get(pk=plan.pk)


def test_a_whole_plan_is_read_checked_and_built(
    whole: Plan, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(27):
        data = read_plan(whole)
    with django_assert_num_queries(0):
        build_document(data)
    with django_assert_num_queries(0):
        plan_figures(data)
    with django_assert_num_queries(1):  # the council's RAG rules
        run_checks(data)


def test_a_plan_of_more_sections_costs_no_more_queries(
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sections = [{**s, "key": f"{s['key']}-{n}"} for n in range(3) for s in every_kind()]
    plan = store(unit, by=people.author, sections=sections)
    plan = Plan.objects.select_related("plan_year", "format").get(pk=plan.pk)

    with django_assert_num_queries(27):
        read_plan(plan)


def test_the_findings_tab_costs_the_same_at_one_finding_and_at_three(
    rows: int,
    client: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    budget = section_value("budget", rows=rows)
    for line in budget["content"]["units"][0]["lines"]:
        line["running"] = "-12.0"
    plan = store(unit, by=people.author, sections=[budget, section_value("narrative", rows=rows)])
    client.force_login(people.author)
    url = reverse("plans:findings", args=[plan.pk])
    client.get(url)

    with django_assert_num_queries(20):
        [group] = client.get(url).context["groups"]

    assert len(group.shown) == rows


def test_a_version_is_frozen(
    whole: Plan, people: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(68):
        freeze(whole, by=people.author, at=NOW)


# Queries of a plan's checks: nothing read of it yet, nothing changed, one section saved since.
COLD, WARM, CHANGED = 36, 10, 16


def fetch(plan: Plan) -> Plan:
    """Return a plan as views get it."""
    return Plan.objects.select_related("plan_year", "format").get(pk=plan.pk)


def save_risks(plan: Plan, people: SimpleNamespace) -> None:
    section = plan.sections.select_related("parent").filter(kind="risks").first()
    assert section is not None
    change = {**section_object(section), "intro": "<p>New.</p>"}
    save_section(section, change, base_revision=1, save_id="a", by=people.author, at=NOW)


def test_the_checks_of_a_plan(
    whole: Plan, people: SimpleNamespace, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_num_queries(COLD):
        find_in_plan(fetch(whole))
    with django_assert_num_queries(WARM):
        find_in_plan(fetch(whole))
    save_risks(whole, people)
    with django_assert_num_queries(CHANGED):
        find_in_plan(fetch(whole))


def test_the_checks_of_a_plan_of_more_sections_cost_no_more_queries(
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sections = [{**s, "key": f"{s['key']}-{n}"} for n in range(3) for s in every_kind()]
    plan = store(unit, by=people.author, sections=sections)

    with django_assert_num_queries(COLD):
        find_in_plan(fetch(plan))
    with django_assert_num_queries(WARM):
        find_in_plan(fetch(plan))
    save_risks(plan, people)
    with django_assert_num_queries(CHANGED):
        find_in_plan(fetch(plan))
