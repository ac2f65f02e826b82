"""What the cells of an activity table must agree on with those around: units, signs, rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from documents import values
from documents.values import Value
from performance.checks.tables import CHANGE, FEW, Column, Row, Table, is_number
from plans.checks import Finding, SectionView, check_sections, define

UNITS_MIXED = define(
    "performance.W006",
    "A cell has another unit than its column",
    "Write the unit in all cells of the column, or once for the column.",
)
NEGATIVE = define(
    "performance.W007",
    "A negative number stands among counts",
    "Take the minus away, or say in the heading that the column shows a change.",
)
ROW_TWICE = define(
    "performance.W010",
    "A row stands twice",
    "Take one of the two away, or say in their names how they differ.",
)


def check_units(table: Table) -> Iterator[Finding]:
    """A cell counts in what its column counts in, or its row where rows count different things."""
    of_rows = {row.id: _majority(_units(row.cells.values())) for row in table.rows}
    for column in table.columns:
        units = _units(row.cells[column.key] for row in table.rows)
        for row in table.rows:
            value = row.cells[column.key]
            usual = _usual_unit(column, units, of_rows[row.id])
            is_said = bool(row.unit or (column.unit and not value.unit))
            if is_number(value) and not is_said and usual not in (None, value.unit):
                yield _tell_unit(table, row, column, value, usual or "")


def _usual_unit(column: Column, units: Counter[str], of_row: str | None) -> str | None:
    """Return the unit of a cell: as its column declares or heads it, or as column and row agree;
    where a column has no one unit, as its row has it."""
    if column.unit:
        return column.unit
    if column.is_percent and units["%"]:
        return "%"
    of_column = _majority(units)
    is_mixed = of_column is None and len(units) > 1
    return of_row if is_mixed or of_row == of_column else None


def _units(cells: Iterable[Value]) -> Counter[str]:
    return Counter(value.unit for value in cells if is_number(value))


def _majority(units: Counter[str]) -> str | None:
    """Return the unit that more than half of the cells have, two at least; "": they have none."""
    unit, count = next(iter(units.most_common(1)), ("", 0))
    return unit if count > 1 and 2 * count > sum(units.values()) else None


def _tell_unit(table: Table, row: Row, column: Column, value: Value, usual: str) -> Finding:
    own = f"counts in {value.unit}" if value.unit else "has no unit"
    rest = f"the cells around it count in {usual}" if usual else "the cells around it have none"
    message = f"{row.name}, {column.name}: {values.show(value)} {own}, but {rest}."
    return table.at(UNITS_MIXED, row, column, message, computed=usual)


def check_signs(table: Table) -> Iterator[Finding]:
    """A single negative number where nothing shows a change is a slip of the hand."""
    plain = [c for c in table.columns if not c.formula and not CHANGE.search(c.heading)]
    for column in plain:
        rows = [row for row in table.rows if not row.is_total and not CHANGE.search(row.name)]
        of_column = [_number(row, column) for row in rows]
        for row in rows if sum(number < 0 for number in _known(of_column)) == 1 else ():
            number = _number(row, column)
            around = _known([*of_column, *(_number(row, c) for c in plain if c is not column)])
            if number is not None and number < 0 and _stands_alone(around):
                yield _tell_negative(table, row, column)


def _number(row: Row, column: Column) -> Decimal | None:
    return row.cells[column.key].number


def _known(numbers: Iterable[Decimal | None]) -> list[Decimal]:
    return [number for number in numbers if number is not None]


def _stands_alone(around: Sequence[Decimal]) -> bool:
    """Say whether one number is negative among several that are not."""
    return len(around) > FEW and sum(number < 0 for number in around) == 1


def _tell_negative(table: Table, row: Row, column: Column) -> Finding:
    said = values.show(row.cells[column.key])
    message = f"{row.name}, {column.name}: {said} is below 0, as no other number around it is."
    return table.at(NEGATIVE, row, column, message)


@check_sections("indicators")
def indicators_are_not_negative(section: SectionView) -> Iterator[Finding]:
    """A single negative number among indicators that show no change is a slip of the hand."""
    content = section.raw["content"]
    rows = [row for row in content["rows"] if not CHANGE.search(row["title"])]
    numbers = [
        (row, column, value)
        for row in rows
        for column in content["columns"]
        if (value := values.parse(row["cells"].get(column["key"]) or "")).number is not None
    ]
    below = [(row, column, value) for row, column, value in numbers if (value.number or 0) < 0]
    if len(below) == 1 and len(numbers) > FEW:
        row, column, value = below[0]
        said, name = values.show(value), f"{row['ref']} {row['title']}".strip()
        message = f"{name}, “{column['label']}”: {said} is below 0, as no other indicator is."
        path = ("content", "rows", row["id"], "cells", column["key"])
        yield NEGATIVE.at(section.key, path, message, stated=said)


def check_repeats(table: Table) -> Iterator[Finding]:
    for block in table.blocks:
        first: dict[tuple[str, str], Row] = {}
        for row in block:
            name = (row.name.casefold(), row.unit)
            if row.is_total or row.kind == "of_which" or first.setdefault(name, row) is row:
                continue
            causes = ((table.key, ("content", "rows", first[name].id)),)
            message = f"{row.name} stands twice in the table."
            yield ROW_TWICE.at(table.key, ("content", "rows", row.id), message, causes=causes)
