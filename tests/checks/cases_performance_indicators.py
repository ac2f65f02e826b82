"""Cases of the checks of indicators."""

from typing import Any

from tests.checks.cases import PlanValue, case, section

Row = dict[str, Any]
COLUMNS = {
    "a0607": ("Actual 2006/07", "actual", "2006/07"),
    "e0708": ("Estimate 2007/08", "estimate", "2007/08"),
    "n2007": ("National average", "national", "2007"),
    "c2007": ("Comparator group", "comparator", "2007"),
    "f0809": ("Floor 2008/09", "floor", "2008/09"),
    "t0809": ("Target 2008/09", "target", "2008/09"),
    "t0910": ("Target 2009/10", "target", "2009/10"),
    "words": ("In words", "other", ""),
}


def content(plan: PlanValue) -> Row:
    found: Row = section(plan, "indicators")["content"]
    return found


def row(plan: PlanValue, number: int = 0) -> Row:
    found: Row = content(plan)["rows"][number]
    return found


def cells(plan: PlanValue, number: int = 0) -> Row:
    found: Row = row(plan, number)["cells"]
    return found


def measured(plan: PlanValue) -> None:
    """Four percentages of children, higher is better, each with a target that asks for more."""
    content(plan)["columns"] = [
        {"key": key, "label": label, "role": role, "year": year}
        for key, (label, role, year) in COLUMNS.items()
    ]
    values = ["80", "82", "79", "78", "75", "84", "86", ""]
    content(plan)["rows"] = [
        {
            "ref": f"K{n}",
            "title": f"Percentage of children seen in time, area {n}",
            "polarity": "higher",
            "cells": dict(zip(COLUMNS, values, strict=True)),
            "ratings": {"a0607": 1, "e0708": 2},
        }
        for n in range(1, 5)
    ]


def rule(**values: Any) -> Row:
    return {"key": "percent", "name": "Percentages", "units": ["%"], "tolerance": "2", **values}


def judged(plan: PlanValue) -> None:
    measured(plan)
    plan["plan"]["rag_rules"] = [rule(floor="70")]


# --- which way is better -----------------------------------------------------------------------


@case("performance.W101", passes=measured)
def nobody_says_which_way_is_better(plan: PlanValue) -> None:
    row(plan)["polarity"] = "none"


@case("performance.W102", passes=measured)
def its_title_says_reduce(plan: PlanValue) -> None:
    row(plan)["title"] = "Reduce the percentage of children seen late"


@case("performance.W102", passes=measured)
def its_title_says_increase(plan: PlanValue) -> None:
    row(plan).update(title="Increase the share of children seen in time", polarity="lower")


@case("performance.W102", passes=measured)
def its_targets_fall_year_by_year(plan: PlanValue) -> None:
    cells(plan).update(f0809="", t0809="70", t0910="60")


# --- targets -----------------------------------------------------------------------------------


@case("performance.W103", passes=measured)
def a_target_asks_for_much_less(plan: PlanValue) -> None:
    cells(plan).update(t0809="78")


def in_days(plan: PlanValue) -> None:
    measured(plan)
    days = ["400 days", "380 days", "", "", "450 days", "360 days", "350 days", ""]
    row(plan).update(title="Average number of days until a child is settled", polarity="lower")
    row(plan).update(cells=dict(zip(COLUMNS, days, strict=True)), ratings={})


@case("performance.W103", passes=in_days)
def a_target_gives_more_days_than_were_needed(plan: PlanValue) -> None:
    cells(plan).update(t0809="440 days")


@case("performance.A101", passes=measured)
def a_target_is_met_already(plan: PlanValue) -> None:
    cells(plan)["t0809"] = "82"


@case("performance.A101", passes=judged)
def a_target_is_within_the_tolerance_of_the_rule(plan: PlanValue) -> None:
    cells(plan)["t0809"] = "80.0"


@case("performance.W104", passes=measured)
def a_target_is_below_its_floor(plan: PlanValue) -> None:
    cells(plan)["f0809"] = "90"


@case("performance.W104", passes=judged)
def a_target_is_below_the_floor_of_its_rule(plan: PlanValue) -> None:
    cells(plan).update(a0607="60", e0708="62", f0809="", t0809="65", t0910="72")


@case("performance.W107", passes=measured)
def one_target_is_missing(plan: PlanValue) -> None:
    cells(plan, 2)["t0809"] = ""


def without_targets(plan: PlanValue) -> None:
    """A table that says in its introduction why it has no targets."""
    measured(plan)
    for number in range(4):
        cells(plan, number).update(t0809="", t0910="")
    section(plan, "indicators")["intro"] = "<p>Government sets the targets of these.</p>"


@case("performance.A102", passes=without_targets)
def no_target_of_the_year(plan: PlanValue) -> None:
    section(plan, "indicators")["intro"] = "<p>How the year went.</p>"


def to_be_set_in_may(plan: PlanValue) -> None:
    measured(plan)
    for number in range(4):
        cells(plan, number)["t0809"] = "to be set [note 1]"
    note = {"mark": "1", "text": "<p>To be set in May, when the outturn is known.</p>"}
    section(plan, "indicators")["notes"] = [note]


@case("performance.W108", passes=to_be_set_in_may)
def targets_are_to_be_set_some_time(plan: PlanValue) -> None:
    section(plan, "indicators")["notes"][0]["text"] = "<p>To be set with our partners.</p>"


@case("performance.W108", passes=to_be_set_in_may)
def a_target_in_a_note_is_to_be_set_some_time(plan: PlanValue) -> None:
    cells(plan)["t0809"] = "See note 1"
    section(plan, "indicators")["notes"][0]["text"] = "<p>Not yet agreed.</p>"


# --- comparisons and ratings -------------------------------------------------------------------


def compared_in_words(plan: PlanValue) -> None:
    measured(plan)
    cells(plan)["words"] = "Better than the national average"
    cells(plan, 1)["words"] = "Above both averages"
    section(plan, "indicators")["closing"] = "<p>K1 is better than the comparator group.</p>"


@case("performance.W105", passes=compared_in_words)
def a_cell_says_better_than_national(plan: PlanValue) -> None:
    cells(plan)["n2007"] = "90"


@case("performance.W105", passes=compared_in_words)
def a_sentence_says_better_than_the_comparators(plan: PlanValue) -> None:
    cells(plan)["c2007"] = "90"


@case("performance.W106", passes=measured)
def a_better_value_is_rated_lower(plan: PlanValue) -> None:
    row(plan)["ratings"] = {"a0607": 2, "e0708": 1}


@case("performance.W106", passes=measured)
def one_value_is_rated_in_two_ways(plan: PlanValue) -> None:
    cells(plan)["a0607"] = "82"


def judged_by_this_year(plan: PlanValue) -> None:
    """The estimate of the year has a target of the year, and meets it."""
    judged(plan)
    content(plan)["columns"].append({"key": "t0708", "label": "Target", "role": "target"})
    content(plan)["columns"][-1]["year"] = "2007/08"
    for number in range(4):
        cells(plan, number)["t0708"] = "81"


@case("performance.A103", passes=judged_by_this_year)
def the_best_rating_is_far_off_its_target(plan: PlanValue) -> None:
    cells(plan)["t0708"] = "83.9"
    plan["plan"]["rag_rules"] = [rule(tolerance="1")]


# --- units and values --------------------------------------------------------------------------


@case("performance.W109", passes=in_days)
def a_target_counts_in_weeks(plan: PlanValue) -> None:
    cells(plan)["t0809"] = "52 weeks"


def in_percent(plan: PlanValue) -> None:
    measured(plan)
    row(plan)["unit"] = "%"
    cells(plan)["a0607"] = "80%"


@case("performance.W109", passes=in_percent)
def a_percentage_counts_in_days(plan: PlanValue) -> None:
    cells(plan)["a0607"] = "80 days"


@case("performance.W110", passes=measured)
def a_share_of_1_among_percentages(plan: PlanValue) -> None:
    cells(plan)["t0910"] = "0.86"


def beside_what_may_exceed_100(plan: PlanValue) -> None:
    """Spending may well be more than its budget; a change may be below 0."""
    measured(plan)
    row(plan).update(title="Percentage of the budget spent", unit="%", ratings={})
    cells(plan).update(a0607="101", e0708="103", f0809="", t0809="104", t0910="105")
    row(plan, 1).update(title="Percentage change of referrals", unit="%", ratings={})
    cells(plan, 1).update(a0607="-5")


@case("performance.W111", passes=beside_what_may_exceed_100)
def more_than_all_children(plan: PlanValue) -> None:
    cells(plan, 2)["n2007"] = "790"


@case("performance.W111", passes=in_days)
def fewer_days_than_none(plan: PlanValue) -> None:
    cells(plan)["a0607"] = "-400 days"


# --- the RAG rule ------------------------------------------------------------------------------


def named(plan: PlanValue) -> None:
    judged(plan)
    content(plan)["rag_rule"] = "percent"


@case("performance.W112", passes=named)
def a_rule_that_nobody_keeps(plan: PlanValue) -> None:
    content(plan)["rag_rule"] = "gone"
