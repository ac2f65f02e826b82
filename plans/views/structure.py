"""The shape of a plan: its sections' order and nesting, who writes them by when."""

from __future__ import annotations

from django.contrib import messages
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.access import get_draft, get_plan_to_manage, person
from plans.content import Faults
from plans.forms import AddSectionForm, AssignForm, DueDateForm
from plans.models import Plan, Section
from plans.permissions import is_open
from plans.services import (
    CannotMove,
    NotOpen,
    add_section,
    assign_section,
    bring_back,
    move_section,
    remove_section,
    set_due_date,
)
from plans.views.lists import form_status
from plans.views.plans import list_entries, plan_context

# --- people and dates ----------------------------------------------------------------------------


@require_safe
def plan_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked for each section, and by when."""
    plan = get_draft(request, pk)
    entries = list_entries(plan, request)
    context = {**plan_context(plan, request, entries=entries), "entries": entries}
    return render(request, "plans/plan_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by when the whole draft is due."""
    plan = get_plan_to_manage(request, pk)
    form = DueDateForm(request.POST or None, initial={"due_on": plan.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            due_on = form.cleaned_data["due_on"]
            set_due_date(plan, due_on, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
        else:
            messages.success(request, "Saved when the draft is due.")
        return redirect("plans:people", plan.pk)
    context = {**plan_context(plan, request), "form": form}
    return render(request, "plans/plan_due.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def section_assign(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Choose the person and the due date of one section."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    initial = {name: getattr(section, name) for name in ("assigned_to", "due_on", "reserved")}
    form = AssignForm(request.POST or None, plan=plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            assign_section(section, **form.cleaned_data, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
        else:
            messages.success(request, f"Saved who is asked for “{section}”.")
        return redirect("plans:people", plan.pk)
    context = {**plan_context(plan, request), "form": form, "section": section}
    return render(request, "plans/section_assign.html", context, status=form_status(form))


def _present(plan: Plan, section_pk: int) -> Section:
    section = plan.sections.present().filter(pk=section_pk).first()
    if section is None:
        raise Http404
    section.plan = plan
    return section


# --- structure -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def plan_structure(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, name, order and nest the plan's sections; bring removed ones back."""
    plan = get_plan_to_manage(request, pk)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its sections stay as they are.")
        return redirect(plan)
    form = AddSectionForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            section = add_section(plan, **form.cleaned_data, by=person(request), at=timezone.now())
        except Faults as found:
            form.add_error(None, f"{found.faults[0].message}.")
        else:
            messages.success(request, f"Added “{section}”.")
            return redirect(reverse("plans:structure", args=[plan.pk]) + f"#section-{section.pk}")
    removed = plan.sections.filter(
        removed_at__isnull=False, parent__isnull=True
    ) | plan.sections.filter(removed_at__isnull=False, parent__removed_at__isnull=True)
    entries = list_entries(plan, request)
    context = {
        **plan_context(plan, request, entries=entries),
        "entries": entries,
        "form": form,
        "removed": removed.annotate(inner=Count("children")).order_by("-removed_at"),
    }
    return render(request, "plans/plan_structure.html", context, status=form_status(form))


@require_POST
def section_move(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Move a section one place, or one level."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    direction = request.POST.get("direction", "")
    if direction not in ("up", "down", "in", "out"):
        return render(request, "400.html", status=400)
    try:
        move_section(section, direction, by=person(request), at=timezone.now())
    except (CannotMove, NotOpen) as error:
        messages.error(request, f"It cannot move there: {error}.")
    return redirect(reverse("plans:structure", args=[plan.pk]) + f"#section-{section.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def section_remove(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take a section, and all under it, out of the plan, after asking."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    if request.method == "POST":
        try:
            removed = remove_section(section, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
            return redirect(plan)
        more = f" with {len(removed) - 1} under it" if len(removed) > 1 else ""
        messages.success(request, f"Removed “{section}”{more}. You can bring it back below.")
        return redirect("plans:structure", plan.pk)
    inner = plan.sections.present().filter(parent=section)
    context = {**plan_context(plan, request), "section": section, "inner": inner}
    return render(request, "plans/section_remove.html", context)


@require_POST
def section_bring_back(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Undo a removal."""
    plan = get_plan_to_manage(request, pk)
    section = plan.sections.filter(removed_at__isnull=False, pk=section_pk).first()
    if section is None:
        raise Http404
    section.plan = plan
    try:
        bring_back(section, by=person(request), at=timezone.now())
    except Faults as found:
        messages.error(request, found.faults[0].message)
    except NotOpen:
        messages.error(request, "The plan is not a draft any more.")
    else:
        messages.success(request, f"“{section}” is back.")
    return redirect("plans:structure", plan.pk)
