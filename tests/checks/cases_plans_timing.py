"""Cases of dates against the plan's year, which is 2008/09."""

from typing import Any

from tests.checks.cases import Change, PlanValue, case, section


def say(plan: PlanValue, words: str) -> None:
    section(plan, "narrative")["intro"] = f"<p>{words}</p>"


def register(plan: PlanValue, key: str, title: str, label: str, *cells: dict[str, str]) -> None:
    """Put a register of a name and one column of dates into the plan, before its last section."""
    content = {
        "columns": [
            {"key": "name", "label": "Name"},
            {"key": "starts", "label": "Start date", "type": "date"},
            {"key": "when", "label": label, "type": "date"},
        ],
        "rows": [{"cells": row} for row in cells],
    }
    entry: dict[str, Any] = {"key": key, "title": title, "kind": "register", "content": content}
    plan["sections"].append(entry)


def contract(ends: str) -> Change:
    def put(plan: PlanValue) -> None:
        row = {"name": "Independent Fostering Framework", "when": ends}
        register(plan, "contracts", "Services", "Contract end date", row)

    return put


def set_cell(plan: PlanValue, key: str, column: str, text: str) -> None:
    section(plan, key)["content"]["rows"][0]["cells"][column] = text


@case("plans.W030", passes=contract("30/09/2009"))
def there_is_no_such_day(plan: PlanValue) -> None:
    set_cell(plan, "contracts", "when", "31/09/2009")


@case("plans.W030")
def the_weekday_is_another(plan: PlanValue) -> None:
    say(plan, "The boards begin on Friday 1 September 2008.")


@case("plans.W030")
def one_year_does_not_follow_the_other(plan: PlanValue) -> None:
    say(plan, "During 2007/09 more referrals came than before.")


@case("plans.A030", passes=contract("30/09/2009"))
def a_year_has_two_digits(plan: PlanValue) -> None:
    set_cell(plan, "contracts", "when", "30/09/09")
    say(plan, "The service moved in Dec 07.")


@case("plans.W031")
def a_range_runs_backwards(plan: PlanValue) -> None:
    say(plan, "The pilot runs from 30 September 2008 to 1 April 2008.")


@case("plans.W031", passes=contract("30/09/2009"))
def a_row_ends_before_it_begins(plan: PlanValue) -> None:
    set_cell(plan, "contracts", "starts", "01/10/2009")


@case("plans.W032", passes=contract("Spot purchasing (no end date)"))
def a_contract_is_over(plan: PlanValue) -> None:
    set_cell(plan, "contracts", "when", "31/03/2008")


@case("plans.A031", passes=contract("30/09/2009"))
def a_contract_ends_within_the_year(plan: PlanValue) -> None:
    set_cell(plan, "contracts", "when", "31/03/2009")


def decide_in_time(plan: PlanValue) -> None:
    contract("02/06/2008")(plan)
    row = {"name": "Independent Fostering Services", "when": "Spring 2008"}
    register(plan, "commissioning", "Commissioning", "Key decision date", row)


@case("plans.W033", passes=decide_in_time)
def the_decision_comes_too_late(plan: PlanValue) -> None:
    set_cell(plan, "commissioning", "when", "March 2009")


def consult_in_the_year(plan: PlanValue) -> None:
    row = {"name": "Conference for parents", "starts": "2008", "when": "Feb 2009"}
    register(plan, "consultation", "Consultation exercises", "Feedback date", row)


@case("plans.W034", passes=consult_in_the_year)
def a_consultation_was_last_year(plan: PlanValue) -> None:
    set_cell(plan, "consultation", "starts", "2007")


@case("plans.W035", passes=consult_in_the_year)
def feedback_comes_before_the_consultation(plan: PlanValue) -> None:
    set_cell(plan, "consultation", "starts", "October 2008")
    set_cell(plan, "consultation", "when", "June 2008")


def tell_last_year(plan: PlanValue) -> None:
    narrative = section(plan, "narrative")
    narrative["title"] = "Achievements and outcomes 2007/08"
    narrative["intro"] = (
        "<ul><li>The system went live on 2 January 2008.</li>"
        "<li>Since March 2007 fewer children have come into care.</li>"
        "<li>Schools were ready for the boards when they come on stream in May 2008.</li></ul>"
    )


@case("plans.W036", passes=tell_last_year)
def an_achievement_is_of_the_year_before(plan: PlanValue) -> None:
    say(plan, "The centre opened in February 2007.")


def act_this_year(plan: PlanValue) -> None:
    section(plan, "actions")["content"]["rows"][0]["due"] = "08/09 ongoing"


@case("plans.W037", passes=act_this_year)
def an_action_was_due_last_year(plan: PlanValue) -> None:
    section(plan, "actions")["content"]["rows"][0]["due"] = "January 2008"


def set_targets(plan: PlanValue) -> None:
    row = {"name": "Print on both sides", "when": "Dec 2008"}
    register(plan, "targets", "Environment", "Target date", row)


@case("plans.W037", passes=set_targets)
def a_target_date_was_last_year(plan: PlanValue) -> None:
    set_cell(plan, "targets", "when", "Dec 2007")


@case("plans.A032", passes=act_this_year)
def an_action_is_due_next_year(plan: PlanValue) -> None:
    section(plan, "actions")["content"]["rows"][0]["due"] = "May 2009"


def promise_and_tell(plan: PlanValue) -> None:
    say(plan, "Reach level 3 by 31 March 2009. By March 2008 we had reached level 2.")


@case("plans.W038", passes=promise_and_tell)
def a_promise_is_for_the_past(plan: PlanValue) -> None:
    say(plan, "Reach level 3 of the standard by 31 March 2008.")


@case("plans.W038", passes=promise_and_tell)
def evidence_is_due_in_the_past(plan: PlanValue) -> None:
    say(plan, "Provide evidence that the council has reached level 3 by 31 March 2008.")


@case("plans.W038", passes=promise_and_tell)
def something_will_begin_in_the_past(plan: PlanValue) -> None:
    say(plan, "The new boards will be set up in every district from 1 September 2007.")


@case("plans.W034", passes=consult_in_the_year)
def feedback_comes_years_later(plan: PlanValue) -> None:
    set_cell(plan, "consultation", "when", "Feb 2012")


@case("plans.W041", passes=tell_last_year)
def an_achievement_is_of_next_year(plan: PlanValue) -> None:
    say(plan, "The system went live on 2 January 2009.")


def tell_of_a_workshop(plan: PlanValue) -> None:
    say(plan, "Managers met in January 2008. The tool is to be launched on 1 May 2009.")


@case("plans.W041", passes=tell_of_a_workshop)
def a_workshop_was_held_years_ahead(plan: PlanValue) -> None:
    say(plan, "Managers met in January 2010 for a workshop.")


def speak_of_last_year(plan: PlanValue) -> None:
    say(plan, "Ofsted came in November 2007. The Children Act 1989 is the main law.")


@case("plans.A035", passes=speak_of_last_year)
def a_day_is_far_away(plan: PlanValue) -> None:
    say(plan, "Ofsted came in November 1907. The Children Act 1989 is the main law.")


def act_in_the_year(plan: PlanValue) -> None:
    row = {"name": "Flood risk", "when": "Property Manager (March 2009)"}
    register(plan, "climate", "Climate change", "Adaptive action in 2008/09", row)


@case("plans.A039", passes=act_in_the_year)
def an_action_is_of_another_year_than_its_heading(plan: PlanValue) -> None:
    set_cell(plan, "climate", "when", "Property Manager (March 2008)")


@case("plans.W030", passes=promise_and_tell)
def a_range_of_years_runs_backwards(plan: PlanValue) -> None:
    say(plan, "The Agreement is for 2011 to 2008.")


@case("plans.W038", passes=tell_last_year)
def achievements_promise_something_for_the_past(plan: PlanValue) -> None:
    say(plan, "By June 2007 the division's staff will have changed to the new system.")
