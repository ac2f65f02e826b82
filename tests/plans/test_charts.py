"""The charts that sections choose: from figures of the plan to blocks."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from documents.blocks import Block, Chart, Prose, RiskMatrix
from documents.prose_plain import write_plain
from documents.values import show
from plans.planfile import read_plan_dict
from plans.registry import PlanFacts, PlanUnit, Surroundings, get_kind
from tests.plans.samples import plan_value, section_value

FACTS = PlanFacts("2008/09", "£000", (PlanUnit("north", "North team"), PlanUnit("south", "South")))
AROUND = Surroundings(FACTS, "s", "S", "", {}, lambda html: Prose(()))


def build(kind: str, content: dict[str, Any], *charts: str) -> list[Block]:
    found = get_kind(kind)
    around = replace(AROUND, charts=frozenset(charts))
    return list(found.build(found.schema.model_validate(content), around))


def drawn(kind: str, content: dict[str, Any], *charts: str) -> list[Chart]:
    return [block for block in build(kind, content, *charts) if isinstance(block, Chart)]


def series_of(chart: Chart) -> dict[str, list[str]]:
    return {series.name: [show(value) for value in series.values] for series in chart.series}


def column(key: str, role: str, year: str, label: str = "") -> dict[str, str]:
    return {"key": key, "role": role, "year": year, "label": label}


INDICATORS: dict[str, Any] = {
    "columns": [
        column("a06", "actual", "2006/07", "Actual"),
        column("e07", "estimate", "2007/08", "Estimate"),
        column("n", "national", "2007", "National average"),
        column("t08", "target", "2008/09", "Target"),
    ],
    "rows": [
        {
            "ref": "A1",
            "title": "Reviews in time [note 1]",
            "unit": "%",
            "polarity": "higher",
            "cells": {"a06": "81.0", "e07": "84.5", "n": "90", "t08": "to be set [note 1]"},
        },
        {"ref": "A2", "title": "One figure", "cells": {"a06": "3"}},
        {"ref": "A3", "title": "Two units", "cells": {"a06": "310 days", "e07": "Level 3"}},
        {"ref": "A4", "title": "Words", "cells": {"a06": "good", "e07": "better", "n": "best"}},
    ],
}


def test_a_trend_has_years_targets_and_comparators() -> None:
    [chart] = drawn("indicators", INDICATORS, "trend")
    assert (chart.caption, chart.unit, chart.note) == (
        "A1 Reviews in time",
        "%",
        "Higher is better.",
    )
    assert chart.categories == ("2006/07", "2007/08", "2008/09")
    assert series_of(chart) == {
        "Actual": ["81.0", "", ""],
        "Estimate": ["", "84.5", ""],
        "Target": ["", "", "to be set"],
        "National average": ["90", "90", "90"],
    }


def test_a_comparison_has_the_last_figure_of_its_own_and_those_of_others() -> None:
    [chart] = drawn("indicators", INDICATORS, "comparison")
    assert chart.categories == ("Estimate 2007/08", "National average")
    assert series_of(chart) == {"": ["84.5", "90"]}


def line(employee: str, income: str = "") -> dict[str, Any]:
    return {"activity": "Work", "employee": employee, "external_income": income, "running": "0.0"}


BUDGET: dict[str, Any] = {
    "units": [
        {"unit": "north", "lines": [line("100.0", "-20.5"), line("10.0")]},
        {"unit": "south", "lines": [line("to be set", "-1.0")]},
    ]
}


def test_a_budget_shows_gross_income_and_net_by_unit() -> None:
    gross, net = drawn("budget", BUDGET, "gross", "net")
    assert gross.categories == net.categories == ("North team", "South")
    assert series_of(gross) == {
        "Gross expenditure": ["110.0", "to be set"],
        "Income": ["-20.5", "-1.0"],
    }
    assert series_of(net) == {"Net expenditure": ["89.5", "to be set"]}
    assert gross.unit == "£000"


STAFFING: dict[str, Any] = {
    "years": ["2007/08", "2008/09"],
    "units": [
        {
            "unit": "north",
            "bands": [
                {"label": "Grade 13", "fte": ["15", "16.5"]},
                {"label": "Grade 12", "fte": ["766.3", "751.9"]},
            ],
        },
        {"unit": "south", "bands": [{"label": "Grade 13", "fte": ["nil", "to be set"]}]},
    ],
}


def test_staffing_shows_changes_with_their_sign() -> None:
    bands, units = drawn("staffing", STAFFING, "bands", "units")
    assert series_of(units) == {
        "2007/08": ["781.3", "0"],
        "2008/09": ["768.4", "to be set"],
        "Change": ["-12.9", "to be set"],
    }
    assert bands.categories == ("Grade 13", "Grade 12")
    assert series_of(bands)["Change"] == ["to be set", "-14.4"]
    assert bands.caption == "Change of posts by grade, 2007/08 to 2008/09"


@pytest.mark.parametrize(
    ("charts", "captions"),
    [
        ((), ["Current scores by likelihood and impact"]),
        (("unplotted",), []),
        (
            ("targets",),
            [
                "Current scores by likelihood and impact",
                "Target scores by likelihood and impact",
            ],
        ),
    ],
)
def test_a_register_draws_its_matrices(charts: tuple[str, ...], captions: list[str]) -> None:
    levels = [{"level": 1, "word": "Low"}, {"level": 2, "word": "High"}]
    scheme = {"key": "2x2", "likelihood": levels, "impact": levels, "bands": [], "tolerance": None}
    score = {"likelihood": 1, "impact": 2}
    content = {
        "scheme": "2x2",
        "rows": [{"ref": "1", "title": "Risk", "current": score, "target": score}],
    }
    kind = get_kind("risks")
    around = replace(AROUND, plan=replace(FACTS, schemes={"2x2": scheme}), charts=frozenset(charts))
    built = kind.build(kind.schema.model_validate(content), around)
    assert [block.caption for block in built if isinstance(block, RiskMatrix)] == captions


@pytest.mark.parametrize(
    ("kind", "content"),
    [("indicators", INDICATORS), ("budget", BUDGET), ("staffing", STAFFING)],
)
def test_without_the_option_there_is_no_chart(kind: str, content: dict[str, Any]) -> None:
    assert drawn(kind, content) == []


def said(blocks: list[Block]) -> list[str]:
    """Return what stands beside the tables, a line for each piece of text."""
    return [write_plain(block.elements).strip() for block in blocks if isinstance(block, Prose)]


ONE_YEAR = {
    "years": ["2008/09"],
    "units": [{"unit": "north", "bands": [{"label": "Grade 12", "fte": ["15"]}]}],
}
BARE_RISK = {"scheme": None, "rows": [{"ref": "1", "title": "Flood"}]}
UNSCHEMED_RISK = {
    "scheme": None,
    "rows": [{"ref": "1", "title": "Flood", "target": {"likelihood": 1, "impact": 2}}],
}


@pytest.mark.parametrize(
    ("kind", "content", "chart", "sentence"),
    [
        (
            "risks",
            BARE_RISK,
            "targets",
            "Target scores by likelihood and impact: nothing is drawn, "
            "as no risk has a target score.",
        ),
        (
            "risks",
            UNSCHEMED_RISK,
            "targets",
            "Target scores by likelihood and impact: nothing is drawn, "
            "as no scoring scheme is known.",
        ),
        (
            "indicators",
            {**INDICATORS, "rows": INDICATORS["rows"][1:]},
            "trend",
            "How each indicator has gone, with its targets and comparators: nothing is drawn, "
            "as no indicator has figures of two years in one unit.",
        ),
        (
            "indicators",
            {**INDICATORS, "rows": INDICATORS["rows"][1:]},
            "comparison",
            "How each indicator stands beside its comparators: nothing is drawn, "
            "as no indicator has a figure of its own and one of a comparator in one unit.",
        ),
        (
            "budget",
            {"units": [{"unit": "north", "lines": [{"activity": "Work"}]}]},
            "net",
            "Net expenditure by unit: nothing is drawn, as no unit has an amount.",
        ),
        (
            "staffing",
            ONE_YEAR,
            "bands",
            "Change of posts by grade: nothing is drawn, as it takes posts of two years.",
        ),
    ],
)
def test_a_chart_with_nothing_to_draw_says_so(
    kind: str, content: dict[str, Any], chart: str, sentence: str
) -> None:
    assert said(build(kind, content)) == []
    assert said(build(kind, content, chart)) == [sentence]
    assert drawn(kind, content, chart) == []


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("risks", {"rows": []}),
        ("indicators", {**INDICATORS, "rows": []}),
        ("budget", {"units": [{"unit": "north", "lines": []}]}),
        ("staffing", {"years": ["2008/09"], "units": [{"unit": "north", "bands": []}]}),
    ],
)
def test_nothing_recorded_is_said_once(kind: str, content: dict[str, Any]) -> None:
    blocks = build(kind, content, *get_kind(kind).charts)
    assert said(blocks) == ["Nothing is recorded here yet."]


@pytest.mark.django_db
def test_an_empty_section_draws_no_chart() -> None:
    for kind in ("indicators", "budget", "staffing", "risks"):
        charts = list(get_kind(kind).charts)
        value = plan_value([section_value(kind, rows=0, charts=charts)])
        [section] = read_plan_dict(value).sections
        around = replace(AROUND, charts=frozenset(section.head.charts))
        blocks = get_kind(kind).build(section.content, around)
        assert [block for block in blocks if isinstance(block, Chart | RiskMatrix)] == []
