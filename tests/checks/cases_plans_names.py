"""Cases of names in several spellings, initials, and what is said twice."""

from tests.checks.cases import PlanValue, case, section

PARAGRAPH = (
    "<p>Impact assessments let us take a step back and consider the diverse needs of all those "
    "who use our services in the county.</p>"
)


def call_units_by_their_names(plan: PlanValue) -> None:
    plan["plan"]["units"] = [{"key": "north", "name": "Adults' and Children's Team"}]
    section(plan, "narrative")["intro"] = (
        "<p>The Adults' and Children's Team, a children's team for adults and children, works with "
        "the Northern Adults and Children Team.</p>"
    )


@case("plans.W060", passes=call_units_by_their_names)
def a_units_name_is_misspelled(plan: PlanValue) -> None:
    section(plan, "narrative")["intro"] = "<p>The Adults & Childrens Team is new.</p>"


@case("plans.A060")
def a_unit_stands_under_two_names(plan: PlanValue) -> None:
    section(plan, "staffing")["content"]["units"][0]["title"] = "The North"


def lead_a_line(plan: PlanValue) -> None:
    plan["plan"]["people"] = [{"role": "Member", "name": "A Name", "initials": "AN"}]
    section(plan, "budget")["content"]["units"][0]["lines"][0]["lead"] = "AN"


@case("plans.W061", passes=lead_a_line)
def nobody_has_these_initials(plan: PlanValue) -> None:
    section(plan, "budget")["content"]["units"][0]["lines"][0]["lead"] = "ZZ"


def tell_rows_apart(plan: PlanValue) -> None:
    section(plan, "register")["content"]["rows"].pop()
    rows = section(plan, "actions")["content"]["rows"]
    rows[0]["title"] = "Review short breaks for disabled children in east districts"
    rows[1]["title"] = "Review short breaks for disabled children in west districts"


@case("plans.W062", passes=tell_rows_apart)
def two_actions_say_the_same(plan: PlanValue) -> None:
    rows = section(plan, "actions")["content"]["rows"]
    rows[1]["title"] = "Review the short breaks of disabled children in our east districts"


def say_it_once(plan: PlanValue) -> None:
    section(plan, "narrative")["intro"] = PARAGRAPH


@case("plans.A061", passes=say_it_once)
def a_paragraph_stands_twice(plan: PlanValue) -> None:
    section(plan, "staffing")["intro"] = PARAGRAPH


def name_two_people(plan: PlanValue) -> None:
    rows = section(plan, "actions")["content"]["rows"]
    rows[0]["leads"] = ["Cathy Marsh", "District Manager", "Head of Service (East)"]
    rows[1]["leads"] = ["John Marsh", "District Managers", "Head of Service (West)"]


@case("plans.A062", passes=name_two_people)
def a_person_is_spelled_in_two_ways(plan: PlanValue) -> None:
    section(plan, "risks")["content"]["rows"][0]["owners"] = ["Kathy Marsh"]
