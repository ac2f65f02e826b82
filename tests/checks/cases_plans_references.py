"""Cases of references, typed pages, pictures and the plan's format."""

from plans.checks.guides import Guide
from tests.checks.cases import PlanValue, case, section


def say(plan: PlanValue, words: str) -> None:
    section(plan, "narrative")["intro"] = f"<p>{words}</p>"


@case("plans.W010")
def two_indicators_bear_one_reference(plan: PlanValue) -> None:
    section(plan, "indicators")["content"]["rows"][1]["ref"] = "A 1"


@case("plans.W010")
def two_rows_of_a_register_bear_one_reference(plan: PlanValue) -> None:
    section(plan, "register")["content"] = {
        "columns": [{"key": "ref", "label": "Ref"}, {"key": "name", "label": "Name"}],
        "rows": [
            {"cells": {"ref": "NI 64", "name": "Plans lasting two years"}},
            {"cells": {"ref": "NI 64", "name": "Reviews held on time"}},
        ],
    }


def name_pages_of_others(plan: PlanValue) -> None:
    say(plan, "See page 12 of the guidance; two reports of 30 pages each came out.")


@case("plans.W011", passes=name_pages_of_others)
def a_page_number_is_typed(plan: PlanValue) -> None:
    say(plan, "See the core services table on page 24.")


def name_sections_of_an_act(plan: PlanValue) -> None:
    say(plan, "Section 17 applies; see section 20 of the Children Act.")


@case("plans.A010", passes=name_sections_of_an_act)
def a_section_number_is_typed(plan: PlanValue) -> None:
    say(plan, "For the budget see section 4.2.")


@case("plans.A011")
def readers_are_to_click(plan: PlanValue) -> None:
    say(plan, "For a full account please click here.")


def show_a_picture(plan: PlanValue) -> None:
    section(plan, "narrative")["content"]["figures"] = [{"name": "map.png", "alt": "A map"}]


@case("plans.E004", passes=show_a_picture, pictures=frozenset({"map.png"}))
def a_picture_is_not_stored(plan: PlanValue) -> None:
    section(plan, "narrative")["content"]["figures"][0]["name"] = "chart.png"


@case("plans.W012", guide=Guide("plan"), failing_guide=Guide("plan", exists=False))
def nobody_keeps_the_format(plan: PlanValue) -> None:
    plan["plan"]["plan_format"] = "plan"
