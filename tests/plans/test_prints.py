"""Files made for somebody: kept for a while, cleared away, and made again by asking."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from accounts.models import OrganisationUnit
from config.celery import app
from plans import tasks
from plans.models import Job, Plan
from plans.services import freeze
from plans.services.prints import clear_prints, keep_print, kept_print
from tests.factories import NOW
from tests.plans.samples import make_edition, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(unit: OrganisationUnit, people: SimpleNamespace) -> Plan:
    return store(unit, by=people.author, sections=[section_value("narrative")])


@pytest.fixture
def author(people: SimpleNamespace) -> Client:
    browser = Client()
    browser.force_login(people.author)
    return browser


def make_print(plan: Plan, people: SimpleNamespace, *, days: float, **values: Any) -> Job:
    """Return a print that ended well so many days ago, its file as old as that."""
    at = timezone.now() - timedelta(days=days)
    job = Job.objects.create(
        plan=plan,
        by=people.author,
        kind=Job.Kind.PRINT,
        state=Job.State.DONE,
        created_at=at,
        finished_at=at,
        **values,
    )
    job.detail = {"format": "pdf", **job.detail, "file": keep_print(job, b"%PDF", suffix=".pdf")}
    job.save()
    grow_old(job.detail["file"], days)
    return job


def grow_old(name: str, days: float) -> None:
    made = (timezone.now() - timedelta(days=days)).timestamp()
    os.utime(Path(default_storage.path(name)), (made, made))


def test_old_prints_are_cleared_and_nothing_else(
    plan: Plan, people: SimpleNamespace, settings: Settings
) -> None:
    settings.PRINTS_DAYS = 10
    old, young = (make_print(plan, people, days=days) for days in (10.1, 9.9))
    orphan = default_storage.save("prints/0/9.pdf", ContentFile(b"%PDF"))
    edition = default_storage.save("editions/0/one.pdf", ContentFile(b"%PDF"))
    picture = default_storage.save("pictures/one.png", ContentFile(b"PNG"))
    for name in (orphan, edition, picture):
        grow_old(name, 1000)

    cleared = clear_prints(at=timezone.now())

    assert cleared == 2
    assert not default_storage.exists(orphan)
    assert default_storage.exists(edition)
    assert default_storage.exists(picture)
    assert kept_print(old) == ""
    assert kept_print(young) == young.detail["file"]
    assert clear_prints(at=timezone.now()) == 0


def test_the_scheduler_clears_prints_every_hour(plan: Plan, people: SimpleNamespace) -> None:
    due = {entry["task"]: entry["schedule"] for entry in app.conf.beat_schedule.values()}
    make_print(plan, people, days=15)

    assert due[tasks.clear_old_prints.name].minute == {20}
    assert len(due[tasks.clear_old_prints.name].hour) == 24
    assert tasks.clear_old_prints() == 1


@pytest.mark.parametrize("of", ["plan", "version", "comparison"])
def test_an_old_link_says_what_became_of_it_and_offers_another(
    author: Client, plan: Plan, people: SimpleNamespace, of: str
) -> None:
    words = {
        "plan": "Made again, it shows the plan as it stands now.",
        "version": "A version never changes, so made again it says the same.",
        "comparison": "Made again, it compares what there is now.",
    }
    version = freeze(plan, by=people.author, at=NOW)
    make_edition(version, by=people.planning_officer)
    more: dict[str, Any] = {"version": version} if of == "version" else {}
    if of == "comparison":
        more["detail"] = {"compare": {"file": "changes", "words": "Version 1 and now"}}
    job = make_print(plan, people, days=15, **more)
    clear_prints(at=timezone.now())

    response = author.get(reverse("plans:job_file", args=[plan.pk, job.pk]))

    page = response.content.decode()
    assert response.status_code == 410
    assert "is no longer kept: what is made for somebody is kept for 14 days." in page
    assert words[of] in page
    assert "Make it again" in page
    assert author.get(reverse("plans:job", args=[plan.pk, job.pk])).status_code == 200


def test_what_is_gone_is_made_again(author: Client, plan: Plan, people: SimpleNamespace) -> None:
    gone, kept = (make_print(plan, people, days=days) for days in (15, 1))
    clear_prints(at=timezone.now())

    for job in (gone, kept):
        author.post(reverse("plans:job_retry", args=[plan.pk, job.pk]))

    again = plan.jobs.exclude(pk__in=[gone.pk, kept.pk])
    assert [job.detail["format"] for job in again] == ["pdf"]


def test_the_list_of_what_was_made_names_what_is_kept(
    author: Client, plan: Plan, people: SimpleNamespace
) -> None:
    make_print(plan, people, days=15)
    kept = make_print(plan, people, days=1)

    response = author.get(reverse("plans:download", args=[plan.pk]))

    assert [job.pk for job, _ in response.context["made"]] == [kept.pk]
