"""Two tables as one: rows by their identity, columns by key or label, figures as old → new.

Both tables lie on one grid: a row for each row of either, a column for each column of either.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from documents.blocks import (
    COVERED,
    Cell,
    Change,
    Column,
    Covered,
    Note,
    Paragraph,
    Prose,
    Row,
    Table,
)
from documents.diff import Pair, pair
from documents.redline.cells import as_prose, redline_cell, tell_content
from documents.redline.identity import pair_columns, pair_rows
from documents.redline.prose import (
    has_changes,
    redline_prose,
    remark,
)
from documents.values import split_notes

_WORDS: dict[Change, str] = {"added": "Added", "removed": "Removed", "moved": "Moved"}


def redline_table(
    old: Table | None, new: Table | None, *, only_changes: bool = False
) -> tuple[Table, int]:
    """Return two states of a table as one table, None where a side has none; and how many rows
    without change it leaves out.

    Rows bear their change, and say it in the cell that names them.
    """
    before, after = _both(old, new)
    return _Merged(before, after).write(only_changes)


def _both(old: Table | None, new: Table | None) -> tuple[Table, Table]:
    known = old or new
    if known is None:
        raise ValueError("a table on neither side")
    nothing = replace(known, rows=(), notes=())
    return old or nothing, new or nothing


def has_new_heads(old: Table, new: Table) -> bool:
    """Say whether caption, unit or heads of columns read otherwise."""

    def heads(table: Table) -> object:
        columns = [(column.label, column.groups, column.unit) for column in table.columns]
        return table.caption, table.unit, columns

    return heads(old) != heads(new)


def tell_new_heads(old: Table, new: Table, *, units_alone: bool) -> str:
    """Return in a sentence how caption, units and heads of columns read now.

    `units_alone`: other words are left out, since the table that follows has them in its heads.
    """
    pairs = [
        (old.columns[each.old], new.columns[each.new])
        for each in pair_columns(old, new)
        if each.old is not None and each.new is not None
    ]
    sides = [(old.unit, new.unit)]
    sides += [] if units_alone else [(_bare(old.caption), _bare(new.caption))]
    sides += [
        (_name_head(was), _name_head(now))
        for was, now in pairs
        if was.unit != now.unit or not units_alone
    ]
    told = [f"“{was or 'none'}” is now “{now or 'none'}”" for was, now in sides if was != now]
    return f"The heads of this table changed{': ' if told else ''}{', '.join(told)}."


def _name_head(column: Column) -> str:
    words = " ".join((*column.groups, _bare(column.label)))
    return f"{words} ({column.unit})" if column.unit else words


def has_table_changes(table: Table) -> bool:
    """Say whether a redlined table shows a change of a row, a column's cell or a note."""
    rows = any(row.change for row in table.rows)
    cells = any(isinstance(c, Cell) and c.change for row in table.rows for c in row.cells)
    return rows or cells or any(has_changes(note.text.elements) for note in table.notes)


# --- the merged table -----------------------------------------------------------------------------

_Origin = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Spot:
    """One place of the merged grid: in which cell of each side it lies, None in none."""

    old: _Origin | None
    new: _Origin | None

    def goes_on(self, before: _Spot) -> bool:
        """Say whether it lies in the same spanning cell as the spot before it."""
        if self.new is not None and before.new is not None:
            return self.new == before.new
        return self.old is not None and self.old == before.old


@dataclass(slots=True)
class _Block:
    """A rectangle of spots that is one cell."""

    top: int
    left: int
    width: int
    height: int
    spots: list[_Spot]


@dataclass(slots=True)
class _Merged:
    old: Table
    new: Table
    columns: list[Pair] = field(init=False)
    rows: list[Pair] = field(init=False)
    cells: dict[tuple[_Origin | None, _Origin | None], Cell] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.columns = pair_columns(self.old, self.new)
        self.rows = pair_rows(self.old, self.new)

    def write(self, only_changes: bool) -> tuple[Table, int]:
        spots = self._lay_out()
        changes = [self._change_of(each, row) for each, row in zip(self.rows, spots, strict=True)]
        kept = self._choose(changes, spots) if only_changes else list(range(len(spots)))
        grid = self._write_cells([spots[y] for y in kept])
        rows = [
            self._write_row(self.rows[y], cells, changes[y])
            for y, cells in zip(kept, grid, strict=True)
        ]
        table = Table(
            tuple(map(self._write_column, self.columns)),
            tuple(rows),
            caption=_write_caption(self.old.caption, self.new.caption),
            notes=redline_notes(self.old.notes, self.new.notes),
            unit=self.new.unit,
            key=self.new.key,
        )
        return table, len(spots) - len(kept)

    def _lay_out(self) -> list[list[_Spot]]:
        before, after = _find_origins(self.old), _find_origins(self.new)
        return [
            [_Spot(_look_up(before, row.old, column.old), _look_up(after, row.new, column.new))
             for column in self.columns]
            for row in self.rows
        ]  # fmt: skip

    def _source(self, row: Pair) -> Row:
        return self.new.rows[row.new] if row.new is not None else self.old.rows[row.old or 0]

    def _change_of(self, row: Pair, spots: Sequence[_Spot]) -> Change:
        if row.old is None:
            return "added"
        if row.new is None:
            return "removed"
        if row.is_moved:
            return "moved"
        begun = [
            spot
            for spot, column in zip(spots, self.columns, strict=True)
            if _is_pair(column) and _begins(spot, row)
        ]
        return "changed" if any(self._cell(spot.old, spot.new).change for spot in begun) else ""

    def _cell(self, old: _Origin | None, new: _Origin | None) -> Cell:
        known = self.cells.get((old, new))
        if known is None:
            known = self.cells[old, new] = redline_cell(
                _cell_at(self.old, old), _cell_at(self.new, new)
            )
        return known

    def _choose(self, changes: Sequence[Change], spots: Sequence[Sequence[_Spot]]) -> list[int]:
        """Return the rows that changed, those with words in a column that came or went too, and
        the group heading above them."""
        kept: list[int] = []
        headings: list[int] = []
        for y, (row, change) in enumerate(zip(self.rows, changes, strict=True)):
            if self._source(row).kind == "group":
                headings = [y]
            if change or self._has_lone_words(row, spots[y]):
                kept += [*(each for each in headings if each != y), y]
                headings = []
        return kept

    def _has_lone_words(self, row: Pair, spots: Sequence[_Spot]) -> bool:
        return any(
            _says_something(self._cell(spot.old, spot.new))
            for spot, column in zip(spots, self.columns, strict=True)
            if not _is_pair(column) and _begins(spot, row)
        )

    def _write_cells(self, spots: Sequence[Sequence[_Spot]]) -> list[list[Cell | Covered]]:
        grid: list[list[Cell | Covered]] = [[COVERED] * len(self.columns) for _ in spots]
        for block in _find_blocks(spots):
            old = next((spot.old for spot in block.spots if spot.old), None)
            new = next((spot.new for spot in block.spots if spot.new), None)
            cell = self._cell(old, new)
            grid[block.top][block.left] = replace(
                cell, row_span=block.height, column_span=block.width
            )
        return grid

    def _write_row(self, row: Pair, cells: list[Cell | Covered], change: Change) -> Row:
        source = self._source(row)
        shown = [self._in_column(*each, change) for each in zip(cells, self.columns, strict=True)]
        if word := _WORDS.get(change, ""):
            was = f", was row {row.old + 1}" if change == "moved" and row.old is not None else ""
            _say_in_label(shown, f"{word}{was}: ")
        return Row(source.key, tuple(shown), source.kind, change)

    def _in_column(self, cell: Cell | Covered, column: Pair, change: Change) -> Cell | Covered:
        """Mark the cells of a column that one side alone has, where the row does not say it."""
        if isinstance(cell, Covered) or change in ("added", "removed") or _is_pair(column):
            return cell
        alone: Change = "added" if column.old is None else "removed"
        is_said = _says_something(cell) and cell.column_span == 1
        return replace(cell, change=alone if is_said else "")

    def _write_column(self, column: Pair) -> Column:
        if column.new is None:
            return _suffix(self.old.columns[column.old or 0], "removed")
        source = self.new.columns[column.new]
        if column.old is None:
            return _suffix(source, "added")
        was = self.old.columns[column.old].label
        return source if was == source.label else _suffix(source, f"was: {_bare(was) or 'no name'}")


def _says_something(cell: Cell) -> bool:
    return bool(tell_content(cell.content)) or cell.rating is not None


def _begins(spot: _Spot, row: Pair) -> bool:
    """Say whether the spot's cell begins in this row, on one side at least."""
    sides = ((spot.old, row.old), (spot.new, row.new))
    return any(origin is not None and origin[0] == y for origin, y in sides)


def _is_pair(column: Pair) -> bool:
    return column.old is not None and column.new is not None


def _look_up(
    origins: Sequence[Sequence[_Origin]], row: int | None, column: int | None
) -> _Origin | None:
    return None if row is None or column is None else origins[row][column]


def _find_origins(table: Table) -> list[list[_Origin]]:
    """Return for every place of a table where the cell that is there begins."""
    grid = [[(y, x) for x in range(len(table.columns))] for y in range(len(table.rows))]
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row.cells):
            if isinstance(cell, Cell) and (cell.row_span > 1 or cell.column_span > 1):
                for dy in range(cell.row_span):
                    for dx in range(cell.column_span):
                        grid[y + dy][x + dx] = (y, x)
    return grid


def _cell_at(table: Table, origin: _Origin | None) -> Cell | None:
    if origin is None:
        return None
    cell = table.rows[origin[0]].cells[origin[1]]
    return cell if isinstance(cell, Cell) else None


def _find_blocks(spots: Sequence[Sequence[_Spot]]) -> Iterator[_Block]:
    """Yield the cells of the merged grid: spots of one spanning cell that form a rectangle."""
    above: dict[tuple[int, int], _Block] = {}
    for y, row in enumerate(spots):
        present: dict[tuple[int, int], _Block] = {}
        for block in _find_runs(y, row):
            edges = (block.left, block.width)
            over = above.get(edges)
            if over and _goes_on(block.spots[0], over.spots[-over.width :]):
                over.height += 1
                over.spots += block.spots
                present[edges] = over
            else:
                present[edges] = block
        yield from (block for block in above.values() if block not in present.values())
        above = present
    yield from above.values()


def _goes_on(spot: _Spot, before: Sequence[_Spot]) -> bool:
    return any(spot.goes_on(each) for each in before)


def _find_runs(y: int, row: Sequence[_Spot]) -> Iterator[_Block]:
    block: _Block | None = None
    for x, spot in enumerate(row):
        if block and _goes_on(spot, block.spots):
            block.width += 1
            block.spots.append(spot)
            continue
        if block:
            yield block
        block = _Block(y, x, 1, 1, [spot])
    if block:
        yield block


def _say_in_label(cells: list[Cell | Covered], words: str) -> None:
    """Put words before those of the cell that names the row."""
    own = [(x, cell) for x, cell in enumerate(cells) if isinstance(cell, Cell)]
    own.sort(key=lambda each: (each[1].row_span > 1, not each[1].header))
    for x, cell in own[:1]:
        first, *rest = as_prose(cell.content).elements or (Paragraph(()),)
        said = remark(words, strong=True)
        lead = [Paragraph((said, *first.runs))] if isinstance(first, Paragraph) else [
                Paragraph((said,)), first]  # fmt: skip
        cells[x] = replace(cell, content=Prose((*lead, *rest)))


# --- heads and notes ------------------------------------------------------------------------------


def _bare(label: str) -> str:
    return split_notes(label)[0]


def _suffix(column: Column, words: str) -> Column:
    """Return the column with words behind its label, before the notes that it cites."""
    label, marks = split_notes(column.label)
    cited = "".join(f" [note {mark}]" for mark in marks)
    return replace(column, label=f"{label} ({words}){cited}".strip())


def _write_caption(old: str, new: str) -> str:
    if old == new or not old:
        return new
    return f"{new} (was: {_bare(old)})".strip()


def redline_notes(old: Sequence[Note], new: Sequence[Note]) -> tuple[Note, ...]:
    """Return the notes of both by their marks."""
    found = []
    for each in pair(old, new, lambda note: note.mark):
        was = old[each.old] if each.old is not None else None
        now = new[each.new] if each.new is not None else None
        known = now or was
        if known:
            text = redline_prose(was.text if was else None, now.text if now else None)
            found.append(Note(known.mark, text))
    return tuple(found)
