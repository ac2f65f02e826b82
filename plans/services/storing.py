"""Making a plan from data: an import, a start from a format."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import uuid4

from django.db import transaction

from accounts.models import OrganisationUnit, User
from plans.measures import measure_section
from plans.merge import changes
from plans.models import Event, FormatSection, Plan, PlanFormat, PlanYear, Section, SectionRevision
from plans.planfile import (
    FORMAT,
    VERSION,
    PlanData,
    PlanHead,
    SectionData,
    apply_head,
    read_plan_dict,
)
from plans.registry import get_kind

PLACEHOLDER = re.compile(r"\{(year|yy|begins)([+-][1-9])?\}")
Level = OrganisationUnit.Level
STARTED = "Started from a format"  # the milestone of a section that nobody wrote in yet


@transaction.atomic
def store_plan(
    data: PlanData,
    *,
    organisation_unit: OrganisationUnit,
    by: User,
    at: datetime,
    action: str = "import",
    due_on: date | None = None,
    import_name: str = "",
) -> Plan:
    """Store `data` as a new draft of `organisation_unit`; nothing is stored if anything fails.

    `import_name`: by which the event names this import, so that it is not done twice.
    """
    year, _ = PlanYear.objects.get_or_create(year=data.head.year)
    slug = data.head.plan_format or ""
    plan = Plan(
        organisation_unit=organisation_unit,
        plan_year=year,
        format=PlanFormat.objects.filter(slug=slug).first(),
        due_on=due_on or year.due_on,
        created_by=by,
        created_at=at,
        changed_at=at,
    )
    apply_plan_head(plan, data.head)
    plan.save()
    started = action == "start"
    status = Section.Status.NOT_STARTED if started else Section.Status.IN_PROGRESS
    milestone = STARTED if started else "Imported"
    store_sections(plan, data.sections, by=by, at=at, status=status, milestone=milestone)
    detail = {"sections": len(data.sections), "title": plan.title}
    if import_name:
        detail["import"] = import_name
    Event.objects.create(plan=plan, action=action, detail=detail, by=by, at=at)
    return plan


def apply_plan_head(plan: Plan, head: PlanHead) -> None:
    """Copy the plan file's head onto the row, the year and format link aside."""
    for name in ("title", "subtitle", "council", "directorate", "unit", "money_unit"):
        setattr(plan, name, getattr(head, name))
    for name in ("people", "summary", "units", "risk_schemes", "rag_rules"):
        rows = [row.model_dump(by_alias=True) for row in getattr(head, name)]
        setattr(plan, name, rows)
    plan.format_slug = head.plan_format or ""


def store_sections(
    plan: Plan,
    sections: Sequence[SectionData],
    *,
    by: User,
    at: datetime,
    status: Section.Status,
    milestone: str,
    first_position: int = 0,
) -> list[Section]:
    """Insert new sections with their rows, each with its first revision as a milestone."""
    rows = [
        _section_row(plan, data, position=first_position + i, status=status, at=at)
        for i, data in enumerate(sections)
    ]
    Section.objects.bulk_create(rows)
    _link_parents(plan, rows, sections)
    for row, data in zip(rows, sections, strict=True):
        get_kind(row.kind).load(row, data.content)
    SectionRevision.objects.bulk_create(
        SectionRevision(
            section=row,
            number=1,
            patch=changes({}, data.as_dict()),
            snapshot=data.as_dict(),
            milestone=milestone,
            save_id=uuid4().hex,
            by=by,
            at=at,
        )
        for row, data in zip(rows, sections, strict=True)
    )
    return rows


def _section_row(
    plan: Plan, data: SectionData, *, position: int, status: Section.Status, at: datetime
) -> Section:
    head = data.head
    row = Section(
        plan=plan,
        key=head.key,
        kind=head.kind,
        part=head.part,
        position=position,
        status=status,
        measure=measure_section(data.as_dict()),
        revision=1,
        changed_at=at,
    )
    apply_head(row, head)
    return row


def _link_parents(plan: Plan, rows: list[Section], sections: Sequence[SectionData]) -> None:
    by_key = dict(plan.sections.present().values_list("key", "pk"))
    linked = []
    for row, data in zip(rows, sections, strict=True):
        if data.head.parent:
            row.parent_id = by_key[data.head.parent]
            linked.append(row)
    if linked:
        Section.objects.bulk_update(linked, ["parent"])


# --- organisation units ------------------------------------------------------------------------


def find_organisation_unit(head: PlanHead) -> OrganisationUnit | None:
    """Return the unit that the head's council, directorate and unit name; None if there is none."""
    unit = None
    for level, name in organisation_path(head):
        unit = OrganisationUnit.objects.filter(level=level, name__iexact=name, parent=unit).first()
        if unit is None:
            return None
    return unit


def find_council(head: PlanHead) -> OrganisationUnit | None:
    """Return the council that the head names, or the only one if it names none; None if there is
    no such council."""
    level, name = organisation_path(head)[0]
    return OrganisationUnit.objects.filter(level=level, name__iexact=name).first()


def find_or_make_organisation_unit(head: PlanHead) -> OrganisationUnit:
    """Return the unit that the head names, made with what is missing above it."""
    unit = None
    for level, name in organisation_path(head):
        found = OrganisationUnit.objects.filter(level=level, name__iexact=name, parent=unit)
        unit = found.first() or OrganisationUnit.objects.create(level=level, name=name, parent=unit)
    assert unit is not None  # noqa: S101 the path always begins with a council
    return unit


def organisation_path(head: PlanHead) -> list[tuple[str, str]]:
    """Return levels and names from the council down; a file that names none means the only one."""
    council = head.council or _only_council() or "Council"
    names = [
        (Level.COUNCIL, council),
        (Level.DIRECTORATE, head.directorate),
        (Level.DIVISION, head.unit),
    ]
    return [(level.value, name[:200]) for level, name in names if name]


def _only_council() -> str:
    names = OrganisationUnit.objects.filter(level=Level.COUNCIL).values_list("name", flat=True)[:2]
    return names[0] if len(names) == 1 else ""


# --- starting from a format --------------------------------------------------------------------


def start_plan(
    plan_format: PlanFormat,
    *,
    organisation_unit: OrganisationUnit,
    year: str,
    title: str,
    by: User,
    at: datetime,
    due_on: date | None = None,
) -> Plan:
    """Make a new draft from a format, its years filled in.

    :raises Faults: if the format's own content does not fit the plan file's rules.
    """
    value = plan_file_from_format(plan_format, organisation_unit, year=year, title=title)
    data = read_plan_dict(value)
    return store_plan(
        data, organisation_unit=organisation_unit, by=by, at=at, action="start", due_on=due_on
    )


def plan_file_from_format(
    plan_format: PlanFormat, organisation_unit: OrganisationUnit, *, year: str, title: str
) -> dict[str, Any]:
    """Return the plan file's JSON value that a format makes for one unit and year."""
    names = {unit.level: unit.name for unit in organisation_unit.ancestors}
    value = {
        "format": FORMAT,
        "version": VERSION,
        "plan": {
            "title": title,
            "council": names.get(Level.COUNCIL.value, ""),
            "directorate": names.get(Level.DIRECTORATE.value, ""),
            "unit": names.get(Level.DIVISION.value, ""),
            "year": year,
            "plan_format": plan_format.slug,
            "people": [{"role": role} for role in plan_format.people],
            "risk_schemes": plan_format.risk_schemes,
        },
        "sections": [_section_from_format(section) for section in plan_format.sections.all()],
    }
    filled: dict[str, Any] = fill_years(value, year)
    return filled


def _section_from_format(section: FormatSection) -> dict[str, Any]:
    value: dict[str, Any] = {
        "key": section.key,
        "title": section.title,
        "kind": section.kind,
        "parent": section.parent or None,
        "part": section.part or None,
        "lead": section.lead,
        "caption": section.caption,
        "labels": section.labels,
        "numbered": section.numbered,
        "front": section.front,
        "charts": section.charts,
        "content": section.content or {},
    }
    if section.orientation:
        value["orientation"] = section.orientation
    return value


def fill_years(value: Any, year: str) -> Any:
    """Return `value` with the placeholders {year}, {yy}, {begins} (and ±1 to 9) filled in."""
    if isinstance(value, str):
        return PLACEHOLDER.sub(lambda found: _fill(found[1], int(found[2] or 0), year), value)
    if isinstance(value, Mapping):
        return {fill_years(key, year): fill_years(item, year) for key, item in value.items()}
    if isinstance(value, list):
        return [fill_years(item, year) for item in value]
    return value


def _fill(name: str, offset: int, year: str) -> str:
    begins = int(year[:4]) + offset
    short = (begins + 1) % 100
    if name == "begins":
        return str(begins)
    return f"{begins}/{short:02}" if name == "year" else f"{begins % 100:02}{short:02}"
