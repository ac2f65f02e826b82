"""Scoring by product and by listed cells; the council's own schemes."""

import pytest

from plans.registry import council_schemes
from risks.schemes import (
    find_band,
    has_level,
    list_levels,
    multiply,
    name_level,
    rank_bands,
    tone_bands,
)
from tests.risks.conftest import LETTERS, THREES


@pytest.mark.parametrize(
    ("likelihood", "impact", "score", "band"),
    [
        (3, 3, 9, "Very high"),
        (2, 2, 4, "Medium"),
        (1, 1, 1, "Low"),
        (1, None, None, ""),
        (5, 5, 25, ""),
    ],
)
def test_product_falls_in_a_band(
    likelihood: int, impact: int | None, score: int | None, band: str
) -> None:
    assert multiply(likelihood, impact) == score
    assert find_band(THREES, likelihood, impact) == band


@pytest.mark.parametrize(
    ("likelihood", "impact", "band"), [("B", 2, "Red"), ("A", 1, "Green"), ("B", 3, "")]
)
def test_listed_cell_is_a_band(likelihood: str, impact: int, band: str) -> None:
    assert multiply(likelihood, impact) is None
    assert find_band(LETTERS, likelihood, impact) == band


def test_listed_cell_comes_before_a_range() -> None:
    bands = [
        {"word": "Low", "from": 1, "to": 9, "cells": []},
        {"word": "High", "from": None, "to": None, "cells": ["13"]},
    ]

    assert find_band({**THREES, "bands": bands}, 1, 3) == "High"
    assert find_band({**THREES, "bands": bands}, 3, 1) == "Low"


def test_levels_are_listed_lowest_first() -> None:
    assert list_levels(THREES, "likelihood") == [1, 2, 3]
    assert list_levels(LETTERS, "likelihood") == ["A", "B"]


def test_level_is_named_with_its_word() -> None:
    assert name_level(THREES, "likelihood", 3) == "3 Likely"
    assert name_level(THREES, "likelihood", 2) == "2"


def test_scheme_without_levels_takes_any() -> None:
    assert has_level(THREES, "impact", 3)
    assert not has_level(THREES, "impact", 4)
    assert has_level({"key": "free"}, "impact", 4)


def test_bands_are_ranked_by_the_cells_in_them() -> None:
    assert rank_bands(THREES) == ["Low", "Medium", "Very high"]
    assert tone_bands(THREES) == {"Low": "good", "Medium": "warn", "Very high": "bad"}
    assert tone_bands(LETTERS) == {"Green": "good", "Red": "bad"}


@pytest.mark.django_db
def test_council_starts_with_five_by_five() -> None:
    scheme = council_schemes()["5x5"]

    assert scheme.keys() == {"key", "likelihood", "impact", "bands", "tolerance"}
    scored = {(a, b): find_band(scheme, a, b) for a in range(1, 6) for b in range(1, 6)}
    assert set(scored.values()) == {"Low", "Medium", "High"}
    assert (scored[1, 5], scored[2, 4], scored[3, 5], scored[4, 4]) == (
        "Low",
        "Medium",
        "Medium",
        "High",
    )
    assert tone_bands(scheme) == {"Low": "good", "Medium": "warn", "High": "bad"}
