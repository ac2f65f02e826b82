"""Cases of the checks of budgets and staffing."""

import copy
from typing import Any

from tests.checks.cases import PlanValue, case, section

Row = dict[str, Any]


def budget(plan: PlanValue) -> Row:
    content: Row = section(plan, "budget")["content"]
    return content


def table(plan: PlanValue) -> Row:
    unit: Row = budget(plan)["units"][0]
    return unit


def line(plan: PlanValue) -> Row:
    first: Row = table(plan)["lines"][0]
    return first


def staffing(plan: PlanValue) -> Row:
    content: Row = section(plan, "staffing")["content"]
    return content


def posts(plan: PlanValue) -> Row:
    unit: Row = staffing(plan)["units"][0]
    return unit


def stated(plan: PlanValue) -> Row:
    figures: Row = table(plan).setdefault("stated", {})
    return figures


# --- figures that Finance states ---------------------------------------------------------------


def finance_states_what_is_right(plan: PlanValue) -> None:
    line(plan)["stated"] = {"gross": "1,200.0", "net": "1,176.0"}
    stated(plan).update(
        controllable={"fte": "4.0", "gross": "2,400.0", "net": "2,352.0"},
        total_cost={"gross": "2,400.0", "net": "2,364.0"},
    )
    budget(plan)["stated"] = {"controllable": {"employee": "2,400.0"}}


@case("budgets.W001", passes=finance_states_what_is_right)
def finance_states_another_sum(plan: PlanValue) -> None:
    stated(plan)["controllable"] = {"gross": "99,999.0"}


@case("budgets.W001", passes=finance_states_what_is_right)
def finance_states_another_line(plan: PlanValue) -> None:
    line(plan)["stated"]["net"] = "1,167.0"


@case("budgets.W001", passes=finance_states_what_is_right)
def the_total_cost_of_the_year_before_is_another(plan: PlanValue) -> None:
    stated(plan)["total_cost"] = {"prior_net": "11.0"}


@case("budgets.W001", passes=finance_states_what_is_right)
def the_whole_budget_has_more_posts_than_its_units(plan: PlanValue) -> None:
    budget(plan)["stated"] = {"controllable": {"fte": "4.1"}}


@case("budgets.W001", passes=finance_states_what_is_right)
def something_is_stated_over_nothing(plan: PlanValue) -> None:
    stated(plan)["controllable"] = {"contracts": "12.0"}


@case("budgets.R001")
def finance_rounded_otherwise(plan: PlanValue) -> None:
    table(plan)["lines"] = [
        {"activity": "Placements", "employee": "10.25"},
        {"activity": "Assessments", "employee": "10.25"},
    ]
    stated(plan)["controllable"] = {"gross": "20.6"}


@case("budgets.W002", passes=finance_states_what_is_right)
def a_sum_is_stated_before_its_parts(plan: PlanValue) -> None:
    line(plan)["running"] = "to be set"


# --- signs and repeats -------------------------------------------------------------------------


@case("budgets.W003")
def income_without_a_minus(plan: PlanValue) -> None:
    line(plan)["external_income"] = "24.0"


@case("budgets.W003")
def a_grant_without_a_minus(plan: PlanValue) -> None:
    budget(plan).update(layout="compact")
    table(plan)["lines"] = [{"activity": "Homes", "staffing": "90.0", "grants": "£27.0"}]


@case("budgets.W004")
def a_negative_cost(plan: PlanValue) -> None:
    line(plan)["running"] = "-282.2"


@case("budgets.W004")
def negative_posts(plan: PlanValue) -> None:
    line(plan)["fte"] = "-2.0"


@case("budgets.W005")
def a_line_twice(plan: PlanValue) -> None:
    table(plan)["lines"].append({"activity": "line 1 [note 1]", "running": "10.0"})


@case("budgets.W006")
def a_memorandum_item_twice(plan: PlanValue) -> None:
    table(plan)["memorandum"].append({"label": "Overheads", "current": "12.0"})


# --- memorandum items --------------------------------------------------------------------------


def five_tables(plan: PlanValue) -> None:
    """Five tables with overheads of 1% of what they spend; a tenth of them is for capital."""
    tables = []
    for n in range(1, 6):
        lines = [{"activity": "Work", "running": f"{n},000.0"}]
        memorandum = [
            {"label": "Overheads", "prior": f"{9 * n}.0", "current": f"{9 * n}.0"},
            {"label": "Capital charges", "prior": f"{n}.0", "current": f"{n}.0"},
        ]
        tables.append(
            {"unit": "north", "title": f"Team {n}", "lines": lines, "memorandum": memorandum}
        )
    budget(plan)["units"] = tables


@case("budgets.W007", passes=five_tables)
def one_table_lacks_an_item(plan: PlanValue) -> None:
    budget(plan)["units"][2]["memorandum"].pop()


@case("budgets.W008", passes=five_tables)
def an_item_has_no_amount_this_year(plan: PlanValue) -> None:
    table(plan)["memorandum"][0]["current"] = ""


@case("budgets.A001", passes=five_tables)
def an_overhead_as_large_as_another_unit_would_have(plan: PlanValue) -> None:
    table(plan)["memorandum"][0]["current"] = "45.0"


@case("budgets.A001", passes=five_tables)
def overheads_of_the_year_before_changed_places(plan: PlanValue) -> None:
    first, second = table(plan)["memorandum"]
    first["prior"], second["prior"] = second["prior"], first["prior"]


# --- units within units, pay and posts ---------------------------------------------------------


def a_part_beside_its_unit(plan: PlanValue) -> None:
    lines = [{"activity": "Homes", "fte": "3.0", "employee": "300.0"}]
    budget(plan)["units"].append({"unit": "south", "title": "South Team", "lines": lines})


@case("budgets.W009", passes=a_part_beside_its_unit)
def a_unit_repeats_its_part(plan: PlanValue) -> None:
    table(plan)["lines"] = copy.deepcopy(budget(plan)["units"][1]["lines"])


@case("budgets.A002")
def pay_without_posts(plan: PlanValue) -> None:
    line(plan)["fte"] = "0.0"


@case("budgets.A003")
def posts_without_pay(plan: PlanValue) -> None:
    line(plan)["employee"] = ""


# --- staffing ----------------------------------------------------------------------------------


def everything_is_stated(plan: PlanValue) -> None:
    staffing(plan).update(
        stated=["2.0", "4.0"],
        stated_bands=[{"label": "Grade 1 – all teams", "fte": ["1.0", "2.0"]}],
        stated_externally_funded=["~", "1.5"],
    )
    posts(plan)["externally_funded"] = ["~", "1.5"]


@case("budgets.W010", passes=everything_is_stated)
def a_unit_states_other_posts(plan: PlanValue) -> None:
    posts(plan)["stated"] = ["2.0", "4.1"]


@case("budgets.W010", passes=everything_is_stated)
def the_whole_states_other_posts(plan: PlanValue) -> None:
    staffing(plan)["stated"] = ["2.0", "5.0"]


@case("budgets.W010", passes=everything_is_stated)
def a_band_is_stated_otherwise(plan: PlanValue) -> None:
    staffing(plan)["stated_bands"][0]["fte"] = ["1.0", "3.0"]


@case("budgets.W010", passes=everything_is_stated)
def a_band_is_stated_that_nobody_has(plan: PlanValue) -> None:
    staffing(plan)["stated_bands"][0]["label"] = "Grade 9"


@case("budgets.W010", passes=everything_is_stated)
def externally_funded_posts_are_stated_otherwise(plan: PlanValue) -> None:
    staffing(plan)["stated_externally_funded"] = ["~", "1.6"]


@case("budgets.R002")
def posts_are_stated_in_whole_numbers(plan: PlanValue) -> None:
    posts(plan)["bands"][0]["fte"] = ["1.0", "2.4"]
    posts(plan)["stated"] = ["2.0", "4"]


@case("budgets.W011")
def posts_are_stated_before_a_band(plan: PlanValue) -> None:
    posts(plan)["bands"][0]["fte"] = ["1.0", "to be set"]


@case("budgets.W012", passes=everything_is_stated)
def others_pay_for_more_posts_than_there_are(plan: PlanValue) -> None:
    posts(plan)["externally_funded"] = ["~", "40.0"]


@case("budgets.W014")
def a_band_twice(plan: PlanValue) -> None:
    posts(plan)["bands"].append({"label": "Grade 1 [note 1]", "fte": ["0.0", "0.0"]})


def a_part_with_posts(plan: PlanValue) -> None:
    bands = [{"label": "Grade 1", "fte": ["2.5", "3.5"]}]
    staffing(plan)["units"].append({"unit": "south", "title": "South Team", "bands": bands})


@case("budgets.W015", passes=a_part_with_posts)
def a_unit_repeats_the_posts_of_its_part(plan: PlanValue) -> None:
    posts(plan)["bands"] = copy.deepcopy(staffing(plan)["units"][1]["bands"])


# --- budget and staffing -----------------------------------------------------------------------


def posts_of_a_part_within_its_unit(plan: PlanValue) -> None:
    """The budget has a table for the part, staffing has its posts within the unit's."""
    line(plan)["fte"] = "1.2"
    lines = [{"activity": "Homes", "fte": "0.8", "employee": "80.0"}]
    budget(plan)["units"].append({"unit": "south", "title": "South Team", "lines": lines})


@case("budgets.W013", passes=posts_of_a_part_within_its_unit)
def posts_moved_away(plan: PlanValue) -> None:
    posts(plan)["bands"][0]["fte"] = ["1.0", "1.0"]


@case("budgets.W013")
def posts_of_the_year_before_differ(plan: PlanValue) -> None:
    line(plan)["prior_fte"] = "7.0"


@case("budgets.W013")
def a_unit_with_posts_in_the_budget_alone(plan: PlanValue) -> None:
    plan["plan"]["units"].append({"key": "east", "name": "East Team"})
    lines = [{"activity": "Homes", "fte": "3.0", "employee": "300.0"}]
    budget(plan)["units"].append({"unit": "east", "title": "East Team", "lines": lines})


@case("budgets.R003")
def staffing_has_whole_posts(plan: PlanValue) -> None:
    line(plan)["fte"] = "2.3"
    for band in posts(plan)["bands"]:
        band["fte"] = ["1", "2"]


def a_label_counts_posts(plan: PlanValue) -> None:
    posts_of_a_part_within_its_unit(plan)
    posts(plan)["bands"][0]["label"] = "Grade 1 – includes 0.8 South Team posts"


@case("budgets.W016", passes=a_label_counts_posts)
def a_label_counts_other_posts(plan: PlanValue) -> None:
    posts(plan)["bands"][0]["label"] = "Grade 1 – includes 0.7 South Team posts [note 1]"
