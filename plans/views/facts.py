"""A plan's own facts: its cover, the people on it, its summary box, its teams."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from documents import richtext
from plans.access import get_plan_to_manage, person
from plans.content import Faults
from plans.editor import (
    Incomplete,
    apply_operation,
    draw_editor,
    field_name,
    read_operation,
    read_posted,
)
from plans.grid import Field, FieldType, Grid, RowList
from plans.merge import choose, merge
from plans.models import Plan
from plans.permissions import is_open
from plans.planfile import read_head
from plans.services import Conflict, NotOpen, save_head
from plans.services.findings import view_working_copy
from plans.views.cover import show_summary
from plans.views.plans import list_errors, plan_context

HEAD_SALT = "plans.head"

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
        "facts": show_summary(
            plan, head["summary"], view_working_copy(plan).figures, may_manage=True
        ),
        "editor": (editor := draw_editor(head, HEAD_GRID, errors or {}, focus=focus)),
        "errors": list_errors(errors or {}, editor, grid=HEAD_GRID, value=head),
        "base": signing.dumps(base, salt=f"{HEAD_SALT}.{plan.pk}", compress=True),
        "unsaved": unsaved,
    }
    return render(request, "plans/plan_facts.html", context, status=status)
