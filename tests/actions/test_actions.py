"""The actions kind: what it takes, refuses, stores, prints, publishes and shows."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from actions.models import Action, Deliverable
from actions.planfile import dump_actions, load_actions
from actions.sections import ACTIONS
from documents.blocks import COVERED, Cell, Column, List, Paragraph, Prose, Row, Run, Table
from documents.values import BLANK, computed, parse
from plans.content import read_faults
from plans.models import Section
from plans.registry import PlanFacts, Surroundings


def words(html: str) -> Prose:
    return Prose((Paragraph((Run(html),)),))


def find_faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        model = ACTIONS.schema.model_validate(content)
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]
    return [str(fault) for fault in ACTIONS.faults(model, facts)]


# --- the schema ----------------------------------------------------------------------------


def test_schema_writes_every_key_in_order(projects: dict[str, Any]) -> None:
    assert ACTIONS.schema.model_validate(projects).model_dump() == projects
    least = ACTIONS.schema.model_validate(
        {"rows": [{"number": "1", "title": "T", "deliverables": [{"text": "<p>D</p>"}]}]}
    ).model_dump()
    assert least == {
        "rows": [
            {
                "id": "",
                "number": "1",
                "title": "T",
                "leads": [],
                "links": [],
                "deliverables": [{"id": "", "text": "<p>D</p>", "due": ""}],
                "due": "",
                "outcome": "",
            }
        ]
    }
    assert list(least["rows"][0]) == list(projects["rows"][0])


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ({"rows": [{"title": "x"}]}, ["rows[0].number: is required"]),
        ({"rows": [{"number": 1, "title": "x"}]}, ["rows[0].number: must be text, not 1"]),
        (
            {"rows": [{"number": "1", "title": "x", "links": [None]}]},
            ["rows[0].links[0]: must be text, not null"],
        ),
        (
            {"rows": [{"number": "1", "title": "x", "deliverables": [{"date": ""}]}]},
            ["rows[0].deliverables[0].date: is not a key that is known here"],
        ),
        (
            {"rows": [{"number": "1", "title": "x", "deliverables": [{}] * 2_000}]},
            ["rows: there are 2,001 actions and deliverables in all; at most 2,000 are kept"],
        ),
    ],
)
def test_what_cannot_be_taken_is_a_fault(
    content: dict[str, Any], faults: list[str], facts: PlanFacts
) -> None:
    assert find_faults(content, facts) == faults


# --- storing -------------------------------------------------------------------------------


def test_content_comes_back_as_it_was_stored(
    projects: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("actions")
    load_actions(section, ACTIONS.schema.model_validate(projects))
    assert dump_actions([section])[section.pk] == projects
    pks = set(Action.objects.values_list("pk")), set(Deliverable.objects.values_list("pk"))
    projects["rows"].reverse()
    projects["rows"][0]["deliverables"].reverse()
    load_actions(section, ACTIONS.schema.model_validate(projects))
    assert dump_actions([section])[section.pk] == projects
    assert pks == (
        set(Action.objects.values_list("pk")),
        set(Deliverable.objects.values_list("pk")),
    )


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_are_the_same_for_any_number_of_rows(
    rows: int,
    projects: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = projects["rows"][0]
    projects["rows"] = [
        {**first, "id": f"a{n}", "deliverables": [{"id": f"d{n}", "text": "<p>D</p>", "due": ""}]}
        for n in range(rows)
    ]
    sections = [make_section("actions") for _ in range(rows)]
    for section in sections:
        load_actions(section, ACTIONS.schema.model_validate(projects))
    with django_assert_num_queries(2):
        dump_actions(sections)
    for row in projects["rows"]:
        row["due"] = row["deliverables"][0]["due"] = "June 2008"
    with django_assert_num_queries(4):  # two reads and two updates
        load_actions(sections[0], ACTIONS.schema.model_validate(projects))


def test_new_section_is_empty(facts: PlanFacts, around: Callable[..., Surroundings]) -> None:
    content = ACTIONS.empty(facts)
    assert find_faults(content, facts) == []
    assert list(ACTIONS.build(ACTIONS.schema.model_validate(content), around())) == [
        words("Nothing is recorded here yet.")
    ]


# --- printing ------------------------------------------------------------------------------


def test_dates_stand_beside_their_deliverables(
    projects: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    content = ACTIONS.schema.model_validate(projects)
    surroundings = around(caption="Projects", labels={"leads": "Accountable manager"})
    assert list(ACTIONS.build(content, surroundings)) == [
        Table(
            key="actions",
            caption="Projects",
            columns=(
                Column("number", "No."),
                Column("title", "Project or key action"),
                Column("leads", "Accountable manager"),
                Column("links", "Links to objectives"),
                Column("deliverables", "Deliverables"),
                Column("due", "Target date"),
                Column("outcome", "Outcome"),
            ),
            rows=(
                Row(
                    "a1",
                    (
                        Cell(parse("1"), row_span=3),
                        Cell(parse("Open on Sundays"), row_span=3, header=True),
                        Cell(parse("Area Manager; Head of Libraries"), row_span=3),
                        Cell(parse("P1 2; CS"), row_span=3),
                        Cell(words("<p>Rotas agreed</p>")),
                        Cell(parse("June 2008")),
                        Cell(words("<p>400 visits each Sunday</p>"), row_span=3),
                    ),
                ),
                Row("d2", below(words("<p>First opening</p>"), "September 2008")),
                Row("a1.overall", below(parse("Overall"), "2008/09")),
                Row(
                    "a2",
                    (
                        Cell(parse("2")),
                        Cell(parse("Repair the strong room [note 1]"), header=True),
                        Cell(BLANK),
                        Cell(BLANK),
                        Cell(
                            Prose(
                                (
                                    List(
                                        (
                                            (Paragraph((Run("<p>Survey</p>"),)),),
                                            (Paragraph((Run("<p>Works</p>"),)),),
                                        )
                                    ),
                                )
                            )
                        ),
                        Cell(parse("2008/09 ongoing")),
                        Cell(BLANK),
                    ),
                ),
            ),
        )
    ]


def below(deliverable: Any, due: str) -> tuple[Any, ...]:
    covered = (COVERED,) * 4
    return (*covered, Cell(deliverable), Cell(parse(due)), COVERED)


def test_columns_that_nothing_fills_are_left_out(around: Callable[..., Surroundings]) -> None:
    content = ACTIONS.schema.model_validate({"rows": [{"number": "", "title": "T", "due": "June"}]})
    (built,) = ACTIONS.build(content, around())
    assert isinstance(built, Table)
    assert [column.key for column in built.columns] == ["title", "due"]
    assert built.rows == (Row("row-1", (Cell(parse("T"), header=True), Cell(parse("June")))),)


def test_cells_never_reach_over_more_than_forty_lines(
    projects: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    projects["rows"][0]["deliverables"] = [
        {"id": f"d{n}", "text": "<p>D</p>", "due": "June"} for n in range(50)
    ]
    (built,) = ACTIONS.build(ACTIONS.schema.model_validate(projects), around())
    assert isinstance(built, Table)
    cells = [row.cells[1] for row in built.rows]
    spans = [cell.row_span for cell in cells if isinstance(cell, Cell)]
    assert spans == [40, 11, 1]
    assert len({row.key for row in built.rows}) == 52


def test_three_hundred_rows_are_built_quickly(
    projects: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    projects["rows"] = [{**projects["rows"][0], "id": f"x{n}"} for n in range(100)]
    content = ACTIONS.schema.model_validate(projects)
    spent = []
    for _ in range(3):
        start = time.process_time()
        list(ACTIONS.build(content, around()))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05


# --- figures and the editor ----------------------------------------------------------------


def test_count_is_published(projects: dict[str, Any], facts: PlanFacts) -> None:
    figures = ACTIONS.figures(ACTIONS.schema.model_validate(projects), facts)
    assert {figure.path: figure.value for figure in figures} == {"count": computed(Decimal(2), 0)}


def test_grid_reaches_all_that_a_person_writes(projects: dict[str, Any], facts: PlanFacts) -> None:
    (rows,) = ACTIONS.grid(projects, facts).lists
    (deliverables,) = rows.lists
    row, deliverable = projects["rows"][0], projects["rows"][0]["deliverables"][0]
    assert {field.path for field in rows.fields} == {
        (key,) for key in row if key not in ("id", "deliverables")
    }
    assert {field.path for field in deliverables.fields} == {
        (key,) for key in deliverable if key != "id"
    }
    assert set(rows.new) == row.keys() - {"id"}
    assert set(deliverables.new) == deliverable.keys() - {"id"}
