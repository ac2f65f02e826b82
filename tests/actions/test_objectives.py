"""The objectives kind: what it takes, refuses, stores, prints, publishes and shows."""

import time
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from actions.models import Objective, Target
from actions.planfile import dump_objectives, load_objectives
from actions.sections import OBJECTIVES
from documents.blocks import COVERED, Cell, Column, Paragraph, Prose, Row, Run, Table
from documents.values import BLANK, computed, parse
from plans.content import Path, read_faults
from plans.models import Section
from plans.registry import PlanFacts, Surroundings


def words(html: str) -> Prose:
    return Prose((Paragraph((Run(html),)),))


def find_faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        model = OBJECTIVES.schema.model_validate(content)
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]
    return [str(fault) for fault in OBJECTIVES.faults(model, facts)]


# --- the schema ----------------------------------------------------------------------------


def test_schema_writes_every_key_in_order(strategy: dict[str, Any]) -> None:
    assert OBJECTIVES.schema.model_validate(strategy).model_dump() == strategy
    least = OBJECTIVES.schema.model_validate(
        {"rows": [{"ref": "", "title": "T", "targets": [{"ref": "", "title": ""}]}]}
    ).model_dump()
    assert least == {
        "framework": "",
        "short": "",
        "year": None,
        "rows": [
            {
                "id": "",
                "ref": "",
                "title": "T",
                "statement": "",
                "leads": [],
                "progress": "",
                "targets": [{"id": "", "ref": "", "title": "", "leads": []}],
            }
        ],
    }
    assert list(least["rows"][0]) == list(strategy["rows"][0])


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        ({"year": "2008"}, ['year: "2008" is not a financial year such as 2008/09']),
        ({"rows": [{"title": "x"}]}, ["rows[0].ref: is required"]),
        (
            {"rows": [{"ref": "P1", "title": "x", "targets": [{"ref": "1"}]}]},
            ["rows[0].targets[0].title: is required"],
        ),
        (
            {"rows": [{"ref": "P1", "title": "x", "leads": "Director"}]},
            ['rows[0].leads: must be a list, not "Director"'],
        ),
        (
            {"rows": [{"ref": "P1", "title": "", "targets": [{"ref": "", "title": ""}] * 2_000}]},
            ["rows: there are 2,001 objectives and targets in all; at most 2,000 are kept"],
        ),
    ],
)
def test_what_cannot_be_taken_is_a_fault(
    content: dict[str, Any], faults: list[str], facts: PlanFacts
) -> None:
    assert find_faults(content, facts) == faults


# --- storing -------------------------------------------------------------------------------


def test_content_comes_back_as_it_was_stored(
    strategy: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("objectives")
    load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    assert dump_objectives([section])[section.pk] == strategy


def test_target_that_moves_to_another_objective_stays_the_same_row(
    strategy: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("objectives")
    load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    pk = Target.objects.get(row_id="t1").pk
    strategy["rows"][1]["targets"] = [strategy["rows"][0]["targets"].pop(0)]
    load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    assert dump_objectives([section])[section.pk] == strategy
    assert Target.objects.get(row_id="t1").pk == pk


def test_removed_objective_takes_its_targets_along(
    strategy: dict[str, Any], make_section: Callable[[str], Section]
) -> None:
    section = make_section("objectives")
    load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    del strategy["rows"][0]
    load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    assert dump_objectives([section])[section.pk] == strategy
    assert (Objective.objects.count(), Target.objects.count()) == (1, 0)


@pytest.mark.parametrize("rows", [1, 3])
def test_queries_are_the_same_for_any_number_of_rows(
    rows: int,
    strategy: dict[str, Any],
    make_section: Callable[[str], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    first = strategy["rows"][0]
    strategy["rows"] = [
        {**first, "id": f"p{n}", "targets": [{**first["targets"][0], "id": f"t{n}"}]}
        for n in range(rows)
    ]
    sections = [make_section("objectives") for _ in range(rows)]
    for section in sections:
        load_objectives(section, OBJECTIVES.schema.model_validate(strategy))
    with django_assert_num_queries(3):
        dump_objectives(sections)
    for row in strategy["rows"]:
        row["title"] = row["targets"][0]["title"] = "Changed"
    with django_assert_num_queries(5):  # three reads and two updates
        load_objectives(sections[0], OBJECTIVES.schema.model_validate(strategy))


def test_new_section_is_empty(facts: PlanFacts, around: Callable[..., Surroundings]) -> None:
    content = OBJECTIVES.empty(facts)
    assert find_faults(content, facts) == []
    assert list(OBJECTIVES.build(OBJECTIVES.schema.model_validate(content), around())) == [
        words("Nothing is recorded here yet.")
    ]


# --- printing ------------------------------------------------------------------------------


def test_targets_stand_under_their_priority(
    strategy: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    content = OBJECTIVES.schema.model_validate(strategy)
    surroundings = around(labels={"leads": "Lead officer"})
    heading = "CS P1: More people read for pleasure"
    leads = "(Lead officer: Head of Libraries; Schools Librarian)"
    assert list(OBJECTIVES.build(content, surroundings)) == [
        Table(
            key="objectives",
            caption="Community Strategy",
            columns=(
                Column("number", "No."),
                Column("target", "Target"),
                Column("leads", "Lead officer"),
            ),
            rows=(
                Row("p1", across(parse(f"{heading} {leads} [note 1]"), header=True), "group"),
                Row("p1.statement", across(words("<p>Reading is for all.</p>"))),
                Row(
                    "t1",
                    (
                        Cell(parse("1")),
                        Cell(parse("Raise visits"), header=True),
                        Cell(parse("Area Manager")),
                    ),
                ),
                Row(
                    "t2",
                    (Cell(parse("2")), Cell(parse("Open on Sundays"), header=True), Cell(BLANK)),
                ),
                Row("p2", across(parse("CS P2: Records are kept safe"), header=True), "group"),
                Row("p2.progress", across(words("<p>The strong room is dry.</p>"))),
            ),
        )
    ]


def across(content: Any, *, header: bool = False) -> tuple[Any, ...]:
    return (Cell(content, column_span=3, header=header), COVERED, COVERED)


def test_progress_without_targets_is_a_table_of_two_columns(
    strategy: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    first = strategy["rows"][0]
    first.update(statement="", leads=[], targets=[], progress="<p>Visits rose.</p>")
    strategy["short"] = ""
    content = OBJECTIVES.schema.model_validate(strategy)
    assert list(OBJECTIVES.build(content, around(caption="Progress last year"))) == [
        Table(
            key="objectives",
            caption="Progress last year",
            columns=(Column("ref", "Priority"), Column("progress", "Progress")),
            rows=(
                Row(
                    "p1",
                    (
                        Cell(parse("P1: More people read for pleasure [note 1]"), header=True),
                        Cell(words("<p>Visits rose.</p>")),
                    ),
                ),
                Row(
                    "p2",
                    (
                        Cell(parse("P2: Records are kept safe"), header=True),
                        Cell(words("<p>The strong room is dry.</p>")),
                    ),
                ),
            ),
        )
    ]


def test_columns_that_nothing_fills_are_left_out(
    strategy: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    for row in strategy["rows"]:
        row["targets"] = []
    (built,) = OBJECTIVES.build(OBJECTIVES.schema.model_validate(strategy), around())
    assert isinstance(built, Table)
    assert [column.label for column in built.columns] == [
        "Priority",
        "Statement",
        "Lead",
        "Progress",
    ]
    assert built.rows[0].cells[2:] == (
        Cell(parse("Head of Libraries; Schools Librarian")),
        Cell(BLANK),
    )


def test_three_hundred_rows_are_built_quickly(
    strategy: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    strategy["rows"] = [{**strategy["rows"][0], "id": f"x{n}"} for n in range(100)]
    content = OBJECTIVES.schema.model_validate(strategy)
    spent = []
    for _ in range(3):
        start = time.process_time()
        list(OBJECTIVES.build(content, around()))
        spent.append(time.process_time() - start)
    assert min(spent) < 0.05


# --- figures and the editor ----------------------------------------------------------------


def test_counts_are_published(strategy: dict[str, Any], facts: PlanFacts) -> None:
    figures = OBJECTIVES.figures(OBJECTIVES.schema.model_validate(strategy), facts)
    assert {figure.path: figure.value for figure in figures} == {
        "count": computed(Decimal(2), 0),
        "count.targets": computed(Decimal(2), 0),
    }


def test_grid_reaches_all_that_a_person_writes(strategy: dict[str, Any], facts: PlanFacts) -> None:
    grid = OBJECTIVES.grid(strategy, facts)
    (rows,) = grid.lists
    (targets,) = rows.lists
    row, target = strategy["rows"][0], strategy["rows"][0]["targets"][0]
    assert {field.path for field in grid.fields} == {(key,) for key in strategy if key != "rows"}
    assert paths(rows.fields) == {(key,) for key in row if key not in ("id", "targets")}
    assert paths(targets.fields) == {(key,) for key in target if key != "id"}
    assert set(rows.new) == row.keys() - {"id"}
    assert set(targets.new) == target.keys() - {"id"}


def paths(fields: Any) -> set[Path]:
    return {field.path for field in fields}
