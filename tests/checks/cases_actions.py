"""Cases of objectives and actions."""

from typing import Any

from tests.checks.cases import PlanValue, case, section


def action(plan: PlanValue) -> dict[str, Any]:
    found: dict[str, Any] = section(plan, "actions")["content"]["rows"][0]
    return found


def link_in_every_way(plan: PlanValue) -> None:
    action(plan)["links"] = ["CS P1 1", "P 2", "Property Strategy", "Vision for the County P9 12"]


@case("actions.W001", passes=link_in_every_way)
def a_priority_is_gone(plan: PlanValue) -> None:
    action(plan)["links"] = ["CS P1 to P3"]


@case("actions.W001")
def a_priority_is_last_years(plan: PlanValue) -> None:
    old = {"key": "progress", "title": "Progress", "kind": "objectives"}
    rows = [{"ref": "P7", "title": "Safer roads", "progress": "<p>Done.</p>"}]
    plan["sections"].append({**old, "content": {"year": "2007/08", "rows": rows}})
    action(plan)["links"] = ["P7"]


@case("actions.W002", passes=link_in_every_way)
def targets_are_gone(plan: PlanValue) -> None:
    action(plan)["links"] = ["P1 1, 6, 7"]


@case("actions.W003")
def one_action_names_nobody(plan: PlanValue) -> None:
    action(plan)["leads"] = []


@case("actions.A001")
def no_action_names_anybody(plan: PlanValue) -> None:
    for row in section(plan, "actions")["content"]["rows"]:
        row["leads"] = []


@case("actions.W004")
def an_action_has_no_date(plan: PlanValue) -> None:
    action(plan)["deliverables"] = [{"text": "<p>A plan agreed</p>"}]


@case("actions.W005")
def a_deliverable_comes_after_its_action(plan: PlanValue) -> None:
    action(plan)["due"] = "September 2008"


@case("actions.A002")
def an_action_delivers_nothing(plan: PlanValue) -> None:
    action(plan)["deliverables"] = []


@case("actions.A003", passes=link_in_every_way)
def an_action_answers_to_nothing(plan: PlanValue) -> None:
    action(plan)["links"] = ["CS", "Property Strategy"]


@case("actions.W006")
def a_target_names_nobody(plan: PlanValue) -> None:
    row = section(plan, "objectives")["content"]["rows"][0]
    row["targets"] = [{"ref": "1", "title": "More loans"}]
