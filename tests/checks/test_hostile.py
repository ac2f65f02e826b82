"""Texts that no author would type: no check fails on them, and one that does costs only itself."""

import copy
import logging
from dataclasses import replace
from typing import Any

import pytest

from plans.checks import Level, run_checks
from plans.checks.figure_names import Index
from plans.checks.plan import live_figures_exist
from plans.checks.running import view_plan
from plans.planfile import read_plan_dict
from tests.checks.cases import section
from tests.checks.cases_plans import BREAKS
from tests.plans.samples import every_kind, plan_value

pytestmark = pytest.mark.django_db
TEXTS = [
    "…",
    "9" * 5_000,
    "£" + "9" * 300 + " million",
    "0." + "0" * 400 + "1",
    "31 December 9999",
    "Target (9999)",
    "1 April 9999 to 31 March 0001",
    "31/02/2009, 00/00/00 and 99/99/9999",
    "1 to " * 1_000,
    "\u0660\u0661 ½ ² 🙂 \u202e",
]


def hostile_plan(text: str) -> dict[str, Any]:
    """Return the sample plan with a text where authors put titles, headings and sentences."""
    value = copy.deepcopy(plan_value(every_kind()))
    for each in value["sections"]:
        each["intro"] = f"<p>The gross budget is {text} and {text} posts.</p>"
        for row in _rows(each["content"]):
            for name in ("title", "label", "name"):
                if isinstance(row.get(name), str):
                    row[name] = text[:190]
    return value


def _rows(value: Any) -> list[dict[str, Any]]:
    """Return every object in a value, outer ones first."""
    if isinstance(value, dict):
        return [value, *(row for item in value.values() for row in _rows(item))]
    if isinstance(value, list):
        return [row for item in value for row in _rows(item)]
    return []


@pytest.mark.parametrize("text", TEXTS, ids=range(len(TEXTS)))
def test_no_check_fails_on_a_text(text: str) -> None:
    found = run_checks(read_plan_dict(hostile_plan(text)))

    assert [each.message for each in found if each.id == "plans.W002"] == []


@pytest.mark.parametrize("name", ["…", "*"])
def test_a_figure_whose_name_has_no_words_has_none(name: str) -> None:
    index = Index([("budget.total", (name,))], [("budget", "…")])

    assert (dict(index.by_phrase), dict(index.anywhere)) == ({}, {})


def test_figures_that_cannot_be_read_are_not_said_to_be_missing() -> None:
    fact = {"label": "Budget", "figure": "budget.gross", "style": "£m"}
    value = copy.deepcopy(plan_value(every_kind(), summary=[fact]))
    names = ("budget.gross", "risks.none", "nowhere.gross")
    live = (f'<span data-figure="{name}" data-style="plain"></span>' for name in names)
    section(value, "narrative")["intro"] = f"<p>{', '.join(live)}</p>"
    view = view_plan(read_plan_dict(value))
    budget = replace(view.readings["budget"], extracts={})

    found = live_figures_exist(replace(view, readings={**view.readings, "budget": budget}))

    assert [each.stated for each in found] == ["risks.none", "nowhere.gross"]


def test_a_check_that_fails_costs_nothing_but_itself(caplog: pytest.LogCaptureFixture) -> None:
    value = copy.deepcopy(plan_value(every_kind()))
    section(value, "narrative")["intro"] = '<p>See <a href="#nowhere">there</a>.</p>'
    section(value, "narrative")["title"] = BREAKS

    found = run_checks(read_plan_dict(value))

    [not_run] = [each for each in found if each.id == "plans.W002"]
    assert (not_run.section, not_run.level) == ("narrative", Level.WARNING)
    assert not_run.message == f"The check “names are good” could not be run on “{BREAKS}”."
    assert "plans.W001" in {each.id for each in found}
    [record] = [each for each in caplog.records if each.levelno == logging.ERROR]
    assert record.exc_info
    assert record.exc_info[0] is ZeroDivisionError
