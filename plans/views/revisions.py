"""A section's saves: who, when, what changed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from plans.access import get_section
from plans.editor import (
    Place,
    find_place,
    section_grid,
    show_in_words,
)
from plans.grid import Grid
from plans.merge import ORDER
from plans.planfile import plan_facts, read_head, section_object
from plans.views.sections import section_context

SHOWN_CHANGES = 40


@require_safe
def section_revisions(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Who saved the section when, and what changed."""
    section = get_section(request, pk, section_pk)
    page = Paginator(section.revisions.select_related("by"), 25).get_page(request.GET.get("page"))
    now = section_object(section)
    grid = section_grid(now, plan_facts(read_head(section.plan)))
    for revision in page.object_list:
        shown = revision.patch[:SHOWN_CHANGES] if revision.number > 1 else ()
        revision.lines = [show_change(change, now, grid) for change in shown]
        revision.more = len(revision.patch) - SHOWN_CHANGES
    context = {**section_context(section, request), "page": page}
    return render(request, "plans/section_revisions.html", context)


def show_change(
    change: Mapping[str, Any], now: Mapping[str, Any], grid: Grid
) -> dict[str, str | Place]:
    """Return one change of a patch in words: where, from what, to what, or what else was done."""
    place = find_place(change["path"], grid, (now,))
    if change["path"][-1] == ORDER:
        return {"place": place, "done": "moved"}
    if "old" not in change:
        return {"place": place, "done": "added", "new": show_in_words(change["new"], place)}
    if "new" not in change:
        return {"place": place, "done": "removed", "old": show_in_words(change["old"], place)}
    old, new = (show_in_words(change[side], place) for side in ("old", "new"))
    return {"place": place, "done": "changed", "old": old, "new": new}
