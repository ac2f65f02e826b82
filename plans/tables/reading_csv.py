"""A CSV file as cells: its letters, its delimiter and its lines found out. Knows no Django."""

from __future__ import annotations

import csv
import io
import re

from documents.spreadsheets import unguard
from plans.tables.keeping import Keeper, unify_lines
from plans.tables.sheets import (
    CELL_LIMIT,
    NotReadable,
    SheetCell,
    Workbook,
)


def read_csv(data: bytes) -> Workbook:
    text, notes = _decode(data)
    if "\0" in text:
        raise NotReadable("The file is no text: it may be a workbook that was given another name.")
    csv.field_size_limit(CELL_LIMIT)
    text, delimiter = _find_delimiter(text)
    keeper = Keeper()
    keeper.begin("CSV")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, cells in enumerate(reader):
            for column, words in enumerate(cells):
                if words:
                    keeper.keep(row, column, SheetCell(unify_lines(unguard(words))))
    except csv.Error as error:
        raise NotReadable(_explain_csv(error, reader.line_num)) from error
    keeper.end()
    return Workbook(tuple(keeper.sheets), notes)


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a CSV file, with a note where its letters had to be guessed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError as error:
            raise NotReadable("The file is cut off in the middle of a letter.") from error
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        note = (
            "The file does not say how its letters are written; it was read as Western European. "
            "Look at £ and at letters such as é."
        )
        return data.decode("cp1252", errors="replace"), (note,)


def _find_delimiter(text: str) -> tuple[str, str]:
    """Return the text without a line that names its delimiter, and the delimiter."""
    if named := re.match(r"sep=([,;\t|])\r?\n", text):
        return text[named.end() :], named[1]
    bare = re.sub(r'"[^"]*"', "", text[:20_000])
    lines = [line for line in bare.splitlines() if line.strip()][:20]
    counts = {mark: [line.count(mark) for line in lines] for mark in ",;\t|"}
    return text, max(counts, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))


def _explain_csv(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return f"Line {line:,} has a cell of more than {CELL_LIMIT:,} characters."
    return f"Line {line:,} cannot be read: a quotation mark is opened or closed in the wrong place."
