"""One section: read, renamed, and said how far it is."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents.formats import fragment
from plans.access import get_section, get_section_to_write, person
from plans.content import Faults
from plans.forms import TitleForm
from plans.models import FormatSection, Section
from plans.permissions import can_write, is_open
from plans.registry import get_kind
from plans.services import (
    NotOpen,
    printable_section,
    rename_section,
    set_status,
)
from plans.services.presence import others_present
from plans.services.threads import open_places
from plans.views.lists import form_status
from plans.views.plans import Entry, list_entries, picture_address, plan_context


def section_context(section: Section, request: HttpRequest) -> dict[str, Any]:
    """Return what every page of a section shows around it: contents, neighbours, guidance."""
    entries = list_entries(section.plan, request)
    index = next(i for i, entry in enumerate(entries) if entry.section.pk == section.pk)
    return {
        **plan_context(section.plan, request, entries=entries),
        "section": section,
        "entry": entries[index],
        "entries": entries,
        "previous": entries[index - 1].section if index else None,
        "next": entries[index + 1].section if index + 1 < len(entries) else None,
        "previous_to_write": _first_to_write(reversed(entries[:index])),
        "next_to_write": _first_to_write(entries[index + 1 :]),
        **help_with(section),
        "may_write": can_write(person(request), section) and is_open(section.plan),
        "kind": get_kind(section.kind),
        "comments_url": reverse("plans:comments", args=[section.plan_id, section.pk]),
        "open_comments": entries[index].comments,
        "comment_places": lambda: json.dumps(open_places(section)),  # asked for by editors alone
    }


def _first_to_write(entries: Iterable[Entry]) -> Section | None:
    return next((entry.section for entry in entries if entry.may_write), None)


def help_with(section: Section) -> dict[str, Any]:
    """Return what the plan's format says of a section: guidance, words expected, an example."""
    guidance = guidance_for(section)
    own = guidance if guidance and guidance.key == section.key else None
    return {
        "guidance": guidance,
        "words": own.words if own else None,
        "example": bool(own and own.example),
    }


def guidance_for(section: Section) -> FormatSection | None:
    """Return what the plan's format says of this section, or of the one it sits under."""
    if section.plan.format_id is None:
        return None
    keys = [section.key] + ([section.parent.key] if section.parent else [])
    found = {
        s.key: s for s in FormatSection.objects.filter(format=section.plan.format_id, key__in=keys)
    }
    return next((found[key] for key in keys if key in found), None)


@require_safe
def section_detail(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Read one section as it prints."""
    section = get_section(request, pk, section_pk)
    part = printable_section(section)
    context = section_context(section, request)
    pages = {e.section.key: e.section.get_absolute_url() for e in context["entries"]}
    blocks = fragment(
        part, first_level=1, link=pages.get, show_picture=picture_address(section.plan)
    )
    context |= {
        "document": blocks,
        "is_empty": not section.title and not part.blocks,
        "present": others_present(section, but=person(request), at=timezone.now()),
        "revisions": section.revisions.select_related("by")[:5],
        "statuses": Section.Status.choices,
    }
    return render(request, "plans/section_detail.html", context)


# --- title, status, revisions -------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def section_rename(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Change a section's title."""
    section = get_section_to_write(request, pk, section_pk)
    form = TitleForm(request.POST or None, initial={"title": section.title})
    if request.method == "POST" and form.is_valid():
        try:
            rename_section(
                section, title=form.cleaned_data["title"], by=person(request), at=timezone.now()
            )
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
        except Faults as found:
            form.add_error("title", found.faults[0].message)
            return _show_rename(request, section, form)
        else:
            messages.success(request, "Saved the title.")
        return redirect("plans:structure", section.plan_id)
    return _show_rename(request, section, form)


def _show_rename(request: HttpRequest, section: Section, form: TitleForm) -> HttpResponse:
    context = {**plan_context(section.plan, request), "section": section, "form": form}
    return render(request, "plans/section_rename.html", context, status=form_status(form))


@require_POST
def section_status(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Say how far the section is."""
    section = get_section_to_write(request, pk, section_pk)
    status = request.POST.get("status", "")
    if status not in Section.Status.values:
        return render(request, "400.html", status=400)
    try:
        set_status(section, Section.Status(status), by=person(request), at=timezone.now())
    except NotOpen:
        messages.error(request, "The plan is not a draft any more.")
    else:
        messages.success(request, f"“{section}” is now: {Section.Status(status).label}.")
    return redirect(section)
