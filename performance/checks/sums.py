"""What the totals of an activity table must agree on with its rows: sums, shares, parts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from decimal import Decimal

from documents import values
from documents.blocks import SumRule
from documents.values import Status, Value
from performance.checks.tables import CHANGE, FEW, Column, Row, Table, is_number, place
from plans.checks import Finding, define
from plans.checks.amounts import compare

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
KNOWN_EARLY = define(
    "performance.W002",
    "A number is typed over cells that are still to be set",
    "Empty the cell: it prints “to be set” until the others are known.",
)
TOTAL_ODD = define(
    "performance.W008",
    "A total does not add up as it does in the other columns",
    "Put the total or its rows right, and name the rows it adds: then it is added up.",
)
NOT_100 = define(
    "performance.W005",
    "Shares do not add up to 100%",
    "Put the shares right, or add a row for what is left.",
)
PART_TOO_LARGE = define(
    "performance.W009",
    "A part is larger than what it is a part of",
    "Put the part or the whole right.",
)

_SHARE = re.compile(
    r"\bshares?\b|split|breakdown|distribution|(%|per ?cent) of (the )?(total|all|whole|overall)",
    re.IGNORECASE,
)
_RATE = re.compile(r"%|per ?cent|\brates?\b|averag|\bmean\b|median|ratio|\bper\b", re.IGNORECASE)
MANY = 5  # totals of one table beyond which each adds what stands above it
_NOTHING = (Status.BLANK, Status.NIL, Status.NOT_APPLICABLE)


def check_sums(table: Table) -> Iterator[Finding]:
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
    if is_average(column, typed, added):
        return
    if computed.status is Status.BLANK and not typed.number:
        return
    outcome = compare(typed, computed)
    if outcome is None:
        blank = computed.status is Status.BLANK
        unknown = sum(v.number is None and (blank or v.status not in _NOTHING) for v in added)
        message = f"{said}, but {_say_unknown(unknown, len(added))}."
        yield table.at(KNOWN_EARLY, row, column, message, computed=shown)
    elif outcome != "same":
        check = TOTAL_ROUNDED if outcome == "rounding" else TOTAL_WRONG
        message = f"{said}, but its rows add up to {shown}."
        yield table.at(check, row, column, message, computed=shown)


def _say_unknown(unknown: int, added: int) -> str:
    if not unknown:
        return "the rows that it adds do not count in one unit"
    if added == 1:
        return "the row that it adds has no number yet"
    if unknown == added:
        return f"none of the {added} rows that it adds has a number yet"
    has = "has" if unknown == 1 else "have"
    return f"{unknown} of the {added} rows that it adds {has} no number yet"


def is_average(column: Column, typed: Value, added: Sequence[Value]) -> bool:
    """Say whether a rate stands among those of its rows: rates are not added up."""
    numbers = [value.number for value in added if value.number is not None]
    is_rate = typed.unit == "%" or bool(_RATE.search(f"{column.heading} {column.unit}"))
    return bool(
        is_rate
        and numbers
        and typed.number is not None
        and min(numbers) <= typed.number <= max(numbers)
    )


def check_undeclared_totals(table: Table) -> Iterator[Finding]:
    """A total that does not say what it adds: what it adds in most columns, it ought to in all."""
    totals = [
        (block, row)
        for block in table.blocks
        for row in block
        if row.kind in ("total", "subtotal") and not row.adds
    ]
    for block, row in totals:
        plain = [c for c in table.columns if not c.formula and is_number(row.cells[c.key])]
        candidates = [_rows_above(block, row)]
        if len(totals) <= MANY:
            candidates += _rows_around(table, block, row)
        if plain:
            yield from _hold_total(table, row, plain, candidates)


def _rows_above(block: Sequence[Row], total: Row) -> list[Row]:
    """Return the rows between the total before and this one."""
    above: list[Row] = []
    for row in block[: block.index(total)]:
        above = [] if row.is_total else [*above, row]
    return [row for row in above if row.kind == "row"]


def _rows_around(table: Table, block: Sequence[Row], total: Row) -> Iterator[list[Row]]:
    """Yield what else a total may add: its whole block, all rows, the table's subtotals."""
    for rows in (block, table.rows):
        yield [row for row in rows if row.kind == "row" and not row.adds]
    yield [row for row in table.rows if row.kind == "subtotal" and row is not total]


def _hold_total(
    table: Table, row: Row, columns: Sequence[Column], candidates: Iterable[Sequence[Row]]
) -> Iterator[Finding]:
    best: list[tuple[Column, Value]] | None = None
    for added in candidates:
        sums = [(c, values.total(each.value(c.key) for each in added)) for c in columns]
        wrong = [
            (c, sum_)
            for c, sum_ in sums
            if compare(row.cells[c.key], sum_) == "wrong"
            and not is_average(c, row.cells[c.key], [each.value(c.key) for each in added])
        ]
        open_ = sum(not is_number(sum_) for _, sum_ in sums)
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


def check_shares(table: Table) -> Iterator[Finding]:
    """Percentages that are the shares of one whole add up to 100, but for rounding."""
    for column in table.columns:
        for block in table.blocks:
            rows = [row for row in block if row.kind == "row" and not row.adds]
            if _are_shares(column, block):
                yield from _hold_shares(table, column, rows)


def _are_shares(column: Column, block: Sequence[Row]) -> bool:
    if CHANGE.search(column.heading):
        return False
    totals = [row.cells[column.key] for row in block if row.is_total and not row.adds]
    return bool(_SHARE.search(column.heading)) or any(
        total.number == 100 and total.unit == "%" for total in totals
    )


def _hold_shares(table: Table, column: Column, rows: Sequence[Row]) -> Iterator[Finding]:
    shares = [row.value(column.key) for row in rows]
    numbers = [value for value in shares if is_number(value)]
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


def check_parts(table: Table) -> Iterator[Finding]:
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
        part, all_of_it = row.value(column.key), whole.value(column.key)
        if column.formula or part.number is None or all_of_it.number is None:
            continue
        if part.number > all_of_it.number >= 0:
            of = values.show(all_of_it)
            said = f"{row.name}, {column.name}: {values.show(part)} is more than the {of}"
            message = f"{said} of {whole.name}, which it is a part of."
            yield table.at(PART_TOO_LARGE, row, column, message, computed=of)
