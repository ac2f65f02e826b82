"""Where a change stands, and what it says, in the words of the editor."""

from __future__ import annotations

from typing import Any

import pytest

from plans.editor import Place, find_place, section_grid, show_in_words
from plans.planfile import read_section_object
from plans.registry import PlanFacts, PlanUnit
from tests.plans.samples import section_value

FACTS = PlanFacts("2008/09", "£000", (PlanUnit("north", "North Team"),))


def section_object(kind: str) -> dict[str, Any]:
    """Return a dumped section of a kind, its rows with ids."""
    return read_section_object(section_value(kind), FACTS, taken=()).as_dict()


def place_in(kind: str, *path: str, value: dict[str, Any] | None = None) -> Place:
    value = value or section_object(kind)
    return find_place(path, section_grid(value, FACTS), (value,))


def test_a_cell_is_named_by_its_row_and_column():
    value = section_object("indicators")
    row = value["content"]["rows"][0]["id"]
    place = place_in("indicators", "content", "rows", row, "cells", "t0809", value=value)
    assert str(place) == "Indicators › Indicator 1 › Targets, 2008/09"


def test_a_row_within_a_row_is_named_by_both():
    value = section_object("budget")
    unit = value["content"]["units"][0]
    path = ("content", "units", unit["id"], "lines", unit["lines"][1]["id"], "employee")
    assert str(place_in("budget", *path, value=value)) == (
        "Units › North Team › Budget lines › Line 2 › Employee costs"
    )


@pytest.mark.parametrize(
    ("kind", "path", "words"),
    [
        ("narrative", ("content", "body"), "Text"),
        ("risks", ("intro",), "Introduction"),
        ("risks", ("title",), "Title"),
        ("risks", ("content", "rows", "@order"), "Risks"),
        ("risks", ("content", "rows", "gone", "title"), "Risks › a risk that is gone › Risk"),
    ],
)
def test_places_that_need_no_row(kind: str, path: tuple[str, ...], words: str):
    assert str(place_in(kind, *path)) == words


def test_a_row_is_read_out_by_its_columns():
    value = section_object("staffing")
    unit = value["content"]["units"][0]
    band = unit["bands"][0]
    place = place_in("staffing", "content", "units", unit["id"], "bands", band["id"], value=value)
    assert show_in_words(band, place) == "Grade: Grade 1\n2007/08: 1.0\n2008/09: 2.0"


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("<p>Two <strong>words</strong></p>", "Two words"),
        ("97.4", "97.4"),
        ("", "(empty)"),
        (True, "yes"),
        (["One", "Two"], "One\nTwo"),
        (None, "(none)"),
    ],
)
def test_values_in_words(value: Any, words: str):
    assert show_in_words(value, Place(("Somewhere",))) == words


def test_a_row_that_is_gone_is_said_to_be_removed():
    assert show_in_words(None, place_in("risks", "content", "rows", "gone")) == "(removed)"
