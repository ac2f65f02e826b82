"""Tables of a file into a section: looked at first, then saved as one revision or not at all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from accounts.models import User
from plans.content import Faults, identified_rows, printable
from plans.editor import section_grid
from plans.grid import FieldType, Grid, value_at
from plans.guard import ask
from plans.merge import ORDER, changes
from plans.models import Section
from plans.planfile import read_section_object
from plans.registry import PlanFacts
from plans.services.saving import Saved, save_section
from plans.tables.blocks import Block, Scene
from plans.tables.outline import list_tables
from plans.tables.placing import BadCell, Mode, Placed, explain_faults, place_blocks
from plans.tables.sheets import Workbook
from plans.tables.totals import Difference, compare_totals

MILESTONE_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Counts:
    """How many rows an import adds, changes, removes and moves lists of."""

    added: int = 0
    changed: int = 0
    removed: int = 0
    moved: int = 0

    @property
    def is_nothing(self) -> bool:
        return not (self.added or self.changed or self.removed or self.moved)


@dataclass(frozen=True, slots=True)
class Review:
    """What an import would do. While a cell is bad, nothing may be stored.

    `value` is what is saved, its new rows without ids; `after` the same as it would be stored;
    `before` what it is laid over.
    """

    value: Mapping[str, Any]
    before: Mapping[str, Any]
    after: Mapping[str, Any]
    grid: Grid
    bad: tuple[BadCell, ...] = ()
    differences: tuple[Difference, ...] = ()
    patch: tuple[Mapping[str, Any], ...] = ()
    counts: Counts = field(default_factory=Counts)


def make_scene(base: Mapping[str, Any], facts: PlanFacts) -> Scene:
    """Return what the tables of a section object are looked for with."""
    return Scene(list_tables(section_grid(base, facts)), base, facts)


def review_import(
    workbook: Workbook,
    blocks: Sequence[Block],
    scene: Scene,
    *,
    mode: Mode,
    taken: Mapping[str, str],
) -> Review:
    """Return what these blocks would make of the section, and everything that is in the way.

    `taken`: by the key of a questioned cell, the reading that a person took of it.
    """
    base, facts = scene.value, scene.facts
    grid = section_grid(base, facts)
    placed = place_blocks(workbook, blocks, scene, grid=grid, mode=mode, taken=taken)
    bad = list(placed.bad)
    try:
        used = {row["id"] for _, row in identified_rows(base)}
        result = read_section_object(placed.value, facts, taken=used).as_dict()
    except Faults as found:
        bad += explain_faults(found.faults, placed, facts.money_unit)
        return Review(placed.value, base, base, grid, (*bad, *_ask(placed, facts, taken, bad)))
    bad += _ask(placed, facts, taken, bad)
    after = section_grid(result, facts)
    patch = tuple(changes(base, result))
    return Review(
        value=placed.value,
        before=base,
        after=result,
        grid=after,
        bad=tuple(bad),
        differences=compare_totals(placed, after, workbook, scene),
        patch=patch,
        counts=_count(patch, base),
    )


def _ask(
    placed: Placed, facts: PlanFacts, taken: Mapping[str, str], known: Sequence[BadCell]
) -> Iterator[BadCell]:
    """Yield the cells that could be stored, but that the number guard asks about."""
    bad = {cell.origin for cell in known}
    for path, (origin, cell, each) in placed.origins.items():
        if origin in bad or origin.key in taken or each.type is not FieldType.CELL:
            continue
        unit = value_at(placed.value, (*path[: -len(each.path)], "unit"))
        row_unit = unit if isinstance(unit, str) else ""
        question = ask(cell.text, each.holds, row_unit=row_unit, money_unit=facts.money_unit)
        if question:
            readings = (*question.readings, cell.text)
            yield BadCell(origin, cell.text, question.fault, each.label, readings)


def _count(patch: Sequence[Mapping[str, Any]], base: Mapping[str, Any]) -> Counts:
    """Count rows by a patch: whole rows that came or went, rows that changed, lists in a new
    order."""
    ids = {row["id"] for _, row in identified_rows(base)}
    added = removed = moved = 0
    changed = set()
    for change in patch:
        path = change["path"]
        if path[-1] == ORDER:
            moved += _is_moved(change)
        elif "old" not in change:
            added += 1
        elif "new" not in change:
            removed += 1
        else:
            changed.add(next((step for step in reversed(path) if step in ids), ""))
    return Counts(added, len(changed), removed, moved)


def _is_moved(change: Mapping[str, Any]) -> bool:
    """Whether rows that were there before stand in another order."""
    kept = set(change["old"]) & set(change["new"])
    before, after = ([i for i in change[side] if i in kept] for side in ("old", "new"))
    return before != after


def import_table(
    section: Section,
    value: Mapping[str, Any],
    *,
    file_name: str,
    base_revision: int,
    save_id: str,
    by: User,
    at: datetime,
) -> Saved:
    """Save what an import makes of a section as one revision, a milestone of its history.

    Raises what `save_section` raises; confirmed twice it is saved once.
    """
    return save_section(
        section,
        value,
        base_revision=base_revision,
        save_id=save_id,
        by=by,
        at=at,
        ends_draft=False,
        milestone=name_import(file_name),
    )


def name_import(file_name: str) -> str:
    """Return what the history calls an import of this file."""
    return f"Imported from {printable(file_name)}"[:MILESTONE_LIMIT]
