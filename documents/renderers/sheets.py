"""One table as a sheet of a workbook: heads, figures with their formats, formulas, notes."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import groupby
from typing import Any, TypeAlias, assert_never

from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from documents.blocks import Align, Cell, Column, Prose, RowKind
from documents.charts import TONES
from documents.renderers.palette import QUIET, RULE, Palette
from documents.renderers.sheet_cells import (
    LINK_FONT,
    Content,
    choose_font,
    count_lines,
    link_to,
    name_unit,
    put_text,
    read_content,
    write_rating_words,
)
from documents.renderers.table_list import ListedTable, write_words
from documents.renderers.workings import Workings, is_percentage
from documents.values import Value, show

CONTENTS = "Contents"
_LEAST_WIDTH, _MOST_WIDTH, _PROSE_WIDTH = 9, 42, 60  # characters
_LINE = 15.0  # points
HIGHEST = 405.0  # points that a row may have

_THIN = Side(style="thin", color=RULE)


_QUIET = choose_font(color=QUIET)
_BOLD_KINDS: frozenset[RowKind] = frozenset({"group", "subtotal", "total"})
_INDENTED: frozenset[RowKind] = frozenset({"of_which", "memorandum"})


@dataclass(slots=True)
class Written:
    """What must be known of a sheet once it is written: the figures its formulas give."""

    figures: dict[str, float] = field(default_factory=dict)


class SheetWriter:
    """Writes one table on an empty sheet from its top."""

    def __init__(self, sheet: Any, listed: ListedTable, palette: Palette) -> None:
        self.sheet = sheet
        self.palette = palette
        self.listed = listed
        self.table = listed.table
        self.written = Written()
        self._row = 0
        self._widths: list[int] = []
        self._indents = _indent_columns(listed.table.columns)

    def write(self) -> Written:
        """Write title, heads, rows and notes; return the figures that the formulas give."""
        self._widths = self._measure()
        self._write_title()
        top = self._write_heads()
        faults = self._write_rows(top)
        self._write_notes(faults)
        self._set_up_page(top)
        return self.written

    # --- title -------------------------------------------------------------------------------

    def _write_title(self) -> None:
        unit = self.table.unit
        self._write_line(
            name_unit(self.table.caption or self.listed.caption, unit),
            font=choose_font(bold=True, size=14, color=self.palette.colour),
        )
        self._write_line(self.listed.place, font=_QUIET)
        link_to(self._write_line("Back to the contents", font=LINK_FONT), CONTENTS)
        self._row += 1

    def _write_line(self, text: str, *, font: Font) -> Any:
        self._row += 1
        cell = self.sheet.cell(self._row, 1)
        put_text(cell, text)
        cell.font = font
        return cell

    # --- heads -------------------------------------------------------------------------------

    def _write_heads(self) -> int:
        """Write groups and column heads, merged as they reach; return the row below them."""
        columns = self.table.columns
        depth = max(len(column.groups) for column in columns)
        first = self._row + 1
        for level in range(depth):
            paths = [column.groups[: level + 1] for column in columns]
            for path, run in groupby(range(len(columns)), paths.__getitem__):
                places = list(run)
                if len(path) > level:
                    self._put_head(first + level, places[0], path[level])
                    self._merge(first + level, places[0], first + level, places[-1])
        for x, column in enumerate(columns):
            row = first + len(column.groups)
            self._put_head(row, x, name_unit(column.label, column.unit))
            self._merge(row, x, first + depth, x)
        self._style_heads(first, first + depth)
        self._row = first + depth
        return self._row + 1

    def _put_head(self, row: int, x: int, text: str) -> None:
        put_text(self.sheet.cell(row, x + 1), text)

    def _style_heads(self, first: int, last: int) -> None:
        strong = Side(style="thin", color=self.palette.colour)
        border = Border(bottom=strong, top=strong, left=_THIN, right=_THIN)
        font, fill = choose_font(bold=True), PatternFill("solid", fgColor=self.palette.head)
        for row in range(first, last + 1):
            for x, column in enumerate(self.table.columns):
                cell = self.sheet.cell(row, x + 1)
                is_group = row - first < len(column.groups)
                cell.alignment = Alignment(
                    horizontal="center" if is_group else column.align,
                    vertical="bottom",
                    wrap_text=True,
                    indent=0 if is_group else self._indents[x],
                )
                cell.font, cell.fill, cell.border = font, fill, border
        lines = max(
            math.ceil(len(name_unit(column.label, column.unit)) * 1.15 / width)
            for column, width in zip(self.table.columns, self._widths, strict=True)
        )
        self.sheet.row_dimensions[last].height = _LINE * max(1, min(lines, 8))

    def _merge(self, top: int, left: int, bottom: int, right: int) -> None:
        if (top, left) != (bottom, right):
            self.sheet.merge_cells(
                start_row=top, start_column=left + 1, end_row=bottom, end_column=right + 1
            )

    # --- rows --------------------------------------------------------------------------------

    def _write_rows(self, top: int) -> list[str]:
        """Write all rows; return a sentence for each stated figure that its rule does not give."""
        workings, styles = Workings(self.table, top), _Styles(self.palette)
        faults: list[str] = []
        for y, row in enumerate(self.table.rows):
            lines = 1
            for x, cell in enumerate(row.cells):
                place = self.sheet.cell(top + y, x + 1)
                content = None
                if isinstance(cell, Cell):
                    content = read_content(cell)
                    faults += self._put(place, cell, content, workings, y, x)
                    self._merge(top + y, x, top + y + cell.row_span - 1, x + cell.column_span - 1)
                    lines = max(lines, self._count_lines(cell, content, x))
                styles.apply(
                    place, self.table.columns[x], row.kind, cell, content, self._indents[x]
                )
            if lines > 1:
                self.sheet.row_dimensions[top + y].height = min(_LINE * lines, HIGHEST)
        self._row = top + len(self.table.rows) - 1
        return faults

    def _count_lines(self, cell: Cell, content: Content, x: int) -> int:
        """Return about how many lines a cell's text takes in its columns."""
        if not isinstance(content.value, str) or cell.row_span > 1:
            return 1
        return count_lines(content.value, sum(self._widths[x : x + cell.column_span]))

    def _put(
        self, place: Any, cell: Cell, content: Content, workings: Workings, y: int, x: int
    ) -> Iterable[str]:
        """Put one cell; yield what is to be said of a figure that its rule does not give."""
        if isinstance(content.value, str):
            put_text(place, content.value)
            return
        place.value, place.number_format = content.value, content.number_format
        if cell.rule is None or not isinstance(cell.content, Value):
            return
        working = workings.work_out(y, x)
        if working.formula:
            place.value = f"={working.formula}"
            self.written.figures[place.coordinate] = float(content.value)  # type: ignore[arg-type]
        elif working.figure is not None:
            percent = "%" if is_percentage(cell.content) else ""
            yield (
                f"{place.coordinate} is as stated in the plan, {show(cell.content)}; "
                f"worked out it is {working.figure:,f}{percent}."
            )

    # --- below -------------------------------------------------------------------------------

    def _write_notes(self, faults: list[str]) -> None:
        notes = [(f"Note {note.mark}", write_words(note.text)) for note in self.table.notes]
        if not notes and not faults:
            return
        self._row += 1
        for text in [*(f"{mark}: {words}" for mark, words in notes), *faults]:
            cell = self._write_line(text, font=_QUIET)
            cell.alignment = Alignment(wrap_text=True, vertical="top")
            self._merge(self._row, 0, self._row, len(self.table.columns) - 1)
            lines = count_lines(text, sum(self._widths))
            self.sheet.row_dimensions[self._row].height = min(_LINE * lines, HIGHEST)

    def _measure(self) -> list[int]:
        """Return each column's width in characters, as its words and figures need."""
        return [self._measure_column(x) for x in range(len(self.table.columns))]

    def _measure_column(self, x: int) -> int:
        column = self.table.columns[x]
        words = " ".join((name_unit(column.label, column.unit), *column.groups)).split()
        head = max(map(len, words), default=0)
        wanted = [_LEAST_WIDTH, head + 2]
        for row in self.table.rows:
            cell = row.cells[x]
            if isinstance(cell, Cell) and cell.column_span == 1:
                wanted.append(_measure_cell(cell))
        return max(wanted)

    def _set_up_page(self, top: int) -> None:
        sheet = self.sheet
        for x, width in enumerate(self._widths):
            sheet.column_dimensions[get_column_letter(x + 1)].width = width
        labels = next(
            (
                x
                for x, cell in enumerate(self.table.rows[0].cells)
                if isinstance(cell, Cell) and cell.header
            )
            if self.table.rows
            else iter(()),
            0,
        )
        frozen = labels + 1 if labels < 2 and sum(self._widths[: labels + 1]) <= 70 else 0
        sheet.freeze_panes = f"{get_column_letter(frozen + 1)}{top}"
        depth = max(len(column.groups) for column in self.table.columns)
        sheet.print_title_rows = f"{top - 1 - depth}:{top - 1}"


def _indent_columns(columns: Sequence[Column]) -> list[int]:
    """Return 1 for each column of words that follows one of figures, which end at its edge."""
    before = [None, *columns[:-1]]
    return [
        1 if column.align == "left" and each is not None and each.align == "right" else 0
        for each, column in zip(before, columns, strict=True)
    ]


def _measure_cell(cell: Cell) -> int:
    words = len(write_rating_words(cell.rating)) + 1 if cell.rating else 0
    match cell.content:
        case Value() if cell.content.number is not None:
            return min(len(cell.content.text) + words + 3, _PROSE_WIDTH)
        case Value():
            return min(len(cell.content.text) + words + 2, _MOST_WIDTH)
        case date():
            return 18
        case str():
            return min(len(cell.content) + words + 2, _MOST_WIDTH)
        case Prose():
            return min(max(20, len(write_words(cell.content)) // 2), _PROSE_WIDTH)
    assert_never(cell.content)


_Look: TypeAlias = tuple[Font, Alignment, Border, PatternFill | None]


class _Styles:
    """The looks of the cells of a table, each made once."""

    def __init__(self, palette: Palette) -> None:
        self._palette = palette
        self._made: dict[tuple[object, ...], _Look] = {}

    def apply(
        self,
        place: Any,
        column: Column,
        kind: RowKind,
        cell: object,
        content: Content | None,
        indent: int,
    ) -> None:
        header = isinstance(cell, Cell) and cell.header
        strong = kind in _BOLD_KINDS or (isinstance(cell, Cell) and cell.emphasis)
        tone = cell.rating.tone if isinstance(cell, Cell) and cell.rating else ""
        wraps = content is not None and isinstance(content.value, str)
        across = isinstance(cell, Cell) and cell.header and cell.column_span > 1
        align: Align = "left" if across else column.align
        if header and kind in _INDENTED:
            align, indent = "left", indent + 1
        key = (align, kind, strong, tone, wraps, indent)
        if key not in self._made:
            self._made[key] = self._make(align, kind, strong, tone, wraps, indent)
        font, alignment, border, fill = self._made[key]
        place.font, place.alignment, place.border = font, alignment, border
        if fill:
            place.fill = fill

    def _make(
        self, align: Align, kind: RowKind, strong: bool, tone: str, wraps: bool, indent: int
    ) -> _Look:
        colour = self._palette.colour
        font = choose_font(
            bold=strong, italic=kind in _INDENTED, color=colour if kind == "group" else None
        )
        alignment = Alignment(
            horizontal=align,
            vertical="top",
            wrap_text=wraps or None,
            indent=indent,
        )
        edge = Side(style="thin", color=colour) if kind in ("subtotal", "total") else _THIN
        bottom = Side(style="double", color=colour) if kind == "total" else _THIN
        border = Border(top=edge, bottom=bottom, left=_THIN, right=_THIN)
        return font, alignment, border, self._choose_fill(kind, tone)

    def _choose_fill(self, kind: RowKind, tone: str) -> PatternFill | None:
        if tone:
            return PatternFill("solid", fgColor=TONES[tone].removeprefix("#").upper())
        return PatternFill("solid", fgColor=self._palette.group) if kind == "group" else None
