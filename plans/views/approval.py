"""Submitting, deciding and publishing; versions, editions and the jobs that print them."""

from __future__ import annotations

from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.models import User
from documents.blocks import Document
from documents.redline import summarise
from plans import workflow
from plans.access import (
    get_draft,
    get_plan_to_act_on,
    get_version,
    person,
)
from plans.forms import ApproveForm, ReasonForm, ReturnForm
from plans.models import Decision, Job, Plan, Version
from plans.services import version_document
from plans.services.redlining import kinds_by_key, list_sides, tell_summary, version_seen
from plans.views.comments import plan_threads
from plans.views.lists import form_status, read_number
from plans.views.plans import (
    file_response,
    file_stem,
    plan_context,
    show_document,
)
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
    findings: Any = ()
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
        except workflow.HasErrors as stopped:
            findings = stopped.findings
        else:
            return _after(request, plan, wanted)
    context = {
        **plan_context(plan, request),
        "form": form,
        "action": wanted,
        "public_editions": settings.PUBLIC_EDITIONS,
        "title": title,
        "button": button,
        "findings": findings,
        "unready": plan.sections.present().exclude(status="ready")
        if wanted == Action.SUBMIT
        else (),
        "allowed": wanted in workflow.allowed_actions(plan, person(request)),
        "section_by_key": dict(plan.sections.present().values_list("key", "pk")),
    }
    status = 422 if findings else form_status(form)
    return render(request, "plans/plan_action.html", context, status=status)


def _after(request: HttpRequest, plan: Plan, action: Action) -> HttpResponse:
    if action == Action.PUBLISH:
        job = plan.jobs.filter(kind=Job.Kind.PUBLISH).first()
        return redirect("plans:job", plan.pk, job.pk) if job else redirect(plan)
    messages.success(request, DONE[action])
    return redirect("plans:list" if action == Action.ARCHIVE else plan)


# --- review -------------------------------------------------------------------------------------


@require_safe
def plan_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What the approver decides on: the frozen version, whole, with the two answers beside it."""
    plan = get_draft(request, pk)
    version = plan.versions.select_related("submitted_by").first()
    if version is None:
        raise Http404
    return _show_review(request, plan, version)


def _show_review(
    request: HttpRequest,
    plan: Plan,
    version: Version,
    *,
    approve: ApproveForm | None = None,
    send_back: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    version.plan = plan
    previous = version_seen(version, by=person(request))
    document = version_document(version)
    context = {
        **plan_context(plan, request),
        "version": version,
        "previous": previous,
        "returned": previous.decisions.filter(outcome=Decision.Outcome.RETURNED).last()
        if previous
        else None,
        **_show_changes(plan, previous, document),
        "has_last_year": partial(_has_last_year, plan, person(request)),  # of a first version
        "approve": approve or ApproveForm(),
        "send_back": send_back or ReturnForm(sections=list(plan.sections.present())),
        "may_decide": Action.APPROVE in workflow.allowed_actions(plan, person(request)),
        "decisions": list_decisions(plan),
        "steps": show_steps(plan, version),
        **plan_threads(request, plan),
        **show_document(document, version.plan),
    }
    return render(request, "plans/plan_review.html", context, status=status)


def list_decisions(plan: Plan) -> QuerySet[Decision]:
    """Return every decision on the plan with its version, that version's long texts left out."""
    decisions = Decision.objects.filter(version__plan=plan).select_related("version")
    return decisions.defer("version__plan_file", "version__tree")


def _show_changes(plan: Plan, before: Version | None, document: Document) -> dict[str, Any]:
    """Return what changed since the version before, in brief; nothing for the first version."""
    if before is None:
        return {}
    summary = summarise(version_document(before), document)
    return {"summary": summary, "told": tell_summary(summary, kinds_by_key([plan]))}


def _has_last_year(plan: Plan, user: User) -> bool:
    """Return whether the person may compare the plan with an earlier year's."""
    return any(side.year and side.year < plan.year for side in list_sides(plan, by=user))


def show_steps(plan: Plan, version: Version) -> list[dict[str, Any]]:
    """Return the approval steps with who decided what at each."""
    decided = {d.step: d for d in version.decisions.filter(outcome=Decision.Outcome.APPROVED)}
    waiting = plan.step if plan.state == Plan.State.IN_REVIEW else None
    return [
        {"title": step["title"], "decision": decided.get(i), "is_current": i == waiting}
        for i, step in enumerate(plan.approval_steps)
    ]


@require_POST
def plan_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the version that the page showed."""
    plan = get_plan_to_act_on(request, pk, Action.APPROVE)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _show_again(request, plan, approve=form)
    return _decide(request, plan, Action.APPROVE, **form.cleaned_data)


@require_POST
def plan_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the version that the page showed, with reasons."""
    plan = get_plan_to_act_on(request, pk, Action.RETURN)
    form = ReturnForm(request.POST, sections=list(plan.sections.present()))
    if not form.is_valid():
        return _show_again(request, plan, send_back=form)
    reasons = form.reasons()
    return _decide(
        request, plan, Action.RETURN, comment=form.cleaned_data["comment"], sections=reasons
    )


def _show_again(request: HttpRequest, plan: Plan, **forms: Any) -> HttpResponse:
    version = plan.versions.select_related("submitted_by").first()
    if version is None:
        raise Http404
    return _show_review(request, plan, version, status=422, **forms)


def _decide(request: HttpRequest, plan: Plan, action: Action, **words: Any) -> HttpResponse:
    number = read_number(request.POST.get("version", ""))
    if number is None:
        return render(request, "400.html", status=400)
    try:
        plan = workflow.perform(
            plan, action, by=person(request), at=timezone.now(), version=number, **words
        )
    except workflow.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("plans:review", plan.pk)
    messages.success(
        request,
        "Returned. The authors have been told, with your reasons."
        if action == Action.RETURN
        else _tell_approved(plan),
    )
    return redirect(plan)


def _tell_approved(plan: Plan) -> str:
    """Return what the plan waits for after an approval."""
    step = workflow.current_step(plan)
    if step:
        return f"Approved. The plan now waits for the {step['title']}."
    return "Approved in every step. The plan can now be published."


# --- versions and editions ----------------------------------------------------------------------


@require_safe
def version_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version that was submitted, what was decided on it, and the editions."""
    plan = get_draft(request, pk)
    versions = plan.versions.select_related("submitted_by", "edition").prefetch_related("decisions")
    light = versions.defer("plan_file", "tree")
    context = {**plan_context(plan, request), "versions": light}
    return render(request, "plans/version_list.html", context)


@require_safe
def version_detail(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Read one version as it was submitted."""
    version = get_version(request, pk, number)
    context = {
        **plan_context(version.plan, request),
        "version": version,
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
