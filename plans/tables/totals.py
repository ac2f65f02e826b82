"""Totals that a file states beside those that its rows give."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from documents import values
from plans.content import Path
from plans.editor.places import label_in_full
from plans.grid import FieldType, Grid, value_at
from plans.tables.blocks import Block, Scene
from plans.tables.headings import ID, target_name
from plans.tables.outline import (
    find_table,
    name_parent,
    totals_at,
)
from plans.tables.placing import Origin, Placed
from plans.tables.sheets import Workbook


@dataclass(frozen=True, slots=True)
class Difference:
    """A total or derived cell of the sheet that is not what is worked out here."""

    place: str
    origin: Origin
    stated: str
    worked_out: str


def compare_totals(
    placed: Placed, grid: Grid, workbook: Workbook, scene: Scene
) -> tuple[Difference, ...]:
    """Return where totals and derived cells of the sheets are not what is worked out of them.

    `grid`: of the section as it would be.
    """
    found = [*_compare_derived(placed, grid, workbook, scene)]
    for at, block in placed.homes:
        found += _compare_stated(at, block, grid, workbook, scene, placed)
    return tuple(found)


def _compare_derived(
    placed: Placed, grid: Grid, workbook: Workbook, scene: Scene
) -> Iterator[Difference]:
    for at, block, row in placed.rows:
        table = find_table(scene.tables, block.table)
        fields = {target_name(f): f for f in table.fields} if table else {}
        if ID in block.columns.values():
            continue  # a file of ours that was changed: what it worked out is of before
        for column, name in block.columns.items():
            each = fields.get(name)
            if each and each.type is FieldType.DERIVED:
                shown = grid.derived.get((*at, *each.path), "")
                row_name = str(value_at(placed.value, (*at, *table.rows.label_path)) or "")  # type: ignore[union-attr]
                place = f"{row_name} › {label_in_full(each)}"
                yield from _compare(place, block, row, column, shown, workbook)


def _compare_stated(
    at: Path, block: Block, grid: Grid, workbook: Workbook, scene: Scene, placed: Placed
) -> Iterator[Difference]:
    table = find_table(scene.tables, block.table)
    totals = totals_at(grid, at)
    if table is None or ID in block.columns.values():
        return
    parent = value_at(placed.value, at[: -len(table.rows.path)])
    name = name_parent(table, parent) if parent and table.above else table.title
    for row, total in zip(block.stated, totals, strict=False):
        for column, target in block.columns.items():
            each = next((f for f in table.fields if target_name(f) == target), None)
            if each and each.path in total.values:
                place = f"{name} › {total.label} › {label_in_full(each)}"
                yield from _compare(place, block, row, column, total.values[each.path], workbook)


def _compare(
    place: str, block: Block, row: int, column: int, worked_out: str, workbook: Workbook
) -> Iterator[Difference]:
    sheet = workbook.sheets[block.sheet]
    stated = sheet.cell(row, column).text
    number = values.parse(stated).number
    ours = values.parse(worked_out).number
    if number is not None and number != (ours or 0):
        yield Difference(place, Origin(block.sheet, sheet.name, row, column), stated, worked_out)
