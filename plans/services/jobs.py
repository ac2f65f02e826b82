"""Slow work as rows: who may work on a job, how far it is, and how it ended.

A worker takes a job by a conditional UPDATE that raises its token; every later write names the
token, so that a worker whose lease ran out, and whose job another took up, changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from accounts.models import User
from plans.models import Event, Job, Plan, Version

LEASE = timedelta(minutes=3)
ATTEMPTS = 4
UNSENT_AFTER = timedelta(seconds=20)


class Fenced(Exception):
    """Another worker has taken the job up since; this one must stop and write nothing."""


def add_job(
    kind: Job.Kind,
    *,
    by: User,
    at: datetime,
    plan: Plan | None = None,
    version: Version | None = None,
    detail: dict[str, Any] | None = None,
) -> Job:
    """Write the row; queueing it is the caller's `tasks.queue`."""
    return Job.objects.create(
        kind=kind, plan=plan, version=version, by=by, detail=detail or {}, created_at=at
    )


def take_job(pk: int, *, at: datetime) -> Job | None:
    """Return the job if it is this worker's to do now, else None: done, or in other hands."""
    free = Q(state=Job.State.WAITING) | Q(state=Job.State.RUNNING, lease_until__lt=at)
    taken = Job.objects.filter(free, pk=pk, attempts__lt=ATTEMPTS).update(
        state=Job.State.RUNNING,
        token=F("token") + 1,
        attempts=F("attempts") + 1,
        lease_until=at + LEASE,
    )
    return Job.objects.select_related("plan", "version", "by").get(pk=pk) if taken else None


def show_progress(job: Job, done: int, of: int) -> None:
    """Say how far the job is, and renew its lease.

    :raises Fenced: if the job is no longer this worker's.
    """
    held = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    lease = timezone.now() + LEASE
    if not held.update(lease_until=lease, progress_done=done, progress_of=of):
        raise Fenced(str(job))


def finish_job(job: Job, *, at: datetime, **detail: Any) -> None:
    """Mark the job done, inside the transaction that stores its outcome.

    :raises Fenced: if the job is no longer this worker's; the transaction must roll back.
    """
    held = Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING)
    values = {"state": Job.State.DONE, "finished_at": at, "lease_until": None, "error": ""}
    if not held.update(detail={**job.detail, **detail}, **values):
        raise Fenced(str(job))


def fail_job(job: Job, message: str, *, at: datetime, again: bool) -> None:
    """Note a failure; the job waits for another attempt if `again` and some are left."""
    retry = again and job.attempts < ATTEMPTS
    state = Job.State.WAITING if retry else Job.State.FAILED
    finished_at = None if retry else at
    Job.objects.filter(pk=job.pk, token=job.token, state=Job.State.RUNNING).update(
        state=state, error=message, finished_at=finished_at, lease_until=None
    )


@transaction.atomic
def cancel_job(job: Job, *, by: User, at: datetime) -> bool:
    """End a job that waits or runs; its worker learns of it at its next step, and writes nothing.

    Returns whether it was still to be ended.
    """
    active = Job.objects.filter(pk=job.pk, state__in=[Job.State.WAITING, Job.State.RUNNING])
    values = {"state": Job.State.CANCELLED, "finished_at": at, "lease_until": None}
    if not active.update(**values):
        return False
    if job.kind == Job.Kind.PUBLISH:
        Event.objects.create(plan=job.plan, action="publishing_cancelled", by=by, at=at)
    return True


def sweep(*, at: datetime, queue: Callable[[int], None]) -> int:
    """Queue again what was never taken or was dropped; give up what used all attempts.

    Returns how many were queued.
    """
    dropped = Q(state=Job.State.RUNNING, lease_until__lt=at)
    is_quiet = Q(lease_until__isnull=True) | Q(lease_until__lt=at)
    unsent = Q(state=Job.State.WAITING, created_at__lt=at - UNSENT_AFTER) & is_quiet
    Job.objects.filter(dropped, attempts__gte=ATTEMPTS).update(
        state=Job.State.FAILED, finished_at=at, error="The work stopped several times half-way."
    )
    waiting = list(Job.objects.filter(dropped | unsent).values_list("pk", flat=True))
    # A job that waits behind a busy worker is sent again only when its message may be lost.
    Job.objects.filter(unsent, pk__in=waiting).update(lease_until=at + LEASE)
    for pk in waiting:
        queue(pk)
    return len(waiting)
