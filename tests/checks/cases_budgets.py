"""Cases of the checks of budgets and staffing."""

from typing import Any

from tests.checks.cases import PlanValue, case, section


def stated(plan: PlanValue) -> dict[str, Any]:
    figures: dict[str, Any] = section(plan, "budget")["content"]["units"][0].setdefault(
        "stated", {}
    )
    return figures


@case("budgets.W001")
def finance_states_another_sum(plan: PlanValue) -> None:
    stated(plan)["controllable"] = {"gross": "99,999.0"}


@case("budgets.R001")
def finance_rounded_otherwise(plan: PlanValue) -> None:
    section(plan, "budget")["content"]["units"][0]["lines"] = [
        {"activity": "Placements", "employee": "10.25"},
        {"activity": "Assessments", "employee": "10.25"},
    ]
    stated(plan)["controllable"] = {"gross": "20.6"}
