"""RAG rules in plan files and versions: carried where they are used, and frozen with them."""

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from accounts.models import Membership, OrganisationUnit, User
from documents.blocks import Cell, Rating, Table
from documents.values import BLANK, parse
from performance.models import IndicatorTable, RagRule
from performance.rag import judge_table
from performance.sections import INDICATORS
from plans.content import Faults
from plans.document import build_document
from plans.models import Plan, Reading
from plans.planfile import read_plan, read_plan_dict, read_plan_file, write_plan_file
from plans.registry import PlanFacts, Surroundings
from plans.services import freeze, store_plan
from plans.services.findings import find_in_plan
from plans.services.versions import format_rules, version_document
from tests.factories import NOW, make_council, make_member, make_unit
from tests.performance.rules import keep_rule, rule_entry
from tests.plans.samples import plan_value, section_value, store

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit() -> OrganisationUnit:
    return make_unit("Libraries", parent=make_unit("Communities", parent=make_council()))


@pytest.fixture
def author(unit: OrganisationUnit) -> User:
    return make_member("Art Author", Membership.Role.AUTHOR, unit)


def indicators(**content: Any) -> dict[str, Any]:
    """Return a section of one indicator: 93% against 94%."""
    columns = [
        {"key": "a", "label": "Actual", "role": "actual", "year": "2007/08"},
        {"key": "t", "label": "Target", "role": "target", "year": "2007/08"},
    ]
    row = {"ref": "A1", "title": "Seen in time", "unit": "%", "polarity": "higher"}
    row["cells"] = {"a": "93", "t": "94"}
    return section_value("indicators") | {"content": {"columns": columns, "rows": [row], **content}}


def carried(data: bytes) -> list[str]:
    return [rule["key"] for rule in json.loads(data)["plan"].get("rag_rules", [])]


def faults_of(*rules: dict[str, Any]) -> list[str]:
    with pytest.raises(Faults) as refused:
        read_plan_dict(plan_value([indicators()], rag_rules=list(rules)))
    return [str(fault) for fault in refused.value.faults]


# --- files ---------------------------------------------------------------------------------


def test_a_plan_carries_the_rules_that_judge_it_and_no_others(
    unit: OrganisationUnit, author: User
) -> None:
    keep_rule()
    keep_rule("days", units=["days"])
    plan = store(unit, by=author, sections=[indicators(), section_value("narrative")])
    bare = store(unit, by=author, sections=[section_value("narrative")], year="2009/10")

    assert carried(write_plan_file(read_plan(plan))) == ["percent"]
    assert "rag_rules" not in json.loads(write_plan_file(read_plan(bare)))["plan"]


def test_a_table_carries_the_rule_that_it_names(unit: OrganisationUnit, author: User) -> None:
    keep_rule()
    keep_rule("own", units=[])
    plan = store(unit, by=author, sections=[indicators(rag_rule="own", shows_rag=True)])

    data = read_plan(plan)

    assert carried(write_plan_file(data)) == ["own"]
    content = data.sections[0].as_dict()["content"]
    assert (content["rag_rule"], content["shows_rag"]) == ("own", True)


def test_what_a_file_carries_comes_back_byte_for_byte(unit: OrganisationUnit, author: User) -> None:
    keep_rule(floor="49.5", band="0.5")
    plan = store(unit, by=author, sections=[indicators(rag_rule="percent", shows_rag=True)])
    first = write_plan_file(read_plan(plan))
    RagRule.objects.all().delete()

    again = store_plan(read_plan_file(first), organisation_unit=unit, by=author, at=NOW)

    assert write_plan_file(read_plan(again)) == first
    assert Plan.objects.get(pk=again.pk).rag_rules == json.loads(first)["plan"]["rag_rules"]


def test_a_plan_with_rules_is_judged_by_these_alone() -> None:
    keep_rule("council", units=["%"])
    own = read_plan_dict(plan_value([indicators()], rag_rules=[rule_entry("days", units=["days"])]))
    none = read_plan_dict(plan_value([indicators()]))

    assert list(own.facts.rag_rules) == ["days"]
    assert list(none.facts.rag_rules) == ["council"]


def test_a_rule_is_written_with_every_key() -> None:
    least = {"key": "k"}
    [rule] = read_plan_dict(plan_value([indicators()], rag_rules=[least])).head.rag_rules

    assert rule.model_dump() == {
        "key": "k",
        "name": "",
        "units": [],
        "default": False,
        "tolerance": "",
        "tolerance_in": "points",
        "floor": "",
        "band": "",
        "on_target": {"word": "Green, on target", "shape": "circle", "colour": "green"},
        "near": {"word": "Amber, near target", "shape": "triangle", "colour": "amber"},
        "off_target": {"word": "Red, off target", "shape": "square", "colour": "red"},
    }


@pytest.mark.parametrize(
    ("rules", "faults"),
    [
        ([{}], ["plan.rag_rules[0].key: is required"]),
        (
            [{"key": "a"}, {"key": "a"}],
            ['plan.rag_rules[1].key: the RAG rule "a" is used twice'],
        ),
        (
            [{"key": "a", "units": ["%"]}, {"key": "b", "units": ["days", "%"]}],
            ['plan.rag_rules[1].units[1]: the unit of a RAG rule "%" is used twice'],
        ),
        (
            [{"key": "a", "default": True}, {"key": "b", "default": True}],
            ["plan.rag_rules[1].default: another RAG rule is the default already"],
        ),
        (
            [{"key": "a", "tolerance": "-1"}],
            [
                "plan.rag_rules[0].tolerance: must be a number such as 2 or 0.5, not below 0, "
                "or empty"
            ],
        ),
        (
            [
                {
                    "key": "a",
                    "near": {"word": "Green, on target", "shape": "square", "colour": "red"},
                }
            ],
            ["plan.rag_rules[0]: two outcomes have the same word"],
        ),
        (
            [{"key": "a", "near": {"word": "", "shape": "heart", "colour": "red"}}],
            [
                "plan.rag_rules[0].near.word: may not be empty",
                'plan.rag_rules[0].near.shape: must be "circle", "triangle", "square" or '
                '"diamond", not "heart"',
            ],
        ),
    ],
)
def test_rules_that_cannot_be_read_are_faults(
    rules: list[dict[str, Any]], faults: list[str]
) -> None:
    assert faults_of(*rules) == faults


# --- versions ------------------------------------------------------------------------------


def test_a_version_is_not_touched_by_what_the_council_decides_later(
    unit: OrganisationUnit, author: User
) -> None:
    rule = keep_rule()
    plan = store(unit, by=author, sections=[indicators(shows_rag=True)])
    version = freeze(plan, by=author, at=NOW)
    before = (version.plan_file, version.tree, version.digest)

    RagRule.objects.filter(pk=rule.pk).update(tolerance=0)
    keep_rule("newer", units=["days"], default=True)

    version.refresh_from_db()
    assert (version.plan_file, version.tree, version.digest) == before
    frozen = read_plan_file(version.plan_file.encode())
    assert build_document(frozen, format_rules(plan)) == version_document(version)
    assert said_by(frozen.facts.rag_rules, plan) == ["▲ Amber, near target"]
    assert said_by(read_plan(plan).facts.rag_rules, plan) == ["■ Red, off target"]


def said_by(rules: Any, plan: Plan) -> list[str]:
    content = read_plan(plan).sections[0].content.model_dump()
    return [str(judged) for judged in judge_table(content, rules)]


def test_a_changed_rule_reads_sections_again(unit: OrganisationUnit, author: User) -> None:
    rule = keep_rule()
    plan = store(unit, by=author, sections=[indicators()])
    find_in_plan(plan)
    key = Reading.objects.get().key
    find_in_plan(plan)
    assert Reading.objects.get().key == key

    RagRule.objects.filter(pk=rule.pk).update(tolerance=5)
    find_in_plan(plan)

    assert Reading.objects.get().key != key


# --- where it shows ------------------------------------------------------------------------


@pytest.fixture
def judged_facts(facts: PlanFacts) -> PlanFacts:
    return replace(facts, rag_rules={"percent": rule_entry()})


def test_the_editor_shows_it_beside_each_indicator(judged_facts: PlanFacts) -> None:
    grid = INDICATORS.grid(indicators()["content"], judged_facts)

    assert grid.derived == {("rows", 0, "rag"): "▲ Amber, near target"}
    assert [field.path for field in grid.fields] == [("rag_rule",), ("shows_rag",)]
    assert grid.lists[0].fields[-1].label == "RAG"


def test_without_rules_the_editor_is_as_it_was(facts: PlanFacts) -> None:
    grid = INDICATORS.grid(indicators()["content"], facts)
    assert (grid.fields, grid.derived) == ((), {})
    assert "RAG" not in [field.label for field in grid.lists[0].fields]


def test_a_rule_that_is_gone_can_still_be_seen_and_left(facts: PlanFacts) -> None:
    field = INDICATORS.grid(indicators(rag_rule="gone")["content"], facts).fields[0]
    assert field.choices == (
        ("", "The rule of each indicator's unit"),
        ("gone", "gone (no longer kept)"),
    )


def test_it_prints_where_the_table_asks_for_it(
    judged_facts: PlanFacts, around: Callable[..., Surroundings]
) -> None:
    value = indicators(shows_rag=True)["content"]
    value["rows"].append(copy.deepcopy(value["rows"][0]) | {"cells": {"a": "~", "t": "94"}})
    surroundings = replace(around(labels={"rag": "Where it stands"}), plan=judged_facts)

    [table] = INDICATORS.build(INDICATORS.schema.model_validate(value), surroundings)

    assert isinstance(table, Table)
    assert (table.columns[-1].key, table.columns[-1].label) == ("row-rag", "Where it stands")
    rating = Rating("Amber, near target", "▲", "amber")
    assert [row.cells[-1] for row in table.rows] == [Cell(BLANK, rating=rating), Cell(BLANK)]


@pytest.mark.parametrize(
    ("cells", "heading", "words"),
    [
        ({"a": "93", "t": "", "t2": "94"}, "RAG for 2008/09", ["", ""]),
        ({"a": "93", "t": "94", "t2": "94"}, "RAG", ["", "For 2008/09:"]),
    ],
)
def test_a_target_of_a_year_ahead_is_printed_with_its_year(
    judged_facts: PlanFacts,
    around: Callable[..., Surroundings],
    cells: dict[str, str],
    heading: str,
    words: list[str],
) -> None:
    value = indicators(shows_rag=True)["content"]
    value["columns"].append({"key": "t2", "label": "Next", "role": "target", "year": "2008/09"})
    ahead = {"cells": {"a": "93", "t": "", "t2": "94"}}
    value["rows"] = [{**value["rows"][0], "cells": cells}, {**value["rows"][0], **ahead}]

    [table] = INDICATORS.build(
        INDICATORS.schema.model_validate(value), replace(around(), plan=judged_facts)
    )

    assert isinstance(table, Table)
    rating = Rating("Amber, near target", "▲", "amber")
    assert table.columns[-1].label == heading
    assert [row.cells[-1] for row in table.rows] == [Cell(parse(w), rating=rating) for w in words]


def test_a_print_without_it_is_as_it_was(
    judged_facts: PlanFacts, around: Callable[..., Surroundings]
) -> None:
    content = INDICATORS.schema.model_validate(indicators()["content"])
    [table] = INDICATORS.build(content, replace(around(), plan=judged_facts))
    assert isinstance(table, Table)
    assert [column.key for column in table.columns] == ["row-ref", "row-label", "a", "t"]


def test_a_table_that_is_stored_says_how_it_is_judged(unit: OrganisationUnit, author: User) -> None:
    store(unit, by=author, sections=[indicators(rag_rule="own", shows_rag=True)])
    table = IndicatorTable.objects.get()
    assert (table.rag_rule, table.shows_rag) == ("own", True)
