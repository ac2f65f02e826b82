"""Cells of a file read as values of fields: what one says, and when it leaves all as it is."""

from __future__ import annotations

from typing import Any

from documents import values
from documents.spreadsheets import TOO_LONG
from plans.editor.reading import read_field
from plans.grid import Field, FieldType
from plans.tables.sheets import SheetCell
from plans.tables.writing import show_cell

_YES, _NO = {"yes", "y", "x", "true", "1", "on", "✓"}, {"", "no", "n", "false", "0", "off", "-"}


class NotAChoice(ValueError):
    """A text is none of a field's choices."""


def stays(each: Field, cell: SheetCell, before: Any, worked_out: str, *, is_new: bool) -> bool:
    """Whether a cell says what stands there already, so that it stays as it was written."""
    text = cell.text.strip()
    if is_new:
        return not text and not each.codec
    if text == TOO_LONG or text == show_cell(each, before).strip():
        return True
    if not show_cell(each, before) and worked_out:
        return text == worked_out or same_number(text, worked_out)
    return each.type is FieldType.CELL and cell.is_number and same_number(text, str(before or ""))


def same_number(one: str, other: str) -> bool:
    """Whether two cells are the same number of the same unit, however they are written."""
    first, second = values.parse(one), values.parse(other)
    alike = (first.unit, first.word, first.remark, first.notes) == (
        (second.unit, second.word, second.remark, second.notes)
    )
    return first.number is not None and first.number == second.number and alike


def read_cell(each: Field, cell: SheetCell, before: Any) -> Any:
    """Return the value that a cell stands for in this field.

    :raises NotAChoice: if it is none of the field's choices.
    """
    text = cell.text.strip()
    if text == TOO_LONG:
        raise NotAChoice("stands for a text that the plan does not hold any more")
    if each.type is FieldType.CHECK:
        return _read_check(text)
    if each.type is FieldType.CHOICE and each.choices:
        text = _read_choice(each, text)
    return read_field(each, text, before)


def _read_check(text: str) -> bool:
    if text.casefold() not in _YES | _NO:
        raise NotAChoice("is neither yes nor no")
    return text.casefold() in _YES


def _read_choice(each: Field, text: str) -> str:
    wanted = " ".join(text.casefold().split())
    for value, _ in each.choices:
        if text == value or (not text and not value):
            return value
    for value, label in each.choices:
        if wanted in (value.casefold(), " ".join(label.casefold().split())):
            return value
    if not text:
        return ""
    offered = ", ".join(f"“{label}”" for value, label in each.choices[:12] if value)
    raise NotAChoice(f"is not offered; the choices are {offered}" if offered else "is no choice")
