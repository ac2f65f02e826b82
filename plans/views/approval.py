"""Submitting, withdrawing, publishing and what else is asked before it is done; the versions."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from plans import workflow
from plans.access import (
    get_draft,
    get_plan_to_act_on,
    get_version,
    person,
)
from plans.forms import ReasonForm
from plans.models import Job, Plan, Version
from plans.permissions import is_open
from plans.services import version_document
from plans.services.tallies import Tally, count_rows
from plans.views.lists import form_status
from plans.views.plans import (
    file_response,
    file_stem,
    plan_context,
    show_document,
)
from plans.views.submitting import look_ahead
from plans.workflow import Action

CONFIRMED = {
    Action.SUBMIT: ("Submit the plan for review", "Submit for review", "A note for the approver"),
    Action.WITHDRAW: ("Withdraw the plan from review", "Withdraw", "Why it is withdrawn"),
    Action.PUBLISH: ("Publish the plan", "Publish", "A note for the record"),
    Action.AMEND: (
        "Open the plan for a correction",
        "Open for a correction",
        "What has to be corrected",
    ),
    Action.SUPERSEDE: ("Mark the plan as superseded", "Mark as superseded", "What replaces it"),
    Action.ARCHIVE: ("Archive this draft", "Archive", "Why it is archived"),
}
DONE = {
    Action.SUBMIT: "Submitted. Those who decide next have been told by e-mail.",
    Action.WITHDRAW: "Withdrawn. The plan is a draft again.",
    Action.AMEND: "The plan is a draft again. The published edition stays until it is replaced.",
    Action.SUPERSEDE: "Marked as superseded.",
    Action.ARCHIVE: "Archived. It is listed under the state “Archived”.",
}


@require_http_methods(["GET", "HEAD", "POST"])
def plan_action(request: HttpRequest, pk: int, action: str) -> HttpResponse:
    """Ask before an action, then take it."""
    if action not in CONFIRMED:
        raise Http404
    wanted = Action(action)
    plan = get_plan_to_act_on(request, pk, wanted)
    title, button, label = CONFIRMED[wanted]
    required = workflow.TRANSITIONS[wanted].needs_reason
    form = ReasonForm(request.POST or None, label=label, required=required)
    is_stopped = False
    if request.method == "POST" and form.is_valid():
        try:
            workflow.perform(
                plan,
                wanted,
                by=person(request),
                at=timezone.now(),
                comment=form.cleaned_data["comment"],
            )
        except workflow.NotAllowed as refused:
            messages.error(request, str(refused))
            return redirect(plan)
        except workflow.HasErrors:
            is_stopped = True
        else:
            return _after(request, plan, wanted)
    context = {
        **plan_context(plan, request),
        "form": form,
        "action": wanted,
        "public_editions": settings.PUBLIC_EDITIONS,
        "title": title,
        "button": button,
        "allowed": wanted in workflow.allowed_actions(plan, person(request)),
        "outlook": look_ahead(plan, request) if wanted == Action.SUBMIT and is_open(plan) else None,
    }
    status = 422 if is_stopped else form_status(form)
    return render(request, "plans/plan_action.html", context, status=status)


def _after(request: HttpRequest, plan: Plan, action: Action) -> HttpResponse:
    if action == Action.PUBLISH:
        job = plan.jobs.filter(kind=Job.Kind.PUBLISH).first()
        return redirect("plans:job", plan.pk, job.pk) if job else redirect(plan)
    messages.success(request, DONE[action])
    return redirect("plans:list" if action == Action.ARCHIVE else plan)


# --- versions and editions ----------------------------------------------------------------------


@require_safe
def version_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was submitted, what was decided on it, and the editions."""
    plan = get_draft(request, pk)
    versions = plan.versions.select_related("submitted_by", "edition").prefetch_related("decisions")
    light = list(versions.defer("plan_file", "tree"))
    tallies = {each.pk: find_tally(each) for each in light}
    context = {**plan_context(plan, request), "versions": light, "tallies": tallies}
    return render(request, "plans/version_list.html", context)


def find_tally(version: Version) -> Tally | None:
    """Return how much was found in a version; None where that was not recorded."""
    return None if version.findings is None else count_rows(version.findings)


@require_safe
def version_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Read one version as it was submitted."""
    version = get_version(request, pk, number)
    context = {
        **plan_context(version.plan, request),
        "version": version,
        "tally": find_tally(version),
        "decisions": version.decisions.all(),
        **show_document(version_document(version), version.plan),
    }
    return render(request, "plans/version_detail.html", context)


@require_safe
def version_data(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """A version's plan file, byte for byte as it was hashed."""
    version = get_version(request, pk, number)
    name = f"{file_stem(version.plan)}-version-{number}.json"
    return file_response(version.plan_file.encode(), "application/json", name)
