"""Which columns and rows of two tables are the same: by key, and where keys differ by name.

Last year's plan has other keys, and other years in its names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Hashable
from dataclasses import dataclass

from documents.blocks import Cell, Column, Covered, Row, Table
from documents.diff import Pair, pair
from documents.redline.cells import tell_content
from documents.values import split_notes

_YEAR = re.compile(r"\b(?:(?:19|20)?\d\d ?[/–-] ?(?:19|20)?\d\d|(?:19|20)\d\d)\b(?!/)")


def leave_out_years(text: str) -> str:
    """Return a name as last year's plan has it too: small letters, and no years in it."""
    return " ".join(_YEAR.sub("", split_notes(text)[0]).casefold().split())


def pair_columns(old: Table, new: Table) -> list[Pair]:
    """Return which columns are the same: by key, by heads and label, by label, then by what they
    are called but for the year, if no other is called so."""
    sides = [Counter(map(_timeless, table.columns)) for table in (old, new)]

    def timeless(column: Column) -> Hashable | None:
        name = _timeless(column)
        return name if any(name) and all(side[name] == 1 for side in sides) else None

    return pair(
        old.columns,
        new.columns,
        lambda column: column.key or None,
        lambda column: (column.groups, column.label) if column.label else None,
        lambda column: column.label or None,
        timeless,
    )


def _timeless(column: Column) -> tuple[str, ...]:
    return tuple(filter(None, map(leave_out_years, (*column.groups, column.label))))


def pair_rows(old: Table, new: Table) -> list[Pair]:
    """Return which rows are the same: by key, by label within their group, by label, by ref."""
    named = [(table, _name_rows(table)) for table in (old, new)]
    before, after = (list(zip(table.rows, names, strict=True)) for table, names in named)
    return pair(
        before,
        after,
        lambda each: each[0].key or None,
        lambda each: each[1].in_group,
        lambda each: each[1].label,
        lambda each: each[1].ref,
        lambda each: each[1].timeless,
    )


@dataclass(frozen=True, slots=True)
class _Names:
    """By what a row is known where keys differ: its group and label, its label, its reference."""

    in_group: Hashable | None
    label: Hashable | None
    ref: str | None
    timeless: Hashable | None


def _name_rows(table: Table) -> list[_Names]:
    refs = [x for x, column in enumerate(table.columns) if column.key.endswith("ref")]
    names, group = [], ""
    for row in table.rows:
        label = _label_of(row)
        if row.kind == "group":
            group = label
        ref = " ".join(_tell(row.cells[x]) for x in refs).strip()
        known = (row.kind, label) if label else None
        plain = leave_out_years(label)
        in_group = (group, known) if known else None
        names.append(_Names(in_group, known, ref or None, (row.kind, plain) if plain else None))
    return names


def _label_of(row: Row) -> str:
    """Return the words that name a row: of its label cells but references and running numbers."""
    cells = [cell for cell in row.cells if isinstance(cell, Cell)]
    labels = [_tell(cell) for cell in cells if cell.header] or [_tell(cell) for cell in cells[:1]]
    words = [label for label in labels if not label.isdigit()]
    return max(words, key=len, default="")


def _tell(cell: Cell | Covered) -> str:
    """Return a cell's words on one line, small letters, its rating left out."""
    if isinstance(cell, Covered):
        return ""
    return " ".join(tell_content(cell.content).split()).casefold()
