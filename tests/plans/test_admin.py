"""The admin shows every row of plans and changes none."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit, User
from plans.checks import Level
from plans.models import ChecklistTick, Comment, EditionFile, Notice, Plan, Presence, Section
from plans.services import keep_draft, section_at
from plans.services.findings import find_in_plan
from plans.services.formats import read_format, store_format
from plans.services.waivers import waive
from plans.workflow import Action, perform
from tests.factories import NOW
from tests.plans.samples import make_edition, section_value, store
from tests.plans.test_commands import FORMATS

pytestmark = pytest.mark.django_db
MODELS = list(apps.get_app_config("plans").get_models())


@pytest.fixture
def root(client: Client, db: None) -> Client:
    user = User.objects.create_superuser("root@example.org", name="Root")
    client.force_login(user)
    return client


@pytest.fixture
def everything(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    """A plan with a row in every table but that of pictures."""
    store_format(read_format(FORMATS[0].read_bytes()))
    sections = [section_value(kind) for kind in ("narrative", "register")]
    plan = store(unit, by=people.section_lead, sections=sections)
    section = plan.sections.first()
    keep_draft(section, section_at(section, 1), base_revision=1, by=people.author, at=NOW)
    remark = Comment.objects.create(section=section, text="Which year?", by=people.author, at=NOW)
    Notice.objects.create(user=people.section_lead, comment=remark, created_at=NOW)
    ChecklistTick.objects.create(plan=plan, line="All read it.", by=people.author, at=NOW)
    Presence.objects.create(section=section, user=people.author, at=NOW)
    found = find_in_plan(plan).standing(Level.ADVICE)[0]
    waive(plan, found.fingerprint, reason="It is known.", by=people.planning_officer, at=NOW)
    plan = perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    plan = perform(plan, Action.APPROVE, by=people.approver, at=NOW)
    perform(plan, Action.PUBLISH, by=people.planning_officer, at=NOW)
    edition = make_edition(plan.versions.get(), by=people.planning_officer)
    EditionFile.objects.create(edition=edition, format="html", file="x.html", digest="0", bytes=1)
    return plan


def address(model: type[models.Model], page: str, *arguments: object) -> str:
    return reverse(f"admin:plans_{model._meta.model_name}_{page}", args=arguments)


def test_every_table_of_plans_is_in_the_admin() -> None:
    assert {model for model in MODELS if not admin.site.is_registered(model)} == set()


@pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
def test_rows_are_listed_shown_and_never_changed(
    model: type[models.Model], root: Client, everything: Plan
) -> None:
    assert root.get(address(model, "changelist")).status_code == 200
    assert root.get(address(model, "add")).status_code == 403
    rows = list(model._default_manager.all()[:1])
    assert len(rows) == (0 if model.__name__ == "Picture" else 1)
    for row in rows:
        assert root.get(address(model, "change", row.pk)).status_code == 200
        assert root.post(address(model, "change", row.pk), {}).status_code == 403
        assert root.post(address(model, "delete", row.pk), {"post": "yes"}).status_code == 403


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_sections_takes_the_same_queries_for_more_rows(
    count: int,
    root: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    sections = [section_value("narrative", key=f"s{n}") for n in range(count)]
    store(unit, by=people.author, sections=sections)

    with django_assert_num_queries(6):
        root.get(address(Section, "changelist"))
