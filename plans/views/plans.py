"""One plan: its contents, preview and downloads, and what stands around each of its pages."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, partial
from typing import Any
from urllib.parse import quote

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_safe

from accounts.models import User
from documents.blocks import Document, Heading
from documents.blocks import Picture as PictureBlock
from documents.colours import INHERITED
from documents.formats import fragment
from plans import workflow
from plans.access import get_draft, get_plan, person
from plans.checks import Level
from plans.content import Path
from plans.editor import field_path, find_place
from plans.grid import Grid
from plans.models import Draft, Plan, Section
from plans.numbering import number_sections, section_depths
from plans.permissions import can_manage, can_read_draft, can_write, is_open
from plans.planfile import read_plan, write_plan_file
from plans.services import format_rules, printable
from plans.services.archives import write_archive
from plans.services.effects import ACTION
from plans.services.findings import Found, PlanFindings, find_in_plan
from plans.services.presence import present_in_plan
from plans.services.tallies import count_findings
from plans.services.threads import count_open_by_section, count_open_in_plan
from plans.services.versions import bare_heads
from plans.views.cover import show_summary
from plans.views.happenings import show_events

LONG_QUOTE = 60  # characters of an address that leads to words


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a section with its number, depth and what may be done with it.

    `comments` counts its open threads.
    """

    section: Section
    number: str
    depth: int
    may_write: bool
    is_overdue: bool
    progress: str
    comments: int


def name_sections(plan: Plan) -> list[tuple[Section, str]]:
    """Return the present sections, each with its number and title: two may have one title."""
    sections = list(plan.sections.present().select_related("parent"))
    numbers = number_sections(bare_heads(sections), format_rules(plan).numbering)
    return [(section, f"{numbers[section.key]} {section}".strip()) for section in sections]


def list_entries(plan: Plan, request: HttpRequest) -> list[Entry]:
    """Return the plan's present sections as contents lines, in a fixed number of queries."""
    sections = list(plan.sections.present().select_related("assigned_to", "parent"))
    heads = bare_heads(sections)
    numbers = number_sections(heads, format_rules(plan).numbering)
    depths = section_depths(heads)
    expected = expected_words(plan)
    comments = count_open_by_section(plan)
    today = timezone.localdate()
    entries = []
    for section in sections:
        section.plan = plan
        entries.append(
            Entry(
                section,
                numbers[section.key],
                depths[section.key],
                can_write(person(request), section),
                is_overdue(section, today),
                show_progress(section, expected.get(section.key)),
                comments.get(section.pk, 0),
            )
        )
    return entries


def expected_words(plan: Plan) -> dict[str, list[int]]:
    """Return the plan format's [fewest, most] words by section key."""
    if plan.format is None:
        return {}
    wanted = plan.format.sections.filter(words__isnull=False)
    return dict(wanted.values_list("key", "words"))


def show_progress(section: Section, expected: list[int] | None) -> str:
    """Return in words how much a section holds: "312 of 150 to 400 words", "17 rows"."""
    measure = section.measure
    parts = []
    if measure.get("rows"):
        parts.append(f"{measure['rows']} row{'' if measure['rows'] == 1 else 's'}")
    if measure.get("words") and (expected or section.kind == "narrative"):
        range_words = f" of {expected[0]} to {expected[1]}" if expected else ""
        parts.append(f"{measure['words']}{range_words} words")
    if measure.get("to_be_set"):
        parts.append(f"{measure['to_be_set']} to be set")
    return ", ".join(parts) or "Empty"


def is_overdue(section: Section, today: date) -> bool:
    late = section.due_on is not None and section.due_on < today
    return late and section.status != Section.Status.READY


def plan_context(
    plan: Plan, request: HttpRequest, *, entries: Sequence[Entry] | None = None
) -> dict[str, Any]:
    """Return what the bar under the header shows on every page of a plan; `entries`: the plan's
    contents, where they are read anyway."""
    user = person(request)
    count_comments = partial(count_open_in_plan, plan)  # asked for by the tabs alone
    if entries is not None:
        count_comments = partial(sum, [entry.comments for entry in entries])
    may_read = can_read_draft(user, plan)
    return {
        "plan": plan,
        "may_read": may_read,
        "actions": workflow.allowed_actions(plan, user) if may_read else [],
        "latest": plan.versions.only("plan_id", "number", "submitted_at").first(),
        "step": workflow.current_step(plan),
        "may_manage": can_manage(user, plan) and is_open(plan),
        "is_open": is_open(plan),
        "publishing": workflow.publishing_job(plan) if plan.state == Plan.State.APPROVED else None,
        "plan_comment_count": cache(count_comments),
    }


@require_safe
def plan_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan's contents with the state of each section; readers go to the edition."""
    plan = get_plan(request, pk)
    if not can_read_draft(person(request), plan):
        edition = plan.editions.first()
        if edition is None:
            raise Http404
        return redirect("plans:edition", plan.pk, edition.number)
    entries = list_entries(plan, request)
    findings = find_in_plan(plan)
    context = {
        **plan_context(plan, request, entries=entries),
        "entries": entries,
        "left": what_is_left(entries, person(request)),
        "found": say_found(findings.found, least=Level.WARNING, lapsed=len(findings.lapsed)),
        "found_by_section": say_found_by_section(findings),
        "present": present_in_plan(plan, but=person(request), at=timezone.now()),
        "events": show_events(
            plan.events.exclude(action=ACTION).select_related("by", "section")[:8]
        ),
        "last_return": last_return(plan),
        "entry_by_key": {entry.section.key: entry for entry in entries},
        "edition": plan.editions.first(),
    }
    return render(request, "plans/plan_detail.html", context)


def what_is_left(entries: Sequence[Entry], user: User) -> dict[str, int]:
    """Count what the authors still have to do; `mine` and `drafts` are of this person alone."""
    sections = [entry.section for entry in entries]
    not_ready = [s for s in sections if s.status != Section.Status.READY]
    return {
        "total": len(sections),
        "ready": len(sections) - len(not_ready),
        "mine": sum(s.assigned_to_id == user.pk for s in not_ready),
        "not_started": sum(s.status == Section.Status.NOT_STARTED for s in sections),
        "overdue": sum(entry.is_overdue for entry in entries),
        "to_be_set": sum(s.measure.get("to_be_set", 0) for s in sections),
        "comments": sum(entry.comments for entry in entries),
        "drafts": Draft.objects.filter(section__in=sections, user=user).count(),
    }


def say_found(found: Iterable[Found], *, least: Level = Level.ROUNDING, lapsed: int = 0) -> str:
    """Return how much was found: "2 errors, 5 warnings, 3 waived"; "" of nothing.

    Of those that stand, only from the level `least` on. `lapsed`: how many waivers have lapsed.
    """
    tally = count_findings((each.finding, each.waiver is not None) for each in found)
    counts = (
        (tally.errors, "error", "errors", Level.ERROR),
        (tally.warnings, "warning", "warnings", Level.WARNING),
        (tally.advice, "piece of advice", "pieces of advice", Level.ADVICE),
        (tally.roundings, "rounding", "roundings", Level.ROUNDING),
        (tally.waivers, "waived", "waived", Level.ERROR),
        (lapsed, "waiver lapsed", "waivers lapsed", Level.ERROR),
    )
    return ", ".join(
        f"{count} {one if count == 1 else many}"
        for count, one, many, level in counts
        if count and level >= least
    )


def say_found_by_section(findings: PlanFindings) -> dict[str, str]:
    """Return the errors and warnings that stand in each section that has any, in words."""
    standing: dict[str, list[Found]] = {}
    for each in findings.found:
        if each.finding.level >= Level.WARNING and not each.waiver:
            standing.setdefault(each.finding.section, []).append(each)
    return {key: say_found(found) for key, found in standing.items()}


def last_return(plan: Plan) -> Any:
    """Return the decision that sent the draft back; None if it was not, or is with approvers."""
    if plan.state != Plan.State.DRAFT:
        return None
    version = plan.versions.only("pk").first()
    last = version.decisions.select_related("by").last() if version else None
    return last if last and last.outcome == last.Outcome.RETURNED else None


def list_errors(
    errors: Mapping[str, str], editor: str, *, grid: Grid, value: Mapping[str, Any]
) -> list[dict[str, str]]:
    """Return the lines of an error summary: what to go to in the drawn editor, and the sentence
    after the words of its place."""
    ids = set(re.findall(r' id="([^"]+)"', editor)) if errors else set()
    return [
        {"target": find_target(name, ids), "words": f"{place}: {words}" if name else words}
        for name, words in errors.items()
        for place in [find_place(field_path(name), grid, [value])]
    ]


def find_target(name: str, ids: Container[str]) -> str:
    """Return the id of the control of this name, else of the row, list or field around it."""
    while name:
        for target in (f"id_{name}", name):
            if target in ids:
                return target
        name = name.rpartition("-")[0]
    return ""


def reading_address(
    section: Section, *, named: Path = (), counted: Path = (), words: str = ""
) -> str:
    """Return where a place of a section is read: at its row, and at its words where a browser
    knows text fragments. The path `named` names rows by id where `counted` counts them."""
    both = zip(named, counted, strict=True)
    rows = [f"row-{name}" for name, count in both if name != count]
    end = (rows[-1] if rows else "") + _text_fragment(words)
    return f"{section.get_absolute_url()}#{end}" if end else section.get_absolute_url()


def _text_fragment(words: str) -> str:
    """Return the part of an address that leads to words; long ones by beginning and end."""
    parts = words.split(" ")
    ends = [words] if len(words) <= LONG_QUOTE else [" ".join(parts[:4]), " ".join(parts[-4:])]
    shown = ",".join(quote(end, safe="").replace("-", "%2D") for end in ends)
    return f":~:text={shown}" if words else ""


def picture_address(plan: Plan) -> Callable[[PictureBlock], str | None]:
    """Return a function from a picture block to its address on this site; None if it is missing."""

    def address(block: PictureBlock) -> str | None:
        if not block.digest:
            return None
        return reverse("plans:picture", args=[plan.pk, block.digest])

    return address


@require_safe
def plan_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole working copy as it would read."""
    plan = get_draft(request, pk)
    data = read_plan(plan)
    findings = find_in_plan(plan)
    around = plan_context(plan, request)
    context = {
        **around,
        **show_document(printable(plan, data), plan),
        "errors": findings.standing(Level.ERROR),
        "facts": show_summary(
            plan,
            [fact.model_dump() for fact in data.head.summary],
            findings.view.figures,
            may_manage=around["may_manage"],
        ),
    }
    return render(request, "plans/plan_preview.html", context)


def show_document(document: Document, plan: Plan, *, colour: str = INHERITED) -> dict[str, Any]:
    """Return a document as markup for a page of the site, and the headings of its contents."""
    show_picture = picture_address(plan)
    markup = fragment(document, first_level=2, show_picture=show_picture, colour=colour)
    return {"document": markup, "outline": list_headings(document)}


def list_headings(document: Document, *, deepest: int = 2) -> list[Heading]:
    """Return the document's headings down to a level, for a list of contents beside it."""
    blocks = (block for part in document.parts for block in part.blocks)
    return [b for b in blocks if isinstance(b, Heading) and b.text and b.level <= deepest]


@require_safe
def plan_data(request: HttpRequest, pk: int) -> HttpResponse:
    """The working copy as a plan file; with its pictures as a ZIP of both."""
    plan = get_draft(request, pk)
    if request.GET.get("with") == "pictures":
        return file_response(write_archive(plan), "application/zip", f"{file_stem(plan)}.zip")
    return file_response(
        write_plan_file(read_plan(plan)), "application/json", f"{file_stem(plan)}.json"
    )


def file_stem(plan: Plan) -> str:
    """Return how the plan's files are called: "childrens-social-services-2008-09"."""
    return name_stem(plan.unit or plan.title, plan.year)


def name_stem(name: str, year: str) -> str:
    """Return name and year as they stand in addresses and the names of files."""
    return slugify(f"{name} {year}".replace("/", "-"))[:100] or "plan"


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)
