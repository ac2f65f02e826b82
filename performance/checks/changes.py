"""What the worked-out columns of an activity table must agree on: formulas and their bases.

Columns of changes that nobody declared a formula for are read by their rows: what most of them do
is what the others ought to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import permutations

from documents import values
from documents.blocks import FormulaRule
from documents.values import Status, Value
from performance import formulas
from performance.checks.sums import KNOWN_EARLY
from performance.checks.tables import CHANGE, FEW, Column, Row, Table, place
from performance.formulas import Formula, Name
from plans.checks import Finding, define
from plans.checks.amounts import compare

RESULT_WRONG = define(
    "performance.W001",
    "A typed figure is not what its column's formula gives",
    "Put the figure right, or empty the cell: then it is worked out.",
)
OTHER_BASE = define(
    "performance.W003",
    "A percentage is worked out on another base",
    "Work it out on the column's own base, or empty the cell: then it is worked out.",
)
MIXED_BASES = define(
    "performance.W004",
    "One column has percentages of several bases",
    "Choose one base for all rows and say in the column's heading which it is.",
)
PART_OF_A_YEAR = define(
    "performance.A001",
    "Part of a year is compared with a whole year",
    "Compare like months, or say beside the table that the figures do not compare.",
)

NEAR = 4  # columns that a change may be worked out from
SAMPLE = 50  # rows that are asked what their column does
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTHS = re.compile(rf"\b{_MONTH}\b\s*\d*\s*(?:-|–|to)\s*{_MONTH}\b", re.IGNORECASE)
_YEAR = re.compile(r"\b(?:20)?(\d\d)\s*[/-]\s*(?:20)?(\d\d)\b")
_WHOLE_YEAR = re.compile(r"apr[a-z]*\s*\d*\s*(?:-|–|to)\s*mar", re.IGNORECASE)


def check_formulas(table: Table) -> Iterator[Finding]:
    """A typed figure is held against its column's formula; a percentage also on other bases."""
    for column in table.columns:
        if column.formula:
            typed = [
                row
                for row in table.rows
                if isinstance(row.printed[column.key].rule, FormulaRule)
                and row.cells[column.key].number is not None
            ]
            yield from _hold_column(table, column, column.formula, typed)


def _hold_column(
    table: Table, column: Column, formula: Formula, rows: Sequence[Row]
) -> Iterator[Finding]:
    bases = _other_bases(formula, tuple(c.key for c in table.columns if c is not column))
    fitting: dict[str, list[Row]] = {}
    for row in rows:
        computed = _work_out(formula, row, column)
        if computed.number is None:
            yield from _hold_unknown(table, row, column, computed)
        elif not _fits(row, column, computed):
            base = _fitting_base(bases, row, column)
            yield _tell_wrong(table, row, column, formula, computed, base)
            fitting.setdefault(base, []).append(row)
        elif not _fitting_base(bases, row, column):
            fitting.setdefault(_base_of(formula), []).append(row)
    yield from _tell_mixed(table, column, {n: found for n, found in fitting.items() if n})


def _fitting_base(bases: Mapping[str, Formula], row: Row, column: Column) -> str:
    """Return the base on which a typed percentage is right, "" if on none of these."""
    fitting = (n for n, f in bases.items() if _fits(row, column, _work_out(f, row, column)))
    return next(fitting, "")


def _hold_unknown(table: Table, row: Row, column: Column, computed: Value) -> Iterator[Finding]:
    """A typed number over nothing known is early; over nothing at all it may be a figure alone."""
    if computed.status is Status.TO_BE_SET:
        said = f"{row.name}, {column.name}: {values.show(row.cells[column.key])} is typed"
        message = f"{said}, but what it is worked out from has no number yet."
        yield table.at(KNOWN_EARLY, row, column, message, computed=values.show(computed))


def _tell_wrong(
    table: Table, row: Row, column: Column, formula: Formula, computed: Value, base: str
) -> Finding:
    names, shown = table.names, values.show(computed)
    said = f"{row.name}, {column.name}: {values.show(row.cells[column.key])}"
    if not base:
        gives = "the column's formula gives" if column.formula else "worked out as the others it is"
        message = f"{said} is typed, but {gives} {shown}."
        return table.at(RESULT_WRONG, row, column, message, computed=shown)
    message = (
        f"{said} is worked out on {names[base]}; on {names[_base_of(formula)]}, the column's base, "
        f"it is {shown}."
    )
    return table.at(OTHER_BASE, row, column, message, computed=shown)


def _tell_mixed(
    table: Table, column: Column, fitting: Mapping[str, Sequence[Row]]
) -> Iterator[Finding]:
    """Tell of a column whose rows are worked out on several bases, once, at its heading."""
    if len(fitting) > 1:
        said = [
            f"{len(rows)} {'row' if len(rows) == 1 else 'rows'} on {table.names[base]}"
            for base, rows in sorted(fitting.items(), key=lambda item: -len(item[1]))
        ]
        causes = tuple((table.key, place(row, column)) for rows in fitting.values() for row in rows)
        message = f"{column.name} is worked out for {' and for '.join(said)}."
        path = ("content", "columns", column.id)
        yield MIXED_BASES.at(table.key, path, message, stated="; ".join(said), causes=causes)


def _work_out(formula: Formula, row: Row, column: Column) -> Value:
    decimals = max(row.cells[column.key].decimals, 1) if formula.divides else None
    read = {name: row.value(name) for name in formula.names if name in row.printed}
    return formulas.work_out(formula, read, decimals=decimals)


def _fits(row: Row, column: Column, computed: Value) -> bool:
    return compare(row.cells[column.key], computed) in ("same", "rounding")


def _base_of(formula: Formula) -> str:
    """Return the column that a formula divides by, "" if it ends otherwise."""
    last = formula.steps[-2:]
    divides = len(last) == 2 and last[1] == "/" and isinstance(last[0], Name)
    return last[0].column if divides and isinstance(last[0], Name) else ""


@lru_cache(maxsize=256)
def _other_bases(formula: Formula, columns: tuple[str, ...]) -> dict[str, Formula]:
    """Return the formula divided by each other column that it reads, by column."""
    base = _base_of(formula)
    return {
        key: replace(formula, steps=(*formula.steps[:-2], Name(key), "/"))
        for key in columns
        if base and key != base and key in formula.names
    }


def check_undeclared_changes(table: Table) -> Iterator[Finding]:
    """A column headed as a change, without a formula: what most rows do holds for all."""
    for column in table.columns:
        rows = [row for row in table.rows if row.cells[column.key].number is not None]
        if column.formula or not CHANGE.search(column.heading) or len(rows) < FEW:
            continue
        formula = _usual_formula(column, rows, _columns_near(table, column))
        if formula:
            yield from _hold_column(table, column, formula, rows)


def _columns_near(table: Table, column: Column) -> list[str]:
    """Return the columns that a change may be worked out from, the nearest first."""
    places = {each.key: place for place, each in enumerate(table.columns)}
    plain = [c.key for c in table.columns if not c.formula and not CHANGE.search(c.heading)]
    return sorted(plain, key=lambda key: abs(places[key] - places[column.key]))[:NEAR]


def _usual_formula(column: Column, rows: Sequence[Row], others: Sequence[str]) -> Formula | None:
    """Return what three rows in five follow, if any: a difference, or a change on either base."""
    best: tuple[int, Formula] | None = None
    rows = rows[:SAMPLE]
    for formula in _changes(others, percent=column.is_percent):
        count = sum(_fits(row, column, _work_out(formula, row, column)) for row in rows)
        if count >= FEW and 5 * count >= 3 * len(rows) and (best is None or count > best[0]):
            best = (count, formula)
    return best[1] if best else None


def _changes(columns: Sequence[str], *, percent: bool) -> Iterator[Formula]:
    for one, other in permutations(columns, 2):
        if percent:
            yield formulas.parse(f"({other} - {one}) / {one} %")
            yield formulas.parse(f"({other} - {one}) / {other} %")
        else:
            yield formulas.parse(f"{other} - {one}")


def check_parts_of_years(table: Table) -> Iterator[Finding]:
    """A formula that sets some months of a year against the whole of another misleads."""
    columns = {column.key: column for column in table.columns}
    told: set[str] = set()
    for column in table.columns:
        read = [columns[key] for key in column.formula.names] if column.formula else []
        partly = [each for each in read if _is_part_of_year(each.heading)]
        wholly = [each for each in read if each not in partly and _is_whole_year(each.heading)]
        if partly and wholly and partly[0].key not in told:
            told.add(partly[0].key)
            message = (
                f"{column.name} compares {partly[0].name}, which is part of a year, with "
                f"{wholly[0].name}, which is a whole one."
            )
            yield PART_OF_A_YEAR.at(table.key, ("content", "columns", column.id), message)


def _is_part_of_year(heading: str) -> bool:
    return bool(_MONTHS.search(heading)) and not _WHOLE_YEAR.search(heading)


def _is_whole_year(heading: str) -> bool:
    """Say whether a heading names a financial year, such as 2006/07; a date is none."""
    years = ((int(match[1]), int(match[2])) for match in _YEAR.finditer(heading))
    return any((first + 1) % 100 == second for first, second in years)
