"""What one cell of a workbook holds: a number with the format that shows it as printed, a day, or
text that is never run."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Any, assert_never

from openpyxl.styles import Font
from openpyxl.worksheet.hyperlink import Hyperlink

from documents.blocks import Cell, Prose, Rating
from documents.renderers.markup import make_printable, spell_date
from documents.renderers.palette import LINK
from documents.renderers.table_list import write_words
from documents.spreadsheets import LONGEST, add_words, as_number
from documents.typeface import measure, wrap
from documents.values import Status, Value, show

_SHORTENED = " … [shortened: the plan has it whole]"
_FIRST_DAY = date(1900, 3, 1)  # before it spreadsheets count days wrongly
_DATE_FORMAT = "d mmmm yyyy"
_LONGEST_FORMAT = 200  # characters
_DIGIT = 0.48  # em, with some air


def choose_font(**more: Any) -> Font:
    """Return the type of the whole book; without a name programs take one of their own."""
    return Font(**{"name": "Calibri", "size": 11, **more})


LINK_FONT = choose_font(color=LINK, underline="single")


@dataclass(frozen=True, slots=True)
class Content:
    """What one cell of a sheet holds: a number or a day with its format, or text."""

    value: float | date | str
    number_format: str = ""


def put_text(cell: Any, text: str) -> None:
    """Put text into a cell, so that no text ever becomes a formula."""
    printable = make_printable(text)
    if len(printable) > LONGEST:
        printable = printable[: LONGEST - len(_SHORTENED)] + _SHORTENED
    if printable:
        cell.value = printable
        cell.data_type = "s"  # also where it begins with =
    if printable[:1] in ("=", "+", "-", "@", "'"):
        cell.quotePrefix = True


def link_to(cell: Any, sheet: str) -> None:
    """Make a cell a link to the top of a sheet of this book."""
    quoted = sheet.replace("'", "''")
    cell.hyperlink = Hyperlink(ref=cell.coordinate, location=f"'{quoted}'!A1")
    cell.font = LINK_FONT


def read_content(cell: Cell) -> Content:
    """Return what a sheet holds of a cell; a judgement stands in words behind it."""
    words = write_rating_words(cell.rating) if cell.rating else ""
    match cell.content:
        case Value():
            return _read_value(cell.content, words)
        case date():
            if cell.content < _FIRST_DAY or words:
                return Content(f"{spell_date(cell.content)} {words}".strip())
            return Content(cell.content, _DATE_FORMAT)
        case str():
            return Content(f"{cell.content} {words}".strip())
        case Prose():
            return Content(f"{write_words(cell.content)} {words}".strip())
    assert_never(cell.content)


def _read_value(value: Value, words: str) -> Content:
    """A number as it prints, with remark, notes and judgement as words of its format."""
    printed = show(value)
    cited = value.notes[1:] if value.status is Status.SEE_NOTE else value.notes
    marks = "".join([f" [note {mark}]" for mark in cited])
    found = as_number(
        printed.removesuffix(f"({value.remark})").strip() if value.remark else printed
    )
    told = f" ({value.remark})" if value.remark else ""
    behind = make_printable(f"{told}{marks}{f' {words}' if words else ''}")
    if found is None:
        return Content(f"{printed}{marks}{f' {words}' if words else ''}".strip())
    number_format = add_words(found[1], behind)
    if len(number_format) > _LONGEST_FORMAT:
        return Content(f"{printed}{behind}")
    return Content(found[0], number_format)


def write_rating_words(rating: Rating) -> str:
    return f"{rating.mark} {rating.word}".strip()


def count_lines(text: str, width: float) -> int:
    """Return how many lines text takes in a column as wide as so many digits."""
    room = width * _DIGIT
    return sum(
        max(1, len(wrap(line, room)), math.ceil(measure(line) / room)) for line in text.split("\n")
    )


def name_unit(label: str, unit: str) -> str:
    """Return a label with its unit in brackets: "Net (£000)"."""
    return f"{label} ({unit})" if label and unit else label or unit
