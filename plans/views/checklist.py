"""The checklist of a plan's format: who vouches for which line.

Each page works without JavaScript; asked for by htmx it answers with the list alone.
"""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from plans.access import get_draft, get_plan_to_manage, person
from plans.forms import TickForm
from plans.models import Plan
from plans.permissions import can_manage
from plans.services import NotOpen
from plans.services.checklist import LineGone, read_checklist, tick_line, untick_line
from plans.views.comments import is_fragment
from plans.views.plans import plan_context

LONG_NOTE = "A note has at most 500 characters, without control characters."
NOT_OPEN = "The plan is not a draft any more, so its checklist stays as it is."
GONE = "The format's checklist has changed meanwhile: this line is not in it any more."


@require_safe
def plan_checklist(request: HttpRequest, pk: int) -> HttpResponse:
    """The lines of the checklist, each with who ticked it."""
    return _show(request, get_draft(request, pk))


@require_POST
def checklist_tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Vouch for a line."""
    plan = get_plan_to_manage(request, pk)
    form = TickForm(request.POST)
    if not form.is_valid():
        return _show(request, plan, problem=GONE if "line" in form.errors else LONG_NOTE)
    digest, note = form.cleaned_data["line"], form.cleaned_data["note"]
    try:
        tick_line(plan, digest, note=note, by=person(request), at=timezone.now())
    except NotOpen:
        return _show(request, plan, problem=NOT_OPEN)
    except LineGone:
        return _show(request, plan, problem=GONE)
    return _after(request, plan, digest, "Ticked.")


@require_http_methods(["GET", "HEAD", "POST"])
def checklist_untick(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask before a tick is taken away, then take it."""
    plan = get_plan_to_manage(request, pk)
    digest = request.POST.get("line") or request.GET.get("line", "")
    if not plan.ticks.filter(digest=digest).exists():
        return redirect("plans:checklist", plan.pk)
    if request.method != "POST":
        return _show(request, plan, asks=digest)
    try:
        untick_line(plan, digest, by=person(request), at=timezone.now())
    except NotOpen:
        return _show(request, plan, problem=NOT_OPEN)
    return _after(request, plan, digest, "The tick has been taken away.")


def _after(request: HttpRequest, plan: Plan, digest: str, words: str) -> HttpResponse:
    if is_fragment(request):
        return _show(request, plan)
    messages.success(request, words)
    return redirect(reverse("plans:checklist", args=[plan.pk]) + f"#line-{digest[:12]}")


def _show(request: HttpRequest, plan: Plan, *, problem: str = "", asks: str = "") -> HttpResponse:
    """Show the list; `asks`: the digest of the tick that is to be taken away."""
    context = {
        "plan": plan,
        "checklist": read_checklist(plan),
        "may_tick": can_manage(person(request), plan),
        "problem": problem,
        "asks": asks,
    }
    status = 422 if problem else 200
    if is_fragment(request):
        return render(request, "plans/_checklist.html", {**context, "follows": True}, status=status)
    context |= plan_context(plan, request)
    return render(request, "plans/plan_checklist.html", context, status=status)
