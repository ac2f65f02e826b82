"""A section's history: its saves, two states of it beside each other, and the ways back."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from plans.access import get_section, get_section_to_write, person
from plans.comparison import ChangeLine, Comparison, compare_sections, describe_change, split_lists
from plans.content import Faults
from plans.editor import find_place, section_grid
from plans.folding import Fold, Moment, fold_moments, fold_patches
from plans.grid import Grid
from plans.merge import ORDER
from plans.models import Section, SectionRevision
from plans.permissions import is_open
from plans.planfile import plan_facts, read_head, section_object
from plans.registry import PlanFacts
from plans.services import NotOpen, Removed, section_at
from plans.services.history import (
    MovedOn,
    Return,
    plan_restoring,
    plan_undoing,
    restore_section,
    show_moment,
    undo_saves,
)
from plans.views.happenings import MILESTONES
from plans.views.lists import read_number
from plans.views.sections import section_context

PAGE = 25
SHOWN_CHANGES = 12
SHOWN_SAVES = 40
PICKED_SAVES = 200
NOW = "now"


@dataclass(frozen=True, slots=True)
class Mark:
    """A milestone: of the section, or of its plan while the section stood at save `number`."""

    words: str
    number: int
    at: datetime
    by: User
    comment: str = ""


@dataclass(frozen=True, slots=True)
class History:
    """Every save of a section as moments, the newest first; who saved; its milestones."""

    saves: tuple[Moment, ...]
    people: Mapping[int, User]
    marks: tuple[Mark, ...]
    milestones: Mapping[int, str]

    def fold(self, *, by: int | None = None, since: int | None = None) -> list[Fold]:
        """Return the lines of this person's saves, after save `since`; all if neither is given."""
        folds = fold_moments(self.saves)
        return [
            fold
            for fold in folds
            if (by is None or fold.last.key == by) and (since is None or fold.last.number > since)
        ]


def read_history(section: Section) -> History:
    """Return the section's history without what was saved, in three queries."""
    rows = list(section.revisions.values_list("number", "by_id", "at", "milestone"))
    events = section.plan.events.filter(action__in=MILESTONES).select_related("by")
    people = User.objects.in_bulk({by for _, by, _, _ in rows})
    saves = tuple(Moment(n, by, at, not words, bool(words)) for n, by, at, words in rows)
    own = [Mark(words, n, at, people[by]) for n, by, at, words in rows if words]
    times = [at for _, _, at, _ in reversed(rows)]
    of_plan = [
        Mark(
            MILESTONES[event.action],
            bisect_right(times, event.at),
            event.at,
            event.by,
            str(event.detail.get("comment", "")),
        )
        for event in events
        if event.action not in ("import", "start")
    ]
    marks = sorted((*own, *of_plan), key=lambda mark: (mark.at, mark.number), reverse=True)
    return History(
        saves,
        people,
        tuple(mark for mark in marks if mark.number),
        {n: words for n, _, _, words in rows if words},
    )


# --- the list ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the history: saves of one person, and what they changed in the end.

    `is_start`: it made the section. `is_now`: nothing was saved since.
    """

    fold: Fold
    by: User
    milestone: str
    summary: str
    changes: tuple[ChangeLine, ...]
    more: int
    is_start: bool
    is_now: bool

    @property
    def before(self) -> int:
        return self.fold.first.number - 1

    @property
    def saves(self) -> tuple[Moment, ...]:
        """The single saves, the oldest first, if there are several but not too many."""
        return self.fold.moments[::-1] if 1 < len(self.fold) <= SHOWN_SAVES else ()


@require_safe
def section_revisions(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """Who saved the section when, and what changed; milestones first, small saves folded."""
    section = get_section(request, pk, section_pk)
    history = read_history(section)
    chosen = {name: read_number(request.GET.get(name, "")) for name in ("by", "since")}
    page = Paginator(history.fold(**chosen), PAGE).get_page(request.GET.get("page"))
    context = {
        **section_context(section, request),
        "history": history,
        "chosen": chosen,
        "page": page,
        "lines": list_lines(section, history, page),
        "writers": sorted(history.people.values(), key=str),
    }
    return render(request, "plans/section_revisions.html", context)


def list_lines(section: Section, history: History, page: Page[Fold]) -> list[Line]:
    """Return a page of folded saves in words; the patches of all are read at once."""
    patches = _read_patches(section, page.object_list)
    now = section_object(section)
    grid = section_grid(now, plan_facts(read_head(section.plan)))
    lines = []
    for fold in page:
        is_start = fold.first.number == 1
        net = [] if is_start else fold_patches(patches[m.number] for m in reversed(fold.moments))
        done = list(split_lists(net))
        sides = (now, *_rows_in(done))
        shown = tuple(describe_change(change, grid, sides) for change in done[:SHOWN_CHANGES])
        lines.append(
            Line(
                fold=fold,
                by=history.people[fold.last.key],
                milestone=history.milestones.get(fold.last.number, ""),
                summary=summarise(done),
                changes=shown,
                more=len(done) - len(shown),
                is_start=is_start,
                is_now=fold.last.number == section.revision,
            )
        )
    return lines


def _read_patches(section: Section, folds: Sequence[Fold]) -> dict[int, Any]:
    """Return the patches of all these saves by their numbers, in one query."""
    numbers = {moment.number for fold in folds for moment in fold.moments} - {1}
    if not numbers:
        return {}
    within = section.revisions.filter(number__range=(min(numbers), max(numbers)))
    return dict(within.filter(by__in={fold.last.key for fold in folds})
                .values_list("number", "patch"))  # fmt: skip


def _rows_in(patch: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return objects that hold the rows which a patch removed, so that they can be named."""
    found = []
    for change in patch:
        if "new" not in change and isinstance(change["old"], Mapping):
            *path, _ = change["path"]
            value: Any = [change["old"]]
            for step in reversed(path):
                value = {step: value}
            found.append(value)
    return found


def summarise(patch: Sequence[Mapping[str, Any]]) -> str:
    """Return in words how much a patch changed: "12 cells, 1 row added"."""
    counts = {"cell": 0, "text": 0, "row added": 0, "row removed": 0}
    moved = False
    for change in patch:
        if change["path"][-1] == ORDER:
            moved = True
        else:
            counts[_sort_of(change)] += 1
    parts = [_count(number, words) for words, number in counts.items() if number]
    return ", ".join([*parts, "rows moved"] if moved else parts) or "nothing in the end"


def _sort_of(change: Mapping[str, Any]) -> str:
    if "old" not in change and isinstance(change["new"], Mapping):
        return "row added"
    if "new" not in change and isinstance(change["old"], Mapping):
        return "row removed"
    return "cell" if len(change["path"]) >= 4 else "text"


def _count(number: int, words: str) -> str:
    noun, _, rest = words.partition(" ")
    return f"{number} {noun}{'' if number == 1 else 's'}{' ' + rest if rest else ''}"


# --- two states beside each other ----------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Choice:
    """What a picker offers: a save by its number, or "now"."""

    value: str
    words: str


@require_safe
def section_compare(request: HttpRequest, pk: int, section_pk: int) -> HttpResponse:
    """What changed between two states of the section: a save, a milestone, or now."""
    section = get_section(request, pk, section_pk)
    history = read_history(section)
    picked = [
        _read_pick(request.GET.get("from", ""), section, default=_start_of(history)),
        _read_pick(request.GET.get("to", ""), section, default=NOW),
    ]
    whole = request.GET.get("show") == "all"
    then, now = (_state_at(section, pick) for pick in picked)
    context = {
        **section_context(section, request),
        "comparison": compare(then, now, plan_facts(read_head(section.plan)), whole=whole),
        "picked": picked,
        "whole": whole,
        "marks": [Choice(str(mark.number), _show_mark(mark)) for mark in history.marks],
        "saves": _list_saves(history, picked),
    }
    return render(request, "plans/section_compare.html", context)


def compare(
    then: Mapping[str, Any], now: Mapping[str, Any], facts: PlanFacts, *, whole: bool = False
) -> Comparison:
    """Return what two section objects differ in, each drawn by the grid of its own columns."""
    grids = (section_grid(then, facts), section_grid(now, facts))
    return compare_sections(then, now, grids=grids, whole=whole)


def _read_pick(text: str, section: Section, *, default: str) -> str:
    """Return the save that an address names, or "now"; `default` if it names none.

    :raises Http404: if the section has no such save.
    """
    if text == NOW or not text:
        return text or default
    number = read_number(text)
    if number is None or not 1 <= number <= section.revision:
        raise Http404
    return str(number)


def _start_of(history: History) -> str:
    """Return the save to compare with unless another is asked for: the latest milestone that is
    not the present state itself, else the first save."""
    latest = history.saves[0].number if history.saves else 0
    before = (mark.number for mark in history.marks if mark.number < latest)
    return str(next(before, 1))


def _state_at(section: Section, pick: str) -> dict[str, Any]:
    if pick == NOW:
        return section_object(section)
    try:
        return section_at(section, int(pick))
    except SectionRevision.DoesNotExist as error:
        raise Http404 from error


def _show_mark(mark: Mark) -> str:
    return f"{mark.words}, {show_moment(mark.at)}"


def _list_saves(history: History, picked: Sequence[str]) -> list[Choice]:
    """Return the latest lines of the history as choices, and whatever else is picked."""
    wanted = {fold.last.number: len(fold) for fold in history.fold()[:PICKED_SAVES]}
    wanted |= {int(pick): 1 for pick in picked if pick != NOW and int(pick) not in wanted}
    marked = {mark.number for mark in history.marks}
    return [
        Choice(str(save.number), f"{show_moment(save.at)}, {history.people[save.key]}")
        for save in history.saves
        if save.number in wanted and save.number not in marked
    ]


# --- ways back -----------------------------------------------------------------------------------


@require_http_methods(["GET", "HEAD", "POST"])
def section_restore(request: HttpRequest, pk: int, section_pk: int, number: int) -> HttpResponse:
    """Show what restoring a save would change, then store it as a new one."""
    section = get_section_to_write(request, pk, section_pk)
    revision = section.revisions.filter(number=number).defer("patch", "snapshot").first()
    if revision is None:
        raise Http404
    return _go_back(
        request,
        section,
        plan_restoring,
        restore_section,
        (number,),
        heading=f"Restore the section of {show_moment(revision.at)}?",
        button="Restore it",
    )


@require_http_methods(["GET", "HEAD", "POST"])
def section_undo(
    request: HttpRequest, pk: int, section_pk: int, first: int, last: int
) -> HttpResponse:
    """Show what taking some saves back would change, then store that as a new save."""
    section = get_section_to_write(request, pk, section_pk)
    revision = section.revisions.filter(number=last).defer("patch", "snapshot").first()
    if revision is None or not 2 <= first <= last:
        raise Http404
    return _go_back(
        request,
        section,
        plan_undoing,
        undo_saves,
        (first, last),
        heading=f"Undo the change of {show_moment(revision.at)}?",
        button="Undo it",
    )


def _go_back(
    request: HttpRequest,
    section: Section,
    look: Any,
    store: Any,
    saves: tuple[int, ...],
    *,
    heading: str,
    button: str,
) -> HttpResponse:
    """Ask, then store: `look` says what would happen, `store` does it, both of these `saves`."""
    if not is_open(section.plan):
        messages.error(
            request,
            f"The plan is “{section.plan.get_state_display()}”, so its sections cannot change now.",
        )
        return redirect(section)
    words = {"heading": heading, "button": button}
    if request.method != "POST":
        return _show_way(request, section, look(section, *saves), **words)
    seen = read_number(request.POST.get("seen_revision", ""))
    if seen is None:
        return render(request, "400.html", {"lost": True}, status=400)
    try:
        saved = store(
            section,
            *saves,
            seen_revision=seen,
            save_id=request.POST.get("save_id", "")[:64],
            by=person(request),
            at=timezone.now(),
        )
    except MovedOn:
        section.refresh_from_db()
        way = look(section, *saves)
        return _show_way(request, section, way, **words, moved_on=True, status=409)
    except Faults as found:
        way = look(section, *saves)
        faults = say_faults(found, section, way)
        return _show_way(request, section, way, **words, faults=faults, status=422)
    except (NotOpen, Removed):
        messages.error(request, "The plan changed meanwhile; nothing was restored.")
        return redirect(section.plan)
    if saved.changed:
        messages.success(request, f"This is now save {saved.revision}. It can be undone below.")
    else:
        messages.info(request, "The section reads so already; nothing was changed.")
    return redirect("plans:section_revisions", section.plan_id, section.pk)


def _show_way(
    request: HttpRequest,
    section: Section,
    way: Return,
    *,
    heading: str,
    button: str,
    faults: Sequence[str] = (),
    moved_on: bool = False,
    status: int = 200,
) -> HttpResponse:
    facts = plan_facts(read_head(section.plan))
    grid = section_grid(way.now, facts)
    context = {
        **section_context(section, request),
        "heading": heading,
        "button": button,
        "way": way,
        "comparison": compare(way.now, way.then, facts),
        "clashes": [find_place(c.path, grid, (way.now, way.then)) for c in way.clashes],
        "faults": faults,
        "moved_on": moved_on,
        "save_id": uuid4().hex,
    }
    return render(request, "plans/section_restore.html", context, status=status)


def say_faults(found: Faults, section: Section, way: Return) -> list[str]:
    """Return why content cannot be stored, each fault with the words of its place."""
    grid = _grid_of(section, way.then)
    return [f"{find_place(f.path, grid, (way.then,))}: {f.message}" for f in found.faults]


def _grid_of(section: Section, value: Mapping[str, Any]) -> Grid:
    return section_grid(value, plan_facts(read_head(section.plan)))
