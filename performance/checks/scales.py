"""The checks of an indicators table: units, scales, and values that cannot be."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal

from documents import values
from documents.values import Value
from performance.checks.measures import Measure, Measures
from performance.judgements import is_percent
from plans.checks import Finding, define

OTHER_UNIT = define(
    "performance.W109",
    "A value counts in another unit than its indicator",
    "Put the value or the unit right.",
)
OTHER_SCALE = define(
    "performance.W110",
    "A share of 1 stands among percentages",
    "Write the value as a percentage, as the others.",
)
IMPOSSIBLE = define(
    "performance.W111",
    "A value cannot be",
    "Put the value right.",
)

_CHANGES = re.compile(
    r"chang|increas|decreas|reduc|growth|varia|differen|budget|spen[dt]|income|cost|saving"
    r"|last year|previous|ratio\b",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"(the )?(total |average )?(number|days|weeks|length|time|count)\b", re.IGNORECASE
)
ROLES = ("actual", "estimate", "national", "comparator", "floor", "target")
FEW = 2  # other values that it takes to say what a row counts in


def check_units(table: Measures, row: Measure) -> Iterator[Finding]:
    """The cells of a row count in one unit: its own, or what most of them write."""
    written = [(column, row.cells[column.key]) for column in table.columns]
    written = [
        (column, value) for column, value in written if value.number is not None and value.unit
    ]
    unit = _shared_unit(row, [value for _, value in written])
    for column, value in written if unit else ():
        if not _are_alike(value.unit, unit):
            said = f"{row.name}, {column.name}: {values.show(value)}"
            message = f"{said}, where the indicator counts in {unit}."
            yield table.at(OTHER_UNIT, row, column, message, computed=unit)


def _shared_unit(row: Measure, written: Sequence[Value]) -> str:
    """Return what a row counts in; "" where nothing says it."""
    if row.own_unit:
        return row.own_unit if is_percent(row.own_unit) or row.own_unit.isalpha() else ""
    units = [value.unit for value in written]
    common = max(set(units), key=units.count, default="")
    return common if units.count(common) > FEW - 1 and 2 * units.count(common) > len(units) else ""


def _are_alike(one: str, other: str) -> bool:
    """Whether two units are one: % and per cent, day and days."""
    if is_percent(one) or is_percent(other):
        return is_percent(one) and is_percent(other)
    return one.casefold().rstrip("s") == other.casefold().rstrip("s")


def check_values(table: Measures, row: Measure) -> Iterator[Finding]:
    """A share lies between 0 and 100%, on one scale; what is counted is not below 0."""
    is_share = is_percent(row.unit) and not _CHANGES.search(row.title)
    if not is_share and not _COUNTED.match(row.title):
        return
    found = table.numbers(row, *ROLES)
    for column, value in found:
        number = value.number or Decimal(0)
        others = [v.number for _, v in found if v is not value and v.number is not None]
        said = f"{row.name}, {column.name}: {values.show(value)}"
        if number < 0:
            yield table.at(IMPOSSIBLE, row, column, f"{said} is below 0, which cannot be.")
        elif is_share and number > 100 and not value.remark:
            yield table.at(IMPOSSIBLE, row, column, f"{said} is more than 100%, which cannot be.")
        elif is_share and _is_share_of_1(number, value, others):
            percent = values.show(values.computed(number * 100, max(value.decimals - 2, 0), "%"))
            message = f"{said} stands among percentages; as one it is {percent}."
            yield table.at(OTHER_SCALE, row, column, message, computed=percent)


def _is_share_of_1(number: Decimal, value: Value, others: Sequence[Decimal]) -> bool:
    """Whether a number is a hundredth of about what the others of its row are."""
    if not 0 < number <= 1 or value.unit or not value.decimals or len(others) < FEW:
        return False
    return all(other >= 10 for other in others) and min(others) / 2 <= number * 100 <= 2 * max(
        others
    )
