"""Cases of the notes of a section."""

from tests.checks.cases import PlanValue, case, section


def one_note(plan: PlanValue) -> None:
    indicators = section(plan, "indicators")
    indicators["notes"] = [{"mark": "1", "text": "<p>Targets are set in May.</p>"}]
    indicators["content"]["rows"][0]["cells"]["t0809"] = "See note 1"


def two_notes(plan: PlanValue) -> None:
    one_note(plan)
    indicators = section(plan, "indicators")
    indicators["notes"].append({"mark": "2", "text": "<p>The measure is new.</p>"})
    indicators["content"]["rows"][1]["cells"]["t0809"] = "12.5 [note 2]"


@case("plans.W020", passes=one_note)
def two_cells_cite_a_note_that_is_not_there(plan: PlanValue) -> None:
    for row in section(plan, "indicators")["content"]["rows"]:
        row["cells"]["a0607"] = "1.5 [note 3]"


@case("plans.W020")
def prose_cites_a_note_that_is_not_there(plan: PlanValue) -> None:
    section(plan, "narrative")["intro"] = "<p>We serve 7,900 people [note 1].</p>"


@case("plans.W021", passes=two_notes)
def nothing_cites_a_note(plan: PlanValue) -> None:
    section(plan, "indicators")["content"]["rows"][1]["cells"]["t0809"] = "12.5"


@case("plans.W022", passes=two_notes)
def two_notes_bear_one_mark(plan: PlanValue) -> None:
    section(plan, "indicators")["notes"][1]["mark"] = "1"


@case("plans.W023", passes=two_notes)
def a_note_says_nothing(plan: PlanValue) -> None:
    section(plan, "indicators")["notes"][1]["text"] = ""
