"""One plan: its contents, facts, people and dates, structure, history, preview and downloads."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from documents import richtext
from documents.blocks import Document, Heading
from documents.blocks import Picture as PictureBlock
from documents.formats import fragment
from plans import workflow
from plans.access import (
    get_draft,
    get_plan,
    get_plan_to_manage,
    person,
)
from plans.checks import Level, run_checks
from plans.content import Faults
from plans.editor import (
    Incomplete,
    apply_operation,
    draw_editor,
    field_name,
    field_path,
    find_place,
    read_operation,
    read_posted,
)
from plans.forms import AddSectionForm, AssignForm, DueDateForm
from plans.grid import Field, FieldType, Grid, RowList
from plans.merge import choose, merge
from plans.models import Event, Job, Plan, Section
from plans.numbering import number_sections, section_depths
from plans.permissions import can_manage, can_read_draft, can_write, is_open
from plans.planfile import read_head, read_plan, write_plan_file
from plans.services import (
    CannotMove,
    Conflict,
    NotOpen,
    add_section,
    assign_section,
    bring_back,
    format_rules,
    move_section,
    printable,
    remove_section,
    save_head,
    set_due_date,
)
from plans.services.archives import write_archive
from plans.services.jobs import add_job
from plans.services.versions import bare_heads
from plans.tasks import queue
from plans.views.lists import form_status

HEAD_SALT = "plans.head"


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the contents: a section with its number, depth and what may be done with it."""

    section: Section
    number: str
    depth: int
    may_write: bool
    is_overdue: bool
    progress: str


def list_entries(plan: Plan, request: HttpRequest) -> list[Entry]:
    """Return the plan's present sections as contents lines, in a fixed number of queries."""
    sections = list(plan.sections.present().select_related("assigned_to", "parent"))
    heads = bare_heads(sections)
    numbers = number_sections(heads, format_rules(plan).numbering)
    depths = section_depths(heads)
    expected = expected_words(plan)
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


def plan_context(plan: Plan, request: HttpRequest) -> dict[str, Any]:
    """Return what the bar under the header shows on every page of a plan."""
    user = person(request)
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
    context = {
        **plan_context(plan, request),
        "entries": entries,
        "left": what_is_left(entries),
        "events": show_events(plan.events.select_related("by", "section")[:8]),
        "last_return": last_return(plan),
        "edition": plan.editions.first(),
    }
    return render(request, "plans/plan_detail.html", context)


def what_is_left(entries: Iterable[Entry]) -> dict[str, int]:
    """Count what the authors still have to do."""
    sections = [entry.section for entry in entries]
    return {
        "total": len(sections),
        "ready": sum(s.status == Section.Status.READY for s in sections),
        "not_started": sum(s.status == Section.Status.NOT_STARTED for s in sections),
        "overdue": sum(entry.is_overdue for entry in entries),
        "to_be_set": sum(s.measure.get("to_be_set", 0) for s in sections),
    }


def last_return(plan: Plan) -> Any:
    """Return the decision that sent the draft back; None if it was not, or is with approvers."""
    if plan.state != Plan.State.DRAFT:
        return None
    version = plan.versions.only("pk").first()
    last = version.decisions.select_related("by").last() if version else None
    return last if last and last.outcome == last.Outcome.RETURNED else None


WORDS = {
    "start": "started the plan",
    "import": "imported the plan",
    "save": "changed",
    "section_added": "added",
    "section_removed": "removed",
    "section_brought_back": "brought back",
    "section_moved": "moved",
    "section_assigned": "changed lead and due date of",
    "section_status": "changed the status of",
    "due_date": "changed when the draft is due",
    "facts_changed": "changed the plan's facts",
    "picture_added": "stored the picture",
    "picture_removed": "took out the picture",
    "submit": "submitted the plan for review",
    "withdraw": "withdrew the plan from review",
    "return": "returned the plan",
    "approve": "approved the plan",
    "publish": "asked for publication",
    "published": "published an edition",
    "amend": "opened the plan for a correction",
    "supersede": "marked the plan as superseded",
    "archive": "archived the plan",
}


@dataclass(frozen=True, slots=True)
class Happening:
    """An event in words: who, did what, to which section, when."""

    event: Event
    words: str
    title: str
    comment: str


def show_events(events: Iterable[Event]) -> list[Happening]:
    return [
        Happening(
            event,
            WORDS.get(event.action, event.action),
            _name_subject(event),
            str(event.detail.get("comment", "")),
        )
        for event in events
    ]


def _name_subject(event: Event) -> str:
    """Return the title of the section, or the name of the picture, that an event is about."""
    if event.action in ("picture_added", "picture_removed"):
        return str(event.detail.get("name", ""))
    return str(event.detail.get("title", "")) if event.section_id else ""


@require_safe
def plan_history(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything that happened to the plan, newest first."""
    plan = get_draft(request, pk)
    page = Paginator(plan.events.select_related("by", "section"), 50).get_page(
        request.GET.get("page")
    )
    context = {
        **plan_context(plan, request),
        "page": page,
        "happenings": show_events(page.object_list),
    }
    return render(request, "plans/plan_history.html", context)


# --- the plan's own facts ------------------------------------------------------------------------

HEAD_GRID = Grid(
    fields=(
        Field(("title",), "Title", required=True),
        Field(("subtitle",), "Subtitle"),
        Field(("council",), "Council"),
        Field(("directorate",), "Directorate"),
        Field(("unit",), "Unit", hint="Whose plan it is, as printed on the cover"),
        Field(
            ("money_unit",),
            "Unit of money",
            hint="Stated once in each table's head, as £000",
            width="narrow",
        ),
    ),
    lists=(
        RowList(
            path=("people",),
            title="People on the cover",
            noun="person",
            fields=(
                Field(("role",), "Post", width="wide"),
                Field(("name",), "Name", width="wide"),
                Field(("initials",), "Initials", width="narrow"),
            ),
            new={"role": "", "name": "", "initials": ""},
            label_path=("role",),
            identified=False,
        ),
        RowList(
            path=("summary",),
            title="Summary box of the cover",
            noun="fact",
            fields=(
                Field(("label",), "Label", width="wide", required=True),
                Field(("figure",), "Live figure", hint="Such as budget.gross", width="wide"),
                Field(
                    ("style",),
                    "Shown as",
                    FieldType.CHOICE,
                    choices=(
                        ("£m", "£m"),
                        ("£000", "£000"),
                        ("£", "£"),
                        ("plain", "As in its table"),
                        ("words", "In words"),
                    ),
                ),
                Field(("text",), "Or typed", width="wide"),
            ),
            new={"label": "", "figure": "", "style": "", "text": ""},
            label_path=("label",),
            identified=False,
        ),
        RowList(
            path=("units",),
            title="Teams",
            noun="team",
            hint="The teams whose budgets, posts and activity the plan brings together.",
            fields=(
                Field(
                    ("key",),
                    "Key",
                    hint="a to z, 0 to 9 and hyphens; figures use it",
                    width="narrow",
                    required=True,
                ),
                Field(("name",), "Name", width="wide", required=True),
                Field(("also",), "Also called", FieldType.LINES, hint="One name a line"),
                Field(
                    ("part_of",),
                    "Part of",
                    hint="The key of another team",
                    empty_as_null=True,
                    width="narrow",
                ),
            ),
            new={"key": "", "name": "", "also": [], "part_of": None},
            label_path=("name",),
            identified=False,
        ),
    ),
)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Edit the cover, the people, the summary box and the teams."""
    plan = get_plan_to_manage(request, pk)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its facts cannot change.")
        return redirect(plan)
    if request.method != "POST":
        head = read_head(plan).model_dump(by_alias=True)
        return _show_facts(request, plan, head, base=head)
    try:
        base = signing.loads(request.POST.get("base", ""), salt=f"{HEAD_SALT}.{plan.pk}")
        head = read_posted(request.POST, base, lambda value: HEAD_GRID)
    except (signing.BadSignature, Incomplete):
        return render(request, "400.html", status=400)
    operation = read_operation(request.POST.get("do", ""), HEAD_GRID)
    if operation:
        focus = apply_operation(head, operation, HEAD_GRID)
        return _show_facts(request, plan, head, base=base, focus=focus, unsaved=True)
    return _save_facts(request, plan, head, base)


def _save_facts(
    request: HttpRequest, plan: Plan, head: dict[str, Any], base: dict[str, Any]
) -> HttpResponse:
    try:
        save_head(plan, head, base=base, by=person(request), at=timezone.now())
    except Faults as found:
        errors = {field_name(fault.path): fault.message for fault in found.faults}
        return _show_facts(request, plan, head, base=base, errors=errors, status=422)
    except Conflict as clash:
        return _show_facts_clash(request, plan, clash)
    except NotOpen:
        messages.error(request, "The plan was submitted while you wrote; nothing was saved.")
        return redirect(plan)
    messages.success(request, "Saved.")
    return redirect(plan)


def _show_facts_clash(request: HttpRequest, plan: Plan, clash: Conflict) -> HttpResponse:
    """Show the form again on top of what others saved, theirs named wherever it clashes."""
    value = merge(clash.base, clash.theirs, clash.mine).merged
    errors = {}
    for each in clash.clashes:
        value = choose(value, each.path, each.mine)
        errors[field_name(each.path)] = (
            f"Somebody else changed this to “{show_text(each.theirs)}” since you opened the page. "
            "Yours is below; save again to keep it."
        )
    return _show_facts(request, plan, value, base=clash.theirs, errors=errors, status=409)


def show_text(value: Any) -> str:
    """Return any value of a section object or of a plan's facts as text to be compared."""
    if value is None:
        return "(removed)"
    if isinstance(value, str):
        return richtext.words(value) if richtext.is_clean(value) else value or "(empty)"
    if isinstance(value, Mapping):
        return "\n".join(f"{k}: {show_text(v)}" for k, v in value.items() if k != "id" and v)
    if isinstance(value, list):
        return "\n".join(show_text(item) for item in value)
    return str(value)


def _show_facts(
    request: HttpRequest,
    plan: Plan,
    head: dict[str, Any],
    *,
    base: dict[str, Any],
    errors: dict[str, str] | None = None,
    focus: Any = None,
    unsaved: bool = False,
    status: int = 200,
) -> HttpResponse:
    context = {
        **plan_context(plan, request),
        "editor": (editor := draw_editor(head, HEAD_GRID, errors or {}, focus=focus)),
        "errors": list_errors(errors or {}, editor, grid=HEAD_GRID, value=head),
        "base": signing.dumps(base, salt=f"{HEAD_SALT}.{plan.pk}", compress=True),
        "unsaved": unsaved,
    }
    return render(request, "plans/plan_facts.html", context, status=status)


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


def picture_address(plan: Plan) -> Callable[[PictureBlock], str | None]:
    """Return a function from a picture block to its address on this site; None if it is missing."""

    def address(block: PictureBlock) -> str | None:
        if not block.digest:
            return None
        return reverse("plans:picture", args=[plan.pk, block.digest])

    return address


# --- people and dates ----------------------------------------------------------------------------


@require_safe
def plan_people(request: HttpRequest, pk: int) -> HttpResponse:
    """Who is asked for each section, and by when."""
    plan = get_draft(request, pk)
    context = {**plan_context(plan, request), "entries": list_entries(plan, request)}
    return render(request, "plans/plan_people.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def plan_due(request: HttpRequest, pk: int) -> HttpResponse:
    """Say by when the whole draft is due."""
    plan = get_plan_to_manage(request, pk)
    form = DueDateForm(request.POST or None, initial={"due_on": plan.due_on})
    if request.method == "POST" and form.is_valid():
        try:
            due_on = form.cleaned_data["due_on"]
            set_due_date(plan, due_on, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
        else:
            messages.success(request, "Saved when the draft is due.")
        return redirect("plans:people", plan.pk)
    context = {**plan_context(plan, request), "form": form}
    return render(request, "plans/plan_due.html", context, status=form_status(form))


@require_http_methods(["GET", "HEAD", "POST"])
def section_assign(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Choose the person and the due date of one section."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    initial = {name: getattr(section, name) for name in ("assigned_to", "due_on", "reserved")}
    form = AssignForm(request.POST or None, plan=plan, initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            assign_section(section, **form.cleaned_data, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
        else:
            messages.success(request, f"Saved who is asked for “{section}”.")
        return redirect("plans:people", plan.pk)
    context = {**plan_context(plan, request), "form": form, "section": section}
    return render(request, "plans/section_assign.html", context, status=form_status(form))


def _present(plan: Plan, section_pk: int) -> Section:
    section = plan.sections.present().filter(pk=section_pk).first()
    if section is None:
        raise Http404
    section.plan = plan
    return section


# --- structure -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def plan_structure(request: HttpRequest, pk: int) -> HttpResponse:
    """Add, name, order and nest the plan's sections; bring removed ones back."""
    plan = get_plan_to_manage(request, pk)
    if not is_open(plan):
        messages.error(request, "The plan is not a draft, so its sections stay as they are.")
        return redirect(plan)
    form = AddSectionForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            section = add_section(plan, **form.cleaned_data, by=person(request), at=timezone.now())
        except Faults as found:
            form.add_error(None, f"{found.faults[0].message}.")
        else:
            messages.success(request, f"Added “{section}”.")
            return redirect(reverse("plans:structure", args=[plan.pk]) + f"#section-{section.pk}")
    removed = plan.sections.filter(
        removed_at__isnull=False, parent__isnull=True
    ) | plan.sections.filter(removed_at__isnull=False, parent__removed_at__isnull=True)
    context = {
        **plan_context(plan, request),
        "entries": list_entries(plan, request),
        "form": form,
        "removed": removed.annotate(inner=Count("children")).order_by("-removed_at"),
    }
    return render(request, "plans/plan_structure.html", context, status=form_status(form))


@require_POST
def section_move(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Move a section one place, or one level."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    direction = request.POST.get("direction", "")
    if direction not in ("up", "down", "in", "out"):
        return render(request, "400.html", status=400)
    try:
        move_section(section, direction, by=person(request), at=timezone.now())
    except (CannotMove, NotOpen) as error:
        messages.error(request, f"It cannot move there: {error}.")
    return redirect(reverse("plans:structure", args=[plan.pk]) + f"#section-{section.pk}")


@require_http_methods(["GET", "HEAD", "POST"])
def section_remove(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Take a section, and all under it, out of the plan, after asking."""
    plan = get_plan_to_manage(request, pk)
    section = _present(plan, section_pk)
    if request.method == "POST":
        try:
            removed = remove_section(section, by=person(request), at=timezone.now())
        except NotOpen:
            messages.error(request, "The plan is not a draft any more.")
            return redirect(plan)
        more = f" with {len(removed) - 1} under it" if len(removed) > 1 else ""
        messages.success(request, f"Removed “{section}”{more}. You can bring it back below.")
        return redirect("plans:structure", plan.pk)
    inner = plan.sections.present().filter(parent=section)
    context = {**plan_context(plan, request), "section": section, "inner": inner}
    return render(request, "plans/section_remove.html", context)


@require_POST
def section_bring_back(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Undo a removal."""
    plan = get_plan_to_manage(request, pk)
    section = plan.sections.filter(removed_at__isnull=False, pk=section_pk).first()
    if section is None:
        raise Http404
    section.plan = plan
    try:
        bring_back(section, by=person(request), at=timezone.now())
    except Faults as found:
        messages.error(request, found.faults[0].message)
    except NotOpen:
        messages.error(request, "The plan is not a draft any more.")
    else:
        messages.success(request, f"“{section}” is back.")
    return redirect("plans:structure", plan.pk)


# --- reading and taking away ---------------------------------------------------------------------


@require_safe
def plan_preview(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole working copy as it would read."""
    plan = get_draft(request, pk)
    data = read_plan(plan)
    findings = run_checks(data)
    context = {
        **plan_context(plan, request),
        **show_document(printable(plan, data), plan),
        "errors": [f for f in findings if f.level >= Level.ERROR],
    }
    return render(request, "plans/plan_preview.html", context)


def show_document(document: Document, plan: Plan) -> dict[str, Any]:
    """Return a document as markup for a page of the site, and the headings of its contents."""
    markup = fragment(document, first_level=2, show_picture=picture_address(plan))
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
    return slugify(f"{plan.unit or plan.title} {plan.year}".replace("/", "-"))[:100] or "plan"


def file_response(content: bytes, content_type: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    headers = {"Content-Disposition": disposition, "X-Content-Type-Options": "nosniff"}
    return HttpResponse(content, content_type=content_type, headers=headers)


@require_POST
def plan_print(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for a PDF of the working copy, and go to the page that shows its progress."""
    plan = get_draft(request, pk)
    return start_print(request, plan)


def start_print(request: HttpRequest, plan: Plan, version: Any = None) -> HttpResponse:
    """Write the job and queue it, in one transaction."""
    with transaction.atomic():
        job = add_job(
            Job.Kind.PRINT, by=person(request), at=timezone.now(), plan=plan, version=version
        )
        queue([job])
    return redirect("plans:job", plan.pk, job.pk)
