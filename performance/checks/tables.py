"""An activity section as its checks see it: columns, rows and cells, worked out once.

A cell that was typed carries the sum or formula that it ought to follow
(performance/arithmetic.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import values
from documents.values import BLANK, Value
from performance import formulas
from performance.arithmetic import Answer, work_out_table
from performance.formulas import Formula
from plans.checks import Check, Finding, SectionView
from plans.content import Path

CHANGE = re.compile(
    r"chang|differen|varia|increase|decrease|growth|movement|balance|surplus|deficit|saving|gap\b"
    r"|net\b|\+/-",
    re.IGNORECASE,
)
_PERCENT = re.compile(r"%|per ?cent", re.IGNORECASE)
FEW = 3  # rows that it takes to say what a column does


@dataclass(frozen=True, slots=True)
class Column:
    """A column as its checks see it; `name`: how a sentence names it."""

    id: str
    key: str
    name: str
    heading: str
    unit: str
    formula: Formula | None

    @property
    def is_percent(self) -> bool:
        return bool(self.formula and self.formula.percent) or bool(_PERCENT.search(self.heading))


@dataclass(frozen=True, slots=True)
class Row:
    """A row as its checks see it: `cells` as typed, `printed` as they print, with their rules."""

    id: str
    key: str
    name: str
    kind: str
    unit: str
    adds: tuple[str, ...]
    cells: Mapping[str, Value]
    printed: Mapping[str, Answer]

    @property
    def is_total(self) -> bool:
        return self.kind in ("total", "subtotal") or bool(self.adds)

    def value(self, column: str) -> Value:
        """Return what a cell prints, typed or worked out."""
        return self.printed[column].value


@dataclass(frozen=True, slots=True)
class Table:
    """An activity section worked out; `rows` without headings of groups, `blocks`: between them."""

    key: str
    columns: tuple[Column, ...]
    blocks: tuple[tuple[Row, ...], ...]

    @property
    def rows(self) -> Iterator[Row]:
        for block in self.blocks:
            yield from block

    @property
    def names(self) -> dict[str, str]:
        return {column.key: column.name for column in self.columns}

    def at(
        self,
        check: Check,
        row: Row,
        column: Column,
        message: str,
        *,
        computed: str = "",
        causes: tuple[tuple[str, Path], ...] = (),
    ) -> Finding:
        """Return a finding at a cell; what is stated there is what it prints."""
        path, stated = place(row, column), values.show(row.cells[column.key])
        return check.at(self.key, path, message, stated=stated, computed=computed, causes=causes)


def place(row: Row, column: Column) -> Path:
    return ("content", "rows", row.id, "cells", column.key)


def is_number(value: Value) -> bool:
    return value.number is not None


def read_table(section: SectionView) -> Table:
    content = section.raw["content"]
    columns = tuple(_read_column(column) for column in content["columns"])
    blocks: list[list[Row]] = [[]]
    heading = ""
    for row, printed in zip(content["rows"], work_out_table(content), strict=True):
        if row["kind"] == "group":
            blocks.append([])
            heading = f"{plain(row['label'])}, "
        else:
            blocks[-1].append(_read_row(row, printed, columns, heading))
    return Table(section.key, columns, tuple(tuple(block) for block in blocks))


def _read_column(column: Mapping[str, Any]) -> Column:
    label = plain(column["label"]) or column["key"]
    heading = ", ".join([*map(plain, column["groups"]), label])
    formula = formulas.parse(column["formula"]) if column["formula"] else None
    return Column(column["id"], column["key"], f"“{heading}”", heading, column["unit"], formula)


def _read_row(
    row: Mapping[str, Any],
    printed: Mapping[str, Answer],
    columns: Sequence[Column],
    heading: str,
) -> Row:
    return Row(
        row["id"],
        row["key"],
        heading + (plain(row["label"]) or row["key"]),
        row["kind"],
        row["unit"],
        tuple(row["sum_of"]),
        # A typed cell prints what was typed; one that was worked out was not typed.
        {c.key: BLANK if printed[c.key].is_derived else printed[c.key].value for c in columns},
        printed,
    )


def plain(label: str) -> str:
    return values.split_notes(label)[0].strip()
