"""Celery tasks: they carry a job's id, take the row, make one call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from celery import Task, shared_task
from django.db import transaction
from django.utils import timezone

from documents.formats import PrintFailed
from plans.models import Job, Section
from plans.services.jobs import Fenced, fail_job, sweep, take_job
from plans.services.mail import send_mail
from plans.services.notices import people_to_tell, post_digest
from plans.services.prints import clear_prints
from plans.services.publishing import print_draft, print_edition
from plans.services.saving import needs_snapshot
from plans.services.snapshots import keep_snapshots

logger = logging.getLogger(__name__)

WORK: dict[str, Callable[[Job], Any]] = {
    Job.Kind.PUBLISH: print_edition,
    Job.Kind.PRINT: print_draft,
    Job.Kind.MAIL: send_mail,
}


def queue(jobs: Iterable[Job]) -> None:
    """Send the jobs' ids to a worker once the present transaction is committed."""
    for job in jobs:
        transaction.on_commit(partial(_tell, run_job, job.pk))


def queue_snapshot(section: Section, *, revision: int) -> None:
    """Let a worker keep the state that `revision` left, if one is due there."""
    if needs_snapshot(revision):
        transaction.on_commit(partial(_tell, keep_section_snapshots, section.pk))


def _tell(task: Task, pk: int) -> None:
    """Tell a worker; a broker that is away is no loss, since `sweep_jobs` finds the job's row, and
    the next snapshot makes good those before it."""
    try:
        task.delay(pk)
    except (OSError, ConnectionError, task.OperationalError):
        logger.exception("The broker did not take %s of %s; it is taken up later", task.name, pk)


@shared_task
def run_job(pk: int) -> str:
    """Do one job if it is free to be done; returns how it ended, for the log."""
    job = take_job(pk, at=timezone.now())
    if job is None:
        return "not free"
    try:
        WORK[job.kind](job)
    except Fenced:
        return "fenced off"
    except PrintFailed as error:
        fail_job(job, str(error), at=timezone.now(), again=False)
        return "failed"
    except Exception:
        logger.exception("Job %s failed in attempt %s", job.pk, job.attempts)
        fail_job(job, "Something went wrong on our side.", at=timezone.now(), again=True)
        return "failed"
    return "done"


@shared_task
def send_digests() -> int:
    """Post the day's mail about comments to everybody who wants one; run by the scheduler every
    morning. Returns how many were posted."""
    return post_digests(at=timezone.now())


def post_digests(*, at: datetime) -> int:
    """Post and queue each person's mail in a transaction of its own; return how many."""
    posted = 0
    for user in people_to_tell():
        with transaction.atomic():
            job = post_digest(user, at=at)
            queue([job] if job else [])
        posted += job is not None
    return posted


@shared_task
def keep_section_snapshots(pk: int) -> int:
    """Keep the states of a section that are due; returns how many."""
    section = Section.objects.filter(pk=pk).first()
    return keep_snapshots(section) if section else 0


@shared_task
def sweep_jobs() -> int:
    """Take up what a worker dropped or never got; run by the scheduler every 30 seconds."""
    return sweep(at=timezone.now(), queue=partial(_tell, run_job))


@shared_task
def clear_old_prints() -> int:
    """Delete files made for somebody a while ago; run by the scheduler every hour. Returns how
    many."""
    return clear_prints(at=timezone.now())
