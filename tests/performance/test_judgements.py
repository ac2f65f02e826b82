"""What indicators say of themselves: trend and target, as the rule has it."""

from decimal import Decimal
from typing import Any

import pytest

from performance.judgements import Band, Standing, in_time, read_band, read_standing

COLUMNS = [
    {"key": "t", "role": "target", "year": "2008/09"},
    {"key": "old", "role": "target", "year": "2007/08"},
    {"key": "a", "role": "actual", "year": "2006/07"},
    {"key": "e", "role": "estimate", "year": "2007/08"},
    {"key": "n", "role": "national", "year": ""},
]


def say(polarity: str, columns: list[dict[str, Any]] | None = None, **cells: str) -> Standing:
    return read_standing({"polarity": polarity, "cells": cells}, in_time(columns or COLUMNS))


@pytest.mark.parametrize(
    ("polarity", "cells", "trend"),
    [
        ("higher", {"a": "10", "e": "11"}, "improved"),
        ("higher", {"a": "10", "e": "9.9"}, "worse"),
        ("lower", {"a": "10", "e": "9.9"}, "improved"),
        ("lower", {"a": "10 days", "e": "11 days"}, "worse"),
        ("lower", {"a": "10", "e": "10.0"}, "unchanged"),
        ("none", {"a": "10", "e": "11"}, None),
        ("band", {"a": "10", "e": "11"}, None),
        ("higher", {"a": "10%", "e": "11 days"}, None),
        ("higher", {"a": "~", "e": "11"}, None),
        ("higher", {"a": "10", "e": "to be set"}, None),
        ("higher", {"n": "10", "e": "11"}, None),
    ],
)
def test_trend_compares_the_latest_with_the_actual_before(
    polarity: str, cells: dict[str, str], trend: str | None
) -> None:
    assert say(polarity, **cells).trend == trend


@pytest.mark.parametrize(
    ("polarity", "cells", "on_target"),
    [
        ("higher", {"e": "11", "old": "11", "t": "12"}, True),
        ("higher", {"e": "11", "old": "", "t": "12"}, False),
        ("higher", {"a": "12", "old": "13", "t": "12"}, True),
        ("lower", {"e": "11", "old": "10"}, False),
        ("lower", {"e": "11", "old": "11"}, True),
        ("lower", {"e": "11%", "old": "11 days"}, None),
        ("higher", {"e": "11", "t": "to be set"}, None),
        ("higher", {"e": "11"}, None),
        ("higher", {"t": "11"}, None),
        ("none", {"e": "11", "t": "11"}, None),
        ("band", {"e": "16%", "t": "15 to 20"}, True),
        ("band", {"e": "21%", "t": "<15 or >20"}, False),
        ("band", {"e": "21%", "t": "20"}, None),
    ],
)
def test_target_is_that_of_the_same_year_or_the_last(
    polarity: str, cells: dict[str, str], on_target: bool | None
) -> None:
    assert say(polarity, **cells).on_target is on_target


def test_columns_without_years_count_as_they_stand() -> None:
    columns = [
        {"key": "b", "role": "actual", "year": ""},
        {"key": "a", "role": "actual", "year": "2001/02"},
    ]
    assert say("higher", columns, b="1", a="2").trend == "improved"


@pytest.mark.parametrize(
    ("text", "low", "high"),
    [
        ("15 to 20", "15", "20"),
        ("15% - 20%", "15", "20"),
        ("15\u201320", "15", "20"),
        ("-5 to -2", "-5", "-2"),
        ("10 days to 1,200 days", "10", "1200"),
        ("<15 or >20", "15", "20"),
        ("<10% or >25%", "10", "25"),
        ("< 10% or > 25.5", "10", "25.5"),
        ("<15", "15", None),
        (">20", None, "20"),
    ],
)
def test_band_is_a_range_or_what_two_zones_leave(
    text: str, low: str | None, high: str | None
) -> None:
    assert read_band(text) == Band(
        None if low is None else Decimal(low), None if high is None else Decimal(high)
    )


@pytest.mark.parametrize("text", ["", "20", "to be set", "See note 1", "15 or 20", "<b>"])
def test_what_is_no_band_is_none(text: str) -> None:
    assert read_band(text) is None
