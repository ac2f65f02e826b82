"""The risks kind: its schema, rows, print, figures and editor."""

import re
import time
from collections.abc import Callable
from copy import deepcopy
from typing import Any

import pytest
from django.contrib import admin
from django.test import RequestFactory
from pydantic import ValidationError
from pytest_django import DjangoAssertNumQueries

from accounts.models import User
from documents.blocks import (
    Cell,
    MatrixCell,
    Paragraph,
    Prose,
    Rating,
    RiskMatrix,
    Run,
    Table,
)
from documents.values import Value, show
from plans.content import Path, read_faults
from plans.editor.drawing import draw_editor
from plans.grid import FieldType, tone_of
from plans.models import Section
from plans.registry import PlanFacts, Surroundings
from risks import models
from risks.planfile import RisksContent, empty_risks, load_risks
from risks.sections import RISKS
from tests.risks.conftest import write_risk


def read(content: dict[str, Any]) -> RisksContent:
    return RisksContent.model_validate(content)


def faults(content: dict[str, Any], facts: PlanFacts) -> list[str]:
    try:
        return [str(fault) for fault in RISKS.faults(read(content), facts)]
    except ValidationError as error:
        return [str(fault) for fault in read_faults(error)]


def printed(table: Table) -> list[list[str]]:
    return [[_text(cell) for cell in row.cells if isinstance(cell, Cell)] for row in table.rows]


def _text(cell: Cell) -> str:
    if isinstance(cell.content, Prose):
        return cell.content.elements[0].runs[0].text
    assert isinstance(cell.content, Value)
    return f"{show(cell.content)} {cell.rating.word if cell.rating else ''}".strip()


# --- schema ------------------------------------------------------------------------------------


def test_content_is_written_as_it_was_read(register: dict[str, Any], facts: PlanFacts) -> None:
    assert str(read(register).model_dump()) == str(register)
    assert faults(register, facts) == []


def test_defaults_are_written_out() -> None:
    assert read({"rows": [{"ref": "1"}]}).model_dump() == {
        "scheme": None,
        "rows": [write_risk(ref="1")],
    }


def test_levels_are_numbers_where_they_can_be() -> None:
    scores = [
        {"likelihood": "4", "impact": "B"},
        {"likelihood": "", "impact": None},
        {},
    ]

    rows = read({"rows": [{"ref": "", "current": each} for each in scores]}).model_dump()["rows"]

    assert [row["current"] for row in rows] == [{"likelihood": 4, "impact": "B"}, None, None]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        (
            ("rows", 0, "current", "likelihood"),
            4,
            'rows[0].current.likelihood: 4 is not a level of likelihood in the scheme "3x3"',
        ),
        (
            ("rows", 1, "current", "impact"),
            "B",
            'rows[1].current.impact: B is not a level of impact in the scheme "3x3"',
        ),
        (
            ("rows", 1, "current", "impact"),
            2.5,
            "rows[1].current.impact: 2.5 is not a level: a number up to 999 or a letter",
        ),
        (
            ("rows", 1, "current", "impact"),
            True,
            "rows[1].current.impact: true is not a level: a number up to 999 or a letter",
        ),
        (
            ("rows", 0, "response"),
            "ignore",
            'rows[0].response: must be "treat", "tolerate", "transfer", "terminate" or empty, '
            'not "ignore"',
        ),
        (("rows", 0, "emerging"), "yes", 'rows[0].emerging: must be true or false, not "yes"'),
        (("rows", 0, "current"), 4, "rows[0].current: must be an object, not 4"),
    ],
)
def test_fault_says_where_and_why(
    path: Path, value: Any, message: str, register: dict[str, Any], facts: PlanFacts
) -> None:
    here: Any = register
    for step in path[:-1]:
        here = here[step]
    here[path[-1]] = value

    assert faults(register, facts) == [message]


def test_any_level_is_taken_without_a_known_scheme(
    register: dict[str, Any], facts: PlanFacts
) -> None:
    register["rows"][0]["current"] = {"likelihood": 9, "impact": "Z"}
    for scheme in (None, "elsewhere"):
        register["scheme"] = scheme

        assert faults(register, facts) == []


def test_new_register_takes_the_only_scheme(facts: PlanFacts) -> None:
    one = PlanFacts(year="2008/09", money_unit="£000", schemes={"5x5": {"key": "5x5"}})

    assert empty_risks(one) == {"scheme": "5x5", "rows": []}
    assert empty_risks(facts) == {"scheme": None, "rows": []}


# --- rows --------------------------------------------------------------------------------------


def test_dump_returns_what_load_was_given(
    register: dict[str, Any], make_section: Callable[[], Section]
) -> None:
    section, other = make_section("risks"), make_section("risks")
    register["rows"][1]["target"] = {"likelihood": "B", "impact": 0}

    load_risks(section, read(register))

    dumped = RISKS.dump([section, other])
    assert str(dumped[section.pk]) == str(register)
    assert dumped[other.pk] == {"scheme": None, "rows": []}
    load_risks(section, read(dumped[section.pk]))
    assert RISKS.dump([section])[section.pk] == register


def test_load_updates_rows_in_place(
    register: dict[str, Any], make_section: Callable[[], Section]
) -> None:
    section = make_section("risks")
    load_risks(section, read(register))
    before = dict(models.Risk.objects.values_list("row_id", "pk"))
    changed = deepcopy(register)
    changed["rows"] = [changed["rows"][1], changed["rows"][0]]
    changed["rows"][0]["current"] = {"likelihood": 2, "impact": 2}

    load_risks(section, read(changed))

    after = dict(models.Risk.objects.values_list("row_id", "pk"))
    assert after == {"r1": before["r1"], "r2": before["r2"]}
    assert RISKS.dump([section])[section.pk] == changed


@pytest.mark.parametrize("count", [1, 3])
def test_queries_do_not_grow_with_rows(
    count: int,
    register: dict[str, Any],
    make_section: Callable[[], Section],
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    register["rows"] = register["rows"][:count]
    section = make_section("risks")
    load_risks(section, read(register))

    with django_assert_num_queries(2):
        RISKS.dump([section])
    with django_assert_num_queries(2):
        load_risks(section, read(register))
    for row in register["rows"]:
        row["title"] += "!"
    with django_assert_num_queries(3):
        load_risks(section, read(register))


@pytest.mark.parametrize("model", [models.RiskScheme, models.RiskRegister, models.Risk])
def test_rows_can_only_be_looked_at_in_the_admin(model: type, rf: RequestFactory) -> None:
    request = rf.get("/")
    request.user = User(email="root@example.org", is_superuser=True, is_active=True)

    assert admin.site._registry[model].get_model_perms(request) == {
        "add": False,
        "change": False,
        "delete": False,
        "view": True,
    }


# --- print -------------------------------------------------------------------------------------


def test_register_prints_every_column_that_is_filled(
    register: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    table, emerging, _ = RISKS.build(
        read(register), around(caption="Key risks", labels={"title": "Key topic"})
    )

    assert isinstance(table, Table)
    assert table.caption == "Key risks"
    assert [("/".join(column.groups), column.label) for column in table.columns] == [
        ("", "Ref"),
        ("", "Key topic"),
        ("", "Cause"),
        ("", "Description"),
        ("", "Impacts"),
        ("", "Owner"),
        ("", "Mitigation"),
        ("", "Response"),
        ("", "Actions"),
        ("", "Review"),
        ("Before mitigation", "Likelihood"),
        ("Before mitigation", "Impact"),
        ("Before mitigation", "Score"),
        ("Current", "Likelihood"),
        ("Current", "Impact"),
        ("Current", "Score"),
        ("Target", "Likelihood"),
    ]
    assert printed(table) == [
        [
            "3",
            "Too few staff for Sunday opening",
            "<p>Pay.</p>",
            "<p>Rotas depend on volunteers.</p>",
            "<p>Opening would lapse.</p>",
            "Area Manager; Head of Libraries",
            "<p>Recruit by July.</p>",
            "Treat",
            "10, 12",
            "Quarterly",
            "3",
            "3",
            "9 Very high",
            "3",
            "2",
            "6 Very high",
            "2",
        ],
        ["4", "Flood", *[""] * 11, "1", "3", "3 Medium", ""],
    ]
    assert [row.key for row in table.rows] == ["r1", "r2"]
    assert table.rows[0].cells[1].header
    assert isinstance(emerging, Table)
    assert (emerging.caption, printed(emerging)) == (
        "Emerging risks",
        [["Damp in the record office"]],
    )


def test_unscored_register_is_a_plain_table(
    register: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    register["scheme"] = None
    register["rows"] = [write_risk(id="r1", title="Flood", impacts="<p>Closure.</p>")]

    (table,) = RISKS.build(read(register), around())

    assert isinstance(table, Table)
    assert table.caption == "Risks"
    assert [column.label for column in table.columns] == ["Risk", "Impacts"]


def test_matrix_places_risks_by_their_current_levels(
    register: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    register["rows"][2]["current"] = {"likelihood": 3, "impact": 2}

    *_, matrix = RISKS.build(read(register), around())

    low, medium, high = (
        Rating("Low", tone="good"),
        Rating("Medium", tone="warn"),
        Rating("Very high", tone="bad"),
    )
    assert matrix == RiskMatrix(
        likelihoods=("3 Likely", "2", "1 Rare"),
        impacts=("1 Minor", "2 Serious", "3 Major"),
        cells=(
            (
                MatrixCell(medium),
                MatrixCell(high, ("3", "Damp in the record office")),
                MatrixCell(high),
            ),
            (MatrixCell(low), MatrixCell(medium), MatrixCell(high)),
            (MatrixCell(low), MatrixCell(low), MatrixCell(medium, ("4",))),
        ),
        caption="Current scores by likelihood and impact",
    )


def test_letters_are_scored_by_their_cell(around: Callable[..., Surroundings]) -> None:
    risk = write_risk(id="r1", ref="1", title="Flood", current={"likelihood": "B", "impact": 2})

    table, matrix = RISKS.build(read({"scheme": "letters", "rows": [risk]}), around())

    assert isinstance(table, Table)
    assert printed(table) == [["1", "Flood", "B", "2", "B2 Red"]]
    assert isinstance(matrix, RiskMatrix)
    assert matrix.likelihoods == ("B Likely", "A Rare")


@pytest.mark.parametrize("scheme", [None, "elsewhere"])
def test_without_a_known_scheme_there_is_no_matrix(
    scheme: str | None, register: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    register["scheme"] = scheme

    blocks = list(RISKS.build(read(register), around()))

    assert [type(block) for block in blocks] == [Table, Table]
    assert printed(blocks[0])[1][-4:] == ["1", "3", "3", ""]


def test_empty_register_prints_a_sentence(around: Callable[..., Surroundings]) -> None:
    blocks = list(RISKS.build(read({"rows": []}), around()))

    assert blocks == [Prose((Paragraph((Run("Nothing is recorded here yet."),)),))]


def test_300_risks_are_built_quickly(
    register: dict[str, Any], around: Callable[..., Surroundings]
) -> None:
    register["rows"] = [register["rows"][0] | {"id": f"risk{n}"} for n in range(300)]
    content, surroundings = read(register), around()

    seconds = min(_seconds(lambda: list(RISKS.build(content, surroundings))) for _ in range(5))

    assert seconds < 0.05


def _seconds(work: Callable[[], Any]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


# --- figures -----------------------------------------------------------------------------------


def test_figures_count_risks_and_bands(register: dict[str, Any], facts: PlanFacts) -> None:
    figures = list(RISKS.figures(read(register), facts))

    assert {figure.path: figure.value.text for figure in figures} == {
        "count": "3",
        "emerging": "1",
        "count.very_high": "1",
        "count.medium": "1",
        "count.low": "0",
    }
    assert figures[2].label == "Number of risks now scored Very high"


def test_unscored_register_counts_its_rows(register: dict[str, Any], facts: PlanFacts) -> None:
    register["scheme"] = None

    figures = RISKS.figures(read(register), facts)

    assert [figure.path for figure in figures] == ["count", "emerging"]


# --- editor ------------------------------------------------------------------------------------


def test_grid_reaches_everything_but_ids(register: dict[str, Any], facts: PlanFacts) -> None:
    grid = RISKS.grid(register, facts)
    (rows,) = grid.lists

    typed = [field.path for field in rows.fields if field.type is not FieldType.DERIVED]
    assert [field.path for field in grid.fields] == [("scheme",)]
    assert {path[0] for path in typed} == set(write_risk()) - {"id"}
    stages = ("inherent", "current", "target")
    assert [path for path in typed if len(path) == 2] == [
        (stage, axis) for stage in stages for axis in ("likelihood", "impact")
    ]


def test_grid_offers_the_levels_of_the_scheme(register: dict[str, Any], facts: PlanFacts) -> None:
    field = next(
        f for f in RISKS.grid(register, facts).lists[0].fields if f.path == ("current", "impact")
    )

    assert field.choices == (
        ("", "Not scored"),
        ("1", "1 Minor"),
        ("2", "2 Serious"),
        ("3", "3 Major"),
    )
    assert (field.type, field.parse, field.empty_as_null) == (FieldType.CHOICE, "int", True)


def test_grid_shows_the_scores_that_are_printed(register: dict[str, Any], facts: PlanFacts) -> None:
    derived = RISKS.grid(register, facts).derived

    assert {path: text for path, text in derived.items() if text} == {
        ("rows", 0, "inherent", "score"): "9 Very high",
        ("rows", 0, "current", "score"): "6 Very high",
        ("rows", 1, "current", "score"): "3 Medium",
    }


def test_each_score_of_the_grid_says_how_good_its_band_is(
    register: dict[str, Any], facts: PlanFacts
) -> None:
    html = draw_editor(register, RISKS.grid(register, facts), {})
    drawn = re.findall(r'<dd data-derived="[a-z]+-score"[^>]* data-tone="([a-z]+)">([^<]+)<', html)

    assert drawn == [("bad", "9 Very high"), ("bad", "6 Very high"), ("warn", "3 Medium")]


@pytest.mark.parametrize(
    ("text", "tone"),
    [
        ("6 High", "warn"),
        ("9 Very high", "bad"),
        ("Very high", "bad"),
        ("9 high", "good"),
        ("9", ""),
        ("Thigh", ""),
        ("", ""),
    ],
)
def test_the_longest_word_that_ends_a_text_gives_its_tone(text: str, tone: str) -> None:
    assert tone_of({"high": "good", "Very high": "bad", "High": "warn"}, text) == tone


def test_grid_keeps_a_scheme_that_is_not_known(facts: PlanFacts) -> None:
    grid = RISKS.grid({"scheme": "elsewhere", "rows": [{"current": {"impact": []}}, "?"]}, facts)

    assert [value for value, _ in grid.fields[0].choices] == ["", "3x3", "letters", "elsewhere"]
    level = next(field for field in grid.lists[0].fields if field.path == ("current", "impact"))
    assert level.type is FieldType.TEXT


def test_new_row_of_the_grid_validates(register: dict[str, Any], facts: PlanFacts) -> None:
    register["rows"].append(dict(RISKS.grid(register, facts).lists[0].new))

    assert read(register).model_dump() == register
