"""A table's cells by place: where each begins, how it is cut, how far its figure is moved in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from documents.blocks import Cell, Table
from documents.renderers.widths import Layout, RowMeasure
from documents.values import Value, show

MOST_CELLS = 10_000  # of one printed table; a longer one continues in the next
MOST_SHIFT = 12  # half digits

_INTEGER = re.compile(r"\d[\d,]*")
_HALF_DIGITS = {".": 1, ")": 1, " ": 1, "%": 3}


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, the row and column in which it begins, and how many rows it reaches over."""

    cell: Cell
    row: int
    column: int
    rows: int


@dataclass(frozen=True, slots=True)
class Piece:
    """The part of a table that becomes one table of markup: some columns, some rows.

    `shares` are the columns' widths in percent, () for the browser's own; `title` tells the
    pieces of one table apart.
    """

    columns: tuple[int, ...]
    rows: range
    shares: tuple[float, ...] = ()
    title: str = ""


def place_cells(table: Table, tallest: int) -> list[list[Place]]:
    """Return, for every row and column, the cell that is there and where it begins.

    A cell over more than `tallest` rows is begun anew after so many.
    """
    grid: list[list[Place | None]] = [[None] * len(table.columns) for _ in table.rows]
    for y, row in enumerate(table.rows):
        for x, cell in enumerate(row.cells):
            if isinstance(cell, Cell):
                for dy in range(cell.row_span):
                    if dy % tallest == 0:
                        place = Place(cell, y + dy, x, min(tallest, cell.row_span - dy))
                    for dx in range(cell.column_span):
                        grid[y + dy][x + dx] = place
    return [[place for place in row if place is not None] for row in grid]


def continues(row: Sequence[Place], y: int) -> bool:
    """Say whether a cell reaches into this row from the one above it."""
    return any(place.row < y for place in row)


def take_row(row: Sequence[Place], y: int, piece: Piece) -> Iterator[tuple[int, Place, int, int]]:
    """Yield the cells to write in row `y` of a piece: at which of its columns, the cell, and how
    many columns and rows it reaches over there. A cell cut by the piece's edge is written anew."""
    at = 0
    while at < len(piece.columns):
        place = row[piece.columns[at]]
        wide = 1
        if place.cell.column_span > 1:
            while at + wide < len(piece.columns) and row[piece.columns[at + wide]] is place:
                wide += 1
        if place.row == y or y == piece.rows.start:
            tall = min(place.row + place.rows, piece.rows.stop) - y
            yield at, place, wide, tall
        at += wide


def cut_table(table: Table, layout: Layout) -> Iterator[Piece]:
    """Yield the pieces of a table on paper: band by band, each as long as is allowed."""
    count = len(layout.bands)
    for number, (columns, shares) in enumerate(layout.bands, 1):
        band = f"part {number} of {count}" if count > 1 else ""
        most = max(1, MOST_CELLS // len(columns))
        for start in range(0, max(len(table.rows), 1), most):
            again = "continued" if start else ""
            title = ", ".join(text for text in (band, again) if text)
            yield Piece(columns, range(start, min(start + most, len(table.rows))), shares, title)


# --- rows that stay together ---------------------------------------------------------------------

_FIRST, _FIRST_HEIGHT = 2, 72.0  # rows under a head, at least, and their height in points
_LAST, _LAST_HEIGHT = 2, 36.0  # rows that a table ends with on its last page
_HELD_HEIGHT = 160.0  # no more than this is held together


def find_held(table: Table, rows: range, measured: RowMeasure) -> frozenset[int]:
    """Return which of the rows stay on paper with the row above them: the first few, so that no
    page ends in a head and little else, the last few, so that none begins with a lone row, and the
    last before a total, so that it stands under two."""
    first = _take_rows(table, rows, measured, _FIRST, _FIRST_HEIGHT)
    last = _take_rows(table, rows[::-1], measured, _LAST, _LAST_HEIGHT)
    summed = [y - 1 for y in rows[2:] if _ends_a_sum(table, y)]
    return frozenset([*first[1:], *last[:-1], *summed])


def _ends_a_sum(table: Table, y: int) -> bool:
    kinds = [row.kind for row in table.rows[y - 2 : y + 1]]
    return kinds[:2] == ["row", "row"] and kinds[2] in ("subtotal", "total")


def _take_rows(
    table: Table, rows: range, measured: RowMeasure, least: int, height: float
) -> list[int]:
    """Return the first of these rows until there are enough of them, headings of groups besides."""
    taken: list[int] = []
    count, used = 0, 0.0
    for y in rows:
        if (count >= least and used >= height) or used > _HELD_HEIGHT:
            break
        taken.append(y)
        used += measured.estimate(y)
        count += table.rows[y].kind != "group"
    return taken


# --- figures on their decimal -----------------------------------------------------------------


def shift_figures(table: Table) -> dict[int, list[int]]:
    """Return, for columns whose figures differ behind the decimal point, how many half digits
    each row's figure is moved in from the right so that the points stand under each other."""
    shifts = {}
    for x, column in enumerate(table.columns):
        tails = [_measure_tail(row.cells[x]) for row in table.rows]
        found = {tail for tail in tails if tail is not None}
        if column.align == "right" and len(found) > 1 and max(found) <= MOST_SHIFT:
            longest = max(found)
            shifts[x] = [0 if tail is None else longest - tail for tail in tails]
    return shifts


def _measure_tail(cell: object) -> int | None:
    """Return the half digits behind a figure's integer part, None for what is no figure."""
    content = cell.content if isinstance(cell, Cell) else None
    if not isinstance(content, Value) or content.number is None:
        return None
    text = show(content)
    whole = _INTEGER.search(text)
    return sum(_HALF_DIGITS.get(each, 2) for each in text[whole.end() :]) if whole else None
