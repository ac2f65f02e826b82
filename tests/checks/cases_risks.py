"""Cases of risks."""

from typing import Any

from tests.checks.cases import PlanValue, case, section

SCHEME = {"key": "5x5", "tolerance": 15}


def risk(plan: PlanValue) -> dict[str, Any]:
    found: dict[str, Any] = section(plan, "risks")["content"]["rows"][0]
    return found


def bring_the_scheme(plan: PlanValue) -> None:
    plan["plan"]["risk_schemes"] = [SCHEME]


@case("risks.W001")
def a_risk_has_no_title(plan: PlanValue) -> None:
    risk(plan)["title"] = ""


@case("risks.W002")
def an_action_is_not_there(plan: PlanValue) -> None:
    risk(plan)["actions"] = ["1", "7"]


@case("risks.W003", passes=bring_the_scheme)
def nobody_keeps_the_scheme(plan: PlanValue) -> None:
    section(plan, "risks")["content"]["scheme"] = "9x9"


@case("risks.W004")
def the_target_is_worse(plan: PlanValue) -> None:
    risk(plan)["target"] = {"likelihood": 5, "impact": 5}


@case("risks.W005")
def it_is_worse_than_before(plan: PlanValue) -> None:
    risk(plan)["inherent"] = {"likelihood": 3, "impact": 5}


def tolerate_a_small_risk(plan: PlanValue) -> None:
    bring_the_scheme(plan)
    risk(plan)["response"] = "tolerate"
    risk(plan)["current"] = {"likelihood": 3, "impact": 5}


@case("risks.W006", passes=tolerate_a_small_risk)
def a_great_risk_is_tolerated(plan: PlanValue) -> None:
    risk(plan)["current"] = {"likelihood": 4, "impact": 5}


@case("risks.W007")
def one_risk_has_no_owner(plan: PlanValue) -> None:
    risk(plan)["owners"] = []


@case("risks.A001")
def no_risk_has_an_owner(plan: PlanValue) -> None:
    for row in section(plan, "risks")["content"]["rows"]:
        row["owners"] = []


def treat_the_risks(plan: PlanValue) -> None:
    for row in section(plan, "risks")["content"]["rows"]:
        row["mitigation"] = "<p>Staff are trained.</p>"


@case("risks.A002", passes=treat_the_risks)
def nothing_says_how_it_is_treated(plan: PlanValue) -> None:
    risk(plan)["mitigation"] = ""
