"""Every form of the working copy or a version, made for whoever asks, as a job."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.formats import FORMATS
from plans.access import get_draft, get_version, person
from plans.models import Job, Plan, Version
from plans.services.jobs import add_job
from plans.services.prints import kept_since
from plans.tasks import queue
from plans.views.editions import HINTS, OFFERED
from plans.views.plans import plan_context

MADE_SHOWN = 12  # every form twice, so that making one does not push another off the list


@require_safe
def plan_download(request: HttpRequest, pk: int) -> HttpResponse:
    """The working copy in every form."""
    return _show(request, get_draft(request, pk))


@require_safe
def version_download(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version in every form."""
    version = get_version(request, pk, number)
    return _show(request, version.plan, version)


def _show(request: HttpRequest, plan: Plan, version: Version | None = None) -> HttpResponse:
    made = Job.objects.filter(
        plan=plan,
        version=version,
        by=person(request),
        kind=Job.Kind.PRINT,
        state=Job.State.DONE,
        finished_at__gte=kept_since(timezone.now()),
    ).exclude(detail__has_any_keys=["compare", "annex"])
    context: dict[str, Any] = {
        **plan_context(plan, request),
        "version": version,
        "forms": [(fmt, FORMATS[fmt].name, HINTS[fmt]) for fmt in OFFERED],
        "made": [(job, FORMATS[form_of(job)].name) for job in made[:MADE_SHOWN]],
        "edition": plan.editions.first(),
        "days": settings.PRINTS_DAYS,
    }
    return render(request, "plans/download.html", context)


@require_POST
def plan_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for one form of the working copy, and go to the page that shows its progress."""
    return start_print(request, get_draft(request, pk))


@require_POST
def version_print(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Ask for one form of a version."""
    version = get_version(request, pk, number)
    return start_print(request, version.plan, version)


def start_print(
    request: HttpRequest,
    plan: Plan,
    version: Version | None = None,
    *,
    fmt: str | None = None,
    instead: Mapping[str, Any] | None = None,
) -> HttpResponse:
    """Write the job and queue it, in one transaction; the form asked for, a PDF if none is.

    `instead`: what is to be printed instead of the plan: {"compare": what `redlining.describe_job`
    says of a comparison}, or {"annex": what `annex.describe_annex` says}.
    """
    wanted = fmt or request.POST.get("format", "pdf")
    if wanted not in FORMATS:
        return render(request, "400.html", status=400)
    with transaction.atomic():
        job = add_job(
            Job.Kind.PRINT,
            by=person(request),
            at=timezone.now(),
            plan=plan,
            version=version,
            detail={"format": wanted, **(instead or {})},
        )
        queue([job])
    return redirect("plans:job", plan.pk, job.pk)


def printed_instead(job: Job) -> dict[str, Any]:
    """Return what a printing prints instead of the plan, as `start_print` takes it."""
    return {name: job.detail[name] for name in ("compare", "annex") if name in job.detail}


def form_of(job: Job) -> str:
    """Return the format that a printing makes; the first ones named none, and made a PDF."""
    fmt: str = job.detail.get("format", "pdf")
    return fmt
