"""Keeping the cells of a file sheet by sheet, within the limits of what a table may hold."""

from __future__ import annotations

from plans.tables.sheets import (
    BLANK,
    CELL_LIMIT,
    COLUMN_LIMIT,
    PLACE_LIMIT,
    ROW_LIMIT,
    TEXT_LIMIT,
    NotReadable,
    Sheet,
    SheetCell,
)

DAMAGED = "The workbook is damaged: it may not have been copied or downloaded to its end."
TOO_MUCH = "The workbook holds far more than a table of a plan. Copy the table into a new one."


class Keeper:
    """Keeps the cells of a workbook sheet by sheet, and refuses what is beyond the limits."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._characters = self._places = 0
        self._rows: list[list[SheetCell]] = []
        self._name = ""

    def begin(self, name: str) -> None:
        self._name, self._rows = name, []

    def keep(self, row: int, column: int, cell: SheetCell) -> None:
        """Keep a cell at a place counted from 0; a blank one is nowhere too far out."""
        if cell.is_blank:
            return
        if row >= ROW_LIMIT:
            raise NotReadable(
                f"Sheet “{self._name}” has something in row {row + 1:,}. At most {ROW_LIMIT:,} "
                "rows of a sheet are read: take out what does not belong to the table."
            )
        if column >= COLUMN_LIMIT:
            raise NotReadable(
                f"Sheet “{self._name}” has something in column {column + 1:,}. At most "
                f"{COLUMN_LIMIT} columns are read: take out what does not belong to the table."
            )
        self._characters += len(cell.text)
        if len(cell.text) > CELL_LIMIT or self._characters > TEXT_LIMIT:
            raise NotReadable(TOO_MUCH)
        while len(self._rows) <= row:
            self._rows.append([])
        cells = self._rows[row]
        self._places += max(0, column + 1 - len(cells))
        if self._places > PLACE_LIMIT:
            raise NotReadable(TOO_MUCH)
        cells.extend([BLANK] * (column + 1 - len(cells)))
        cells[column] = cell

    def end(self) -> None:
        rows = tuple(tuple(row) for row in self._rows)
        self.sheets.append(Sheet(self._name, rows))


def unify_lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
