"""What stands beside a section while it is written: last year's text, and a good example.

Each is a page of its own; the editor's panel shows the part of it that bears `data-help-part`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from documents.blocks import Heading, Part
from documents.formats import fragment
from plans.access import get_section, person
from plans.models import Edition, Plan, Section
from plans.permissions import can_read_draft
from plans.planfile import parse_json
from plans.services import printable_section, version_document
from plans.services.storing import fill_years
from plans.views.sections import section_context

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class LastYear:
    """A section of the plan before: how it prints, and its text where it is a narrative's.

    `state`: in words, what it was taken from. `url`: where to read it whole.
    """

    plan: Plan
    state: str
    url: str
    document: str
    html: str


def year_before(year: str) -> str:
    return str(fill_years("{year-1}", year))


def find_last_year(request: HttpRequest, section: Section) -> LastYear | None:
    """Return the section of the same key, or title, in the same unit's plan of the year before.

    Its latest edition may be read by all; its working copy by those who read the draft.
    """
    plan = section.plan
    before = (
        Plan.objects.visible_to(person(request))
        .filter(organisation_unit=plan.organisation_unit_id, plan_year__year=year_before(plan.year))
        .select_related("organisation_unit", "plan_year", "format")
    )
    found = (_of_edition(each, section) or _of_draft(request, each, section) for each in before)
    return next((each for each in found if each), None)


def _of_edition(plan: Plan, section: Section) -> LastYear | None:
    edition = Edition.objects.filter(plan=plan).select_related("version").first()
    if edition is None:
        return None
    entries = parse_json(edition.version.plan_file.encode())["sections"]
    entry = _same([(entry["key"], entry["title"], entry) for entry in entries], section)
    if entry is None:
        return None
    parts = {part.key: part for part in version_document(edition.version).parts}
    return LastYear(
        plan,
        f"as published, edition {edition.number}",
        reverse("plans:edition", args=[plan.pk, edition.number]),
        _print(parts[entry["key"]]),
        entry["content"].get("body", "") if entry["kind"] == "narrative" else "",
    )


def _of_draft(request: HttpRequest, plan: Plan, section: Section) -> LastYear | None:
    if not can_read_draft(person(request), plan):
        return None
    rows = plan.sections.present().select_related("parent", "narrative")
    row = _same([(row.key, row.title, row) for row in rows], section)
    if row is None:
        return None
    row.plan = plan
    is_narrative = row.kind == "narrative" and hasattr(row, "narrative")
    return LastYear(
        plan,
        f"as it stands, {plan.get_state_display().lower()}",
        row.get_absolute_url(),
        _print(printable_section(row)),
        row.narrative.body if is_narrative else "",
    )


def _same(entries: list[tuple[str, str, Entry]], section: Section) -> Entry | None:
    """Return the entry of the section's key, else the one of its title."""
    by_key = (each for key, _, each in entries if key == section.key)
    title = section.title.casefold()
    by_title = (each for _, name, each in entries if title and name.casefold() == title)
    return next(by_key, None) or next(by_title, None)


def _print(part: Part) -> str:
    """Return a section as it prints, without its own heading; pictures are named, not shown."""
    blocks = tuple(each for each in part.blocks if not isinstance(each, Heading))
    return fragment(Part(part.key, blocks, part.orientation, part.front), first_level=3)


@require_safe
def section_last_year(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Show what stood here in the plan of the year before."""
    section = get_section(request, pk, section_pk)
    context = section_context(section, request)
    context |= {
        "last": find_last_year(request, section),
        "year_before": year_before(section.plan.year),
    }
    return render(request, "plans/section_last_year.html", context)


@require_safe
def section_example(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Show a good example of such a section, of an invented service."""
    section = get_section(request, pk, section_pk)
    return render(request, "plans/section_example.html", section_context(section, request))
