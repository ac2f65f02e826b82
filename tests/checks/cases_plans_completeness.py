"""Cases of what a plan still lacks."""

from plans.checks.guides import Guide, GuideSection, Progress
from tests.checks.cases import PlanValue, case, section


def say(plan: PlanValue, words: str) -> None:
    section(plan, "narrative")["intro"] = f"<p>{words}</p>"


def guide(*, title: str = "Narrative", words: tuple[int, int] | None = None) -> Guide:
    wanted = GuideSection(title.lower(), title, "narrative", required=True, words=words)
    return Guide("plan", sections=(wanted,))


@case("plans.W050")
def a_section_is_empty(plan: PlanValue) -> None:
    section(plan, "narrative")["content"] = {}


@case("plans.W051", guide=guide(), failing_guide=guide(title="Foreword"))
def a_required_section_is_missing(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan without a foreword"


@case("plans.A050", guide=guide(words=(1, 300)), failing_guide=guide(words=(100, 300)))
def a_section_is_too_short(plan: PlanValue) -> None:
    say(plan, "We have little to say.")


@case("plans.A051", guide=guide(words=(1, 300)))
def a_section_is_too_long(plan: PlanValue) -> None:
    say(plan, "and so on " * 100)


def speak_of_pending_matters(plan: PlanValue) -> None:
    say(plan, "The XXII ward is confirmed; XXL shirts, 20 x 30, are bought.")


@case("plans.W052", passes=speak_of_pending_matters)
def a_figure_was_left_out(plan: PlanValue) -> None:
    say(plan, "We spend £xx on fostering.")


@case("plans.W052")
def words_were_to_be_put_in(plan: PlanValue) -> None:
    section(plan, "actions")["content"]["rows"][0]["leads"] = ["TBC"]


@case("plans.W052")
def an_old_filler_stands(plan: PlanValue) -> None:
    say(plan, "Lorem ipsum dolor sit amet.")


@case("plans.W052")
def a_reference_of_a_word_processor_is_lost(plan: PlanValue) -> None:
    say(plan, "See Error! Reference source not found. for the figures.")


@case("plans.W052")
def a_cell_of_a_spreadsheet_is_lost(plan: PlanValue) -> None:
    section(plan, "activity")["content"]["rows"][0]["label"] = "#REF!"


@case("plans.W052")
def words_are_asked_for_in_brackets(plan: PlanValue) -> None:
    say(plan, "The work is led by [name of the head of service], who insert here.")


@case("plans.W052")
def the_cover_names_somebody_yet_to_be_found(plan: PlanValue) -> None:
    plan["plan"]["people"] = [{"role": "Director", "name": "TBC"}]


def draft_a_protocol(plan: PlanValue) -> None:
    say(
        plan,
        "The police have drafted a protocol, and we comment on the draft budget book. Families "
        "were consulted on the draft plan in May. The draft guidance and the draft Mental Health "
        "Bill are expected. A provisional date was agreed; the indicative list is kept.",
    )


@case("plans.W053", passes=draft_a_protocol)
def figures_are_provisional(plan: PlanValue) -> None:
    say(plan, "The table summarises the provisional budget.")


@case("plans.W053")
def the_text_is_a_draft(plan: PlanValue) -> None:
    say(plan, "DRAFT of 4 March 2009")


@case("plans.W053")
def the_plan_is_called_a_draft(plan: PlanValue) -> None:
    say(plan, "The draft plan is ready, and each manager is responsible for a part of it.")


@case("plans.W053", passes=draft_a_protocol)
def figures_are_subject_to_change(plan: PlanValue) -> None:
    say(plan, "These figures are still provisional.")


@case("plans.W053")
def figures_are_of_a_draft_budget(plan: PlanValue) -> None:
    section(plan, "budget")["notes"] = [
        {"mark": "9", "text": "<p>Taken from the draft budget book of February.</p>"}
    ]


@case("plans.W053")
def a_heading_is_marked_as_a_draft(plan: PlanValue) -> None:
    section(plan, "narrative")["title"] = "Draft 3: our service"


def name_a_bill(plan: PlanValue) -> None:
    plan["plan"]["title"] = "THE DRAFT CHILDREN BILL"


@case("plans.W053", passes=name_a_bill)
def the_cover_is_marked_as_a_draft(plan: PlanValue) -> None:
    plan["plan"]["subtitle"] = "Business plan (draft)"


def introduce_tables(plan: PlanValue) -> None:
    section(plan, "register")["intro"] = "<p>All contracts of the service.</p>"


@case("plans.W055", passes=introduce_tables)
def a_table_has_no_rows(plan: PlanValue) -> None:
    section(plan, "register")["content"]["rows"] = []


@case("plans.W055")
def the_rows_of_a_table_are_bare(plan: PlanValue) -> None:
    for row in section(plan, "activity")["content"]["rows"]:
        row["cells"] = {}


def name_contacts(plan: PlanValue) -> None:
    content = section(plan, "register")["content"]
    content["columns"].append({"key": "contact", "label": "Contact", "type": "people"})
    for number, row in enumerate(content["rows"][1:]):
        row["cells"] = {**row["cells"], "contact": f"Manager {number}"}


@case("plans.W054", passes=name_contacts)
def a_row_names_nobody(plan: PlanValue) -> None:
    section(plan, "register")["content"]["rows"][1]["cells"]["contact"] = ""


def lead_all(plan: PlanValue) -> None:
    for entry in plan["sections"]:
        entry["lead"] = "Planning Officer"


def lead_all_but_one(plan: PlanValue) -> None:
    lead_all(plan)
    section(plan, "budget")["lead"] = ""


@case("plans.A052", passes=lead_all)
def a_section_has_no_lead(plan: PlanValue) -> None:
    section(plan, "budget")["lead"] = ""


@case(
    "plans.A052",
    passes=lead_all_but_one,
    progress=Progress(assigned=frozenset({"budget"})),
    failing_progress=Progress(assigned=frozenset({"narrative"})),
)
def nobody_is_asked_to_write_a_section(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan whose budget is nobody's"


@case("plans.A053")
def a_post_has_no_name(plan: PlanValue) -> None:
    plan["plan"]["people"] = [{"role": "Cabinet Member", "name": ""}]


def show_a_picture(plan: PlanValue) -> None:
    section(plan, "narrative")["content"]["figures"] = [{"name": "map.png", "alt": "A map"}]


@case("plans.A054", passes=show_a_picture)
def a_picture_is_not_described(plan: PlanValue) -> None:
    section(plan, "narrative")["content"]["figures"][0]["alt"] = ""


def say_when_cells_are_set(plan: PlanValue) -> None:
    activity = section(plan, "activity")
    activity["content"]["rows"][0]["cells"]["c1"] = "to be set [note 1]"
    activity["notes"] = [{"mark": "1", "text": "<p>Known in July 2008.</p>"}]


@case("plans.A055", passes=say_when_cells_are_set)
def cells_are_to_be_set(plan: PlanValue) -> None:
    for row in section(plan, "activity")["content"]["rows"][:2]:
        row["cells"]["c2"] = "to be set"


@case("plans.A055")
def an_amount_is_to_be_set(plan: PlanValue) -> None:
    line = section(plan, "budget")["content"]["units"][0]["lines"][0]
    line["employee"] = "to be set"


def state_a_fact(plan: PlanValue) -> None:
    plan["plan"]["summary"] = [{"label": "Libraries", "text": "12"}]


@case("plans.A056", passes=state_a_fact)
def a_fact_of_the_cover_is_left_out(plan: PlanValue) -> None:
    plan["plan"]["summary"][0]["text"] = ""


CHECKLIST = Guide("plan", checklist=("Finance has read the budget.", "Nobody is recognised."))
ALL_TICKED = Progress(ticked=frozenset(CHECKLIST.checklist))


@case(
    "plans.W080",
    guide=CHECKLIST,
    progress=ALL_TICKED,
    failing_progress=Progress(ticked=frozenset({"Finance has read the budget."})),
)
def a_line_of_the_checklist_is_open(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan with an open line"


@case(
    "plans.W080",
    guide=CHECKLIST,
    progress=ALL_TICKED,
    failing_progress=Progress(ticked=frozenset({"Finance has read the budgets."})),
)
def a_line_was_ticked_in_other_words(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan with two open lines"


def empty_a_section(plan: PlanValue) -> None:
    section(plan, "narrative")["content"] = {}


@case(
    "plans.W081",
    passes=empty_a_section,
    progress=Progress(not_started=frozenset({"narrative"})),
    failing_progress=Progress(not_started=frozenset({"budget", "narrative"})),
)
def a_table_is_as_it_was_brought_over(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan of last year's figures"


@case("plans.A080", progress=Progress(), failing_progress=Progress(threads={"budget": 2}))
def comments_are_open(plan: PlanValue) -> None:
    plan["plan"]["title"] = "A plan with questions"
