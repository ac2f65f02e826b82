"""What a table of activity must agree on with itself: sums, percentages, units, signs, rows.

Cells are worked out once (performance/arithmetic.py); a cell that was typed carries the sum or
formula that it ought to follow. Columns that nobody declared a formula for are read by their rows:
what most of them do is what the others ought to.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from itertools import permutations
from typing import Any

from documents import values
from documents.blocks import FormulaRule, SumRule
from documents.values import BLANK, Status, Value
from performance import formulas
from performance.arithmetic import Answer, work_out_table
from performance.formulas import Formula, Name
from plans.checks import Check, Finding, SectionView, check_sections, define
from plans.checks.amounts import compare
from plans.content import Path

TOTAL_WRONG = define(
    "performance.E001",
    "A typed total is not what its rows add up to",
    "Put the total or its rows right, or empty the cell: then it is added up.",
)
TOTAL_ROUNDED = define(
    "performance.R001",
    "A typed total differs by rounding",
    "Nothing needs doing; an empty cell is added up exactly.",
)
RESULT_WRONG = define(
    "performance.W001",
    "A typed figure is not what its column's formula gives",
    "Put the figure right, or empty the cell: then it is worked out.",
)
KNOWN_EARLY = define(
    "performance.W002",
    "A number is typed over cells that are still to be set",
    "Empty the cell: it prints “to be set” until the others are known.",
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
NOT_100 = define(
    "performance.W005",
    "Shares do not add up to 100%",
    "Put the shares right, or add a row for what is left.",
)
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
TOTAL_ODD = define(
    "performance.W008",
    "A total does not add up as it does in the other columns",
    "Put the total or its rows right, and name the rows it adds: then it is added up.",
)
PART_TOO_LARGE = define(
    "performance.W009",
    "A part is larger than what it is a part of",
    "Put the part or the whole right.",
)
ROW_TWICE = define(
    "performance.W010",
    "A row stands twice",
    "Take one of the two away, or say in their names how they differ.",
)
PART_OF_A_YEAR = define(
    "performance.A001",
    "Part of a year is compared with a whole year",
    "Compare like months, or say beside the table that the figures do not compare.",
)

_CHANGE = re.compile(r"chang|differen|varia|increase|decrease|growth|movement|net\b|\+/-", re.I)
_PERCENT = re.compile(r"%|per ?cent", re.I)
_SHARE = re.compile(r"share|proportion|split|breakdown|distribution|(%|per ?cent) of", re.I)
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_MONTHS = re.compile(rf"\b{_MONTH}\b\s*\d*\s*(?:-|–|to)\s*{_MONTH}\b", re.I)
_YEAR = re.compile(r"\b(?:20)?\d\d\s*[/-]\s*(?:20)?\d\d\b")
_WHOLE_YEAR = re.compile(r"apr[a-z]*\s*\d*\s*(?:-|–|to)\s*mar", re.I)
_NOTHING = (Status.BLANK, Status.NIL, Status.NOT_APPLICABLE)
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

    @property
    def values(self) -> dict[str, Value]:
        return {key: answer.value for key, answer in self.printed.items()}


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


@check_sections("activity")
def activity_agrees_with_itself(section: SectionView) -> Iterator[Finding]:
    table = _read_table(section)
    yield from _sums(table)
    yield from _formula_columns(table)
    yield from _undeclared_columns(table)
    yield from _undeclared_totals(table)
    yield from _shares(table)
    yield from _mixed_units(table)
    yield from _negative_counts(table)
    yield from _parts(table)
    yield from _repeated_rows(table)
    yield from _parts_of_years(table)


def _read_table(section: SectionView) -> Table:
    content = section.raw["content"]
    columns = tuple(_read_column(column) for column in content["columns"])
    blocks: list[list[Row]] = [[]]
    heading = ""
    for row, printed in zip(content["rows"], work_out_table(content), strict=True):
        if row["kind"] == "group":
            blocks.append([])
            heading = f"{_plain(row['label'])}, "
        else:
            blocks[-1].append(_read_row(row, printed, columns, heading))
    return Table(section.key, columns, tuple(tuple(block) for block in blocks))


def _read_column(column: Mapping[str, Any]) -> Column:
    label = _plain(column["label"]) or column["key"]
    heading = ", ".join([*map(_plain, column["groups"]), label])
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
        heading + (_plain(row["label"]) or row["key"]),
        row["kind"],
        row["unit"],
        tuple(row["sum_of"]),
        # A typed cell prints what was typed; one that was worked out was not typed.
        {c.key: BLANK if printed[c.key].is_derived else printed[c.key].value for c in columns},
        printed,
    )


def _plain(label: str) -> str:
    return values.split_notes(label)[0].strip()


# --- what is declared --------------------------------------------------------------------------


def _sums(table: Table) -> Iterator[Finding]:
    """A typed total is held against the cells that its row says it adds."""
    rows = {row.id: row for row in table.rows}
    for row in table.rows:
        for column in table.columns if row.adds else ():
            rule, typed = row.printed[column.key].rule, row.cells[column.key]
            if not isinstance(rule, SumRule) or typed.number is None:
                continue
            added = [
                rows[ref.row].printed[column.key].value for ref in rule.cells if ref.row in rows
            ]
            computed = values.total(added) if len(added) == len(rule.cells) else values.TO_BE_SET
            yield from _hold_sum(table, row, column, computed, added)


def _hold_sum(
    table: Table, row: Row, column: Column, computed: Value, added: Sequence[Value]
) -> Iterator[Finding]:
    typed, shown = row.cells[column.key], values.show(computed)
    said = f"{row.name}, {column.name}: {values.show(typed)} is typed"
    if computed.status is Status.BLANK:
        computed, shown = values.computed(Decimal(0), 0), "nothing"
    outcome = compare(typed, computed)
    if outcome is None:
        unknown = sum(value.number is None and value.status not in _NOTHING for value in added)
        message = f"{said}, but {unknown} of the {len(added)} rows that it adds have no number yet."
        if not unknown:
            message = f"{said}, but the rows that it adds do not count in one unit."
        yield table.at(KNOWN_EARLY, row, column, message, computed=shown)
    elif outcome != "same":
        check = TOTAL_ROUNDED if outcome == "rounding" else TOTAL_WRONG
        message = f"{said}, but its rows add up to {shown}."
        yield table.at(check, row, column, message, computed=shown)


def _formula_columns(table: Table) -> Iterator[Finding]:
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
        message = f"{said} is typed, but the column's formula gives {shown}."
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
    return formulas.work_out(formula, row.values, decimals=decimals)


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


# --- what the rows themselves say --------------------------------------------------------------


def _undeclared_columns(table: Table) -> Iterator[Finding]:
    """A column headed as a change, without a formula: what most rows do holds for all."""
    for column in table.columns:
        rows = [row for row in table.rows if row.cells[column.key].number is not None]
        if column.formula or not _CHANGE.search(column.heading) or len(rows) < FEW:
            continue
        others = [c.key for c in table.columns if c is not column and not c.formula]
        formula = _usual_formula(column, rows, tuple(others))
        if formula:
            yield from _hold_column(table, column, formula, rows)


def _usual_formula(column: Column, rows: Sequence[Row], others: tuple[str, ...]) -> Formula | None:
    """Return what three rows in five follow, if any: a difference, or a change on either base."""
    best: tuple[int, Formula] | None = None
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


def _undeclared_totals(table: Table) -> Iterator[Finding]:
    """A total that does not say what it adds: what it adds in most columns, it ought to in all."""
    for block in table.blocks:
        for row in block:
            plain = [c for c in table.columns if not c.formula and _is_number(row.cells[c.key])]
            if row.kind in ("total", "subtotal") and not row.adds and plain:
                yield from _hold_total(table, row, plain, _candidates(table, block, row))


def _is_number(value: Value) -> bool:
    return value.number is not None


def _candidates(table: Table, block: Sequence[Row], total: Row) -> Iterator[list[Row]]:
    """Yield the rows that a total may add: those above it, its whole block, the table's subtotals,
    all rows of the table."""
    above: list[Row] = []
    for row in block[: block.index(total)]:
        above = [] if row.is_total else [*above, row]
    for rows in (above, block, table.rows):
        yield [row for row in rows if row.kind == "row" and not row.adds]
    yield [row for row in table.rows if row.kind == "subtotal" and row is not total]


def _hold_total(
    table: Table, row: Row, columns: Sequence[Column], candidates: Iterable[Sequence[Row]]
) -> Iterator[Finding]:
    best: list[tuple[Column, Value]] | None = None
    for added in candidates:
        sums = [(c, values.total(each.values[c.key] for each in added)) for c in columns]
        wrong = [(c, sum_) for c, sum_ in sums if compare(row.cells[c.key], sum_) == "wrong"]
        open_ = sum(not _is_number(sum_) for _, sum_ in sums)
        right = len(columns) - len(wrong) - open_
        near = all(_is_near(row.cells[c.key], sum_) for c, sum_ in wrong)
        told = len(added) > 1 and (2 * right >= len(columns) or (near and not open_))
        if told and (best is None or len(wrong) < len(best)):
            best = wrong
    for column, computed in best or ():
        typed, shown = values.show(row.cells[column.key]), values.show(computed)
        message = f"{row.name}, {column.name}: {typed} is typed, but its rows add up to {shown}."
        yield table.at(TOTAL_ODD, row, column, message, computed=shown)


def _is_near(typed: Value, computed: Value) -> bool:
    """Say whether a number is within a fiftieth of another, as a slip in a total is."""
    one, other = typed.number or Decimal(0), computed.number or Decimal(0)
    return 0 < abs(one - other) * 50 <= abs(other)


def _shares(table: Table) -> Iterator[Finding]:
    """Percentages that are the shares of one whole add up to 100, but for rounding."""
    for column in table.columns:
        for block in table.blocks:
            rows = [row for row in block if row.kind == "row" and not row.adds]
            if _are_shares(column, block):
                yield from _hold_shares(table, column, rows)


def _are_shares(column: Column, block: Sequence[Row]) -> bool:
    if _CHANGE.search(column.heading):
        return False
    totals = [row.cells[column.key] for row in block if row.is_total and not row.adds]
    return bool(_SHARE.search(column.heading)) or any(
        total.number == 100 and total.unit == "%" for total in totals
    )


def _hold_shares(table: Table, column: Column, rows: Sequence[Row]) -> Iterator[Finding]:
    shares = [row.values[column.key] for row in rows]
    numbers = [value for value in shares if _is_number(value)]
    percent = column.unit == "%" or all(value.unit == "%" for value in numbers)
    whole = values.total(shares).number
    if len(numbers) < FEW or not (percent or column.is_percent) or whole is None:
        return
    half_units = Decimal(len(numbers)) / 2 * Decimal(1).scaleb(-max(v.decimals for v in numbers))
    if half_units < abs(whole - 100) <= 25:
        message = f"{column.name}: the shares of {len(numbers)} rows add up to {whole}%, not 100%."
        causes = tuple((table.key, place(row, column)) for row in rows)
        path = ("content", "columns", column.id)
        yield NOT_100.at(
            table.key, path, message, stated=f"{whole}%", computed="100%", causes=causes
        )


# --- units, signs, rows ------------------------------------------------------------------------


def _mixed_units(table: Table) -> Iterator[Finding]:
    """A cell counts in what its column counts in, or its row where rows count different things."""
    of_rows = {row.id: _majority(_units(row.cells.values())) for row in table.rows}
    for column in table.columns:
        units = _units(row.cells[column.key] for row in table.rows)
        for row in table.rows:
            value = row.cells[column.key]
            usual = _usual_unit(column, units, of_rows[row.id])
            is_said = bool(row.unit or (column.unit and not value.unit))
            if _is_number(value) and not is_said and usual not in (None, value.unit):
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
    return Counter(value.unit for value in cells if _is_number(value))


def _majority(units: Counter[str]) -> str | None:
    """Return the unit that more than half of the cells have, two at least; "": they have none."""
    unit, count = next(iter(units.most_common(1)), ("", 0))
    return unit if count > 1 and 2 * count > sum(units.values()) else None


def _tell_unit(table: Table, row: Row, column: Column, value: Value, usual: str) -> Finding:
    own = f"counts in {value.unit}" if value.unit else "has no unit"
    rest = f"the column counts in {usual}" if usual else "the column's other cells have none"
    message = f"{row.name}, {column.name}: {values.show(value)} {own}, but {rest}."
    return table.at(UNITS_MIXED, row, column, message, computed=usual)


def _negative_counts(table: Table) -> Iterator[Finding]:
    """A single negative number in a column that shows no change is a slip of the hand."""
    for column in table.columns:
        if column.formula or _CHANGE.search(column.heading):
            continue
        cells = [(row, row.cells[column.key]) for row in table.rows if not row.is_total]
        numbers = [(row, value) for row, value in cells if value.number is not None]
        below = [(row, value) for row, value in numbers if value.number and value.number < 0]
        if len(below) == 1 and len(numbers) > FEW and not _CHANGE.search(below[0][0].name):
            row, value = below[0]
            message = (
                f"{row.name}, {column.name}: {values.show(value)} is below 0, "
                "as no other number of the column is."
            )
            yield table.at(NEGATIVE, row, column, message)


def _parts(table: Table) -> Iterator[Finding]:
    """A row that is a part of the one above it can never be larger."""
    for block in table.blocks:
        whole: Row | None = None
        for row in block:
            if row.kind != "of_which":
                whole = row
            elif whole:
                yield from _hold_part(table, row, whole)


def _hold_part(table: Table, row: Row, whole: Row) -> Iterator[Finding]:
    for column in table.columns:
        part, all_of_it = row.values[column.key], whole.values[column.key]
        if column.formula or part.number is None or all_of_it.number is None:
            continue
        if part.number > all_of_it.number >= 0:
            of = values.show(all_of_it)
            said = f"{row.name}, {column.name}: {values.show(part)} is more than the {of}"
            message = f"{said} of {whole.name}, which it is a part of."
            yield table.at(PART_TOO_LARGE, row, column, message, computed=of)


def _repeated_rows(table: Table) -> Iterator[Finding]:
    for block in table.blocks:
        first: dict[tuple[str, str], Row] = {}
        for row in block:
            name = (row.name.casefold(), row.kind)
            if row.is_total or row.kind == "of_which" or first.setdefault(name, row) is row:
                continue
            causes = ((table.key, ("content", "rows", first[name].id)),)
            message = f"{row.name} stands twice in the table."
            yield ROW_TWICE.at(table.key, ("content", "rows", row.id), message, causes=causes)


def _parts_of_years(table: Table) -> Iterator[Finding]:
    """A formula that sets some months of a year against the whole of another misleads."""
    columns = {column.key: column for column in table.columns}
    told: set[str] = set()
    for column in table.columns:
        read = [columns[key] for key in column.formula.names] if column.formula else []
        partly = [each for each in read if _is_part_of_year(each.heading)]
        wholly = [each for each in read if each not in partly and _YEAR.search(each.heading)]
        if partly and wholly and partly[0].key not in told:
            told.add(partly[0].key)
            message = (
                f"{column.name} compares {partly[0].name}, which is part of a year, with "
                f"{wholly[0].name}, which is a whole one."
            )
            yield PART_OF_A_YEAR.at(table.key, ("content", "columns", column.id), message)


def _is_part_of_year(heading: str) -> bool:
    return bool(_MONTHS.search(heading)) and not _WHOLE_YEAR.search(heading)
