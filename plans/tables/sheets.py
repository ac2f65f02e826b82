"""What a spreadsheet holds once it is read: sheets of cells, each with its text. Plain data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

SHEET_LIMIT = 200  # sheets of a workbook
ROW_LIMIT = 2_100  # rows of a sheet: the 2,000 of a section, with headings and totals
COLUMN_LIMIT = 200
PLACE_LIMIT = 1_000_000  # cells of a workbook, with the empty ones before them in their rows
CELL_LIMIT = 200_000  # characters of a cell
TEXT_LIMIT = 4_000_000  # characters of a workbook


class NotReadable(ValueError):
    """A file that cannot be read as a table; says why in a sentence for whoever chose it."""


@dataclass(frozen=True, slots=True)
class SheetCell:
    """One cell as it shows. `is_number`: it is stored as a number; `fault`: why it has no value."""

    text: str = ""
    is_number: bool = False
    fault: str = ""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip() and not self.fault


BLANK = SheetCell()


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet's rows from its first; none ends in blank cells, and the last is not empty."""

    name: str
    rows: tuple[tuple[SheetCell, ...], ...]

    def cell(self, row: int, column: int) -> SheetCell:
        """Return the cell at a place counted from 0; a blank one beyond what there is."""
        cells = self.rows[row] if row < len(self.rows) else ()
        return cells[column] if column < len(cells) else BLANK


@dataclass(frozen=True, slots=True)
class Workbook:
    """What one file holds. `notes`: sentences about how it was read."""

    sheets: tuple[Sheet, ...]
    notes: tuple[str, ...] = ()


def column_name(column: int) -> str:
    """Return the letters of a column counted from 0: 0 is "A", 26 is "AA"."""
    letters = ""
    column += 1
    while column:
        column, place = divmod(column - 1, 26)
        letters = chr(65 + place) + letters
    return letters


def cell_name(row: int, column: int) -> str:
    """Return what a spreadsheet calls the cell at a place counted from 0: "D14"."""
    return f"{column_name(column)}{row + 1}"


# --- as plain values, for the reading process and the seal ---------------------------------------


def dump_workbook(workbook: Workbook) -> dict[str, Any]:
    """Return a workbook as JSON values: a cell of mere text is a text, others are lists."""
    return {
        "notes": list(workbook.notes),
        "sheets": [
            {"name": sheet.name, "rows": [[_dump(cell) for cell in row] for row in sheet.rows]}
            for sheet in workbook.sheets
        ],
    }


def _dump(cell: SheetCell) -> str | list[Any]:
    if cell.is_number or cell.fault:
        return [cell.text, int(cell.is_number), cell.fault]
    return cell.text


def load_workbook(value: Mapping[str, Any]) -> Workbook:
    """Return the workbook that `dump_workbook` wrote."""
    sheets = tuple(
        Sheet(sheet["name"], tuple(tuple(_load(cell) for cell in row) for row in sheet["rows"]))
        for sheet in value["sheets"]
    )
    return Workbook(sheets, tuple(value["notes"]))


def _load(cell: str | list[Any]) -> SheetCell:
    if isinstance(cell, str):
        return SheetCell(cell) if cell else BLANK
    text, is_number, fault = cell
    return SheetCell(text, bool(is_number), fault)
