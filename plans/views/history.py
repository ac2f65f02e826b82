"""What happened to a plan."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.access import get_draft
from plans.views.happenings import show_events
from plans.views.plans import plan_context


@require_safe
def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to the plan, newest first."""
    plan = get_draft(request, pk)
    page = Paginator(plan.events.select_related("by", "section"), 50).get_page(
        request.GET.get("page")
    )
    context = {
        **plan_context(plan, request),
        "page": page,
        "happenings": show_events(page.object_list),
    }
    return render(request, "plans/plan_history.html", context)
