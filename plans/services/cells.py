"""Saving a few cells by reading and writing their rows alone, whatever the section's size.

What an excerpt of the section cannot decide, such as a clash, a fault or a row that is gone, is
left to a save of the whole section.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Model

from accounts.models import User
from plans.content import Content, Path
from plans.editor.patches import Places
from plans.editor.sent import Patch, Typed
from plans.measures import measure_section
from plans.merge import changes, undo_changes
from plans.models import Plan, Section
from plans.permissions import can_write, is_open
from plans.planfile import (
    SectionData,
    plan_facts,
    put_head,
    read_head,
)
from plans.registry import RowStore, get_kind
from plans.services.excerpts import HEAD_FIELDS, Excerpt, RowName, find_rows, read_excerpt
from plans.services.meeting import Meeting, PatchSaved
from plans.services.saving import note_revision, settle_draft

CELLS_AT_ONCE = 60
REVISIONS_BEHIND = 60  # more are looked at in the whole section
MEASURED = frozenset({"words", "rows", "to_be_set"})


class Overtaken(Exception):
    """Somebody saved the section between reading its rows and writing them; nothing was written."""


def save_cells(
    section: Section, patch: Patch, *, save_id: str, by: User, at: datetime
) -> PatchSaved | None:
    """Save a patch of a few cells, or return None if it takes the whole section to answer it.

    `section` is as it was read with its plan; nothing has to be held.

    :raises Overtaken: if somebody else saved it since.
    """
    if not (_is_simple(patch) and _is_writable(section, by=by)):
        return None
    past = read_past(section, patch.base_revision, but=save_id)
    met = meet_cells(section, patch.changes, past) if past is not None else None
    if met is None:
        return None
    meeting, excerpt = met
    result = meeting.result.as_dict()
    written = tuple(changes(meeting.now, result))
    rows = find_rows(get_kind(section.kind), [tuple(change["path"]) for change in written])
    if rows is None:  # the schema put something right beside what was typed
        return None
    values = _values_to_be(section, meeting, written, at=at)
    try:
        with transaction.atomic():
            if written:
                _take(section, values)
                _write_rows(excerpt, rows, meeting.result)
                _note(section, written, save_id=save_id, by=by, at=at)
            settle_draft(section, [*(c.path for c in patch.changes), *patch.withdrawn], by=by)
    except IntegrityError:  # this very save was made before
        return None
    return meeting.answer(section.revision, changed=len(written), result=result, is_whole=False)


def _is_simple(patch: Patch) -> bool:
    typed = all(isinstance(change, Typed) for change in patch.changes)
    return typed and 0 < len(patch.changes) <= CELLS_AT_ONCE


def _is_writable(section: Section, *, by: User) -> bool:
    is_there = is_open(section.plan) and not section.removed_at
    return is_there and section.measure.keys() == MEASURED and can_write(by, section)


def read_past(section: Section, number: int, *, but: str = "") -> list[Mapping[str, Any]] | None:
    """Return what was changed since revision `number`, oldest first.

    None if that is too much to look at alone, or if the save `but` is among it.
    """
    behind = section.revision - number
    if behind == 0:
        return []
    if not 0 < behind <= REVISIONS_BEHIND or number < 1:
        return None
    since = section.revisions.filter(number__gt=number, number__lte=section.revision)
    rows = list(since.order_by("number").values_list("save_id", "patch"))
    if len(rows) != behind or any(save_id == but for save_id, _ in rows):
        return None
    return [change for _, patch in rows for change in patch]


# --- an excerpt of a section ---------------------------------------------------------------------


def meet_cells(
    section: Section, sent: Sequence[Any], past: Sequence[Mapping[str, Any]]
) -> tuple[Meeting, Excerpt] | None:
    """Put changes of cells into an excerpt; None if that cannot hold or decide them all.

    `past`: what others changed since the page was drawn, which the excerpt holds as well.
    """
    past_paths = [tuple(change["path"]) for change in past]
    kind = get_kind(section.kind)
    wanted = find_rows(kind, [*(change.path for change in sent), *past_paths])
    if wanted is None:
        return None
    excerpt = read_excerpt(section, kind, wanted)
    if excerpt is None or not wanted <= excerpt.rows.keys():  # a row is gone
        return None
    keys = {section.parent_id: section.parent.key} if section.parent else {}
    now = put_head(section, excerpt.content, keys)
    base = undo_changes(now, past) if past else now
    meeting = Meeting(sent, facts=plan_facts(read_head(section.plan)), now=now, base=base)
    if meeting.refused or not all(_is_drawn(path, meeting.places) for path in past_paths):
        return None
    return meeting, excerpt


def _is_drawn(path: Path, places: Places) -> bool:
    return any(True for _ in places.fields_within(path))


# --- writing -------------------------------------------------------------------------------------


def _values_to_be(
    section: Section, meeting: Meeting, written: Sequence[Mapping[str, Any]], *, at: datetime
) -> dict[str, Any]:
    """Return the columns of the section's row once it is saved; worked out before it is held."""
    head = {change["path"][0] for change in written} & HEAD_FIELDS
    values = {name: getattr(meeting.result.head, name) for name in head}
    status = section.status
    if status == Section.Status.NOT_STARTED:
        status = Section.Status.IN_PROGRESS
    was, now = measure_section(meeting.now), measure_section(meeting.result.as_dict())
    measure = {name: section.measure[name] + now[name] - was[name] for name in MEASURED}
    values |= {"measure": measure, "revision": section.revision + 1, "changed_at": at}
    return {**values, "status": status} if status != section.status else values


def _take(section: Section, values: Mapping[str, Any]) -> None:
    """Count the section one further, if it still stands as it was read; its plan comes first.

    :raises Overtaken: if the plan was submitted or the section saved or removed meanwhile.
    """
    plan = Plan.objects.filter(pk=section.plan_id, state=Plan.State.DRAFT)
    here = Section.objects.filter(pk=section.pk, revision=section.revision, removed_at=None)
    if not (plan.update(changed_at=values["changed_at"]) and here.update(**values)):
        raise Overtaken
    for name, value in values.items():
        setattr(section, name, value)


def _write_rows(excerpt: Excerpt, names: Iterable[RowName], result: SectionData) -> None:
    """Write the changed columns of each of these rows."""
    for name in names:
        store, row = excerpt.stores[name[0]], excerpt.rows[name]
        entry = _find_entry(result.content, excerpt, store, row)
        _write_columns(row, store.columns(entry))
        if store.write_beside:
            store.write_beside(row, entry, result.content)


def _note(
    section: Section,
    written: Sequence[Mapping[str, Any]],
    *,
    save_id: str,
    by: User,
    at: datetime,
) -> None:
    """Note the revision without its state, which would take the whole section to read: a worker
    keeps that where it is due."""
    note_revision(section, patch=written, snapshot=None, save_id=save_id, by=by, at=at)


def _find_entry(content: Content, excerpt: Excerpt, store: RowStore, row: Any) -> Any:
    """Return the validated row that a stored one is to read like."""
    if not store.path:
        return content
    holder: Any = content
    if store.within:
        above = excerpt.stores[store.path[:-1]]
        holder = _find_entry(content, excerpt, above, getattr(row, store.within))
    return next(entry for entry in getattr(holder, store.path[-1]) if entry.id == row.row_id)


def _write_columns(row: Model, columns: Mapping[str, Any]) -> None:
    changed = {name: value for name, value in columns.items() if getattr(row, name) != value}
    if changed:
        type(row)._default_manager.filter(pk=row.pk).update(**changed)
