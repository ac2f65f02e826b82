"""The tables as CSV files in a ZIP, with an index that says what each is: figures plain, for other
programs.

The files begin with a byte order mark: without it Excel reads "£" as two other signs. A figure has
neither separators nor notes; a unit of its own stays with it, and so does a percent sign.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import assert_never

from documents.blocks import Cell, Column, Document, Imprint, Prose, Row, Table
from documents.renderers import Supplies
from documents.renderers.markup import make_printable
from documents.renderers.packages import write_package
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.sheet_cells import name_unit
from documents.renderers.table_list import ListedTable, list_tables, write_words
from documents.spreadsheets import guard
from documents.values import Value, show

INDEX = "index.csv"
_MARK = b"\xef\xbb\xbf"
_HEADS = ("File", "Section", "Caption", "What it is", "Unit", "Rows")
_ROW_KIND = "Row kind"
_LONGEST_NAME = 100  # characters


def render(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return a ZIP with the index and one CSV file a table.

    :raises PrintFailed: if it is too deep or too large.
    """
    refuse_unprintable(document)
    tables = list(list_tables(document))
    names = [_name_file(place, listed) for place, listed in enumerate(tables, 1)]
    index = [
        (
            name,
            listed.place,
            listed.caption,
            listed.sort,
            listed.table.unit,
            str(len(listed.table.rows)),
        )
        for name, listed in zip(names, tables, strict=True)
    ]
    files = {INDEX: _write_csv([_HEADS, *index])}
    for name, listed in zip(names, tables, strict=True):
        files[name] = _write_csv(_list_lines(listed.table))
    supplies.tell(1, 1)
    return write_package(files, imprint.printed_on)


def _name_file(place: int, listed: ListedTable) -> str:
    """Return "03-2.2-revenue-budget.csv": in order, and legal everywhere."""
    words = re.sub(r"[^a-z0-9.]+", "-", listed.name.casefold())
    return f"{place:02d}-{words[:_LONGEST_NAME].strip('-.')}".strip("-") + ".csv"


def _write_csv(lines: Iterable[Sequence[str]]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for line in lines:
        writer.writerow([guard(make_printable(text)) for text in line])
    return _MARK + out.getvalue().encode()


def _list_lines(table: Table) -> Iterator[list[str]]:
    """Yield the heads, then each row: its kind, and a text for each column. A column whose figures
    are judged is followed by one for the judgements."""
    judged = [_is_judged(table, x) for x in range(len(table.columns))]
    heads = [_ROW_KIND]
    for column, also in zip(table.columns, judged, strict=True):
        head = _name_column(column)
        heads += [head, f"{head}: rating"] if also else [head]
    yield heads
    for row in table.rows:
        yield [row.kind.replace("_", " "), *_list_texts(row, judged)]


def _is_judged(table: Table, x: int) -> bool:
    cells = (row.cells[x] for row in table.rows)
    return any(isinstance(c, Cell) and c.rating is not None and _write(c) for c in cells)


def _name_column(column: Column) -> str:
    return " › ".join((*column.groups, name_unit(column.label, column.unit)))


def _list_texts(row: Row, judged: Sequence[bool]) -> Iterator[str]:
    for cell, also in zip(row.cells, judged, strict=True):
        rating = cell.rating.word if isinstance(cell, Cell) and cell.rating else ""
        words = _write(cell) if isinstance(cell, Cell) else ""
        yield words or ("" if also else rating)
        if also:
            yield rating


def _write(cell: Cell) -> str:
    match cell.content:
        case Value():
            return _write_value(cell.content)
        case date():
            return cell.content.isoformat()
        case str():
            return cell.content
        case Prose():
            return write_words(cell.content)
    assert_never(cell.content)


def _write_value(value: Value) -> str:
    """A figure as a plain number with its unit; as it prints where it has words or a remark."""
    if value.number is None or value.word or value.remark:
        return show(value)
    typed = f"{value.number:.{value.decimals}f}"
    digits = _printed_digits(value) if value.computed else typed
    spaced = value.unit if value.unit in ("", "%") else f" {value.unit}"
    return f"{digits}{spaced}"


def _printed_digits(value: Value) -> str:
    """Return a computed figure as it is rounded in print."""
    return re.sub(r"[^0-9.-]", "", show(value).removesuffix(value.unit))
