"""The texts of a section as words, the names of places, and words that are alike."""

from typing import Any

import pytest

from plans.checks.completeness import extract_measure
from plans.checks.names import abbreviate, name_tokens, resemblance, tokens_of
from plans.checks.running import SectionView
from plans.checks.wording import name_place, strip_markup
from plans.measures import measure_section
from plans.planfile import read_plan_dict
from tests.plans.samples import every_kind, plan_value

pytestmark = pytest.mark.django_db


def views() -> dict[str, SectionView]:
    plan = read_plan_dict(plan_value(every_kind()))
    return {s.head.key: SectionView(s, plan.facts) for s in plan.sections}


def row_id(view: SectionView, index: int) -> str:
    row: dict[str, Any] = view.raw["content"]["rows"][index]
    return str(row["id"])


def test_rich_text_is_read_a_line_for_each_paragraph_and_item() -> None:
    html = '<p>A &amp; <em>b</em>.</p><ul><li>c<ul><li><a href="#x">d</a> e</li></ul></li></ul>'

    assert strip_markup(html) == "A & b.\nc\nd e"


def test_wordings_leave_out_set_up_and_bare_figures() -> None:
    found = {wording.words for wording in views()["activity"].wordings}

    assert "Area r1" in found
    assert found.isdisjoint({"10", "r1", "total", "(c2 - c1) / c1 %", "portrait"})


def test_words_and_rows_are_counted_as_the_editor_counts_them() -> None:
    for view in views().values():
        counted = measure_section(view.raw)

        measure = extract_measure(view)
        assert (measure["words"], measure["rows"]) == (counted["words"], counted["rows"])


def test_a_place_is_named_by_its_rows_and_its_column() -> None:
    view = views()["indicators"]
    cell = ("content", "rows", row_id(view, 0), "cells", "t0809")

    assert name_place(view.raw, cell) == "“A1 Indicator 1, Targets, 2008/09”"
    assert name_place(view.raw, ("intro",)) == "“Indicators”"


def test_a_nested_row_is_named_with_the_row_that_holds_it() -> None:
    view = views()["actions"]
    deliverable = view.raw["content"]["rows"][1]["deliverables"][0]["id"]
    path = ("content", "rows", row_id(view, 1), "deliverables", deliverable, "due")

    assert name_place(view.raw, path) == "“2 Action 2, A plan agreed”"


@pytest.mark.parametrize(
    ("one", "two", "alike"),
    [
        ("Rights, Representation and Advocacy", "Representation, Rights & Advocacy (RRA)", 1.0),
        ("Independent Fostering Services", "Independent Fostering Framework", 1.0),
        ("Children's homes", "Childrens’ home", 1.0),
        ("Breaks in the east", "Breaks in the west", 0.0),
        ("Complaints at stage 2", "Complaints at stage 3", 0.0),
        ("Shared accommodation", "Supported accommodation", 1 / 3),
        ("", "Anything", 0.0),
    ],
)
def test_names_are_compared_by_their_words(one: str, two: str, alike: float) -> None:
    assert resemblance(name_tokens(one), name_tokens(two)) == pytest.approx(alike)


def test_words_are_compared_without_case_plurals_and_small_words() -> None:
    assert tokens_of("The Children's Plans & a class") == {"children", "plan", "class"}
    assert abbreviate("Wealdshire County Council") == "WCC"
