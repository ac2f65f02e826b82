"""Saving changed places of a section: what can be saved is, the rest is kept as a draft."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from plans.content import Path
from plans.editor.patches import Patched, Places, name_rows
from plans.editor.reading import section_grid
from plans.editor.sent import Patch
from plans.grid import RowList, value_at
from plans.merge import changes
from plans.models import Draft, Section, SectionRevision
from plans.planfile import plan_facts, read_head, section_object
from plans.services.cells import Overtaken, meet_cells, read_past, save_cells
from plans.services.meeting import Elsewhere, Meeting, PatchFault, PatchSaved
from plans.services.saving import (
    find_authors,
    keep_draft,
    name_save,
    refuse_unless_writable,
    section_at,
    settle_draft,
    write_section,
)
from plans.services.taking import take_section


@dataclass(frozen=True, slots=True)
class Since:
    """What others changed since a page was drawn; `redraw`: in a way that it cannot follow."""

    others: tuple[Elsewhere, ...] = ()
    redraw: bool = False


@dataclass(frozen=True, slots=True)
class TotalRow:
    """The printed values of one total of a list, by the paths of its columns."""

    path: Path
    place: int
    values: Mapping[Path, str]


@dataclass(frozen=True, slots=True)
class Derived:
    """What a section's rules give: its derived cells by path, and its totals."""

    cells: Mapping[Path, str]
    totals: tuple[TotalRow, ...]
    faults: tuple[PatchFault, ...]


def save_patch(section: Section, patch: Patch, *, by: User, at: datetime) -> PatchSaved:
    """Save what can be saved of a patch, as one revision; keep the rest as the person's draft.

    A change is made where its place still holds what the page knew; different paragraphs of rich
    text are merged. A `save_id` seen before, by the same person with the same changes, is
    answered as the first time.

    :raises NotOpen: if the plan is no longer a draft.
    :raises Removed: if the section is no longer in the plan.
    :raises PermissionDenied: if `by` may not write this section.
    """
    name = name_save(patch.save_id, repr(patch.changes), by=by)
    try:
        saved = save_cells(section, patch, save_id=name, by=by, at=at)
    except Overtaken:
        return _save_held(section, patch, save_id=name, by=by, at=at)
    return saved or _save_whole(section, patch, save_id=name, by=by, at=at)


@transaction.atomic
def _save_held(
    section: Section, patch: Patch, *, save_id: str, by: User, at: datetime
) -> PatchSaved:
    """Save a patch that was overtaken, now that nobody can come in between."""
    held = take_section(section)
    saved = save_cells(held, patch, save_id=save_id, by=by, at=at)
    return saved or _save_whole(section, patch, save_id=save_id, by=by, at=at)


@transaction.atomic
def _save_whole(
    section: Section, patch: Patch, *, save_id: str, by: User, at: datetime
) -> PatchSaved:
    """Save a patch by reading the section and writing what changed in it."""
    section = take_section(section)
    first = section.revisions.filter(save_id=save_id).first()
    if first:
        return _name_authors(section, _answer_again(section, patch, first), asked_by=by)
    refuse_unless_writable(section, by=by)
    meeting = meet_patch(section, patch)
    result = meeting.result.as_dict()
    written = tuple(changes(meeting.now, result))
    if written:
        write_section(section, meeting.result, patch=written, save_id=save_id, by=by, at=at)
    settle_draft(section, [*meeting.stored_paths(), *patch.withdrawn], by=by)
    if meeting.refused:
        keep_patch(section, patch, by=by, at=at, base=meeting.base)
    answer = meeting.answer(section.revision, changed=len(written), result=result)
    return _name_authors(section, answer, asked_by=by)


def _name_authors(section: Section, answer: PatchSaved, *, asked_by: User) -> PatchSaved:
    """Return the answer with each clash telling who saved theirs."""
    if not answer.clashes:
        return answer
    names = find_authors(section, [clash.path for clash in answer.clashes], asked_by=asked_by)
    named = zip(answer.clashes, names, strict=True)
    return replace(answer, clashes=tuple(replace(clash, by=name) for clash, name in named))


def meet_patch(section: Section, patch: Patch) -> Meeting:
    """Return a patch met with what stands now and, where it is stale, with its base."""
    now = section_object(section)
    base = now
    if patch.base_revision != section.revision:
        base = _object_at(section, patch.base_revision)
    return Meeting(patch.changes, facts=plan_facts(read_head(section.plan)), now=now, base=base)


def _answer_again(section: Section, patch: Patch, first: SectionRevision) -> PatchSaved:
    """Work the first answer out again, from what stood before that save and what it left."""
    now = section_at(section, first.number - 1)
    is_stale = patch.base_revision != first.number - 1
    base = _object_at(section, patch.base_revision) if is_stale else now
    facts = plan_facts(read_head(section.plan))
    meeting = Meeting(patch.changes, facts=facts, now=now, base=base)
    result = section_at(section, first.number)
    return meeting.answer(first.number, changed=len(first.patch), result=result)


def _object_at(section: Section, number: int) -> dict[str, Any] | None:
    """Return what a page was drawn from, None if the history has no such revision."""
    try:
        return section_at(section, number)
    except SectionRevision.DoesNotExist:
        return None


def changes_since(section: Section, number: int) -> Since:
    """Return what a page that was drawn from revision `number` has to be told of the rest."""
    if number == section.revision:
        return Since()
    past = read_past(section, number)
    found = meet_cells(section, (), past) if past else None
    if found:
        answer = found[0].answer(section.revision, changed=0, result=found[0].now, is_whole=False)
    else:
        meeting = meet_patch(section, Patch((), number, ""))
        answer = meeting.answer(section.revision, changed=0, result=meeting.now)
    return Since(answer.others, answer.redraw)


def work_out(section: Section, patch: Patch) -> Derived:
    """Return what the section's rules give, as if the patch had been saved; nothing is."""
    meeting = meet_patch(section, patch)
    typed = Patched(meeting.now, meeting.places, is_judged=False)
    for change in patch.changes:
        typed.put(change)
    grid = section_grid(typed.value, meeting.facts)
    return Derived(
        cells={name_rows(path, typed.value): text for path, text in grid.derived.items()},
        totals=tuple(_find_totals(grid.lists, (), typed.value)),
        faults=meeting.list_faults(),
    )


def _find_totals(lists: Iterable[RowList], at: Path, holder: Any) -> Iterator[TotalRow]:
    for rows in lists:
        path = (*at, *rows.path)
        for place, total in enumerate(rows.totals):
            yield TotalRow(path, place, total.values)
        for place, row in enumerate(value_at(holder, rows.path) or ()):
            override = rows.rows.get(place)
            inner = override.lists if override and override.lists is not None else rows.lists
            if inner:
                yield from _find_totals(inner, (*path, row.get("id") or place), row)


def keep_patch(
    section: Section,
    patch: Patch,
    *,
    by: User,
    at: datetime,
    base: dict[str, Any] | None = None,
) -> None:
    """Put what was sent into the person's draft, over what is kept there already.

    `base`: the section as the page was drawn from it; it is read if it is not given. Of the draft's
    base and the patch's the older counts, so that nothing newer is written over unasked.
    """
    draft = Draft.objects.filter(section=section, user=by).first()
    number = patch.base_revision
    if draft:
        start, number = draft.section_object, min(number, draft.base_revision)
    else:
        start = base if base is not None else _object_at(section, number)
        if start is None:
            start, number = section_object(section), section.revision
    grid = section_grid(start, plan_facts(read_head(section.plan)))
    patched = Patched(start, Places(grid), is_judged=False)
    for change in patch.changes:
        patched.put(change)
    keep_draft(section, patched.value, base_revision=number, by=by, at=at)
