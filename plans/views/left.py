"""What is left to do in a plan, each line leading to the place where it is done."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.formats import date_format
from django.views.decorators.http import require_safe

from plans.access import get_draft, person
from plans.checks import Level
from plans.editor import section_grid
from plans.models import Draft, Plan, Section
from plans.permissions import is_open
from plans.planfile import PlanData, read_plan
from plans.remaining import find_unset, say_words
from plans.services.findings import find_in_plan
from plans.views.findings import Group, Shown, present
from plans.views.plans import Entry, expected_words, last_return, list_entries, plan_context
from plans.views.search import place_address

SHOWN_CELLS = 30
SHOWN_FINDINGS = 20  # of a section
NOT_STARTED = "plans.W081"  # which the section's status says anyway


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do in a section: in words, and where.

    inner   its single places, if several, and how many `more` there are
    found   what the checks found, if this is to put it right
    """

    words: str
    url: str
    inner: tuple[Task, ...] = ()
    more: int = 0
    is_urgent: bool = False
    found: Shown | None = None


@dataclass(frozen=True, slots=True)
class SectionTasks:
    """What is left in one section."""

    entry: Entry
    tasks: tuple[Task, ...]


@require_safe
def plan_left(request: HttpRequest, pk: int) -> HttpResponse:
    """What is left to do, section by section, the person's own first."""
    plan = get_draft(request, pk)
    user = person(request)
    entries = list_entries(plan, request)
    data = read_plan(plan)
    findings = list_findings(plan, data, entries, request)
    left = list_tasks(plan, data, entries, request, findings)
    context = {
        **plan_context(plan, request, entries=entries),
        "of_plan": findings.get("", ()) if entries else (),
        "mine": [each for each in left if each.entry.section.assigned_to_id == user.pk],
        "others": [each for each in left if each.entry.section.assigned_to_id != user.pk],
    }
    return render(request, "plans/plan_left.html", context)


def list_findings(
    plan: Plan, data: PlanData, entries: Sequence[Entry], request: HttpRequest
) -> Mapping[str, list[Task]]:
    """Return the errors and warnings of the plan as it stands that nobody waived, by section key;
    under "" what concerns the plan as a whole."""
    findings = find_in_plan(plan)
    standing = tuple(
        each
        for each in findings.found
        if each.finding.level >= Level.WARNING and each.waiver is None
        if each.finding.id != NOT_STARTED
    )
    chosen = replace(findings, found=standing, lapsed=())
    return {
        group.key: list(_put_right(group, plan))
        for group in present(findings, request, plan, entries=entries, chosen=chosen, data=data)
    }


def _put_right(group: Group, plan: Plan) -> Iterator[Task]:
    """Yield each finding as something to do, the gravest first; of many the first, and where all
    are."""
    in_order = sorted(group.shown, key=lambda each: (-each.finding.level, each.is_early))
    for shown in in_order[:SHOWN_FINDINGS]:
        yield Task(shown.finding.message, shown.place.url, found=shown)
    more = len(in_order[SHOWN_FINDINGS:])
    if more:
        words = f"… and {more} more finding{'' if more == 1 else 's'}"
        page = reverse("plans:findings", args=[plan.pk])
        yield Task(words, f"{page}?{urlencode({'section': group.key})}")


def list_tasks(
    plan: Plan,
    data: PlanData,
    entries: Sequence[Entry],
    request: HttpRequest,
    findings: Mapping[str, Sequence[Task]],
) -> list[SectionTasks]:
    """Return the sections in which something is left, in the plan's order."""
    drafts = set(
        Draft.objects.filter(section__plan=plan, user=person(request)).values_list(
            "section", flat=True
        )
    )
    unset = _find_cells(data, entries)
    expected = expected_words(plan)
    reasons = _list_reasons(plan)
    found = [
        SectionTasks(
            entry,
            (
                *_ask_again(entry, reasons.get(entry.section.key, ())),
                *findings.get(entry.section.key, ()),
                *_tasks_of(
                    entry,
                    has_draft=entry.section.pk in drafts,
                    cells=unset.get(entry.section.pk, ()),
                    expected=expected.get(entry.section.key),
                ),
            ),
        )
        for entry in entries
    ]
    return [each for each in found if each.tasks]


def _list_reasons(plan: Plan) -> Mapping[str, list[str]]:
    """Return for what the plan was returned, by section key; nothing once it is submitted again."""
    decision = last_return(plan)
    reasons: dict[str, list[str]] = {}
    for reason in decision.section_comments if decision else ():
        reasons.setdefault(reason["key"], []).append(reason["comment"])
    return reasons


def _ask_again(entry: Entry, reasons: Sequence[str]) -> Iterator[Task]:
    """Yield what a section was returned for, until it is ready again."""
    if entry.section.status != Section.Status.READY:
        for reason in reasons:
            yield Task(f"Returned: {reason}", _address(entry), is_urgent=True)


def _find_cells(data: PlanData, entries: Sequence[Entry]) -> Mapping[int, Sequence[Task]]:
    """Return the cells that are to be set, by section; only where there are any it is looked, and
    not in a section that was taken out since the plan's contents were read."""
    sections = {section.head.key: section for section in data.sections}
    facts = data.facts
    return {
        entry.section.pk: [
            Task(cell.place, place_address(entry, cell.path, value))
            for cell in find_unset(value, section_grid(value, facts))
        ]
        for entry in entries
        if entry.section.measure.get("to_be_set")
        for section in [sections.get(entry.section.key)]
        if section is not None
        for value in [section.as_dict()]
    }


def _tasks_of(
    entry: Entry, *, has_draft: bool, cells: Sequence[Task], expected: list[int] | None
) -> Iterator[Task]:
    section, measure = entry.section, entry.section.measure
    here = _address(entry)
    if has_draft:
        yield Task("Some of what you typed is not saved yet: put it right", here, is_urgent=True)
    if entry.is_overdue and section.due_on:
        yield Task(f"Overdue since {date_format(section.due_on, 'j F Y')}", here, is_urgent=True)
    if section.status != Section.Status.READY:
        yield Task(
            f"{section.get_status_display()}: not ready for review", section.get_absolute_url()
        )
    words = say_words(measure.get("words", 0), expected)
    if words:
        yield Task(words, here)
    if cells:
        count = f"{len(cells)} figure{'' if len(cells) == 1 else 's'} to be set"
        shown = tuple(cells[:SHOWN_CELLS])
        yield Task(count, shown[0].url, shown, len(cells) - len(shown))
    if entry.comments:
        threads = f"{entry.comments} open comment{'' if entry.comments == 1 else 's'}"
        yield Task(threads, reverse("plans:comments", args=[section.plan_id, section.pk]))


def _address(entry: Entry) -> str:
    """Return where the section is written, or read by those who may not write it."""
    if entry.may_write and is_open(entry.section.plan):
        return reverse("plans:section_edit", args=[entry.section.plan_id, entry.section.pk])
    return entry.section.get_absolute_url()
