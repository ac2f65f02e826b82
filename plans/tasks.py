"""Celery tasks: they carry a job's id, take the row, make one call."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import datetime
from functools import partial
from typing import Any

from celery import shared_task
from django.db import transaction
from django.utils import timezone

from documents.formats import PrintFailed
from plans.models import Job
from plans.services.comments import people_to_tell, post_digest
from plans.services.jobs import Fenced, fail_job, sweep, take_job
from plans.services.mail import send_mail
from plans.services.publishing import print_draft, print_edition

logger = logging.getLogger(__name__)

WORK: dict[str, Callable[[Job], Any]] = {
    Job.Kind.PUBLISH: print_edition,
    Job.Kind.PRINT: print_draft,
    Job.Kind.MAIL: send_mail,
}


def queue(jobs: Iterable[Job]) -> None:
    """Send the jobs' ids to a worker once the present transaction is committed."""
    for job in jobs:
        transaction.on_commit(partial(_send, job.pk))


def _send(pk: int) -> None:
    """Tell a worker; a broker that is away is no loss, since `sweep_jobs` finds the row."""
    try:
        run_job.delay(pk)
    except (OSError, ConnectionError, run_job.OperationalError):
        logger.exception("The broker did not take job %s; the sweep will", pk)


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
def sweep_jobs() -> int:
    """Take up what a worker dropped or never got; run by the scheduler every 30 seconds."""
    return sweep(at=timezone.now(), queue=_send)
