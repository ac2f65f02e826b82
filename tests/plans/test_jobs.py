"""Slow work: taken once, fenced off, killed half-way, delivered five times; one edition each."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import connection, connections
from django.utils import timezone
from pypdf import PdfReader

from accounts.models import User
from config.celery import app
from documents import codec
from documents.formats import FORMATS
from plans.models import Edition, Job, Plan
from plans.services.exporting import export_version
from plans.services.jobs import (
    ATTEMPTS,
    LEASE,
    UNSENT_AFTER,
    Fenced,
    add_job,
    cancel_job,
    fail_job,
    finish_job,
    show_progress,
    sweep,
    take_job,
)
from plans.tasks import run_job
from plans.workflow import Action, NotAllowed, allowed_actions, perform
from tests.factories import NOW
from tests.plans.samples import make_world, section_value, store

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
State = Job.State


@pytest.fixture
def job(people: SimpleNamespace) -> Job:
    detail = {"to": "someone@example.org", "subject": "Hello", "body": "A letter\n"}
    return add_job(Job.Kind.MAIL, by=people.author, at=NOW, detail=detail)


def approved_plan() -> Plan:
    world = make_world()
    people = world.libraries.people
    sections = [section_value("narrative"), section_value("budget")]
    plan = store(world.libraries.unit, by=people.section_lead, sections=sections)
    plan = perform(plan, Action.SUBMIT, by=people.author, at=NOW)
    return perform(plan, Action.APPROVE, by=people.approver, at=NOW, reference="Minute 32")


def find(name: str) -> User:
    return User.objects.get(email=f"{name}@example.org")


def publish(plan: Plan) -> Job:
    """Ask for publication; returns the job that waits for a worker."""
    perform(plan, Action.PUBLISH, by=find("libraries.planning_officer"), at=NOW)
    return plan.jobs.get(kind=Job.Kind.PUBLISH)


# --- cancelling --------------------------------------------------------------------------------


def test_publishing_that_is_cancelled_while_it_waits_prints_nothing() -> None:
    plan = approved_plan()
    job = publish(plan)

    assert cancel_job(job, by=job.by, at=NOW)

    assert run_job(job.pk) == "not free"
    assert not Edition.objects.exists()
    assert Plan.objects.get().state == Plan.State.APPROVED
    assert plan.events.first().action == "publishing_cancelled"
    assert Action.PUBLISH in allowed_actions(plan, job.by)


def test_publishing_that_is_cancelled_while_it_prints_ends_at_the_next_step(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    job = publish(approved_plan())

    def cancel_at_first_step(job: Job, done: int, of: int) -> None:
        cancel_job(job, by=job.by, at=NOW)
        show_progress(job, done, of)

    monkeypatch.setattr("plans.services.publishing.show_progress", cancel_at_first_step)

    assert run_job(job.pk) == "fenced off"
    job.refresh_from_db()
    assert (job.state, Edition.objects.count()) == (State.CANCELLED, 0)


def test_what_has_ended_cannot_be_cancelled(job: Job) -> None:
    finish_job(take_job(job.pk, at=NOW), at=NOW)

    assert not cancel_job(job, by=job.by, at=NOW)
    assert Job.objects.get().state == State.DONE


def test_an_edition_keeps_every_form_with_its_hash() -> None:
    run_job(publish(approved_plan()).pk)

    edition = Edition.objects.get()
    forms = {form.format: form for form in edition.files.all()}
    assert set(forms) == set(FORMATS) - {"pdf"}
    for form in forms.values():
        content = form.file.read()
        form.file.close()
        assert (hashlib.sha256(content).hexdigest(), len(content)) == (form.digest, form.bytes)


# --- who holds a job ---------------------------------------------------------------------------


def test_a_job_is_taken_by_one_worker(job: Job) -> None:
    taken = take_job(job.pk, at=NOW)

    assert taken is not None
    assert (taken.state, taken.token, taken.attempts) == (State.RUNNING, 1, 1)
    assert taken.lease_until == NOW + LEASE
    assert take_job(job.pk, at=NOW + LEASE) is None


def test_a_job_whose_lease_ran_out_is_taken_up(job: Job) -> None:
    take_job(job.pk, at=NOW)

    again = take_job(job.pk, at=NOW + LEASE + timedelta(seconds=1))

    assert again is not None
    assert (again.token, again.attempts) == (2, 2)


def test_a_worker_that_comes_back_late_is_fenced_off(job: Job) -> None:
    late = take_job(job.pk, at=NOW)
    other = take_job(job.pk, at=NOW + LEASE + timedelta(seconds=1))
    assert late is not None
    assert other is not None

    with pytest.raises(Fenced):
        show_progress(late, 1, 2)
    with pytest.raises(Fenced):
        finish_job(late, at=NOW, file="late")
    fail_job(late, "late", at=NOW, again=True)

    job.refresh_from_db()
    assert (job.state, job.token, job.error) == (State.RUNNING, 2, "")
    finish_job(other, at=NOW, file="kept")
    job.refresh_from_db()
    assert (job.state, job.detail["file"]) == (State.DONE, "kept")


def test_progress_renews_the_lease(job: Job) -> None:
    taken = take_job(job.pk, at=NOW)
    assert taken is not None

    show_progress(taken, 3, 9)

    job.refresh_from_db()
    assert (job.progress_done, job.progress_of) == (3, 9)
    assert job.lease_until > timezone.now() + LEASE - timedelta(seconds=30)


def test_a_job_that_fails_waits_and_is_given_up_in_the_end(job: Job) -> None:
    for attempt in range(1, ATTEMPTS + 1):
        taken = take_job(job.pk, at=NOW)
        assert taken is not None
        fail_job(taken, "No route", at=NOW, again=True)
        job.refresh_from_db()
        expected = State.WAITING if attempt < ATTEMPTS else State.FAILED
        assert (job.state, job.error) == (expected, "No route")

    assert take_job(job.pk, at=NOW) is None
    assert job.finished_at == NOW


def test_the_sweep_queues_what_was_dropped_or_never_sent(job: Job, people: SimpleNamespace) -> None:
    fresh = add_job(Job.Kind.MAIL, by=people.author, at=NOW + UNSENT_AFTER)
    held = add_job(Job.Kind.MAIL, by=people.author, at=NOW)
    dropped = add_job(Job.Kind.MAIL, by=people.author, at=NOW)
    spent = add_job(Job.Kind.MAIL, by=people.author, at=NOW)
    at = NOW + UNSENT_AFTER + timedelta(seconds=1)
    take_job(held.pk, at=at)
    take_job(dropped.pk, at=at - LEASE - timedelta(seconds=1))
    Job.objects.filter(pk=spent.pk).update(state=State.RUNNING, attempts=ATTEMPTS, lease_until=NOW)
    queued: list[int] = []

    assert sweep(at=at, queue=queued.append) == 2

    assert sorted(queued) == [job.pk, dropped.pk]
    assert fresh.pk not in queued
    spent.refresh_from_db()
    assert (spent.state, spent.error) == (
        State.FAILED,
        "The work stopped several times half-way.",
    )


def test_a_mail_is_sent_by_its_job(job: Job) -> None:
    assert run_job(job.pk) == "done"
    assert run_job(job.pk) == "not free"

    [message] = mail.outbox
    assert (message.subject, message.body, message.to) == (
        "Hello",
        "A letter\n",
        ["someone@example.org"],
    )


def test_work_that_breaks_is_tried_again(job: Job, caplog: pytest.LogCaptureFixture) -> None:
    Job.objects.filter(pk=job.pk).update(detail={})

    assert [run_job(job.pk) for _ in range(ATTEMPTS + 1)] == [*["failed"] * ATTEMPTS, "not free"]

    job.refresh_from_db()
    assert (job.state, job.error) == (State.FAILED, "Something went wrong on our side.")
    assert len([r for r in caplog.records if r.levelname == "ERROR"]) == ATTEMPTS


def test_a_job_that_is_gone_is_not_free(db: None) -> None:
    assert run_job(12345) == "not free"


# --- publishing --------------------------------------------------------------------------------


@pytest.mark.slow
def test_publishing_prints_the_frozen_version_once(db: None) -> None:
    plan = approved_plan()
    job = publish(plan)
    assert plan.state == Plan.State.APPROVED

    assert run_job(job.pk) == "done"

    plan.refresh_from_db()
    edition = Edition.objects.get()
    version = plan.versions.get()
    with edition.pdf.open() as file:
        pdf = file.read()
    assert plan.state == Plan.State.PUBLISHED
    assert (edition.number, edition.version, edition.correction) == (1, version, 0)
    assert edition.pdf_digest == hashlib.sha256(pdf).hexdigest()
    assert edition.pdf_bytes == len(pdf)
    assert edition.pages == len(PdfReader(BytesIO(pdf)).pages)
    assert edition.published_at == NOW
    assert codec.load_imprint(edition.imprint).digest == version.digest
    assert export_version(version, "pdf") == pdf
    assert [e.action for e in plan.events.order_by("pk")] == [
        "import",
        "submit",
        "approve",
        "publish",
        "published",
    ]
    job.refresh_from_db()
    assert (job.state, job.detail["digest"]) == (State.DONE, edition.pdf_digest)
    assert job.progress_done == job.progress_of > 0


def test_a_plan_that_is_being_published_takes_no_other_action(db: None) -> None:
    plan = approved_plan()
    job = publish(plan)
    officer = job.by

    for action in (Action.PUBLISH, Action.AMEND):
        with pytest.raises(NotAllowed):
            perform(plan, action, by=officer, at=NOW, comment="x")
    Job.objects.filter(pk=job.pk).update(state=State.FAILED)

    assert allowed_actions(plan, officer) == [Action.PUBLISH, Action.AMEND]


@pytest.mark.slow
def test_a_correction_is_an_edition_of_its_own(db: None) -> None:
    plan = approved_plan()
    job = publish(plan)
    run_job(job.pk)
    author, director = find("libraries.author"), find("libraries.approver")
    first = Edition.objects.get().pdf_digest

    plan = perform(plan, Action.AMEND, by=job.by, at=NOW, comment="A wrong total")
    plan = perform(plan, Action.SUBMIT, by=author, at=NOW)
    plan = perform(plan, Action.APPROVE, by=director, at=NOW)
    perform(plan, Action.PUBLISH, by=job.by, at=NOW)
    assert run_job(plan.jobs.get(state=State.WAITING, kind=Job.Kind.PUBLISH).pk) == "done"

    second, kept = Edition.objects.order_by("-number")
    assert (second.number, second.correction, second.reason) == (2, 1, "A wrong total")
    assert (kept.number, kept.correction, kept.pdf_digest) == (1, 0, first)
    assert [c.number for c in codec.load_imprint(second.imprint).corrections] == [1]


@pytest.fixture
def undelivered() -> Iterator[None]:
    """Let messages lie with a broker that nobody listens to."""
    before = app.conf.task_always_eager, app.conf.broker_url
    app.conf.task_always_eager, app.conf.broker_url = False, "memory://"
    yield
    app.conf.task_always_eager, app.conf.broker_url = before


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_job_delivered_five_times_gives_one_edition(
    shared_database: dict[str, str], undelivered: None, capsys: pytest.CaptureFixture[str]
) -> None:
    job = publish(approved_plan())
    answers: list[str] = []

    def deliver() -> None:
        answers.append(run_job(job.pk))
        connections.close_all()

    workers = [threading.Thread(target=deliver) for _ in range(5)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()

    with capsys.disabled():
        count = Edition.objects.count()
        sys.stdout.write(f"\n{count} edition of 5 deliveries, {connection.vendor}\n")
    assert sorted(answers) == ["done", *["not free"] * 4]
    assert Edition.objects.count() == 1
    assert Plan.objects.get().state == Plan.State.PUBLISHED
    assert Plan.objects.get().events.filter(action="published").count() == 1


WORKER = "import django; django.setup(); from plans.tasks import run_job; print(run_job({}))"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_worker_killed_half_way_leaves_nothing_half_published(
    shared_database: dict[str, str], undelivered: None
) -> None:
    job = publish(approved_plan())
    with worker(job, shared_database) as process:
        wait_until_printing(job)
        os.killpg(process.pid, signal.SIGKILL)

    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.RUNNING, 1)
    assert Edition.objects.count() == 0
    assert Plan.objects.get().state == Plan.State.APPROVED
    assert run_job(job.pk) == "not free"

    after_the_lease = job.lease_until + timedelta(seconds=1)
    Job.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    queued: list[int] = []
    sweep(at=after_the_lease, queue=queued.append)

    assert job.pk in queued
    assert run_job(job.pk) == "done"
    assert Edition.objects.get().number == 1
    assert Plan.objects.get().state == Plan.State.PUBLISHED


def worker(job: Job, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """Start a worker process of its own that does this job."""
    command = [sys.executable, "-c", WORKER.format(job.pk)]
    env = {**env, "DJANGO_SETTINGS_MODULE": "config.settings"}
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    return subprocess.Popen(command, cwd=ROOT, env=env, start_new_session=True, **quiet)


def wait_until_printing(job: Job) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if Job.objects.filter(pk=job.pk, progress_done__gte=1, state=State.RUNNING).exists():
            return
        time.sleep(0.02)
    pytest.fail("the worker never began to print")
