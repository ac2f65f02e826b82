"""What indicators say: better or worse than before, on target or not.

The rule: the *latest* value of an indicator is its last number among the actual and estimate
columns, by year and then as the columns stand; the *previous* one is the last number of an actual
column before it. It has improved when it moved the way its polarity calls better. It is on target
when it meets the target of the same year, or the last target set if that year has none. What
cannot be compared (no number, other units, no polarity, a band for the trend) is not counted.
Works on content as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from documents import values
from documents.values import Value

Trend: TypeAlias = Literal["improved", "worse", "unchanged"]

_AMOUNT = r"[^0-9<>-]*(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s?(?:%|(?!to|and|or)[a-z]+)?\s?"
_RANGE = re.compile(rf"{_AMOUNT}(?:to|-|\u2013|and){_AMOUNT}", re.IGNORECASE)
_TOO_LOW = re.compile(rf"<{_AMOUNT}", re.IGNORECASE)
_TOO_HIGH = re.compile(rf">{_AMOUNT}", re.IGNORECASE)
_TWO_ZONES = re.compile(rf"<{_AMOUNT}or\s*>{_AMOUNT}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Band:
    """The numbers that are good: from `low` to `high`, both included; None is no limit."""

    low: Decimal | None
    high: Decimal | None

    def holds(self, number: Decimal) -> bool:
        return (self.low is None or number >= self.low) and (
            self.high is None or number <= self.high
        )


@dataclass(frozen=True, slots=True)
class Judgement:
    """What one indicator says; None where it says nothing."""

    trend: Trend | None
    on_target: bool | None


def judge_rows(content: Mapping[str, Any]) -> list[Judgement]:
    """Return the judgement of each row of an indicators section's content."""
    columns = in_time(content.get("columns") or ())
    return [judge(row, columns) for row in content.get("rows") or ()]


def in_time(columns: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the columns by year; as they stand if one of a role that has a year lacks it."""
    listed = list(columns)
    dated = [c for c in listed if c.get("role") in ("actual", "estimate", "target")]
    if not all(column.get("year") for column in dated):
        return dated
    return sorted(dated, key=lambda column: column["year"])


def judge(row: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> Judgement:
    """Return what a row says; `columns`: those with a role in time, earliest first."""
    cells = row.get("cells") or {}
    found = [(column, values.parse(cells.get(column.get("key")) or "")) for column in columns]
    measured = [
        _Reading(column, value, value.number)
        for column, value in found
        if column["role"] in ("actual", "estimate") and value.number is not None
    ]
    if not measured:
        return Judgement(None, None)
    latest = measured[-1]
    before = [reading for reading in measured[:-1] if reading.column["role"] == "actual"]
    targets = [(c.get("year"), v) for c, v in found if c["role"] == "target" and v.text]
    same_year = [value for year, value in targets if year and year == latest.column.get("year")]
    aims = same_year or [value for _, value in targets]
    polarity = row.get("polarity")
    return Judgement(
        _find_trend(before[-1], latest, polarity) if before else None,
        _meets(latest, aims[-1], polarity) if aims else None,
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    """A measured number: its column, its cell, the number."""

    column: Mapping[str, Any]
    value: Value
    number: Decimal


def _find_trend(before: _Reading, latest: _Reading, polarity: str | None) -> Trend | None:
    if polarity not in ("higher", "lower") or before.value.unit != latest.value.unit:
        return None
    if before.number == latest.number:
        return "unchanged"
    rose = latest.number > before.number
    return "improved" if rose == (polarity == "higher") else "worse"


def _meets(latest: _Reading, target: Value, polarity: str | None) -> bool | None:
    if polarity == "band":
        band = read_band(values.show(target))
        return band.holds(latest.number) if band else None
    if polarity not in ("higher", "lower") or target.number is None:
        return None
    if target.unit and latest.value.unit and target.unit != latest.value.unit:
        return None
    return _compare(latest.number, target.number, polarity)


def _compare(number: Decimal, target: Decimal, polarity: str) -> bool:
    return number >= target if polarity == "higher" else number <= target


def read_band(text: str) -> Band | None:
    """Return the range to be in: "15 to 20", or what "<15 or >20" leaves; None if it is neither."""
    plain = " ".join(text.split())
    if match := _TWO_ZONES.fullmatch(plain) or _RANGE.fullmatch(plain):
        return Band(_number(match[1]), _number(match[2]))
    if match := _TOO_LOW.fullmatch(plain):
        return Band(_number(match[1]), None)
    if match := _TOO_HIGH.fullmatch(plain):
        return Band(None, _number(match[1]))
    return None


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ""))
