"""Tables as WordprocessingML: heads that repeat, merged groups, rows that do not break.

A table is laid out as on paper: the same widths and sizes of type, and bands of columns where it
is too wide for the page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import groupby
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
from documents.charts import TONES
from documents.renderers.grid import Piece, Place, cut_table, place_cells, shift_figures
from documents.renderers.manuscript import (
    REMARK,
    Look,
    Manuscript,
    NoteMarks,
    Setting,
    change_of,
    write_paragraph,
    write_prose,
    write_runs,
    write_text,
)
from documents.renderers.markup import escape, spell_date
from documents.renderers.paper import TEXT_WIDTH
from documents.renderers.widths import lay_out
from documents.renderers.word_boxes import TWIPS, shade, write_cell, write_gap
from documents.values import Status, Value, show, split_notes

_HALF_DIGIT = 0.2535  # of the size of type
_INDENT = 170  # of a part of a total
_KEPT_WHOLE = 240.0  # points: a table this high is not broken
_STRONG: frozenset[RowKind] = frozenset({"group", "subtotal", "total"})
_PARTS: frozenset[RowKind] = frozenset({"of_which", "memorandum"})
_OF_ROWS: tuple[Change, ...] = ("added", "removed")
_CHANGES: Mapping[str, Change] = {"added": "added", "removed": "removed"}
_TOLD = re.compile(
    r"(?P<now>.*) \((?:(?P<change>added|removed|moved)|was: (?P<was>.*))\)", re.DOTALL
)
_JUSTIFIED = {"left": "left", "right": "right", "center": "center"}
_CHANGED = "FFF7DB"  # behind a cell that says other things than before


def write_table(table: Table, script: Manuscript) -> str:
    """Return caption, table and notes; several tables where it is too wide or long for one."""
    keys = [f"note-{script.next_id()}" for _ in table.notes]
    marks = [note.mark for note in table.notes]
    # Of two notes with one mark, marks lead to the first.
    notes = NoteMarks(dict(zip(reversed(marks), reversed(keys), strict=True)))
    shifts = shift_figures(table)
    layout = lay_out(table, shifts, TEXT_WIDTH[script.orientation])
    change = _change_of_all(table)
    writer = _TableWriter(
        table, script, notes, place_cells(table, max(1, len(table.rows))), shifts, layout.size,
        layout.height < _KEPT_WHOLE, change,
    )  # fmt: skip
    written = [writer.write(piece) for piece in cut_table(table, layout)]
    both = zip(table.notes, keys, strict=True)
    return "".join([*written, *(_write_note(note, key, script, change) for note, key in both)])


def _change_of_all(table: Table) -> Change:
    """Return what became of a table as a whole: it came or went with all its rows."""
    changes = {row.change for row in table.rows}
    return changes.pop() if changes in ({"added"}, {"removed"}) else ""


def _write_note(note: Note, key: str, script: Manuscript, change: Change) -> str:
    """A note whose first paragraph begins with its mark, to which marks in the table lead."""
    first, *rest = note.text.elements or (Paragraph(()),)
    own = change_of(first.runs, change) if isinstance(first, Paragraph) else change
    look = Look(change=own if own in ("added", "removed") else "")
    raised = write_text(note.mark, look, raised="sup")
    sign = script.track(look.change, raised + write_text(" ", look))
    lead, ended = script.mark(key, sign), script.track_end(look.change)
    below = write_prose(Prose(tuple(rest)), script, Setting("Note"), Look(change=change))
    if isinstance(first, Paragraph):
        words = write_runs(first.runs, script, Look(change=change))
        return write_paragraph(lead + words, Setting("Note"), ended=ended) + below
    above = write_paragraph(lead, Setting("Note", keep=True), ended=ended)
    return above + write_prose(Prose((first,)), script, Setting("Note"), look) + below


def write_rating(rating: Rating, script: Manuscript, change: Change) -> str:
    """The judgement's word behind its mark, on its colour."""
    fill = TONES[rating.tone].removeprefix("#").upper() if rating.tone else ""
    look = Look(fill=fill, change=change)
    return script.track(change, write_text(f"{rating.mark} {rating.word}".strip(), look))


@dataclass(frozen=True, slots=True)
class _TableWriter:
    table: Table
    script: Manuscript
    notes: NoteMarks
    grid: list[list[Place]]
    shifts: dict[int, list[int]]
    size: float
    whole: bool
    change: Change

    def write(self, piece: Piece) -> str:
        """Return caption and table of a piece, and the gap without which two tables are one."""
        widths = self._measure(piece)
        columns = "".join([f'<w:gridCol w:w="{width}"/>' for width in widths])
        caption = f'<w:tblCaption w:val="{escape(self._name(piece))}"/>'
        properties = (
            f'<w:tblPr><w:tblStyle w:val="PlanTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
            '<w:tblLayout w:type="fixed"/><w:tblLook w:val="0620" w:firstRow="1" w:lastRow="0" '
            f'w:firstColumn="0" w:lastColumn="0" w:noHBand="1" w:noVBand="1"/>{caption}</w:tblPr>'
        )
        rows = "".join([*self._write_heads(piece, widths), *self._write_rows(piece, widths)])
        grid = f"<w:tblGrid>{columns}</w:tblGrid>"
        gap = write_gap(self.script.track_end(self.change))
        return f"{self._write_caption(piece)}<w:tbl>{properties}{grid}{rows}</w:tbl>{gap}"

    def _measure(self, piece: Piece) -> list[int]:
        """Return the widths of a piece's columns in twentieths of a point."""
        width = TEXT_WIDTH[self.script.orientation] * TWIPS
        shares = piece.shares or (100 / len(piece.columns),) * len(piece.columns)
        return [max(1, int(width * share / 100)) for share in shares]

    def _name(self, piece: Piece) -> str:
        told = f" ({piece.title})" if piece.title else ""
        return f"{self.table.caption}{told}" or "Table"

    def _write_caption(self, piece: Piece) -> str:
        told = f" ({piece.title})" if piece.title else ""
        unit = f" ({self.table.unit})" if self.table.unit else ""
        words = self._write_name(self.table.caption)
        words += self._track(f"{told}{unit}", Look(change=self.change))
        ended = self.script.track_end(self.change)
        return write_paragraph(words, Setting("Caption", keep=True), ended=ended) if words else ""

    # --- heads -------------------------------------------------------------------------------

    def _write_heads(self, piece: Piece, widths: Sequence[int]) -> Iterator[str]:
        """Yield a row for each level of groups, then the columns' own heads."""
        columns = [self.table.columns[x] for x in piece.columns]
        depth = max(len(column.groups) for column in columns)
        for level in range(depth + 1):
            cells = "".join(self._write_head_cells(columns, widths, level, depth))
            tracked = self.script.track_end(self.change)
            yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/>{tracked}</w:trPr>{cells}</w:tr>"

    def _write_head_cells(
        self, columns: Sequence[Column], widths: Sequence[int], level: int, depth: int
    ) -> Iterator[str]:
        paths = [column.groups[: level + 1] for column in columns]
        for path, run in groupby(range(len(columns)), paths.__getitem__):
            places = list(run)
            if len(path) > level:
                width = sum(widths[at] for at in places)
                words = self._write_name(path[level], strong=True)
                yield self._write_head(words, width, "center", span=len(places))
                continue
            for at in places:
                begins = len(columns[at].groups) == level
                words = self._write_label(columns[at]) if begins else ""
                merged = (
                    ("restart" if begins else "continue") if depth > len(columns[at].groups) else ""
                )
                yield self._write_head(words, widths[at], columns[at].align, merged=merged)

    def _write_label(self, column: Column) -> str:
        words = self._write_name(column.label, strong=True)
        unit = f" ({column.unit})" if column.label else column.unit
        told = _TOLD.fullmatch(split_notes(column.label)[0]) if self.script.is_redline else None
        change = self.change or (_CHANGES.get(told["change"] or "", "") if told else "")
        return words + (self._track(unit, Look(change=change)) if column.unit else "")

    def _write_name(self, name: str, *, strong: bool = False) -> str:
        """Return a caption or a head. What a redline's says of itself, "(added)" or "(was: Net)",
        is tracked: each side has its own words."""
        look = Look(strong=strong, change=self.change)
        text, marks = split_notes(name)
        told = _TOLD.fullmatch(text) if self.script.is_redline and not self.change else None
        if told is None:
            return self.notes.write_text(name, self.script, look)
        if told["was"]:
            words = self._track(told["was"], replace(look, change="removed"))
            words += self._track(told["now"], replace(look, change="added"))
        else:
            look = replace(look, change=_CHANGES.get(told["change"], ""))
            words = self._track(told["now"], look)
            words += self._track(f" ({told['change']})", Look(change=REMARK))
        return words + self.notes.write(marks, self.script, look.change)

    def _track(self, text: str, look: Look) -> str:
        return self.script.track(look.change, write_text(text, look))

    def _write_head(
        self, words: str, width: int, align: str, *, span: int = 1, merged: str = ""
    ) -> str:
        setting = Setting(self._style, keep=True, align=_JUSTIFIED[align])
        paragraph = write_paragraph(words, setting)
        fill = shade(self.script.palette.head)
        return write_cell(paragraph, width, span=span, merged=merged, more=fill, stands="bottom")

    @property
    def _style(self) -> str:
        return f"Cell{self.size * 10:.0f}"

    # --- rows --------------------------------------------------------------------------------

    def _write_rows(self, piece: Piece, widths: Sequence[int]) -> Iterator[str]:
        for y in piece.rows:
            row = self.table.rows[y]
            across = self._find_heading(row)
            keep = self._is_kept(y, piece)
            if across is not None:
                cells = self._write_across(across, row, widths)
            else:
                cells = "".join(self._write_cells(y, row, piece, widths, keep))
            tracked = self.script.track_end(row.change if row.change in _OF_ROWS else "")
            yield f"<w:tr><w:trPr><w:cantSplit/>{tracked}</w:trPr>{cells}</w:tr>"

    def _is_kept(self, y: int, piece: Piece) -> bool:
        """Say whether a row stays with the next: a heading, or before a total or the last row."""
        if y + 1 >= piece.rows.stop:
            return False
        row, following = self.table.rows[y], self.table.rows[y + 1]
        last = y + 2 == piece.rows.stop
        return (
            self.whole
            or row.kind == "group"
            or following.kind in (_STRONG | _PARTS) - {"group"}
            or last
        )

    def _find_heading(self, row: Row) -> Cell | None:
        """Return the only cell with words of a heading across the table."""
        if row.kind != "group":
            return None
        filled = [cell for cell in row.cells if isinstance(cell, Cell) and _has_words(cell)]
        return filled[0] if len(filled) == 1 else None

    def _write_across(self, cell: Cell, row: Row, widths: Sequence[int]) -> str:
        setting = Setting(self._style, keep=True)
        change = _change_of(row, cell)
        inner = self._write_content(cell, setting, _look_of(change, strong=True))
        fill = self._shade(row.kind, change)
        return write_cell(inner, sum(widths), span=len(widths), more=fill)

    def _write_cells(
        self, y: int, row: Row, piece: Piece, widths: Sequence[int], keep: bool
    ) -> Iterator[str]:
        at = 0
        while at < len(piece.columns):
            place = self.grid[y][piece.columns[at]]
            wide = 1
            while (
                at + wide < len(piece.columns) and self.grid[y][piece.columns[at + wide]] is place
            ):
                wide += 1
            begins = place.row == y or y == piece.rows.start
            merged = ("restart" if begins else "continue") if place.rows > 1 else ""
            change = _change_of(row, place.cell)
            setting = self._set_cell(place, row, self.table.columns[piece.columns[at]], keep)
            look = _look_of(change, strong=row.kind in _STRONG or place.cell.emphasis)
            inner = (
                self._write_content(place.cell, setting, look)
                if begins
                else write_paragraph("", setting)
            )
            yield write_cell(
                inner, sum(widths[at : at + wide]), span=wide, merged=merged,
                more=self._shade(row.kind, change),
            )  # fmt: skip
            at += wide

    def _set_cell(self, place: Place, row: Row, column: Column, keep: bool) -> Setting:
        """Numbers stand on their decimal: shorter ones are moved in from the right."""
        x, y = place.column, place.row
        moved = self.shifts[x][y] if x in self.shifts else 0
        indent = _INDENT if place.cell.header and row.kind in _PARTS else 0
        return Setting(
            self._style,
            keep=keep,
            left=indent,
            right=round(moved * self.size * TWIPS * _HALF_DIGIT),
            align=_JUSTIFIED[column.align],
        )

    def _write_content(self, cell: Cell, setting: Setting, look: Look) -> str:
        """Return a cell's paragraphs, the judgement behind the last words."""
        rating = write_rating(cell.rating, self.script, look.change) if cell.rating else ""
        if isinstance(cell.content, Prose):
            inner = write_prose(cell.content, self.script, replace(setting, right=0), look)
            return inner + (write_paragraph(rating, setting) if rating or not inner else "")
        words = self._write_words(cell.content, look)
        if words and rating and setting.align == "right":  # figures stay under each other
            below = replace(setting, right=0)
            return write_paragraph(words, setting) + write_paragraph(rating, below)
        gap = write_text(" ") if words and rating else ""
        return write_paragraph(f"{words}{gap}{rating}", setting)

    def _write_words(self, content: Value | date | str, look: Look) -> str:
        match content:
            case Value(status=Status.SEE_NOTE):
                words = self.script.track(look.change, write_text(show(content), look))
                first, *others = content.notes
                linked = self.notes.link(first, words, self.script)
                return linked + self.notes.write(others, self.script, look.change)
            case Value():
                words = self.script.track(look.change, write_text(show(content), look))
                return words + self.notes.write(content.notes, self.script, look.change)
            case str():
                return self.notes.write_text(content, self.script, look)
            case date():
                return self.script.track(look.change, write_text(spell_date(content), look))
        assert_never(content)

    def _shade(self, kind: RowKind, change: Change) -> str:
        if kind == "group":
            return shade(self.script.palette.group)
        return shade(_CHANGED) if change == "changed" else ""


def _change_of(row: Row, cell: Cell) -> Change:
    return cell.change or (row.change if row.change in _OF_ROWS else "")


def _look_of(change: Change, *, strong: bool) -> Look:
    """Return how a cell's words look: tracked where all of them came or went."""
    return Look(strong=strong, change=change if change in _OF_ROWS else "")


def _has_words(cell: Cell) -> bool:
    match cell.content:
        case Value():
            return bool(cell.content.text)
        case str():
            return bool(cell.content)
        case Prose():
            return bool(cell.content.elements)
        case date():
            return True
    assert_never(cell.content)
