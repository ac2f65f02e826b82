"""What was found in one section: beside its editor, as marks of its cells, and as a page."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from plans.access import get_section, person
from plans.checks import Finding, Level
from plans.checks.paths import count_rows
from plans.editor import field_name
from plans.models import Section
from plans.permissions import can_write, is_open
from plans.services.findings import PlanFindings, find_in_plan
from plans.views.binding import find_bind_all
from plans.views.comments import is_fragment
from plans.views.findings import SIGNS, anchor_of, in_section, present, tone_in_draft
from plans.views.plans import say_found
from plans.views.sections import section_context

PANEL = "#help=findings"  # opens the tab beside the editor


@dataclass(frozen=True, slots=True)
class Listed:
    """A finding as a line above a form: its level, its sentence, and the id of its control."""

    level: str
    sign: str
    message: str
    anchor: str


@require_safe
def section_findings(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """What the checks find in a section as it is saved now.

    `?format=json` asks only how much, and which places are to be marked.
    """
    section = get_section(request, pk, section_pk)
    findings = find_in_section(section)
    if request.GET.get("format") == "json":
        return JsonResponse({"count": count_standing(findings), "marks": list_marks(findings)})
    back = _address(request, section)
    context = {
        "plan": section.plan,
        "section": section,
        "groups": present(findings, request, section.plan),
        "found": say_found(findings.found, lapsed=len(findings.lapsed)),
        "count": count_standing(findings),
        "marks": json.dumps(list_marks(findings)),
        "back": back,
        "bind_all": find_bind_all(
            section.plan,
            findings.found,
            lambda _: can_write(person(request), section),
            section=section.key,
            back=back,
        ),
    }
    if is_fragment(request):
        return render(request, "plans/_panel_findings.html", context)
    return render(
        request, "plans/section_findings.html", section_context(section, request) | context
    )


def find_in_section(section: Section) -> PlanFindings:
    """Return what the checks find in a section, the rest of its plan being as it is."""
    return in_section(find_in_plan(section.plan), section.key)


def _address(request: HttpRequest, section: Section) -> str:
    """Return where the section is written, with this tab if it is asked for from there; where it is
    read by those who may not write it."""
    if can_write(person(request), section) and is_open(section.plan):
        page = reverse("plans:section_edit", args=[section.plan_id, section.pk])
        return f"{page}{PANEL}" if is_fragment(request) else page
    return section.get_absolute_url()


def count_standing(findings: PlanFindings) -> int:
    """Return how many findings nobody waived, roundings aside."""
    return len(findings.standing(Level.ADVICE))


def list_marks(findings: PlanFindings) -> list[dict[str, Any]]:
    """Return the findings that stand at a place of a section, as its page marks them.

    `words`: what to look for in a text, "" for all of it, the `nth` time from 0 that it stands
    there. `id`: of the finding where it is listed.
    """
    return [_mark(each) for each in findings.standing(Level.ROUNDING) if each.path]


def _mark(finding: Finding) -> dict[str, Any]:
    binding = finding.binding
    return {
        "id": anchor_of(finding.fingerprint),
        "path": list(finding.path),
        "level": tone_in_draft(finding).word,
        "message": finding.message,
        "words": binding.words if binding else finding.stated,
        "nth": binding.nth if binding else 0,
    }


def list_findings(findings: PlanFindings, value: Mapping[str, Any]) -> list[Listed]:
    """Return the findings that stand, each leading to its control in the form of `value`; without
    roundings."""
    return [
        Listed(
            tone_in_draft(each).word,
            SIGNS[tone_in_draft(each)],
            each.message,
            f"id_{field_name(count_rows(value, each.path))}" if each.path else "",
        )
        for each in findings.standing(Level.ADVICE)
    ]
