"""Replacing sections of a draft by those of a plan file: as revisions, after a preview."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from plans.access import get_plan_to_manage, person
from plans.content import Faults
from plans.forms import PlanFileForm
from plans.merge import changes
from plans.models import Plan, Section
from plans.permissions import can_write, is_open
from plans.planfile import PlanData, SectionData, read_plan
from plans.services import Conflict, NotOpen, save_section
from plans.services.archives import read_upload, store_pictures
from plans.views.faults import say_faults
from plans.views.lists import form_status, seal, unseal
from plans.views.plans import plan_context


@dataclass(frozen=True, slots=True)
class Match:
    """A section of the file beside the plan's section of the same key, and what may happen."""

    data: SectionData
    section: Section | None
    change_count: int
    obstacle: str


@require_http_methods(["GET", "HEAD", "POST"])
def plan_replace(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose a plan file, look at what would change, then replace the chosen sections."""
    plan = get_plan_to_manage(request, pk)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its sections cannot be replaced.")
        return redirect(plan)
    if "confirm" in request.POST:
        return _replace(request, plan)
    form = PlanFileForm(request.POST or None, request.FILES or None)
    context = {**plan_context(plan, request), "form": form}
    if request.method != "POST" or not form.is_valid():
        return render(request, "plans/plan_replace.html", context, status=form_status(form))
    raw = form.cleaned_data["file"].read()
    try:
        upload = read_upload(raw, beside=objects_by_key(plan))
    except Faults as found:
        context["faults"] = say_faults(found.faults, raw)
        return render(request, "plans/plan_replace.html", context, status=422)
    matches = match_sections(request, plan, upload.plan)
    context |= {"matches": matches, "pictures": sorted(upload.pictures), "plan_file": seal(raw)}
    return render(request, "plans/plan_replace_preview.html", context)


def objects_by_key(plan: Plan) -> dict[str, dict[str, Any]]:
    """Return the section objects of the working copy by section key."""
    return {section.head.key: section.as_dict() for section in read_plan(plan).sections}


def match_sections(request: HttpRequest, plan: Plan, data: PlanData) -> list[Match]:
    """Return the file's sections in order, each beside the plan's own of that key."""
    objects = objects_by_key(plan)
    by_key = {section.key: section for section in plan.sections.present()}
    matches = []
    for item in data.sections:
        section = by_key.get(item.head.key)
        if section is None:
            matches.append(Match(item, None, 0, "the plan has no section of this key"))
            continue
        section.plan = plan
        found = changes(objects[section.key], item.as_dict())
        matches.append(Match(item, section, len(found), _obstacle(request, section, item)))
    return matches


def _obstacle(request: HttpRequest, section: Section, item: SectionData) -> str:
    if section.kind != item.head.kind:
        return f"it is another kind of section here ({section.kind})"
    if not can_write(person(request), section):
        return "it is reserved to somebody else"
    return ""


def _replace(request: HttpRequest, plan: Plan) -> HttpResponse:
    chosen = set(request.POST.getlist("section"))
    try:
        raw = unseal(request.POST.get("plan_file", ""))
        upload = read_upload(raw, beside=objects_by_key(plan))
    except (signing.BadSignature, Faults):
        messages.error(request, "The preview is too old or was changed. Choose the file again.")
        return redirect("plans:replace", plan.pk)
    matches = [
        match
        for match in match_sections(request, plan, upload.plan)
        if match.section and not match.obstacle and match.data.head.key in chosen
    ]
    try:
        with transaction.atomic():
            saved = [_replace_one(request, match) for match in matches]
            store_pictures(plan, upload.pictures, by=person(request), at=timezone.now())
    except Faults as found:
        sentences = "; ".join(say_faults(found.faults[:3], b""))
        messages.error(request, f"Nothing was replaced: {sentences}.")
        return redirect("plans:replace", plan.pk)
    except NotOpen:
        messages.error(request, "The plan is not a draft any more; nothing was replaced.")
        return redirect(plan)
    except Conflict:
        messages.error(
            request, "Somebody saved the same places meanwhile; nothing was replaced. Look again."
        )
        return redirect("plans:replace", plan.pk)
    count = sum(saved)
    if not count and not upload.pictures:
        messages.info(request, "You chose no section, so nothing was replaced.")
        return redirect("plans:replace", plan.pk)
    messages.success(
        request, f"Replaced {count} section{'' if count == 1 else 's'}, each as a revision."
    )
    return redirect(plan)


def _replace_one(request: HttpRequest, match: Match) -> bool:
    """Save the file's section over the plan's; returns whether anything changed."""
    section = match.section
    if section is None:
        return False
    saved = save_section(
        section,
        match.data.as_dict(),
        base_revision=section.revision,
        save_id=uuid4().hex,
        by=person(request),
        at=timezone.now(),
        ends_draft=False,
    )
    return bool(saved.changed)
