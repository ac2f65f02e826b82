"""Slow work as its asker sees it: how far it is, what it made, ending it, trying again."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.formats import FORMATS
from plans.access import get_job, get_job_to_cancel, person
from plans.models import Job
from plans.permissions import can_cancel
from plans.services.jobs import cancel_job
from plans.services.prints import kept_print, open_print
from plans.views.downloads import form_of, printed_instead, start_print
from plans.views.editions import form_name
from plans.views.plans import file_stem, plan_context


@require_safe
def job_detail(request: HttpRequest, pk: int, job_pk: int) -> HttpResponse:
    """How far a printing is; the page asks again by itself until it has ended."""
    return _show(request, get_job(request, pk, job_pk))


def _show(request: HttpRequest, job: Job, *, status: int = 200) -> HttpResponse:
    edition = job.plan.editions.filter(version=job.version_id).first() if job.version_id else None
    active = job.state in (Job.State.WAITING, Job.State.RUNNING)
    may_cancel = active and can_cancel(person(request), job)
    context = {
        **plan_context(job.plan, request),
        "job": job,
        "edition": edition,
        "active": active,
        "may_cancel": may_cancel,
        "is_kept": bool(kept_print(job)),
        "days": settings.PRINTS_DAYS,
        "form_name": FORMATS[form_of(job)].name,
        "follows": "HX-Request" in request.headers,
    }
    template = "plans/_job.html" if context["follows"] else "plans/job_detail.html"
    return render(request, template, context, status=status)


@require_safe
def job_file(request: HttpRequest, pk: int, job_pk: int) -> HttpResponseBase:
    """What a printing of a draft or version made; once it is no longer kept, how to have it made
    again."""
    job = get_job(request, pk, job_pk)
    if job.kind != Job.Kind.PRINT or job.state != Job.State.DONE:
        raise Http404
    file = open_print(job)
    if file is None:
        return _show(request, job, status=410)
    fmt = form_of(job)
    return FileResponse(
        file,
        as_attachment=True,
        filename=form_name(_stem_of(job), fmt),
        content_type=FORMATS[fmt].content_type,
    )


def _stem_of(job: Job) -> str:
    if "compare" in job.detail:
        return str(job.detail["compare"]["file"])
    what = f"version-{job.version.number}" if job.version else "draft"
    return f"{file_stem(job.plan)}-{what}{'-findings' if 'annex' in job.detail else ''}"


@require_POST
def job_cancel(request: HttpRequest, pk: int, job_pk: int) -> HttpResponse:
    """End a printing or a publishing that has not ended."""
    job = get_job_to_cancel(request, pk, job_pk)
    if not cancel_job(job, by=person(request), at=timezone.now()):
        messages.error(request, "It had ended already.")
    return redirect("plans:job", pk, job.pk)


@require_POST
def job_retry(request: HttpRequest, pk: int, job_pk: int) -> HttpResponse:
    """Ask once more for a printing that failed, was cancelled or is no longer kept."""
    job = get_job(request, pk, job_pk)
    active = job.state in (Job.State.WAITING, Job.State.RUNNING)
    if job.kind != Job.Kind.PRINT or active or kept_print(job):
        messages.error(request, "There is nothing to try again.")
        return redirect("plans:job", pk, job.pk)
    instead = printed_instead(job)
    return start_print(request, job.plan, job.version, fmt=form_of(job), instead=instead)
