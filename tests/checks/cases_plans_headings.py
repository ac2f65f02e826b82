"""Cases of years in headings, titles and captions; the plan is of 2008/09."""

import copy

from tests.checks.cases import Change, PlanValue, case, section


def head(*labels: str) -> Change:
    """Return what gives the first columns of the activity these headings."""

    def put(plan: PlanValue) -> None:
        columns = section(plan, "activity")["content"]["columns"]
        for column, label in zip(columns, labels, strict=False):
            column["label"] = label

    return put


@case("plans.W039")
def a_heading_names_another_year(plan: PlanValue) -> None:
    section(plan, "indicators")["content"]["columns"][0]["label"] = "Actual 2005/06"


@case("plans.W040")
def an_actual_figure_is_still_to_come(plan: PlanValue) -> None:
    section(plan, "activity")["content"]["columns"][1]["label"] = "Actual 31/03/2009"


@case("plans.W040")
def actual_figures_are_of_this_year(plan: PlanValue) -> None:
    section(plan, "indicators")["content"]["columns"][0]["label"] = "Actual 2008/09"


def forecast(plan: PlanValue) -> None:
    section(plan, "activity")["content"]["columns"][1]["label"] = "Projection 31/03/2008"


@case("plans.W042", passes=forecast)
def a_forecast_is_for_long_ago(plan: PlanValue) -> None:
    section(plan, "activity")["content"]["columns"][1]["label"] = "Projection 31/03/2007"


@case("plans.W043", passes=forecast)
def two_columns_are_headed_alike(plan: PlanValue) -> None:
    section(plan, "activity")["content"]["columns"][0]["label"] = "Projection  31/03/2008"


@case("plans.A033", passes=forecast)
def columns_stand_out_of_order(plan: PlanValue) -> None:
    columns = section(plan, "activity")["content"]["columns"]
    columns[0]["label"], columns[1]["label"] = "31/03/2007", "31/03/2008"
    columns.insert(2, {"key": "c4", "label": "31/03/2006"})


def repeat_the_activity(plan: PlanValue) -> None:
    """Put a second table into the plan whose headings give the same day."""
    first = section(plan, "activity")
    first["content"]["columns"][0]["label"] = "Actual 31/12/2007"
    plan["sections"].append({**copy.deepcopy(first), "key": "again"})


@case("plans.A034", passes=repeat_the_activity)
def tables_disagree_about_the_day(plan: PlanValue) -> None:
    section(plan, "again")["content"]["columns"][0]["label"] = "Actual 31/12/2006"


@case("plans.A034", passes=head("Estimated outturn 07/08", "Target for 08/09"))
def tables_disagree_about_the_year(plan: PlanValue) -> None:
    other = copy.deepcopy(section(plan, "activity"))
    head("Estimated outturn 08/09", "Target for 08/09")(plan)
    plan["sections"].append({**other, "key": "again"})


@case("plans.A036")
def a_caption_is_of_another_year(plan: PlanValue) -> None:
    section(plan, "budget")["caption"] = "Budget for 2007/08"


def tell_of_the_year_before(plan: PlanValue) -> None:
    section(plan, "narrative")["title"] = "Review of performance 2007/08"
    objectives = section(plan, "objectives")
    objectives["title"], objectives["content"]["year"] = "Progress on 2006/07", "2006/07"


@case("plans.A036", passes=tell_of_the_year_before)
def a_review_is_of_long_ago(plan: PlanValue) -> None:
    section(plan, "narrative")["title"] = "Review of performance 2005/06"


@case("plans.A036", passes=tell_of_the_year_before)
def objectives_are_of_another_year_than_their_title(plan: PlanValue) -> None:
    section(plan, "objectives")["content"]["year"] = "2007/08"


@case("plans.A037", passes=head("Estimated activity 07/08", "Estimated activity 08/09"))
def a_year_is_missing_between_columns(plan: PlanValue) -> None:
    head("Estimated activity 07/08", "Estimated activity 11/12")(plan)


@case("plans.A038", passes=head("Estimated outturn 07/08", "Target for 08/09"))
def targets_are_of_another_year(plan: PlanValue) -> None:
    head("Estimated outturn 07/08", "Target for 09/10")(plan)
