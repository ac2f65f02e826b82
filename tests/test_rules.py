"""The page's rules give what the server works out, in every plan at hand and after edits of it."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Mapping
from copy import deepcopy
from pathlib import Path
from typing import Any

import pytest

from plans.editor import draw_editor, field_name, section_grid
from plans.grid import Field, FieldType, Grid, RowList, put_at, value_at
from plans.planfile import read_plan_file
from tests.test_javascript import run_node

ROOT = Path(__file__).parents[1]
PLANS = [*sorted((ROOT / "demo" / "plans").rglob("*.json")), ROOT / "tests/plans/every-kind.json"]
TYPED = (
    *("0", "12", "1,440", "-102.9", "(24.0)", "2.55", "0.045", "£5", "-£7.5", "£1,200", "12.5%"),
    *("", "", "", "nil", "-", "NA", "to be set", "soon", "12,48.0", "5 days", "1.2m", "33.335"),
)
FIGURES = ("0", "3", "12", "1,440", "-7.5", "2.25", "", "nil", "to be set", "5%", "£5", "3 days")
TABLES = 30
pytestmark = pytest.mark.django_db

EDITS = 30
"""In each section, one after the other."""

Place = tuple[tuple[str | int, ...], Field]


def places_of(section: Mapping[str, Any], grid: Grid) -> Iterator[Place]:
    """Yield each control whose text a rule may read, with its field."""
    for rows in grid.lists:
        yield from _places_in(rows, rows.path, value_at(section, rows.path))


def _places_in(rows: RowList, at: tuple[str | int, ...], here: Any) -> Iterator[Place]:
    for index, row in enumerate(here or ()):
        override = rows.rows.get(index)
        without = override.without if override else frozenset()
        for field in rows.fields:
            read = field.type is FieldType.CELL or field.path[0] in (
                "inherent",
                "current",
                "target",
            )
            table = field.path in (("kind",), ("blank",)) and rows.path == ("content", "rows")
            typed = field.type is not FieldType.DERIVED
            if (read or table) and typed and field.path not in without:
                yield (*at, index, *field.path), field
        for inner in rows.lists:
            path = (*at, index, *inner.path)
            yield from _places_in(inner, path, value_at(row, inner.path))


def edit(
    section: dict[str, Any], place: Place, columns: list[str], chance: random.Random
) -> list[str]:
    """Put something else at a place; returns the control's name and what is typed there."""
    path, field = place
    if field.type is FieldType.LINES:
        chosen = chance.sample(columns, chance.randint(0, min(2, len(columns))))
        put_at(section, path, chosen)
        text = "\n".join(chosen)
    elif field.type is FieldType.CHOICE:
        text = chance.choice(field.choices)[0]
        put_at(
            section, path, (int(text) if text else None) if field.parse == "int" else text or None
        )
    else:
        text = chance.choice(TYPED)
        put_at(section, path, text)
    return [field_name(path), text]


def draw(section: Mapping[str, Any], facts: Any) -> str:
    return str(draw_editor(section, section_grid(section, facts), {}))


def sections_with_rules() -> Iterator[tuple[dict[str, Any], Any]]:
    for path in PLANS:
        plan = read_plan_file(path.read_bytes())
        for section in plan.sections:
            data = section.as_dict()
            html = draw(data, plan.facts)
            if "data-rule" in html:
                yield data, plan.facts


FORMULAS = (
    *("a / b %", "(b - a) / a %", "a + b", "-a", "a * b / 3", "(a + b) / (a - b)", "f + 1"),
    *("g / 7", "h", "2 * f - g %", "a - (b - (a - b))", "1 / 3", "12.50", "missing + a", "f * f"),
)


def random_table(chance: random.Random, rows: int = 24) -> dict[str, Any]:
    """Return an activity section's content: sums of sums, formulas of formulas, circles in both."""
    columns = [{"key": key, "label": key.upper()} for key in "ab"]
    columns += [
        {
            "key": key,
            "label": key,
            "formula": chance.choice(FORMULAS),
            "unit": chance.choice(["", "%"]),
        }
        for key in "fgh"
    ]
    keys = [f"r{number}" for number in range(rows)]
    return {
        "label": "Area",
        "columns": columns,
        "rows": [
            {
                "id": f"id{number}",
                "key": key,
                "label": f"Row {number}",
                "kind": chance.choice(["row"] * 8 + ["group"]),
                "sum_of": chance.sample(keys, 3) if chance.random() < 0.2 else [],
                "blank": [chance.choice("abfgh")] if chance.random() < 0.1 else [],
                "cells": {column: chance.choice(FIGURES) for column in "ab"}
                | {column: chance.choice(["", "", "", "1.25"]) for column in "fgh"},
            }
            for number, key in enumerate(keys)
        ],
    }


def random_tables(chance: random.Random) -> Iterator[tuple[dict[str, Any], Any]]:
    plan = read_plan_file(PLANS[-1].read_bytes())
    activity = next(each for each in plan.sections if each.head.kind == "activity").as_dict()
    for _ in range(TABLES):
        yield {**activity, "content": random_table(chance)}, plan.facts


@pytest.mark.slow
def test_the_page_works_out_what_the_server_does() -> None:
    chance = random.Random(7)  # noqa: S311 the same edits in every run
    asked, kinds = [], set()
    for section, facts in [*sections_with_rules(), *random_tables(chance)]:
        drawn = draw(section, facts)
        edited = deepcopy(section)
        places = list(places_of(section, section_grid(section, facts)))
        columns = [column["key"] for column in section["content"].get("columns") or ()]
        typed = [edit(edited, chance.choice(places), columns, chance) for _ in range(EDITS)]
        asked.append({"html": drawn, "edits": typed, "expected": draw(edited, facts)})
        kinds.add(section["kind"])

    answers = json.loads(run_node("work-out.mjs", given=asked))
    compared = [
        (page[drawn][place], page[worked_out][place], place)
        for page in answers
        for drawn, worked_out in (("drawn", "first"), ("expected", "after"))
        for place in page[drawn].keys()
        & page[worked_out].keys()  # a row made a heading loses cells
    ]
    differences = [each for each in compared if each[0] != each[1]]
    filled = sum(1 for text, *_ in compared if text)

    words = f"{len(asked)} sections, {len(asked) * EDITS} edits, {filled:,} figures"
    print(f"{words}, {len(differences)} differences")  # noqa: T201 seen with -rP
    assert differences == []
    assert kinds == {"budget", "staffing", "activity", "risks"}
    assert filled > 1000
