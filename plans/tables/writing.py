"""Tables of a section as a workbook or a CSV file that comes back unchanged.

Figures are numbers with a format that shows them as written; where none does they are text. What
is worked out goes out as values and says so. No text of a plan ever becomes a formula.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from documents.spreadsheets import LONGEST, TOO_LONG, as_number, guard, name_sheet
from plans.content import Path
from plans.editor.reading import show_value
from plans.grid import Field, FieldType, Grid, Total, value_at
from plans.tables.headings import WORKED_OUT, id_head, parent_head, parent_id_head
from plans.tables.outline import (
    TableList,
    TableRow,
    list_homes,
    list_rows,
    list_tables,
    name_parent,
    totals_at,
)
from plans.tables.sheets import column_name

_SHEETS_OF_THEIR_OWN = 100  # rows that get a sheet each; more stand in one together
_HEAD = PatternFill("solid", fgColor="DDE3EA")
_SOFT = Font(color="5A6472", italic=True)
_BOLD = Font(bold=True)
_WIDTHS = {"narrow": 14, "wide": 44, "": 18}
_TEXT_WIDTH = 60


@dataclass(frozen=True, slots=True)
class Out:
    """One cell on its way out; `is_derived`: worked out, to be left alone."""

    text: str
    is_derived: bool = False
    is_figure: bool = False


def show_cell(field: Field, value: Any) -> str:
    """Return what a field holds as a spreadsheet shows it: a choice by its words."""
    if field.type is FieldType.CHECK:
        return "Yes" if value else "No"
    if field.type is FieldType.CHOICE and value is not None:
        return _name_choice(field, str(value))
    return show_value(field, value)


def _name_choice(field: Field, value: str) -> str:
    """Return the words of a choice; its value where there are none, or others have the same."""
    words = dict(field.choices).get(value, "")
    others = [label for _, label in field.choices if label.casefold() == words.casefold()]
    return words if words and value and len(others) == 1 else value


def _cells(table: TableList, found: TableRow, grid: Grid) -> list[Out]:
    cells = []
    for field in table.fields:
        worked_out = grid.derived.get((*found.path, *field.path), "")
        if field.type is FieldType.DERIVED:
            cells.append(Out(worked_out, is_derived=True))
            continue
        text = show_cell(field, value_at(found.row, field.path))
        is_derived = not text and bool(worked_out)
        is_figure = field.type is FieldType.CELL
        cells.append(Out(text or worked_out, is_derived=is_derived, is_figure=is_figure))
    return cells


def _label(field: Field) -> str:
    return f"{field.label} ({WORKED_OUT})" if field.type is FieldType.DERIVED else field.label


# --- CSV -----------------------------------------------------------------------------------------


def write_csv(value: Mapping[str, Any], grid: Grid, table: TableList) -> bytes:
    """Return one table as CSV, as spreadsheet programs of this country read it."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    heads = [" › ".join((*field.groups, _label(field))) for field in table.fields]
    writer.writerow([guard(head) for head in (*_own_heads(table), *heads)])
    for found in list_rows(value, table):
        texts = [*_own_cells(table, found), *(cell.text for cell in _cells(table, found, grid))]
        writer.writerow([guard(text) for text in texts])
    for name, parent_id, total in _totals(value, grid, table):
        texts = [total.values.get(field.path, "") for field in table.fields]
        texts = _with_label(table, total, texts)
        own = [WORKED_OUT, parent_id, name] if table.above else [WORKED_OUT]
        writer.writerow([guard(text) for text in (*own, *texts)])
    return b"\xef\xbb\xbf" + out.getvalue().encode()


def _own_heads(table: TableList) -> list[str]:
    if not table.above:
        return [id_head(table.title)]
    noun = table.above[-1].noun
    return [id_head(table.title), parent_id_head(noun), parent_head(noun)]


def _own_cells(table: TableList, found: TableRow) -> list[str]:
    if found.parent is None:
        return [found.row["id"]]
    return [found.row["id"], found.parent["id"], name_parent(table, found.parent)]


def _totals(
    value: Mapping[str, Any], grid: Grid, table: TableList
) -> Iterator[tuple[str, str, Total]]:
    for at, parent in list_homes(value, table):
        for total in totals_at(grid, at):
            yield name_parent(table, parent), parent["id"] if parent else "", total


def _with_label(table: TableList, total: Total, texts: list[str]) -> list[str]:
    """Return a total's cells with its label where rows have theirs."""
    for place, field in enumerate(table.fields):
        if field.path == table.rows.label_path:
            texts[place] = f"{total.label} {texts[place]}".strip()
    return texts


# --- XLSX ----------------------------------------------------------------------------------------


def write_workbook(value: Mapping[str, Any], grid: Grid) -> bytes:
    """Return every table of a section as one workbook.

    Figures of rows that hold lists, such as a unit's budget lines, stand on a sheet for each row;
    every other list has one sheet.
    """
    book = Workbook()
    book.remove(book.active)
    tables = list_tables(grid)
    apart = [table for table in tables if _stands_apart(value, table)]
    for table in tables:
        if table not in apart:
            sheet = _Sheet(book, table.title)
            sheet.write_table(value, grid, table)
    for around in dict.fromkeys(table.around for table in apart):
        _write_rows_apart(book, value, grid, [t for t in apart if t.around == around])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _stands_apart(value: Mapping[str, Any], table: TableList) -> bool:
    count = sum(1 for _ in list_homes(value, table))
    return bool(table.above) and table.holds_figures and 0 < count <= _SHEETS_OF_THEIR_OWN


def _write_rows_apart(
    book: Workbook, value: Mapping[str, Any], grid: Grid, tables: Sequence[TableList]
) -> None:
    for place, (_, parent) in enumerate(list_homes(value, tables[0])):
        if parent is None:
            continue
        name = name_parent(tables[0], parent)
        sheet = _Sheet(book, name)
        sheet.write_title(parent["id"], name)
        for table in tables:
            at, _ = list(list_homes(value, table))[place]
            sheet.write_list(value, grid, table, at)


class _Sheet:
    """Writes one sheet from its top; the first column holds the rows' ids and is hidden."""

    def __init__(self, book: Workbook, title: str) -> None:
        self.sheet: Worksheet = book.create_sheet(name_sheet(title, book.sheetnames))
        self.sheet.column_dimensions["A"].hidden = True
        self._row = 0

    def write_title(self, row_id: str, title: str) -> None:
        self._write([Out(row_id), Out(title)], font=_BOLD)
        self._row += 1

    def write_table(self, value: Mapping[str, Any], grid: Grid, table: TableList) -> None:
        """Write all rows of a table, whatever they belong to, below one head that stays."""
        self._write_head(_own_heads(table), table)
        own = len(_own_heads(table))
        self.sheet.freeze_panes = f"{column_name(own + 1)}{self._row + 1}"
        if table.above:
            self.sheet.column_dimensions["B"].hidden = True
        for found in list_rows(value, table):
            cells = [Out(text) for text in _own_cells(table, found)]
            self._write([*cells, *_cells(table, found, grid)])
        for name, parent_id, total in _totals(value, grid, table):
            self._write_total(table, total, [parent_id, name] if table.above else [])

    def write_list(self, value: Mapping[str, Any], grid: Grid, table: TableList, at: Path) -> None:
        """Write the one list at a path: its title, its head, its rows and totals."""
        self._write([Out(""), Out(table.title)], font=_BOLD)
        self._write_head([id_head(table.title)], table)
        for found in list_rows(value, table):
            if found.path[:-1] == at:
                self._write([Out(found.row["id"]), *_cells(table, found, grid)])
        for total in totals_at(grid, at):
            self._write_total(table, total, [])
        self._row += 1

    def _write_head(self, own: Sequence[str], table: TableList) -> None:
        fields = table.fields
        for level in range(max((len(field.groups) for field in fields), default=0)):
            groups = [f.groups[level] if level < len(f.groups) else "" for f in fields]
            self._write([*(Out("") for _ in own), *map(Out, groups)], font=_BOLD, fill=_HEAD)
        heads = [*own, *map(_label, fields)]
        self._write([Out(head) for head in heads], font=_BOLD, fill=_HEAD)
        for place, field in enumerate(fields):
            letter = column_name(len(own) + place)
            is_long = field.type in (FieldType.RICH, FieldType.LONG)
            width = _TEXT_WIDTH if is_long else _WIDTHS[field.width]
            dimension = self.sheet.column_dimensions[letter]
            dimension.width = max(width, dimension.width if self._row > 8 else 0)

    def _write_total(self, table: TableList, total: Total, own: Sequence[str]) -> None:
        texts = [total.values.get(field.path, "") for field in table.fields]
        cells = [Out(text, is_derived=True) for text in _with_label(table, total, texts)]
        self._write([Out(WORKED_OUT), *map(Out, own), *cells])

    def _write(
        self, cells: Iterable[Out], font: Font | None = None, fill: PatternFill | None = None
    ) -> None:
        self._row += 1
        for column, out in enumerate(cells, 1):
            cell = self.sheet.cell(self._row, column)
            _put(cell, out)
            if font:
                cell.font = font
            elif out.is_derived:
                cell.font = _SOFT
            if fill and column > 1:
                cell.fill = fill


def _put(cell: Cell, out: Out) -> None:
    """Put a text into a cell: as a number that shows just so, else as text and nothing else."""
    number = as_number(out.text) if out.is_figure or out.is_derived else None
    if number is not None:
        cell.value, cell.number_format = number
        return
    if not out.text:
        return
    text = out.text if len(out.text) <= LONGEST else TOO_LONG
    cell.value = text
    cell.data_type = "s"  # also where it begins with =
    if text[:1] in "=+-@'":
        cell.quotePrefix = True
    cell.alignment = Alignment(wrap_text=True, vertical="top")
