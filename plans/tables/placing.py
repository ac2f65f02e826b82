"""Blocks of a workbook laid over a section: what its object would be, and every cell that cannot.

Pure: takes the section object as it was when the file was chosen, and returns a new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from documents import values
from plans.content import Fault, Path
from plans.editor.places import label_in_full
from plans.editor.reading import give_keys
from plans.grid import Field, FieldType, Grid, RowList, RowOverride, put_at, value_at
from plans.matching import match_ids
from plans.tables.blocks import Block, Scene, data_rows
from plans.tables.cells import NotAChoice, read_cell, stays
from plans.tables.headings import ID, PARENT, PARENT_ID, target_name
from plans.tables.outline import (
    TableList,
    find_table,
    key_field,
    list_homes,
    name_parent,
)
from plans.tables.sheets import Sheet, SheetCell, Workbook, cell_name


class Mode(StrEnum):
    """What an import does with the rows that a list has already."""

    UPDATE = "update"  # rows that match are updated, others added; the rest stays
    REPLACE = "replace"  # the list holds the rows of the file, in its order
    ADD = "add"  # rows that match nothing are added; nothing else changes


@dataclass(frozen=True, slots=True)
class Origin:
    """Where on a sheet something stands; `key` names the cell in a form."""

    sheet: int
    sheet_name: str
    row: int
    column: int

    @property
    def key(self) -> str:
        return f"{self.sheet}-{self.row}-{self.column}"

    def __str__(self) -> str:
        return f"sheet {self.sheet_name}, cell {cell_name(self.row, self.column)}"


@dataclass(frozen=True, slots=True)
class BadCell:
    """A cell that cannot be taken: where, what stands there, why, and what may be meant."""

    origin: Origin | None
    text: str
    reason: str
    column: str = ""
    proposals: tuple[str, ...] = ()


@dataclass(slots=True)
class Placed:
    """The object that results. `origins`: from the path of each value taken, by index, to its
    cell and field; `tops`: for each block row the path it went to, with block and sheet row."""

    value: dict[str, Any]
    origins: dict[Path, tuple[Origin, SheetCell, Field]] = field(default_factory=dict)
    bad: list[BadCell] = field(default_factory=list)
    rows: list[tuple[Path, Block, int]] = field(default_factory=list)
    homes: list[tuple[Path, Block]] = field(default_factory=list)


def place_blocks(
    workbook: Workbook,
    blocks: Sequence[Block],
    scene: Scene,
    *,
    grid: Grid,
    mode: Mode,
    taken: Mapping[str, str],
) -> Placed:
    """Return the section with the rows of these blocks in their lists.

    `taken`: by the key of a cell, the reading of it that a person took.
    """
    placed = Placed(deepcopy(dict(scene.value)))
    placer = _Placer(workbook, scene, grid, mode, taken, placed)
    used = [(find_table(scene.tables, block.table), block) for block in blocks if block.table]
    pairs = [(table, block) for table, block in used if table]
    for table in scene.tables:  # rows that hold lists come before the lists in them
        placer.place([block for each, block in pairs if each is table], table)
    give_keys(placed.value)
    return placed


@dataclass(slots=True)
class _Line:
    """One row of a sheet on its way into a list."""

    block: Block
    at: int
    row_id: str
    stub: dict[str, Any] = field(default_factory=dict)


class _Placer:
    def __init__(
        self,
        workbook: Workbook,
        scene: Scene,
        grid: Grid,
        mode: Mode,
        taken: Mapping[str, str],
        placed: Placed,
    ) -> None:
        self._workbook, self._scene, self._grid = workbook, scene, grid
        self._mode, self._taken, self._placed = mode, taken, placed

    def place(self, blocks: Sequence[Block], table: TableList) -> None:
        """Place all blocks of one table: the rows of each list of it together."""
        lists: dict[Path, list[_Line]] = {}
        for block in blocks:
            for at, line in self._find_lines(block, table):
                lists.setdefault(at, []).append(line)
            if block.parent and (at := self._home(table, block.parent)):
                self._placed.homes.append((at, block))
                lists.setdefault(at, [])
        for at, lines in lists.items():
            self._fill(at, lines, table)

    def _find_lines(self, block: Block, table: TableList) -> Iterator[tuple[Path, _Line]]:
        sheet = self._workbook.sheets[block.sheet]
        column = {name: at for at, name in block.columns.items()}
        for at in data_rows(block, sheet):
            row_id = sheet.cell(at, column[ID]).text.strip() if ID in column else ""
            home = self._home_of_row(block, sheet, at, table)
            if home is None:
                noun = table.above[-1].noun
                place = column.get(PARENT, column.get(PARENT_ID, 0))
                cell = sheet.cell(at, place)
                reason = f"does not say which {noun} of the plan the row belongs to"
                origin = self._origin(block, at, place)
                self._placed.bad.append(BadCell(origin, cell.text, reason, noun.capitalize()))
            else:
                yield home, _Line(block, at, row_id)

    def _home_of_row(self, block: Block, sheet: Sheet, at: int, table: TableList) -> Path | None:
        """Return where the list is that a row of a sheet goes into; None if nothing says it."""
        if not table.above:
            return table.path
        column = {name: place for place, name in block.columns.items()}
        for name in (PARENT_ID, PARENT):
            text = sheet.cell(at, column[name]).text.strip() if name in column else ""
            if text and (home := self._home(table, text)):
                return home
        return self._home(table, block.parent) if block.parent else None

    def _home(self, table: TableList, parent: str) -> Path | None:
        """Return the list of the row that is meant by its id or its name, made if it is new."""
        wanted = parent.casefold()
        named = None
        for at, row in list_homes(self._placed.value, table):
            if row is None or row.get("id") == parent:
                return at
            if name_parent(table, row).casefold() == wanted:
                named = named or at
        if named or not parent.startswith("new:"):
            return named
        return self._make_parent(table, parent.removeprefix("new:"))

    def _make_parent(self, table: TableList, choice: str) -> Path | None:
        """Add the row that is about `choice`, if it may be, and return its list's place."""
        outer = table.above[-1]
        key = key_field(outer)
        if key is None or choice not in dict(key.choices):
            return None
        for at, row in list_homes(self._placed.value, table):
            if row is not None and value_at(row, key.path) == choice:
                return at
        rows = value_at(self._placed.value, outer.path) or []
        fresh = {**deepcopy(dict(outer.new)), "id": ""}
        put_at(fresh, key.path, choice)
        put_at(self._placed.value, outer.path, [*rows, fresh])
        return next(
            at
            for at, row in list_homes(self._placed.value, table)
            if row is not None and value_at(row, key.path) == choice
        )

    # --- the rows of one list --------------------------------------------------------------------

    def _fill(self, at: Path, lines: list[_Line], table: TableList) -> None:
        before = list(value_at(self._placed.value, at) or ())
        known = {row["id"]: index for index, row in enumerate(before) if row["id"]}
        self._match(lines, before, known, table)
        result: list[dict[str, Any]] = [] if self._mode is Mode.REPLACE else deepcopy(before)
        for line in lines:
            index = known.get(line.row_id)
            if index is None:
                result.append(line.stub)
                self._read(line, (*at, len(result) - 1), line.stub, None, table)
            elif self._mode is Mode.REPLACE:
                result.append(deepcopy(before[index]))
                self._read(line, (*at, len(result) - 1), result[-1], (*at, index), table)
            elif self._mode is Mode.UPDATE:
                self._read(line, (*at, index), result[index], (*at, index), table)
        put_at(self._placed.value, at, result)

    def _match(
        self,
        lines: Sequence[_Line],
        before: Sequence[Mapping[str, Any]],
        known: Mapping[str, int],
        table: TableList,
    ) -> None:
        """Say of each line which row it is: by id, else by reference or label; "" is a new one."""
        seen: set[str] = set()
        for line in lines:
            if line.row_id not in known or line.row_id in seen:
                line.row_id = ""
            seen.add(line.row_id)
            line.stub = {**self._new_row(line, table), "id": line.row_id}
            self._read(line, None, line.stub, None, table)
        wanted = [_plainly(line.stub) for line in lines]
        match_ids({"rows": wanted}, {"rows": [_plainly(row) for row in before]})
        for line, found in zip(lines, wanted, strict=True):
            line.row_id = found["id"]
            line.stub = {**self._new_row(line, table), "id": ""}

    def _new_row(self, line: _Line, table: TableList) -> dict[str, Any]:
        """Return the row that a line adds: of the variant that has the fields it fills."""
        filled = {f.path[0] for _, f, cell in self._cells(line, table) if not cell.is_blank}
        rows = table.rows
        for variant in rows.variants:
            own = set(variant.new) - set(rows.new)
            if filled and own and filled <= set(variant.new):
                return deepcopy(dict(variant.new))
        return deepcopy(dict(rows.new))

    def _cells(self, line: _Line, table: TableList) -> Iterator[tuple[int, Field, SheetCell]]:
        """Yield column, field and cell of what a line may fill in."""
        fields = {target_name(f): f for f in table.fields if f.type is not FieldType.DERIVED}
        sheet = self._workbook.sheets[line.block.sheet]
        for column, name in line.block.columns.items():
            if name in fields:
                cell = sheet.cell(line.at, column)
                if reading := self._taken.get(self._origin(line.block, line.at, column).key):
                    cell = SheetCell(reading)
                yield column, fields[name], cell

    def _read(
        self,
        line: _Line,
        at: Path | None,
        row: dict[str, Any],
        was_at: Path | None,
        table: TableList,
    ) -> None:
        """Put a line's cells into a row; `at`: its path, None where it is only looked at."""
        if at is not None:
            self._placed.rows.append((at, line.block, line.at))
        override = _override(table.rows, was_at) if not table.above else RowOverride()
        for column, each, cell in self._cells(line, table):
            origin = self._origin(line.block, line.at, column)
            if each.path in override.without and cell.is_blank:
                continue
            if cell.fault:
                self._complain(at, origin, cell, each, cell.fault)
                continue
            before = value_at(row, each.path)
            shown = self._grid.derived.get((*was_at, *each.path), "") if was_at else ""
            if stays(each, cell, before, shown, is_new=was_at is None):
                continue
            try:
                put_at(row, each.path, read_cell(each, cell, before))
            except NotAChoice as error:
                self._complain(at, origin, cell, each, str(error))
                continue
            if at is not None:
                self._placed.origins[(*at, *each.path)] = (origin, cell, each)

    def _complain(
        self, at: Path | None, origin: Origin, cell: SheetCell, each: Field, reason: str
    ) -> None:
        if at is not None:
            self._placed.bad.append(BadCell(origin, cell.text, reason, label_in_full(each)))

    def _origin(self, block: Block, row: int, column: int) -> Origin:
        return Origin(block.sheet, self._workbook.sheets[block.sheet].name, row, column)


def _plainly(value: Any) -> Any:
    """Return a row whose texts are alike where people would call them the same."""
    if isinstance(value, str):
        return " ".join(value.casefold().replace("&", "and").split())
    if isinstance(value, Mapping):
        return {k: item if k == "id" else _plainly(item) for k, item in value.items()}
    return value


def _override(rows: RowList, at: Path | None) -> RowOverride:
    return rows.rows.get(int(at[-1]), RowOverride()) if at else RowOverride()


# --- what is wrong, and what differs -------------------------------------------------------------


def explain_faults(faults: Iterable[Fault], placed: Placed, money_unit: str) -> tuple[BadCell, ...]:
    """Return what the section's kind refuses, each fault at the cell that brought it in."""
    found = []
    for fault in faults:
        origin = placed.origins.get(fault.path)
        if origin is None:
            found.append(BadCell(_near(fault.path, placed), "", fault.message))
            continue
        place, cell, each = origin
        proposals = values.propose(cell.text, money_unit) if each.type is FieldType.CELL else ()
        reason = _bare(fault, cell.text)
        found.append(BadCell(place, cell.text, reason, label_in_full(each), proposals))
    return tuple(found)


def _bare(fault: Fault, text: str) -> str:
    """Return a fault without the text before it and the question after it: both stand beside."""
    sentence = fault.message.partition("; did you mean")[0]
    return sentence.removeprefix(f'"{text}" ')


def _near(path: Path, placed: Placed) -> Origin | None:
    """Return a cell of the row that a fault is in, if the row came from a sheet."""
    for at, (origin, _, _) in placed.origins.items():
        if len(path) > 2 and at[: len(path) - 1] == path[:-1]:
            return origin
    return None
