"""Editing a section of any kind: as a form, whole, with the draft and the clash of each person."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core import signing
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from plans import guard
from plans.access import get_section_to_write, person
from plans.checks.references import missing_pictures
from plans.content import Faults, Path
from plans.editor import (
    Incomplete,
    apply_operation,
    draw_editor,
    field_name,
    find_place,
    read_operation,
    read_posted,
    section_grid,
    show_in_words,
)
from plans.grid import Grid
from plans.merge import Clash
from plans.models import Draft, Section, SectionRevision
from plans.permissions import is_open
from plans.planfile import plan_facts, read_head, section_object
from plans.registry import PlanFacts, get_kind
from plans.services import (
    Conflict,
    NotOpen,
    Removed,
    drop_draft,
    find_authors,
    keep_beside,
    keep_draft,
    save_section,
    save_with_choices,
    section_at,
    settle_draft,
)
from plans.services.previews import expect_preview
from plans.tables.outline import list_tables
from plans.views.lists import read_number
from plans.views.plans import list_errors
from plans.views.section_findings import (
    count_standing,
    find_in_section,
    list_findings,
    list_marks,
)
from plans.views.sections import section_context

NOW = "now"
MILESTONE_SALT = "plans.milestone"


@require_http_methods(["GET", "HEAD", "POST"])
def section_edit(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Edit a section of any kind; what cannot be saved stays on the page, and in a draft."""
    is_post = request.method == "POST"
    section = get_section_to_write(request, pk, section_pk, or_removed=is_post)
    facts = plan_facts(read_head(section.plan))
    if is_post:
        return _take_post(request, section, facts)
    if not is_open(section.plan):
        messages.error(
            request,
            f"The plan is “{section.plan.get_state_display()}”, so its sections cannot change now.",
        )
        return redirect(section)
    expect_preview()
    asked = request.GET.get("at", "")
    if asked == NOW or read_number(asked) is not None:
        return _show_saved(request, section, facts, read_number(asked))
    draft = Draft.objects.filter(section=section, user=person(request)).first()
    if draft:
        return _show_draft(request, section, facts, draft)
    return _show(request, section, facts, section_object(section), base=section.revision)


def _show_saved(
    request: HttpRequest, section: Section, facts: PlanFacts, number: int | None
) -> HttpResponse:
    """Show what is saved, whatever draft there is: what revision `number` left, or what is now."""
    if number in (None, section.revision):
        return _show(request, section, facts, section_object(section), base=section.revision)
    try:
        value = section_at(section, number)
    except SectionRevision.DoesNotExist as error:
        raise Http404 from error
    return _show(request, section, facts, value, base=number)


def _show_draft(
    request: HttpRequest, section: Section, facts: PlanFacts, draft: Draft
) -> HttpResponse:
    """Show what the person typed last time and what could not be saved then."""
    return _show(
        request, section, facts, draft.section_object, base=draft.base_revision, draft=draft
    )


def _take_post(request: HttpRequest, section: Section, facts: PlanFacts) -> HttpResponse:
    if request.POST.get("do") == "discard":
        drop_draft(section, by=person(request))
        messages.success(request, "Discarded what was not saved.")
        return redirect("plans:section_edit", section.plan_id, section.pk)
    try:
        base_revision = int(request.POST.get("base_revision", "")[:9])
        base = (
            section_object(section)
            if base_revision == section.revision
            else section_at(section, base_revision)
        )
        typed = read_posted(request.POST, base, lambda value: section_grid(value, facts))
    except (ValueError, Incomplete, SectionRevision.DoesNotExist):
        return render(request, "400.html", {"lost": True}, status=400)
    grid = section_grid(typed, facts)
    operation = read_operation(request.POST.get("do", ""), grid)
    if operation and is_open(section.plan) and not section.removed_at:
        focus = apply_operation(typed, operation, grid)
        return _show(
            request,
            section,
            facts,
            typed,
            base=base_revision,
            focus=focus,
            unsaved=True,
            kept_at=request.POST.get("kept_at", ""),
        )
    return _save(request, section, facts, typed, base_revision)


def _save(
    request: HttpRequest,
    section: Section,
    facts: PlanFacts,
    typed: dict[str, Any],
    base_revision: int,
) -> HttpResponse:
    user, at = person(request), timezone.now()
    save_id = read_save_id(request)
    holds_draft = _holds_draft(request, section)
    keep = partial(
        keep_draft if holds_draft else keep_beside,
        *(section, typed),
        base_revision=base_revision,
        by=user,
        at=at,
    )
    try:
        saved = save_section(
            section,
            typed,
            base_revision=base_revision,
            save_id=save_id,
            by=user,
            at=at,
            ends_draft=holds_draft,
        )
    except Faults as found:
        is_all = holds_draft or not Draft.objects.filter(section=section, user=user).exists()
        keep()
        errors = {field_name(fault.path): fault.message for fault in found.faults}
        return _show(
            request,
            section,
            facts,
            typed,
            base=base_revision,
            errors=errors,
            kept_at=at.isoformat() if is_all else "",
            status=422,
        )
    except Conflict as clash:
        keep()
        return show_clash_page(request, section, clash)
    except Removed:
        keep()
        messages.error(
            request,
            f"“{section}” was taken out of the plan while you wrote. What you typed is kept, and "
            "comes back if the section is brought back on the Structure page.",
        )
        return redirect(section.plan)
    except NotOpen:
        keep()
        messages.error(
            request,
            "The plan was submitted while you wrote. What you typed is kept, and comes back here "
            "if the plan is returned.",
        )
        return redirect(section)
    settle_draft(section, [tuple(change["path"]) for change in saved.changed], by=user)
    _say_saved(request, saved)
    if request.POST.get("do") == "save":
        return redirect("plans:section_edit", section.plan_id, section.pk)
    _say_questions(request, typed, facts)
    return redirect(section)


def _holds_draft(request: HttpRequest, section: Section) -> bool:
    """Whether the form was drawn with all that is kept now: another page may have kept more."""
    shown = request.POST.get("kept_at")
    draft = Draft.objects.filter(section=section, user=person(request)) if shown else None
    return draft is not None and any(each.at.isoformat() == shown for each in draft)


def _say_questions(request: HttpRequest, typed: Mapping[str, Any], facts: PlanFacts) -> None:
    """Say how many cells the number guard questions; they are named above the form."""
    asked = sum(1 for _ in guard.questions(typed, section_grid(typed, facts), facts.money_unit))
    if asked:
        cells = "1 cell needs" if asked == 1 else f"{asked} cells need"
        messages.warning(
            request,
            f"{cells} a look: the number may not be the one meant. Edit the section to see.",
        )


def read_save_id(request: HttpRequest) -> str:
    """Return the browser's name of this save, a fresh one if it sent none that can be kept."""
    text = request.POST.get("save_id", "")
    return text if re.fullmatch(r"[A-Za-z0-9-]{1,64}", text) else uuid4().hex


def _say_saved(request: HttpRequest, saved: Any) -> None:
    if not saved.changed and not saved.repeated:
        messages.info(request, "Nothing had changed.")
    elif saved.merged:
        messages.success(request, "Saved, together with what others changed meanwhile.")
    else:
        messages.success(request, "Saved.")


def _show(
    request: HttpRequest,
    section: Section,
    facts: PlanFacts,
    value: dict[str, Any],
    *,
    base: int,
    errors: Mapping[str, str] | None = None,
    focus: Path | None = None,
    unsaved: bool = False,
    draft: Draft | None = None,
    kept_at: str = "",
    status: int = 200,
) -> HttpResponse:
    """Show the editor of `value`. `kept_at`: when what it shows was kept as the person's draft."""
    errors = dict(errors or {})
    stored = _stored_pictures(section)
    grid = section_grid(value, replace(facts, pictures=tuple(stored)))
    editor = draw_editor(value, grid, errors, focus=focus)
    findings = find_in_section(section)
    context = {
        **section_context(section, request),
        "editor": editor,
        "errors": list_errors(errors, editor, grid=grid, value=value),
        "questions": _list_questions(value, grid, facts, errors),
        "stored_pictures": stored,
        "found_here": list_findings(findings, value),
        "finding_marks": json.dumps(list_marks(findings)),
        "finding_count": count_standing(findings),
        "missing": [
            (f"id_{field_name(path)}", sentence)
            for path, sentence in missing_pictures(value, stored)
        ],
        "base_revision": base,
        "save_id": uuid4().hex,
        "unsaved": unsaved,
        "draft": draft,
        "kept_at": kept_at or (draft.at.isoformat() if draft else ""),
        "is_wide": section.kind != "narrative",
        "table_tools": list_tables(grid),
        "money_unit": facts.money_unit,
    }
    return render(request, "plans/section_edit.html", context, status=status)


def _stored_pictures(section: Section) -> dict[str, str]:
    """Return the digests of the plan's pictures by name; none if its kind shows none."""
    if not get_kind(section.kind).pictures:
        return {}
    return dict(section.plan.pictures.order_by("name").values_list("name", "digest"))


def _list_questions(
    value: Mapping[str, Any], grid: Grid, facts: PlanFacts, errors: Mapping[str, str]
) -> list[dict[str, Any]]:
    """Return the cells that the number guard questions, but for those that cannot be saved."""
    return [
        {
            "anchor": f"id_{field_name(found.path)}",
            "place": find_place(found.path, grid, (value,)),
            "text": found.text,
            "question": found.question,
        }
        for found in guard.questions(value, grid, facts.money_unit)
        if field_name(found.path) not in errors
    ]


def show_clash_page(
    request: HttpRequest, section: Section, clash: Conflict, *, milestone: str = ""
) -> HttpResponse:
    """Show all three texts of each clash; what was typed is kept in the person's draft.

    `milestone`: what the history is to call the save once the clashes are decided, sealed.
    """
    grid = section_grid(clash.theirs, plan_facts(read_head(section.plan)))
    paths = [each.path for each in clash.clashes]
    authors = find_authors(section, paths, asked_by=person(request))
    context = {
        **section_context(section, request),
        "clashes": [
            {**show_clash(each, clash, grid), "by": by}
            for each, by in zip(clash.clashes, authors, strict=True)
        ],
        "who": list_names(authors),
        "subject": f"“{section}”",
        "again": reverse("plans:section_resolve", args=[section.plan_id, section.pk]),
        "revision": clash.revision,
        "milestone": milestone,
    }
    return render(request, "plans/clash.html", context, status=409)


def seal_milestone(name: str, section: Section, *, at: datetime) -> str:
    """Return a milestone as the page of a clash carries it, of the draft that was kept `at`."""
    return signing.dumps([name, section.pk, at.isoformat()], salt=MILESTONE_SALT)


def open_milestone(sealed: str, draft: Draft) -> str:
    """Return the milestone that was sealed for this very draft, "" if none was."""
    try:
        name, section, at = signing.loads(sealed, salt=MILESTONE_SALT)
    except signing.BadSignature:
        return ""
    return str(name) if (section, at) == (draft.section_id, draft.at.isoformat()) else ""


def show_clash(each: Clash, clash: Conflict, grid: Grid) -> dict[str, Any]:
    """Return one clash with its place in words and its texts as people read them."""
    place = find_place(each.path, grid, (clash.theirs, clash.mine, clash.base))
    return {
        "name": field_name(each.path),
        "place": place,
        "base": show_in_words(each.base, place),
        "theirs": show_in_words(each.theirs, place),
        "mine": show_in_words(each.mine, place),
    }


def list_names(authors: Sequence[str]) -> str:
    """Return whoever changed the places, each once: "Ann Lee and you, on another page"."""
    *rest, last = dict.fromkeys(authors) or ("",)
    return f"{', '.join(rest)} and {last}" if rest else last


@require_POST
def section_resolve(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Save a draft that clashed, with one choice for each place: theirs or mine."""
    section = get_section_to_write(request, pk, section_pk)
    user, at = person(request), timezone.now()
    draft = Draft.objects.filter(section=section, user=user).first()
    if draft is None or not is_open(section.plan):
        messages.error(request, "There is nothing left to decide here.")
        return redirect(section)
    choices = {
        name.removeprefix("choice-"): side
        for name, side in request.POST.items()
        if name.startswith("choice-")
    }
    sealed = request.POST.get("milestone", "")
    try:
        saved = save_with_choices(
            section,
            draft.section_object,
            base_revision=draft.base_revision,
            seen_revision=read_number(request.POST.get("revision", "")) or 0,
            choices=choices,
            by=user,
            at=at,
            milestone=open_milestone(sealed, draft),
        )
    except Conflict as clash:
        return show_clash_page(request, section, clash, milestone=sealed)
    except Faults:
        messages.error(
            request, "Something in what you typed cannot be saved yet. Put it right here."
        )
        return redirect("plans:section_edit", pk, section.pk)
    _say_saved(request, saved)
    return redirect(section)
