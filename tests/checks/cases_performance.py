"""Cases of the checks of activity; those of indicators are below them."""

from typing import Any

from tests.checks.cases import PlanValue, case, section

Row = dict[str, Any]


def activity(plan: PlanValue) -> Row:
    content: Row = section(plan, "activity")["content"]
    return content


def cells(plan: PlanValue, row: int) -> Row:
    found: Row = activity(plan)["rows"][row].setdefault("cells", {})
    return found


def table(
    plan: PlanValue, headings: dict[str, str], rows: dict[str, list[str]], **kinds: str
) -> None:
    """Make the activity of columns by key and rows by label; `kinds`: of rows, by label."""
    activity(plan)["columns"] = [{"key": k, "label": label} for k, label in headings.items()]
    activity(plan)["rows"] = [
        {
            "key": f"row-{n}",
            "label": label,
            "kind": kinds.get(label, "row"),
            "cells": dict(zip(headings, texts, strict=True)),
        }
        for n, (label, texts) in enumerate(rows.items())
    ]


# --- what is declared --------------------------------------------------------------------------


def typed_as_declared(plan: PlanValue) -> None:
    """The sample's table with its totals and percentages typed, and right."""
    cells(plan, 0)["c3"] = "50%"
    cells(plan, 1)["c3"] = "50.0%"
    cells(plan, 2).update(c1="20", c2="30", c3="50%")


@case("performance.E001", passes=typed_as_declared)
def a_total_is_wrong_by_one(plan: PlanValue) -> None:
    cells(plan, 2)["c1"] = "21"


def a_rate_beside_counts(plan: PlanValue) -> None:
    """The rate of all areas stands among theirs: rates are not added up."""
    typed_as_declared(plan)
    activity(plan)["columns"].append({"key": "rate", "label": "Rate per 10,000"})
    for row, rate in enumerate(("31", "35", "33")):
        cells(plan, row)["rate"] = rate


@case("performance.E001", passes=a_rate_beside_counts)
def a_total_beside_rates_is_wrong(plan: PlanValue) -> None:
    cells(plan, 2)["c2"] = "39"


@case("performance.E001", passes=typed_as_declared)
def a_row_has_another_digit(plan: PlanValue) -> None:
    cells(plan, 0)["c2"] = "51"


@case("performance.R001", passes=typed_as_declared)
def a_total_is_rounded(plan: PlanValue) -> None:
    cells(plan, 0)["c1"] = "10.4"


@case("performance.W001", passes=typed_as_declared)
def a_percentage_is_wrong(plan: PlanValue) -> None:
    cells(plan, 0)["c3"] = "57%"


def a_difference(plan: PlanValue) -> None:
    activity(plan)["columns"][2].update(label="Difference", formula="c2 - c1")
    cells(plan, 2)["c3"] = "10"


@case("performance.W001", passes=a_difference)
def a_difference_is_wrong_by_one(plan: PlanValue) -> None:
    cells(plan, 2)["c3"] = "11"


def to_be_set(plan: PlanValue) -> None:
    cells(plan, 0)["c2"] = cells(plan, 2)["c2"] = "to be set"


@case("performance.W002", passes=to_be_set)
def a_total_of_what_is_to_be_set_is_0(plan: PlanValue) -> None:
    cells(plan, 2)["c2"] = "0.0"


def a_nought_over_nothing(plan: PlanValue) -> None:
    cells(plan, 0)["c1"] = cells(plan, 1)["c1"] = ""
    cells(plan, 2)["c1"] = "0"


@case("performance.W002", passes=a_nought_over_nothing)
def a_total_of_rows_that_are_blank(plan: PlanValue) -> None:
    cells(plan, 2)["c1"] = "30"


@case("performance.W002", passes=to_be_set)
def a_percentage_of_what_is_to_be_set(plan: PlanValue) -> None:
    cells(plan, 0)["c3"] = "0%"


@case("performance.W003", passes=typed_as_declared)
def a_percentage_on_the_later_year(plan: PlanValue) -> None:
    cells(plan, 0)["c3"] = "33.3%"


@case("performance.W004", passes=typed_as_declared)
def some_percentages_on_the_later_year(plan: PlanValue) -> None:
    cells(plan, 0)["c3"] = "33%"


# --- what the rows themselves say --------------------------------------------------------------


def undeclared_changes(plan: PlanValue) -> None:
    headings = {"a": "2006/07", "b": "2007/08", "c": "% change", "d": "Difference"}
    rows = {
        "East": ["100", "120", "20%", "20"],
        "West": ["80", "60", "-25%", "-20"],
        "North": ["50", "75", "50%", "25"],
        "South": ["40", "50", "25%", "10"],
    }
    table(plan, headings, rows)


@case("performance.W001", passes=undeclared_changes)
def a_difference_that_nobody_declared_is_wrong(plan: PlanValue) -> None:
    cells(plan, 3)["d"] = "11"


@case("performance.W003", passes=undeclared_changes)
def a_change_that_nobody_declared_is_on_another_base(plan: PlanValue) -> None:
    cells(plan, 3)["c"] = "20%"


def an_undeclared_total(plan: PlanValue) -> None:
    headings = {"a": "2006/07", "b": "2007/08"}
    rows = {"County": ["230", "255"], "East": ["100", "120"], "West": ["130", "135"]}
    table(plan, headings, rows, County="total")


@case("performance.W008", passes=an_undeclared_total)
def areas_do_not_add_up_to_their_county(plan: PlanValue) -> None:
    cells(plan, 0)["b"] = "275"


@case("performance.W008", passes=an_undeclared_total)
def areas_nearly_add_up_to_their_county(plan: PlanValue) -> None:
    cells(plan, 0).update(a="231", b="256")


def shares_of_a_whole(plan: PlanValue) -> None:
    headings = {"a": "2006/07", "s": "% of all referrals"}
    rows = {"Police": ["33", "33.3%"], "Schools": ["33", "33.3%"], "Others": ["33", "33.3%"]}
    table(plan, headings, rows)


@case("performance.W005", passes=shares_of_a_whole)
def shares_add_up_to_more_than_100(plan: PlanValue) -> None:
    cells(plan, 0)["s"] = "38.3%"


def rates_of_areas(plan: PlanValue) -> None:
    shares_of_a_whole(plan)
    activity(plan)["columns"][1]["label"] = "% of children seen in time"
    cells(plan, 0)["s"] = "38.3%"


@case("performance.W005", passes=rates_of_areas)
def rates_are_headed_as_shares(plan: PlanValue) -> None:
    activity(plan)["columns"][1]["label"] = "Share of referrals"


@case("performance.W005", passes=shares_of_a_whole)
def shares_do_not_add_up_to_their_100(plan: PlanValue) -> None:
    activity(plan)["columns"][1]["label"] = "Referrals"
    total = {"key": "all", "label": "All", "kind": "total", "cells": {"a": "99", "s": "100%"}}
    activity(plan)["rows"].append(total)
    cells(plan, 0)["s"] = "30.3%"


# --- units, signs, rows ------------------------------------------------------------------------


@case("performance.W006", passes=typed_as_declared)
def a_percentage_without_its_sign(plan: PlanValue) -> None:
    cells(plan, 0)["c3"] = "50"


def rows_that_count_different_things(plan: PlanValue) -> None:
    headings = {"a": "East", "b": "West", "c": "North"}
    rows = {
        "Occupancy": ["98%", "97%", "99%"],
        "Children": ["72", "66", "52"],
        "Places": ["80", "70", "60"],
        "Wait": ["10 days", "12 days", "9 days"],
    }
    table(plan, headings, rows)


@case("performance.W006", passes=rows_that_count_different_things)
def one_cell_counts_in_days(plan: PlanValue) -> None:
    cells(plan, 1)["b"] = "66 days"


def counts(plan: PlanValue) -> None:
    headings = {"a": "2006/07", "b": "Change of 2007/08"}
    rows = {"East": ["100", "-3"], "West": ["80", "2"], "North": ["5", "5"], "South": ["7", "8"]}
    table(plan, headings, rows)


@case("performance.W007", passes=counts)
def a_negative_count(plan: PlanValue) -> None:
    cells(plan, 0)["a"] = "-100"


@case("performance.W007", passes=rows_that_count_different_things)
def a_negative_count_in_a_row_of_its_own(plan: PlanValue) -> None:
    cells(plan, 1)["b"] = "-66"


def a_part_of_a_row(plan: PlanValue) -> None:
    headings = {"a": "2006/07"}
    table(plan, headings, {"Looked after": ["100"], "Abroad": ["5"]}, Abroad="of_which")


@case("performance.W009", passes=a_part_of_a_row)
def a_part_is_larger_than_its_whole(plan: PlanValue) -> None:
    cells(plan, 1)["a"] = "500"


@case("performance.W010")
def a_row_twice(plan: PlanValue) -> None:
    activity(plan)["rows"].insert(2, {"key": "again", "label": "Area r1", "cells": {"c1": "10"}})


def whole_years(plan: PlanValue) -> None:
    activity(plan)["columns"][1]["label"] = "2007/08 (Apr - Mar)"


def a_date_among_the_columns(plan: PlanValue) -> None:
    activity(plan)["columns"][0]["label"] = "31/12/2007"
    activity(plan)["columns"][1]["label"] = "2007/08 (Apr - Dec 07)"


@case("performance.A001", passes=a_date_among_the_columns)
def nine_months_against_a_year_of_four_digits(plan: PlanValue) -> None:
    activity(plan)["columns"][0]["label"] = "Year 2006-2007"


@case("performance.A001", passes=whole_years)
def nine_months_against_a_year(plan: PlanValue) -> None:
    activity(plan)["columns"][1]["label"] = "2007/08 (Apr - Dec 07)"
