"""Saving changed places of a section: what can be saved is, the rest is kept as a draft."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from accounts.models import User
from plans.editor.patches import Patch, Patched, Places
from plans.editor.reading import section_grid
from plans.merge import changes
from plans.models import Draft, Section, SectionRevision
from plans.planfile import plan_facts, read_head, section_object
from plans.services.cells import Overtaken, save_cells
from plans.services.meeting import Meeting, PatchSaved
from plans.services.saving import (
    drop_draft,
    keep_draft,
    name_save,
    refuse_unless_writable,
    section_at,
    write_section,
)
from plans.services.taking import take_section


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
        return _answer_again(section, patch, first)
    refuse_unless_writable(section, by=by)
    meeting = _meet(section, patch)
    result = meeting.result.as_dict()
    written = tuple(changes(meeting.now, result))
    if written:
        write_section(section, meeting.result, patch=written, save_id=save_id, by=by, at=at)
    if meeting.refused:
        keep_patch(section, patch, by=by, at=at, base=meeting.base)
    elif patch.ends_draft:
        drop_draft(section, by=by)
    return meeting.answer(section.revision, changed=len(written), result=result)


def _meet(section: Section, patch: Patch) -> Meeting:
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


def keep_patch(
    section: Section,
    patch: Patch,
    *,
    by: User,
    at: datetime,
    base: dict[str, Any] | None = None,
) -> None:
    """Put what was sent into the person's draft, over what is kept there already.

    `base`: the section as the page was drawn from it; it is read if it is not given.
    """
    draft = Draft.objects.filter(section=section, user=by).first()
    number = patch.base_revision
    if draft:
        start, number = draft.section_object, draft.base_revision
    else:
        start = base if base is not None else _object_at(section, number)
        if start is None:
            start, number = section_object(section), section.revision
    grid = section_grid(start, plan_facts(read_head(section.plan)))
    patched = Patched(start, Places(grid), is_judged=False)
    for change in patch.changes:
        patched.put(change)
    keep_draft(section, patched.value, base_revision=number, by=by, at=at)
