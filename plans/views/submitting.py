"""What is shown before a plan is submitted: what stops it, and what its approvers will see."""

from __future__ import annotations

from dataclasses import dataclass, replace

from django.http import HttpRequest

from plans.checks import Level
from plans.models import Plan, Section
from plans.services.checklist import Line, read_checklist
from plans.services.findings import find_in_plan
from plans.views.findings import Shown, present
from plans.views.plans import Entry, list_entries


@dataclass(frozen=True, slots=True)
class Stated:
    """A finding as it is shown, and the name of its section; "" for the plan as a whole."""

    section: str
    shown: Shown


@dataclass(frozen=True, slots=True)
class Outlook:
    """How a plan would be submitted as it stands.

    errors, warnings  which nobody waived; of the checklist's lines those that are open
    waived            what somebody let stand, of any level
    unready           sections that are not marked as ready
    """

    errors: tuple[Stated, ...]
    warnings: tuple[Stated, ...]
    waived: tuple[Stated, ...]
    open_lines: tuple[Line, ...]
    unready: tuple[Entry, ...]


def look_ahead(plan: Plan, request: HttpRequest) -> Outlook:
    """Return what stops the plan's submission and what its approvers will see of it."""
    entries = list_entries(plan, request)
    findings = find_in_plan(plan)
    told = tuple(f for f in findings.found if f.waiver or f.finding.level >= Level.WARNING)
    groups = present(
        findings, request, plan, entries=entries, chosen=replace(findings, found=told, lapsed=())
    )
    stated = [
        Stated(str(group.entry.section) if group.entry else "", shown)
        for group in groups
        for shown in (*group.shown, *group.roundings)
    ]
    standing = [each for each in stated if not each.shown.waiver]
    return Outlook(
        errors=tuple(e for e in standing if e.shown.finding.level >= Level.ERROR),
        warnings=tuple(e for e in standing if _is_warning(e)),
        waived=tuple(each for each in stated if each.shown.waiver),
        open_lines=read_checklist(plan).open_lines,
        unready=tuple(e for e in entries if e.section.status != Section.Status.READY),
    )


def _is_warning(stated: Stated) -> bool:
    """Whether it is listed as a warning; the lines of the checklist are listed themselves."""
    finding = stated.shown.finding
    return finding.level == Level.WARNING and finding.id != "plans.W080"
