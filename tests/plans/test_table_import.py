"""Tables of files into sections: matched, looked at, then refused whole or saved once."""

from __future__ import annotations

import io
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from openpyxl import Workbook, load_workbook
from pytest_django import DjangoAssertNumQueries

from accounts.models import OrganisationUnit
from plans.grid import Field
from plans.models import Draft, Event, Plan, Section
from plans.planfile import section_object
from plans.services import keep_draft, save_section
from plans.tables.headings import likeness, list_targets, match_columns, words_of
from tests.factories import NOW
from tests.pages import Page, read_page
from tests.plans.samples import content_of, object_of, section_value, store

pytestmark = pytest.mark.django_db

Rows = list[list[Any]]


def xlsx(**sheets: Rows) -> bytes:
    """Return a workbook with these rows on its sheets."""
    book = Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
        for row in sheet.iter_rows():
            for cell in row:
                if isinstance(cell.value, float):
                    cell.number_format = "#,##0.0"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


class Importer:
    """Goes through the steps of an import of one section as a browser without scripts does."""

    def __init__(self, client: Client, section: Section) -> None:
        self.client = client
        self.url = reverse("plans:section_import", args=[section.plan_id, section.pk])
        self.page: Page = Page()
        self.status = 0

    def _take(self, data: dict[str, Any]) -> Page:
        response = self.client.post(self.url, data)
        self.status = response.status_code
        self.location = response.headers.get("Location", "")
        self.page = read_page(response.content)
        return self.page

    def choose(self, data: bytes, name: str = "finance.xlsx") -> Page:
        return self._take({"file": SimpleUploadedFile(name, data)})

    def send(self, do: str, **chosen: str) -> Page:
        """Send the form of the page that is shown, with some of its controls set."""
        form = self.page.form_with("sealed")
        controls = {name.replace("__", "-"): value for name, value in chosen.items()}
        return self._take({**form.data, **controls, "do": do})

    def follow(self) -> str:
        """Return what the page says that the import led to."""
        return read_page(self.client.get(self.location).content).text


@pytest.fixture
def indicators(plan: Plan, client: Client, people: SimpleNamespace) -> Importer:
    client.force_login(people.author)
    return Importer(client, plan.sections.get(key="indicators"))


@pytest.fixture
def budget(plan: Plan, client: Client, people: SimpleNamespace) -> Importer:
    client.force_login(people.author)
    return Importer(client, plan.sections.get(key="budget"))


HEAD = ["Ref", "Indicator", "Unit", "actual 2006-07", "TARGETS 2008/2009"]


# --- headings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Employee Costs £000's", "employee cost"),
        ("2008-09  FTE", "FTE 2008/09"),
        ("2008/2009 FTE", "FTE, 2008–09"),
        ("Contracts & Projects", "contracts and projects"),
        ("Net cost [note 1]", "NET COSTS"),
    ],
)
def test_headings_are_compared_as_people_write_them(one: str, other: str) -> None:
    assert words_of(one) == words_of(other)


def test_the_better_of_two_headings_gets_the_field() -> None:
    targets = list_targets(
        [Field(("fte",), "FTE"), Field(("prior",), "FTE", also=("2007/08 FTE",))]
    )

    found = match_columns([["2007-08", "FTE"], ["Activity"], ["2008-09", "FTE"]], targets)

    assert {column: name for column, (name, _) in found.items()} == {0: "prior", 2: "fte"}
    assert likeness(["Nothing of it"], targets[1]) == 0


# --- rows, matched and added ---------------------------------------------------------------------


def test_rows_are_matched_by_reference_and_others_are_added(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    before = content_of(section)["rows"]
    rows = [HEAD, ["A1", "Indicator 1", "%", 99.5, "to be set"], ["A9", "New one", "", 4.0, "5"]]

    page = indicators.choose(xlsx(One=rows))
    assert indicators.status == 200
    page = indicators.send("preview")
    assert indicators.status == 200
    assert "Rows added1Rows changed1Rows removed0" in "".join(page.text.split("\n")).replace(
        "  ", ""
    )
    assert content_of(section)["rows"] == before
    indicators.send("import")

    after = content_of(section)["rows"]
    assert after[0] == {**before[0], "cells": {**before[0]["cells"], "a0607": "99.5"}}
    assert after[1] == before[1]
    assert [row["title"] for row in after] == ["Indicator 1", "Indicator 2", "New one"]
    assert after[2]["cells"] == {"a0607": "4.0", "t0809": "5"}
    assert "1 added, 1 changed, 0 removed" in indicators.follow()


def test_import_is_one_revision_a_milestone_with_one_event(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    events = Event.objects.filter(section=section).count()

    indicators.choose(xlsx(One=[HEAD, ["A9", "New one", "", 4.0, "5"]]))
    indicators.send("preview")
    indicators.send("import")

    revision = section.revisions.get(number=2)
    assert revision.milestone == "Imported from finance.xlsx"
    assert revision.snapshot == object_of(section)
    assert Event.objects.filter(section=section).count() == events + 1
    event = Event.objects.filter(section=section).first()
    assert event.detail["comment"] == "Imported from finance.xlsx"


def test_confirmed_twice_is_saved_once(plan: Plan, indicators: Importer) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[HEAD, ["A9", "New one", "", 4.0, "5"]]))
    indicators.send("preview")
    preview = indicators.page

    indicators.send("import")
    indicators.page = preview
    indicators.send("import")

    assert section.revisions.count() == 2
    assert len(content_of(section)["rows"]) == 3


@pytest.mark.parametrize(
    ("mode", "titles"),
    [
        ("update", ["Changed", "Indicator 2", "New one"]),
        ("replace", ["New one", "Changed"]),
        ("add", ["Indicator 1", "Indicator 2", "New one"]),
    ],
)
def test_rows_that_are_here_already(
    plan: Plan, indicators: Importer, mode: str, titles: list[str]
) -> None:
    rows = [["Ref", "Indicator"], ["A9", "New one"], ["A1", "Changed"]]
    indicators.choose(xlsx(One=rows))
    indicators.send("preview", mode=mode)
    indicators.send("import")

    section = plan.sections.get(key="indicators")
    assert [row["title"] for row in content_of(section)["rows"]] == titles


def test_a_column_is_left_out_or_made_another(plan: Plan, indicators: Importer) -> None:
    rows = [["Ref", "Indicator", "Last year", "Comment"], ["A1", "Indicator 1", 7.5, "not this"]]
    page = indicators.choose(xlsx(One=rows))
    sent = page.form_with("sealed").data
    assert sent["col-0-3"] == ""

    indicators.send("preview", **{"col-0-2": "cells-a0607"})
    indicators.send("import")

    section = plan.sections.get(key="indicators")
    assert content_of(section)["rows"][0]["cells"]["a0607"] == "7.5"


def test_the_headings_may_stand_in_another_row(plan: Plan, indicators: Importer) -> None:
    rows = [["Performance"], ["Return of March", 2], ["x", "y"], ["A1", "Renamed"]]
    page = indicators.choose(xlsx(One=rows))
    assert page.form_with("sealed").data["head-0"] == "1"

    indicators.send("match", **{"head-0": "3", "use-0": "content-rows"})
    indicators.send("preview", **{"col-0-0": "ref", "col-0-1": "title"})
    indicators.send("import")

    section = plan.sections.get(key="indicators")
    assert content_of(section)["rows"][0]["title"] == "Renamed"


def test_csv_of_any_sort_is_read(plan: Plan, indicators: Importer) -> None:
    indicators.choose("Ref;Indicator\r\nA1;Caf\xe9\r\n".encode("latin-1"), "a.csv")
    assert "Western European" in indicators.page.text
    indicators.send("preview")
    indicators.send("import")

    section = plan.sections.get(key="indicators")
    assert content_of(section)["rows"][0]["title"] == "Café"


def test_rows_that_hang_on_others_go_to_the_row_that_they_name(
    plan: Plan, client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="actions")
    importer = Importer(client, section)
    rows = [
        ["Belongs to action", "What will be delivered", "By when"],
        ["Action 2", "A second plan", "May 2009"],
        ["Action 7", "Nobody's", ""],
    ]
    importer.choose(xlsx(Deliverables=rows))
    page = importer.send("preview")
    assert importer.status == 422
    assert "Sheet “Deliverables”, cell A3" in page.text
    assert "does not say which action of the plan" in page.text

    importer.choose(xlsx(Deliverables=rows[:2]))
    importer.send("preview")
    importer.send("import")

    deliverables = [row["deliverables"] for row in content_of(section)["rows"]]
    assert [len(each) for each in deliverables] == [1, 2]
    assert deliverables[1][1]["text"] == "<p>A second plan</p>"


def test_headings_of_a_register_are_added_as_headings(
    plan: Plan, client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    section = plan.sections.get(key="register")
    importer = Importer(client, section)
    rows = [["Heading", "Name", "Sort"], ["New ones", None, None], [None, "Cars", "spot"]]
    importer.choose(xlsx(One=rows))
    importer.send("preview")
    importer.send("import")

    added = content_of(section)["rows"][-2:]
    assert added[0]["group"] == "New ones"
    assert added[1]["cells"] == {"name": "Cars", "ends": "", "sort": "Spot"}


# --- bad cells -----------------------------------------------------------------------------------


def budget_sheet(**cells: Any) -> Rows:
    """Return a unit's lines as Finance sends them, with the year above and totals below."""
    line = {"employee": 1200.0, "running": 10.0, "net": 1186.0, **cells}
    return [
        ["2007-08", None, None, "2008-09"],
        ["Controllable Expenditure £000's", "FTE", "Activity", "FTE", "Employee Costs £000's",
         "Running Costs £000's", "Contracts & Projects £000's", "Gross Expenditure £000's",
         "External Income £000's", "Controllable Expenditure £000's", "Cabinet Member"],
        [51.5, 1.0, "Line 1", 1.5, line["employee"], line["running"], None, 1210.0, -24.0,
         line["net"], "CW"],
        [51.5, 1.0, "Controllable Totals", 1.5, 1200.0, 10.0, None, 1210.0, -24.0, 1186.0, None],
        [None, None, "Memorandum Items"],
        [10.0, None, "Overheads", None, None, None, None, None, None, 14.5, None],
        [61.5, 1.0, "Total Cost of Unit", 1.5, 1200.0, 10.0, None, 1210.0, -24.0, 1200.5, None],
    ]  # fmt: skip


def test_one_bad_cell_keeps_everything_out(plan: Plan, budget: Importer) -> None:
    section = plan.sections.get(key="budget")
    before = object_of(section)

    budget.choose(xlsx(North_Team=budget_sheet(employee="12,48.0", running="£1.2m")))
    page = budget.send("preview")
    assert budget.status == 422
    assert "Sheet “North Team”, cell E3" in page.text
    assert "Sheet “North Team”, cell F3" in page.text
    assert page.form_with("sealed").radios["take-0-2-4"] == ["1,248.0", "12,480.0"]
    budget.send("import")

    assert budget.status == 422
    assert object_of(section) == before
    assert section.revisions.count() == 1


def test_taken_readings_let_it_in(plan: Plan, budget: Importer) -> None:
    budget.choose(xlsx(North_Team=budget_sheet(employee="12,48.0", running="£1.2m")))
    budget.send("preview")
    budget.send("preview", **{"take-0-2-4": "1,248.0", "take-0-2-5": "1,200"})
    assert budget.status == 200
    budget.send("import")

    [unit] = content_of(plan.sections.get(key="budget"))["units"]
    assert (unit["lines"][0]["employee"], unit["lines"][0]["running"]) == ("1,248.0", "1,200")


def test_formula_without_a_value_is_a_bad_cell(plan: Plan, budget: Importer) -> None:
    budget.choose(xlsx(North_Team=budget_sheet(employee="=600+600")))
    page = budget.send("preview")

    assert budget.status == 422
    assert "is a formula that was never worked out" in page.text


def test_choice_that_is_not_offered_is_a_bad_cell(
    plan: Plan, client: Client, people: SimpleNamespace
) -> None:
    client.force_login(people.author)
    importer = Importer(client, plan.sections.get(key="register"))
    importer.choose(xlsx(One=[["Name", "Sort"], ["Cars", "sometimes"]]))
    page = importer.send("preview")

    assert importer.status == 422
    assert "is not offered; the choices are “Block”, “Spot”" in page.text


def test_number_guard_asks_and_may_be_told_to_keep(plan: Plan, indicators: Importer) -> None:
    rows = [HEAD, ["A1", "Indicator 1", "%", "12,48.0", "to be set"]]
    indicators.choose(xlsx(One=rows))
    page = indicators.send("preview")
    offered = page.form_with("sealed").radios["take-0-1-3"]
    assert offered == ["1,248.0", "12,480.0", "12,48.0"]

    indicators.send("preview", **{"take-0-1-3": "12,48.0"})
    indicators.send("import")

    section = plan.sections.get(key="indicators")
    assert content_of(section)["rows"][0]["cells"]["a0607"] == "12,48.0"


# --- a budget from one workbook ------------------------------------------------------------------


@pytest.mark.parametrize("layout", ["a sheet a unit", "a block a unit", "known by another name"])
def test_whole_budget_comes_from_one_workbook(
    layout: str,
    client: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
) -> None:
    plan = store(
        unit,
        by=people.author,
        sections=[{**section_value("budget"), "content": {"prior_year": "2007/08"}}],
    )
    section = plan.sections.get()
    client.force_login(people.author)
    importer = Importer(client, section)
    one, two = budget_sheet(), budget_sheet(employee=2400.0)
    importer.choose(
        {
            "a sheet a unit": xlsx(North_Team=one, South_Team=two),
            "a block a unit": xlsx(All=[["North Team"], *one, [], ["South Team"], *two]),
            "known by another name": xlsx(The_North=one, south=two),
        }[layout]
    )
    page = importer.send("preview")
    assert importer.status == 200
    assert "Controllable totals › Employee costs" in page.text
    importer.send("import")

    units = content_of(section)["units"]
    assert [each["unit"] for each in units] == ["north", "south"]
    assert [line["employee"] for each in units for line in each["lines"]] == ["1,200.0", "2,400.0"]
    [line] = units[0]["lines"]
    assert (line["activity"], line["prior_net"], line["prior_fte"]) == ("Line 1", "51.5", "1.0")
    assert (line["fte"], line["external_income"], line["lead"]) == ("1.5", "-24.0", "CW")
    [item] = units[0]["memorandum"]
    assert (item["label"], item["prior"], item["current"]) == ("Overheads", "10.0", "14.5")


def test_totals_that_agree_are_not_mentioned(
    plan: Plan, client: Client, unit: OrganisationUnit, people: SimpleNamespace
) -> None:
    empty = {**section_value("budget"), "content": {"prior_year": "2007/08"}}
    plan = store(unit, by=people.author, sections=[empty])
    client.force_login(people.author)
    importer = Importer(client, plan.sections.get())

    importer.choose(xlsx(North_Team=budget_sheet()))
    page = importer.send("preview")

    assert "Totals that do not agree" not in page.text


def test_block_of_an_unknown_unit_asks_whose_it_is(plan: Plan, budget: Importer) -> None:
    page = budget.choose(xlsx(Sheet1=budget_sheet()))
    assert page.form_with("sealed").data["of-0"] == ""
    budget.send("preview")
    assert budget.status == 422

    budget.choose(xlsx(Sheet1=budget_sheet()))
    budget.send("preview", **{"of-0": "new:south", "of-1": "new:south"})
    budget.send("import")

    assert [unit["unit"] for unit in content_of(plan.sections.get(key="budget"))["units"]] == [
        "north",
        "south",
    ]


# --- meanwhile -----------------------------------------------------------------------------------


def change_cell(section: Section, text: str, by: Any) -> None:
    section.refresh_from_db()
    value = section_object(section)
    value["content"]["rows"][0]["cells"]["a0607"] = text
    save_section(section, value, base_revision=section.revision, save_id=text, by=by, at=NOW)


def test_others_changes_meanwhile_stay(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[["Ref", "Indicator"], ["A2", "Imported"]]))
    change_cell(section, "55.5", people.planning_officer)
    page = indicators.send("preview")
    assert "Others changed this section" in page.text
    indicators.send("import")

    rows = content_of(section)["rows"]
    assert (rows[0]["cells"]["a0607"], rows[1]["title"]) == ("55.5", "Imported")


def test_the_same_cell_changed_meanwhile_is_a_clash(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[HEAD, ["A1", "Indicator 1", "%", 99.5, "to be set"]]))
    indicators.send("preview")
    change_cell(section, "55.5", people.planning_officer)
    page = indicators.send("import")

    assert indicators.status == 409
    assert "55.5" in page.text
    assert "99.5" in page.text
    assert content_of(section)["rows"][0]["cells"]["a0607"] == "55.5"
    assert Draft.objects.filter(section=section, user=people.author).exists()


def decide(importer: Importer, plan: Plan, section: Section, page: Page) -> int:
    """Choose mine for the one clash that a page shows; returns the answer's status."""
    form = page.form_with("revision")
    chosen = {"choice-" + "-".join(path_of_cell(section)): "mine"}
    url = reverse("plans:section_resolve", args=[plan.pk, section.pk])
    return importer.client.post(url, {**form.data, **chosen}).status_code


def path_of_cell(section: Section) -> list[str]:
    return ["content", "rows", content_of(section)["rows"][0]["id"], "cells", "a0607"]


def test_an_import_decided_on_a_clash_keeps_its_milestone(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[HEAD, ["A1", "Indicator 1", "%", 99.5, "to be set"]]))
    change_cell(section, "55.5", people.planning_officer)
    first = indicators.send("import")
    change_cell(section, "66.6", people.planning_officer)

    # somebody saved again before it was decided: it is shown again, and still an import
    form = first.form_with("revision")
    url = reverse("plans:section_resolve", args=[plan.pk, section.pk])
    response = indicators.client.post(url, form.data)
    assert response.status_code == 409
    status = decide(indicators, plan, section, read_page(response.content))

    revision = section.revisions.get(number=4)
    assert (status, revision.milestone) == (302, "Imported from finance.xlsx")
    assert revision.snapshot == object_of(section)
    assert content_of(section)["rows"][0]["cells"]["a0607"] == "99.5"


def test_a_milestone_is_that_of_the_draft_it_was_sealed_for(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[HEAD, ["A1", "Indicator 1", "%", 99.5, "to be set"]]))
    change_cell(section, "55.5", people.planning_officer)
    page = indicators.send("import")
    draft = Draft.objects.get(section=section, user=people.author)
    keep_draft(section, draft.section_object, base_revision=1, by=people.author, at=NOW)

    assert decide(indicators, plan, section, page) == 302

    assert section.revisions.get(number=3).milestone == ""


def test_what_was_typed_and_not_saved_is_never_written_over(
    plan: Plan, indicators: Importer, people: SimpleNamespace
) -> None:
    section = plan.sections.get(key="indicators")
    keep_draft(section, object_of(section), base_revision=1, by=people.author, at=NOW)

    indicators.choose(xlsx(One=[HEAD]))

    assert indicators.status == 302
    assert "not saved yet" in indicators.follow()


def test_plan_that_was_submitted_meanwhile_takes_nothing(plan: Plan, indicators: Importer) -> None:
    section = plan.sections.get(key="indicators")
    indicators.choose(xlsx(One=[HEAD, ["A9", "New one", "", 4.0, "5"]]))
    Plan.objects.filter(pk=plan.pk).update(state=Plan.State.IN_REVIEW)
    indicators.send("import")

    assert indicators.status == 302
    assert section.revisions.count() == 1


@pytest.mark.parametrize("sealed", ["", "x", "x:y:z"])
def test_seal_of_another_make_is_refused(plan: Plan, indicators: Importer, sealed: str) -> None:
    response = indicators.client.post(indicators.url, {"sealed": sealed, "do": "import"})

    assert response.status_code == 302
    assert response.headers["Location"] == indicators.url


def test_seal_of_another_section_is_refused(
    plan: Plan, indicators: Importer, client: Client
) -> None:
    indicators.choose(xlsx(One=[HEAD]))
    other = Importer(client, plan.sections.get(key="risks"))
    other.page = indicators.page
    other.send("preview")

    assert other.status == 302


# --- names and files -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("<script>alert(1)</script>.csv", "script>.csv"),
        ("\u202egpj.csv", "gpj.csv"),
        (f"{'x' * 10_000}.csv", f"{'x' * 59}…"),
        ("line\nend.csv", "lineend.csv"),
    ],
)
def test_hostile_names_are_shown_as_words(
    plan: Plan, indicators: Importer, name: str, shown: str
) -> None:
    upload = SimpleUploadedFile("a.csv", b"Ref,Indicator\nA1,x\n")
    upload.name = name
    page = indicators._take({"file": upload})

    assert indicators.status == 200
    assert f"found in {shown}." in page.text


def test_file_that_cannot_be_read_says_why(indicators: Importer) -> None:
    page = indicators.choose(b"%PDF-1.7", "plan.pdf")

    assert indicators.status == 422
    assert "The file is a PDF" in page.text


def test_no_file_says_so(indicators: Importer) -> None:
    page = indicators._take({})

    assert indicators.status == 422
    assert "Choose a file" in page.text


def test_narrative_has_no_tables(plan: Plan, client: Client, people: SimpleNamespace) -> None:
    client.force_login(people.author)
    importer = Importer(client, plan.sections.get(key="narrative"))

    assert client.get(importer.url).status_code == 404
    importer.choose(xlsx(One=[HEAD]))
    assert importer.status == 404


# --- cost ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("rows", [1, 3])
def test_steps_ask_the_database_as_often_for_one_row_as_for_three(
    rows: int,
    client: Client,
    unit: OrganisationUnit,
    people: SimpleNamespace,
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    plan = store(unit, by=people.author, sections=[section_value("indicators", rows=rows)])
    client.force_login(people.author)
    importer = Importer(client, plan.sections.get())
    client.get(importer.url)
    file = xlsx(
        One=[HEAD, *([f"A{n}", f"Indicator {n}", "%", 9.5, "1"] for n in range(1, rows + 1))]
    )

    with django_assert_num_queries(MATCH_QUERIES):
        importer.choose(file)
    with django_assert_num_queries(PREVIEW_QUERIES):
        importer.send("preview")
    with django_assert_num_queries(IMPORT_QUERIES):
        importer.send("import")


MATCH_QUERIES, PREVIEW_QUERIES, IMPORT_QUERIES = 10, 10, 25


def test_exported_workbook_that_was_edited_comes_in(
    plan: Plan, budget: Importer, client: Client
) -> None:
    section = plan.sections.get(key="budget")
    export = reverse("plans:section_export", args=[plan.pk, section.pk])
    book = load_workbook(io.BytesIO(client.get(export).content))
    sheet = book["North Team"]
    place = next(cell for row in sheet.iter_rows() for cell in row if cell.value == "Line 2")
    sheet.cell(place.row, place.column + 4).value = 1300.5
    out = io.BytesIO()
    book.save(out)

    budget.choose(out.getvalue())
    page = budget.send("preview")
    assert "Totals that do not agree" not in page.text
    budget.send("import")

    [unit] = content_of(section)["units"]
    assert [line["employee"] for line in unit["lines"]] == ["1,200.0", "1,300.5"]
    assert section.revisions.count() == 2
