"""Tables as markup: heads of up to four levels, row labels, notes, figures on their decimal.

On the screen a table is one table that scrolls within itself. On paper it has fixed column
widths, and becomes several tables where it is too wide for the page or too long for one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, count, groupby
from typing import assert_never

from documents.blocks import (
    Cell,
    Change,
    Column,
    Note,
    Paragraph,
    Prose,
    Rating,
    Row,
    RowKind,
    Table,
)
from documents.renderers.changes import mark, mark_prose, tell_shift
from documents.renderers.grid import (
    MOST_SHIFT,
    Piece,
    Place,
    continues,
    cut_table,
    find_held,
    place_cells,
    shift_figures,
    take_row,
)
from documents.renderers.markup import Context, NoteLinks, escape, spell_date, write_inline
from documents.renderers.paper import TEXT_WIDTH
from documents.renderers.widths import ONE_LINE, RowMeasure, lay_out
from documents.values import Status, Value, show

_ROW_CLASSES: dict[RowKind, str] = {
    "row": "",
    "group": "group",
    "subtotal": "subtotal",
    "total": "total",
    "of_which": "of-which",
    "memorandum": "memorandum",
}
_ALIGNED = {"left": "", "right": "figure", "center": "middle"}

_TALLEST_SPAN = 15  # rows on paper, where a span keeps its rows on one page
_KEPT_WHOLE = {"portrait": 300.0, "landscape": 240.0}  # points: a table no higher is not broken


def write_table(table: Table, page: Context) -> str:
    """Return the table and its notes."""
    anchor = page.anchor_within(f"table-{table.key}" if table.key else "table")
    names = [page.anchor(f"{anchor}-note-{note.mark}") for note in table.notes]
    marks = [note.mark for note in table.notes]
    # Of two notes with one mark, marks lead to the first.
    notes = NoteLinks(dict(zip(reversed(marks), reversed(names), strict=True)))
    tallest = _TALLEST_SPAN if page.on_paper else max(1, len(table.rows))
    writer = _TableWriter(table, page, notes, place_cells(table, tallest), shift_figures(table))
    write = writer.write_for_paper if page.on_paper else writer.write_for_screen
    return write(anchor) + write_notes(table.notes, names, page)


def write_notes(notes: Sequence[Note], names: Sequence[str], page: Context) -> str:
    if not notes:
        return ""
    both = zip(notes, names, strict=True)
    lines = "".join([_write_note(note, name, page) for note, name in both])
    return f'<div class="notes">{lines}</div>'


def _write_note(note: Note, name: str, page: Context) -> str:
    lone = len(note.text.elements) == 1 and isinstance(note.text.elements[0], Paragraph)
    tag = "p" if lone else "div"
    return (
        f'<{tag} id="{name}"><sup>{escape(note.mark)}</sup> {write_inline(note.text, page)}</{tag}>'
    )


def write_scrolled(table: str, name: str) -> str:
    """Return a table of the screen in a region that scrolls, for narrow ones."""
    region = f'role="region" tabindex="0" aria-label="{escape(name)}"'
    return f'<div class="table-scroll" {region}>{table}</div>'


def join_classes(*names: str) -> str:
    """Return a class attribute with a space before it, "" for no names."""
    joined = " ".join(name for name in names if name)
    return f' class="{joined}"' if joined else ""


@dataclass(slots=True)
class _TableWriter:
    table: Table
    page: Context
    notes: NoteLinks
    grid: list[list[Place]]
    shifts: dict[int, list[int]]
    held: frozenset[int] = frozenset()  # rows of a printed piece that stay with the one above

    def write_for_screen(self, anchor: str) -> str:
        """One table in a region that scrolls by itself and can be reached by the keyboard."""
        piece = Piece(tuple(range(len(self.table.columns))), range(len(self.table.rows)))
        table = f'<table id="{anchor}">{self._write_inside(piece)}</table>'
        return write_scrolled(table, self.page.name_region(self.table.caption))

    def write_for_paper(self, anchor: str) -> str:
        width = TEXT_WIDTH[self.page.orientation] * self.page.room
        layout = lay_out(self.table, self.shifts, width)
        whole = " whole" if layout.height < _KEPT_WHOLE[self.page.orientation] else ""
        css = f"size-{layout.size * 10:.0f}{whole}"
        names = chain([anchor], (self.page.anchor(anchor) for _ in count()))
        written = []
        for piece, name in zip(cut_table(self.table, layout), names, strict=False):
            measured = RowMeasure(self.table, piece.columns, piece.shares, layout.size, width)
            self.held = find_held(self.table, piece.rows, measured)
            written.append(f'<table id="{name}" class="{css}">{self._write_inside(piece)}</table>')
        return "".join(written)

    def _write_inside(self, piece: Piece) -> str:
        return (
            self._write_caption(piece)
            + self._write_columns(piece)
            + f"<thead>{self._write_head(piece)}</thead>"
            + self._write_bodies(piece)
        )

    def _write_caption(self, piece: Piece) -> str:
        told = f" ({escape(piece.title)})" if piece.title else ""
        unit = f' <span class="unit-of">{escape(self.table.unit)}</span>' if self.table.unit else ""
        words = self.notes.write_text(self.table.caption) + told + unit
        return f"<caption>{words}</caption>" if words else ""

    def _write_columns(self, piece: Piece) -> str:
        """Column groups as the outermost heads have them, with widths on paper."""
        shares = piece.shares or (0.0,) * len(piece.columns)
        both = zip(piece.columns, shares, strict=True)
        written = []
        for _, run in groupby(both, lambda each: self.table.columns[each[0]].groups[:1]):
            cols = "".join([f'<col style="width:{s}%"/>' if s else "<col/>" for _, s in run])
            written.append(f"<colgroup>{cols}</colgroup>")
        return "".join(written)

    # --- heads -------------------------------------------------------------------------------

    def _write_head(self, piece: Piece) -> str:
        columns = [self.table.columns[place] for place in piece.columns]
        depth = max(len(column.groups) for column in columns)
        levels = [self._write_head_row(columns, level, depth) for level in range(depth + 1)]
        return "".join([f"<tr>{cells}</tr>" for cells in levels])

    def _write_head_row(self, columns: Sequence[Column], level: int, depth: int) -> str:
        """Groups of this level, and the heads of columns that have no more groups."""
        cells = []
        for path, run in groupby(range(len(columns)), lambda at: columns[at].groups[: level + 1]):
            places = list(run)
            if len(path) > level:
                place = _place_class(columns, places[0])
                cells.append(self._write_group(path[level], len(places), level, place))
            elif len(path) == level:
                cells.extend(
                    self._write_column_head(
                        columns[at], depth + 1 - level, _place_class(columns, at)
                    )
                    for at in places
                )
        return "".join(cells)

    def _write_group(self, name: str, span: int, level: int, place: str) -> str:
        scope = "colgroup" if level == 0 and span > 1 else "col"
        spanning = f' colspan="{span}"' if span > 1 else ""
        css = join_classes("over", "across" if span > 1 else "", place)
        return f'<th scope="{scope}"{css}{spanning}>{self.notes.write_text(name)}</th>'

    def _write_column_head(self, column: Column, rows: int, place: str) -> str:
        spanning = f' rowspan="{rows}"' if rows > 1 else ""
        css = join_classes(place)
        unit = f' <span class="unit-of">{escape(column.unit)}</span>' if column.unit else ""
        words = self.notes.write_text(column.label) + unit
        if not words:
            return f"<td{css}{spanning}></td>"
        return f'<th scope="col"{css}{spanning}>{words}</th>'

    # --- rows --------------------------------------------------------------------------------

    def _write_bodies(self, piece: Piece) -> str:
        """A body for the rows before the first group, then one for each group, one for totals."""
        classes = self._prepare_classes(piece)
        bodies: list[list[str]] = [[]]
        for y in piece.rows:
            row = self.table.rows[y]
            if row.kind in ("group", "total"):
                bodies.append([])
            cells = self._write_heading_row(row, piece) or self._write_row(y, row, piece, classes)
            held = "held" if y in self.held or self._continues(y) else ""
            css = join_classes(_ROW_CLASSES[row.kind], held, row.change and f"is-{row.change}")
            bodies[-1].append(f"<tr{self._name_row(row)}{css}>{cells}</tr>")
        return "".join([f"<tbody>{''.join(rows)}</tbody>" for rows in bodies if rows])

    def _name_row(self, row: Row) -> str:
        """Return on the screen the id by which links lead to a row; paper has none."""
        if self.page.on_paper or not row.key:
            return ""
        return f' id="{self.page.anchor(f"row-{row.key}")}"'

    def _continues(self, y: int) -> bool:
        """Say whether on paper a row stays with the one above it, whose span reaches into it."""
        return self.page.on_paper and continues(self.grid[y], y)

    def _prepare_classes(self, piece: Piece) -> list[list[str]]:
        """Return for each column its class names, by how far a figure is moved in."""
        columns = [self.table.columns[place] for place in piece.columns]
        moves = ("", *(f" in-{shift}" for shift in range(1, MOST_SHIFT + 1)))
        return [
            [f"{_place_class(columns, at)}{moved}".strip() for moved in moves]
            for at in range(len(columns))
        ]

    def _write_heading_row(self, row: Row, piece: Piece) -> str:
        """Return a group's row whose only words go across the table; "" for any other row."""
        if row.kind != "group":
            return ""
        filled = [cell for cell in row.cells if isinstance(cell, Cell) and not _is_empty(cell)]
        if len(filled) != 1:
            return ""
        words = self._write_content(filled[0], row.change)
        return f'<th scope="rowgroup" colspan="{len(piece.columns)}">{words}</th>'

    def _write_row(self, y: int, row: Row, piece: Piece, classes: list[list[str]]) -> str:
        shifts, written = self.shifts, []
        for at, place, wide, tall in take_row(self.grid[y], y, piece):
            cell, x = place.cell, place.column
            css = classes[at][shifts[x][place.row] if x in shifts else 0]
            if cell.emphasis:
                css = f"{css} strong".strip()
            if cell.change:
                css = f"{css} shift".strip()
            attributes = f' class="{css}"' if css else ""
            if wide > 1:
                attributes += f' colspan="{wide}"'
            if tall > 1:
                attributes += f' rowspan="{tall}"'
            if said := self._tell_shift(cell):
                attributes += f' data-said="{escape(said)}"'
            content = self._write_content(cell, row.change if cell.row_span == 1 else "")
            if cell.header and content:
                scope = "rowgroup" if row.kind == "group" else "row"
                written.append(f'<th scope="{scope}"{attributes}>{content}</th>')
            else:
                written.append(f"<td{attributes}>{content}</td>")
        return "".join(written)

    def _tell_shift(self, cell: Cell) -> str:
        """Return what the tags of paper say instead of an arrow."""
        return tell_shift(cell) if cell.change and self.page.on_paper else ""

    def _write_content(self, cell: Cell, change: Change) -> str:
        """Return a cell's words; in a row or column of one side alone they are marked so."""
        if change in ("added", "removed") or cell.change:
            words = self._write_changed(cell, change if change in ("added", "removed") else "")
        else:
            words = self._write_words(cell.content)
        if cell.rating is None:
            return words
        return f"{words} {write_rating(cell.rating)}" if words else write_rating(cell.rating)

    def _write_changed(self, cell: Cell, change: Change) -> str:
        whole = change or ("" if cell.change == "changed" else cell.change)
        self.page.in_cell, self.page.in_whole = True, bool(whole)
        content = mark_prose(cell.content, whole) if isinstance(cell.content, Prose) else None
        words = self._write_words(content) if content else mark(
            self._write_words(cell.content), whole)  # fmt: skip
        self.page.in_cell, self.page.in_whole = False, False
        return words

    def _write_words(self, content: Value | date | str | Prose) -> str:
        match content:
            case Value(status=Status.SEE_NOTE):
                first, *others = content.notes
                return self.notes.write_reference(show(content), first) + self.notes.write(others)
            case Value():
                return escape(show(content)) + self.notes.write(content.notes)
            case str():
                return self.notes.write_text(content)
            case date():
                return spell_date(content)
            case Prose():
                return write_inline(content, self.page)
        assert_never(content)


def _place_class(columns: Sequence[Column], at: int) -> str:
    """Return the classes of a column's cells: how they stand, and what is to the left of them."""
    names = [_ALIGNED[columns[at].align]]
    if at and columns[at].groups[:1] != columns[at - 1].groups[:1]:
        names.append("edge")
    if at and columns[at].align == "left" and columns[at - 1].align == "right":
        names.append("after")
    return " ".join(filter(None, names))


def _is_empty(cell: Cell) -> bool:
    match cell.content:
        case Value():
            return not cell.content.text
        case str():
            return not cell.content
        case Prose():
            return not cell.content.elements
        case date():
            return False
    assert_never(cell.content)


def write_rating(rating: Rating) -> str:
    """The judgement's word behind its mark; the mark is left out where it says nothing more."""
    tone = f" {rating.tone}" if rating.tone else ""
    kept = " kept" if len(rating.word) <= ONE_LINE else ""
    word = f'<span class="word{kept}">{escape(rating.word)}</span>'
    mark = f'<span class="mark" aria-hidden="true">{escape(rating.mark)}</span> '
    return f'<span class="rating{tone}">{mark if rating.mark else ""}{word}</span>'
