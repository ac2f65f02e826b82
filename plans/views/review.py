"""What an approver decides on: the frozen version with what changed in it, and the two answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from documents.formats import fragments
from plans import workflow
from plans.access import get_draft, get_plan_to_act_on, person
from plans.forms import ApproveForm, ReturnForm
from plans.models import Decision, Plan, Section, Version
from plans.services import version_document
from plans.services.redlining import (
    Side,
    compare_sides,
    kinds_by_key,
    list_sides,
    name_version,
    tell_summary,
)
from plans.services.reviewing import (
    ReviewedSection,
    count_same,
    list_bases,
    pick_base,
    review_sections,
)
from plans.services.threads import count_open_by_section
from plans.views.comments import plan_threads
from plans.views.findings import Shown
from plans.views.lists import read_number
from plans.views.plans import name_sections, plan_context, show_document
from plans.views.recorded import ShownRecord, show_record
from plans.views.redline import address_pictures
from plans.workflow import Action

CHANGES, WHOLE, PLAIN = "changes", "all", "read"
SHOWN = (
    (CHANGES, "What changed"),
    (WHOLE, "The whole plan with what changed"),
    (PLAIN, "The plan as it reads now"),
)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What the page shows of a version: compared with `base`, if with anything, and how much."""

    base: Side | None
    bases: Sequence[Side]
    show: str

    @property
    def is_whole(self) -> bool:
        return self.show == WHOLE


@dataclass(frozen=True, slots=True)
class Line:
    """A section as a fold of the page. `pk`: of the section now, None if it was removed. `found`:
    the errors and warnings that stand in it."""

    reviewed: ReviewedSection
    markup: str
    pk: int | None
    comments: int
    found: tuple[Shown, ...]


@dataclass(frozen=True, slots=True)
class Run:
    """Sections one after the other that all changed, or none of which did."""

    is_changed: bool
    lines: tuple[Line, ...]

    @property
    def found(self) -> int:
        """How many errors and warnings stand in them."""
        return sum(len(line.found) for line in self.lines)


@require_safe
def plan_review(request: HttpRequest, pk: int) -> HttpResponse:
    """What the approver decides on: the frozen version and its changes, with the two answers."""
    plan = get_draft(request, pk)
    return _show_review(request, plan, _get_latest(plan), request.GET)


def _get_latest(plan: Plan) -> Version:
    version = plan.versions.select_related("submitted_by").first()
    if version is None:
        raise Http404
    version.plan = plan
    return version


def _show_review(
    request: HttpRequest,
    plan: Plan,
    version: Version,
    asked: Mapping[str, str],
    *,
    approve: ApproveForm | None = None,
    send_back: ReturnForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = _read_shown(request, version, asked)
    named = name_sections(plan)
    sections = [section for section, _ in named]
    record = show_record(version, sections)
    context = {
        **plan_context(plan, request),
        "version": version,
        "shown": shown,
        "choices": SHOWN,
        "returned": _find_return(shown.base),
        "note": _find_note(version),
        "record": record,
        **_show_content(version, shown, sections, record),
        "approve": approve or ApproveForm(),
        "send_back": send_back or ReturnForm(sections=named),
        "may_decide": Action.APPROVE in workflow.allowed_actions(plan, person(request)),
        "decisions": list_decisions(plan),
        "steps": show_steps(plan, version),
        **plan_threads(request, plan),
    }
    return render(request, "plans/plan_review.html", context, status=status)


def _read_shown(request: HttpRequest, version: Version, asked: Mapping[str, str]) -> Chosen:
    """Return what was asked for; what cannot be compared with is left for the usual."""
    bases = list_bases(version, list_sides(version.plan, by=person(request)))
    chosen = next((side for side in bases if side.value == asked.get("since")), None)
    base = chosen or pick_base(version, bases, by=person(request))
    show = asked.get("show")
    return Chosen(base, bases, show if base and show in dict(SHOWN) else CHANGES if base else PLAIN)


def _find_return(base: Side | None) -> Decision | None:
    if base is None or base.version is None or base.year:
        return None
    return base.version.decisions.filter(outcome=Decision.Outcome.RETURNED).last()


def _find_note(version: Version) -> str:
    """Return what was written to the approver when the version was submitted; "" if nothing."""
    submitted = version.plan.events.filter(
        action=Action.SUBMIT.value, detail__version=version.number
    ).first()
    return submitted.detail.get("comment", "") if submitted else ""


def _show_content(
    version: Version, shown: Chosen, sections: Sequence[Section], record: ShownRecord
) -> dict[str, Any]:
    """Return the version as it reads, or with what changed in brief and section by section."""
    plan = version.plan
    if shown.base is None:
        return show_document(version_document(version), plan)
    found = compare_sides(shown.base, name_version(plan, version), only_changes=not shown.is_whole)
    brief = {
        "summary": found.summary,
        "told": tell_summary(found.summary, kinds_by_key([plan])),
        "same": count_same(found.summary),
    }
    if shown.show == PLAIN:
        return brief | show_document(version_document(version), plan)
    lines = _list_lines(review_sections(found), shown.base, plan, sections, record)
    runs = [Run(changed, tuple(run)) for changed, run in groupby(lines, key=_is_changed)]
    return brief | {"runs": runs}


def _is_changed(line: Line) -> bool:
    return bool(line.reviewed.words)


def _list_lines(
    reviewed: Sequence[ReviewedSection],
    base: Side,
    plan: Plan,
    sections: Sequence[Section],
    record: ShownRecord,
) -> list[Line]:
    show_picture = address_pictures(base.plan, plan)
    parts, titles = [each.part for each in reviewed], [each.name for each in reviewed]
    written = fragments(parts, under=3, titles=titles, show_picture=show_picture)
    numbers = {section.key: section.pk for section in sections}
    comments = count_open_by_section(plan)
    return [
        Line(
            each,
            markup,
            pk := numbers.get(each.key),
            comments.get(pk, 0) if pk else 0,
            record.in_section(each.key),
        )
        for each, markup in zip(reviewed, written, strict=True)
    ]


def list_decisions(plan: Plan) -> QuerySet[Decision]:
    """Return every decision on the plan with its version, that version's long texts left out."""
    decisions = Decision.objects.filter(version__plan=plan).select_related("version")
    return decisions.defer("version__plan_file", "version__tree")


def show_steps(plan: Plan, version: Version) -> list[dict[str, Any]]:
    """Return the approval steps with who decided what at each."""
    decided = {d.step: d for d in version.decisions.filter(outcome=Decision.Outcome.APPROVED)}
    waiting = plan.step if plan.state == Plan.State.IN_REVIEW else None
    return [
        {"title": step["title"], "decision": decided.get(i), "is_current": i == waiting}
        for i, step in enumerate(plan.approval_steps)
    ]


# --- the two answers ----------------------------------------------------------------------------


@require_POST
def plan_approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve the version that the page showed."""
    plan = get_plan_to_act_on(request, pk, Action.APPROVE)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _show_again(request, plan, approve=form)
    return _decide(request, plan, Action.APPROVE, **form.cleaned_data)


@require_POST
def plan_return(request: HttpRequest, pk: int) -> HttpResponse:
    """Return the version that the page showed, with reasons."""
    plan = get_plan_to_act_on(request, pk, Action.RETURN)
    form = ReturnForm(request.POST, sections=name_sections(plan))
    if not form.is_valid():
        return _show_again(request, plan, send_back=form)
    reasons = form.reasons()
    return _decide(
        request, plan, Action.RETURN, comment=form.cleaned_data["comment"], sections=reasons
    )


def _show_again(request: HttpRequest, plan: Plan, **forms: Any) -> HttpResponse:
    return _show_review(request, plan, _get_latest(plan), request.POST, status=422, **forms)


def _decide(request: HttpRequest, plan: Plan, action: Action, **words: Any) -> HttpResponse:
    number = read_number(request.POST.get("version", ""))
    if number is None:
        return render(request, "400.html", status=400)
    try:
        plan = workflow.perform(
            plan, action, by=person(request), at=timezone.now(), version=number, **words
        )
    except workflow.NotAllowed as refused:
        messages.error(request, str(refused))
        return redirect("plans:review", plan.pk)
    messages.success(
        request,
        "Returned. The authors have been told, with your reasons."
        if action == Action.RETURN
        else _tell_approved(plan),
    )
    return redirect(plan)


def _tell_approved(plan: Plan) -> str:
    """Return what the plan waits for after an approval."""
    step = workflow.current_step(plan)
    if step:
        return f"Approved. The plan now waits for the {step['title']}."
    return "Approved in every step. The plan can now be published."
