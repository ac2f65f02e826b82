"""Cases of the years that budget and staffing are of; the plan is of 2008/09."""

from tests.checks.cases import PlanValue, case, section


@case("budgets.W017")
def the_budget_is_held_against_another_year(plan: PlanValue) -> None:
    section(plan, "budget")["content"]["prior_year"] = "2006/07"


@case("budgets.W018")
def posts_skip_a_year(plan: PlanValue) -> None:
    section(plan, "staffing")["content"]["years"] = ["2006/07", "2008/09"]


@case("budgets.W018")
def posts_are_of_years_that_are_over(plan: PlanValue) -> None:
    section(plan, "staffing")["content"]["years"] = ["2006/07", "2007/08"]
