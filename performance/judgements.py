"""What indicators say: better or worse than before and than others, on target or not.

The rule: the *latest* value of an indicator is its last number among the actual and estimate
columns, by year and then as the columns stand; the *previous* one is the last number of an actual
column before it. It has improved when it moved the way its polarity calls better. It is on target
when it meets the target of the same year, or the last target set if that year has none. It is
better than both averages when it is better than the last national and the last comparator number.
What cannot be compared (no number, other units, no polarity, a band for the trend) is not counted.
Works on content as data.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal, TypeAlias

from documents import values
from documents.values import BLANK, Value

Trend: TypeAlias = Literal["improved", "worse", "unchanged"]

_AMOUNT = r"[^0-9<>-]*(-?[0-9][0-9,]*(?:\.[0-9]+)?)\s?(?:%|(?!to|and|or)[a-z]+)?\s?"
_RANGE = re.compile(rf"{_AMOUNT}(?:to|-|\u2013|and){_AMOUNT}", re.IGNORECASE)
_TOO_LOW = re.compile(rf"<{_AMOUNT}", re.IGNORECASE)
_TOO_HIGH = re.compile(rf">{_AMOUNT}", re.IGNORECASE)
_TWO_ZONES = re.compile(rf"<{_AMOUNT}or\s*>{_AMOUNT}", re.IGNORECASE)
_PERCENT = re.compile(r"%|per ?cent(age)?s?", re.IGNORECASE)
_SAYS_PERCENT = re.compile(r"%|\bper ?cent(ages?)?\b|\bproportion\b", re.IGNORECASE)
_RATIO = re.compile(r"\s*(the )?(ratio|number of times)\b", re.IGNORECASE)


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
class Reading:
    """A measured number: its column, its cell, the number."""

    column: Mapping[str, Any]
    value: Value
    number: Decimal

    @property
    def year(self) -> str:
        return self.column.get("year") or ""


@dataclass(frozen=True, slots=True)
class Aim:
    """The target that an indicator is held against, of `year` ("" if its column names none), and
    the floor of that year; BLANK where there is none."""

    year: str
    target: Value
    floor: Value


NO_AIM = Aim("", BLANK, BLANK)


@dataclass(frozen=True, slots=True)
class Standing:
    """What one indicator says; None where it says nothing."""

    latest: Reading | None = None
    previous: Reading | None = None
    aim: Aim = NO_AIM
    trend: Trend | None = None
    on_target: bool | None = None
    beats_both: bool | None = None


def read_standings(content: Mapping[str, Any]) -> list[Standing]:
    """Return the standing of each row of an indicators section's content."""
    columns = list(content.get("columns") or ())
    ordered = in_time(columns)
    others = [column for column in columns if column.get("role") in ("national", "comparator")]
    return [read_standing(row, [*ordered, *others]) for row in content.get("rows") or ()]


def in_time(columns: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Return columns of a year's own by year; as they stand if one that needs a year lacks it."""
    dated = [c for c in columns if c.get("role") in ("actual", "estimate", "target", "floor")]
    if not all(column.get("year") for column in dated if column["role"] != "floor"):
        return dated
    return sorted(dated, key=lambda column: column.get("year") or "")


def read_standing(row: Mapping[str, Any], columns: Sequence[Mapping[str, Any]]) -> Standing:
    """Return what a row says; `columns`: those with a role in time, earliest first, then others."""
    found = read_cells(row, columns)
    measured = [
        Reading(column, value, value.number)
        for column, value in found
        if column["role"] in ("actual", "estimate") and value.number is not None
    ]
    if not measured:
        return Standing()
    latest = measured[-1]
    before = [reading for reading in measured[:-1] if reading.column["role"] == "actual"]
    previous = before[-1] if before else None
    aim = _find_aim(found, latest)
    polarity = row.get("polarity") or ""
    return Standing(
        latest,
        previous,
        aim,
        _find_trend(previous, latest, polarity) if previous else None,
        _meets(latest, aim.target, polarity),
        _beats_both(latest, found, polarity),
    )


def read_cells(
    row: Mapping[str, Any], columns: Iterable[Mapping[str, Any]]
) -> list[tuple[Mapping[str, Any], Value]]:
    """Return what stands in these columns of a row."""
    cells = row.get("cells") or {}
    return [(column, values.parse(cells.get(column.get("key")) or "")) for column in columns]


def _find_aim(found: Sequence[tuple[Mapping[str, Any], Value]], latest: Reading) -> Aim:
    """Return the target of the latest value's year, or the last target that holds anything."""
    targets = [(c.get("year") or "", v) for c, v in found if c["role"] == "target" and v.text]
    same_year = [(year, value) for year, value in targets if year and year == latest.year]
    if not targets:
        return NO_AIM
    year, target = (same_year or targets)[-1]
    floors = [(c.get("year") or "", v) for c, v in found if c["role"] == "floor" and v.text]
    of_year = [value for at, value in floors if not (at and year) or at == year]
    return Aim(year, target, of_year[-1] if of_year else BLANK)


def _find_trend(before: Reading, latest: Reading, polarity: str) -> Trend | None:
    better = is_better(latest.value, before.value, polarity)
    if better is None:
        return None
    if before.number == latest.number:
        return "unchanged"
    return "improved" if better else "worse"


def is_better(value: Value, other: Value, polarity: str) -> bool | None:
    """Say whether a value is better than another of its unit; None where nobody can say."""
    if polarity not in ("higher", "lower") or value.unit != other.unit or value.word != other.word:
        return None
    if value.number is None or other.number is None:
        return None
    return value.number > other.number if polarity == "higher" else value.number < other.number


def _beats_both(
    latest: Reading, found: Sequence[tuple[Mapping[str, Any], Value]], polarity: str
) -> bool | None:
    """Say whether a value is better than the last national and the last comparator number."""
    beaten = []
    for role in ("national", "comparator"):
        others = [v for c, v in found if c["role"] == role and v.number is not None]
        beaten.append(is_better(latest.value, others[-1], polarity) if others else None)
    return None if None in beaten else all(beaten)


def _meets(latest: Reading, target: Value, polarity: str) -> bool | None:
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


# --- units ---------------------------------------------------------------------------------


def is_percent(unit: str) -> bool:
    """Whether a unit of measure is per cent, in whatever way it is written."""
    return bool(_PERCENT.fullmatch(unit.strip()))


def read_unit_name(unit: str) -> str:
    """Return what two ways to write one unit of measure have alike."""
    return "%" if is_percent(unit) else unit.casefold()


def read_unit(row: Mapping[str, Any]) -> str:
    """Return what an indicator counts in: as its row says, its cells write, or its title names.

    "" where none of them does.
    """
    if unit := (row.get("unit") or "").strip():
        return "%" if is_percent(unit) else unit
    typed = (values.parse(text or "").unit for text in (row.get("cells") or {}).values())
    if unit := next((unit for unit in typed if unit), ""):
        return unit
    title = row.get("title") or ""
    return "%" if _SAYS_PERCENT.search(title) and not _RATIO.match(title) else ""
