"""Cases of figures in prose: the sample's gross budget is £2.4m, its risks are two."""

from tests.checks.cases import Change, PlanValue, case, section


def say(words: str, *, key: str = "narrative") -> Change:
    def put(plan: PlanValue) -> None:
        section(plan, key)["intro"] = f"<p>{words}</p>"

    return put


@case("plans.A070", passes=say("A lottery grant of £2.4m paid for the new library."))
def a_figure_of_the_plan_is_typed(plan: PlanValue) -> None:
    say("The service has a gross budget of £2.4m this year.")(plan)


@case("plans.A070")
def a_fact_of_the_cover_is_typed(plan: PlanValue) -> None:
    plan["plan"]["summary"] = [{"label": "Gross budget", "text": "£2,400,000"}]


@case("plans.A070")
def a_count_is_typed(plan: PlanValue) -> None:
    say("The two risks below are reviewed every month.", key="risks")(plan)


@case("plans.W070", passes=say("Our gross budget rose by £2.6m over ten years."))
def a_sentence_contradicts_the_budget(plan: PlanValue) -> None:
    say("This year we have a gross budget of £2.6 million, more than ever.")(plan)


@case("plans.W070", passes=say("In 2006/07 the North Team had 5.0 FTE posts."))
def a_sentence_contradicts_a_units_posts(plan: PlanValue) -> None:
    say("Libraries are run by the North Team, which has 5.0 FTE posts.")(plan)


@case("plans.W070", passes=say("The outturn of A2 in 2005/06 was 3.5%."))
def a_sentence_contradicts_an_indicator(plan: PlanValue) -> None:
    say("For A2 the outturn in 2006/07 was 3.5%.")(plan)


@case("plans.W071", passes=say("The council has three risks of its own besides.", key="risks"))
def a_sentence_miscounts_the_risks(plan: PlanValue) -> None:
    say("The three risks are reviewed every month.", key="risks")(plan)


def set_targets(plan: PlanValue) -> None:
    for row in section(plan, "indicators")["content"]["rows"]:
        row["cells"]["t0809"] = "1.0"


@case("plans.W071", passes=set_targets)
def a_sentence_miscounts_what_is_on_target(plan: PlanValue) -> None:
    say("Two indicators are on target.")(plan)


@case("plans.A071", passes=say("We run 12 branch libraries.", key="objectives"))
def two_sections_number_the_same_thing_differently(plan: PlanValue) -> None:
    say("There are 13 branch libraries.")(plan)


@case("plans.A071", passes=say("The fund of £1,250,000 is spent.", key="objectives"))
def an_amount_is_spelled_in_two_ways(plan: PlanValue) -> None:
    say("A fund of £1.25m was set up.")(plan)
