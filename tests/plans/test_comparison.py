"""Two states of a section: what changed in its texts and, row by row, in its tables."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from plans.comparison import (
    Comparison,
    compare_sections,
    compare_texts,
    describe_change,
    split_lists,
)
from plans.content import identified_rows
from plans.editor import section_grid
from plans.merge import changes
from plans.planfile import plan_facts, read_plan_dict
from tests.plans.samples import KINDS, plan_value, section_value

pytestmark = pytest.mark.django_db  # a risk section knows the council's schemes


def section_object(kind: str, rows: int = 2) -> tuple[dict[str, Any], Any]:
    """Return a section object of a kind, with the facts of its plan."""
    plan = read_plan_dict(plan_value([section_value(kind, rows=rows)]))
    return plan.sections[0].as_dict(), plan_facts(plan.head)


def compare(old: Any, new: Any, facts: Any, *, whole: bool = False) -> Comparison:
    grids = (section_grid(old, facts), section_grid(new, facts))
    return compare_sections(old, new, grids=grids, whole=whole)


def told(comparison: Comparison) -> dict[str, list[tuple[Any, ...]]]:
    """Return each table as rows: name, sort, and the cells that are shown, old and new marked."""
    return {
        table.title: [
            (row.name, row.sort, *(written(cell.pieces) for cell in row.cells))
            for row in table.rows
        ]
        for table in comparison.tables
    }


def written(pieces: Any) -> str:
    marks = {"same": "{}", "removed": "-{}", "added": "+{}"}
    return " ".join(marks[piece.sort].format(piece.text) for piece in pieces)


@pytest.mark.parametrize("kind", KINDS)
def test_a_section_compared_with_itself_has_no_changes(kind: str) -> None:
    value, facts = section_object(kind)
    assert compare(value, deepcopy(value), facts).is_empty


@pytest.mark.parametrize("kind", KINDS)
def test_the_whole_of_a_section_can_be_shown(kind: str) -> None:
    value, facts = section_object(kind)
    whole = compare(value, deepcopy(value), facts, whole=True)
    assert all(text.is_same for text in whole.texts)
    assert all(row.is_same for table in whole.tables for row in table.rows)
    assert not whole.is_empty


def test_a_changed_cell_shows_old_new_and_difference() -> None:
    old, facts = section_object("activity")
    new = deepcopy(old)
    new["content"]["rows"][0]["cells"]["c2"] = "25"
    [table] = compare(old, new, facts).tables
    assert (table.title, table.columns, table.same_rows) == (
        "Activity", ("2007/08", "% change"), 1,
    )  # fmt: skip
    cells = [[(written(c.pieces), c.difference) for c in row.cells] for row in table.rows]
    assert dict(zip((row.name for row in table.rows), cells, strict=True)) == {
        "Area r1": [("-15 +25", "+10"), ("-50.0% +150.0%", "+100.0 points")],
        "All": [("-30 +40", "+10"), ("-50.0% +100.0%", "+50.0 points")],
    }


def test_one_live_figure_for_another_is_a_change() -> None:
    old, facts = section_object("narrative")
    live = '<p>It spends <span data-figure="budget.{}" data-style="{}"></span> a year.</p>'
    old["content"]["body"] = live.format("gross", "£m")
    new = {**old, "content": {**old["content"], "body": live.format("net", "plain")}}

    [text] = compare(old, new, facts).texts
    [change] = changes(old, new)
    line = describe_change(change, section_grid(new, facts), (new, old))

    told = "-It spends [budget.gross, £m] a year. +It spends [budget.net] a year."
    assert [written(shift.pieces) for shift in (text, line.shift)] == [told, told]


def test_rows_that_are_added_removed_and_moved_are_told_by_identity() -> None:
    old, facts = section_object("actions", 4)
    new = deepcopy(old)
    first, _, third, fourth = new["content"]["rows"]
    added = {**deepcopy(first), "id": "new1", "title": "A new action", "deliverables": []}
    new["content"]["rows"] = [fourth, first, added, third]
    [table, *inner] = compare(old, new, facts).tables
    assert [(row.name, row.sort, row.moved_from) for row in table.rows] == [
        ("Action 4", "same", 4),
        ("Action 2", "removed", 0),
        ("A new action", "added", 0),
    ]
    assert table.same_rows == 2
    assert [each.title.split(" › ")[1] for each in inner] == ["Action 2"]


def test_rows_inside_rows_are_a_table_under_their_row() -> None:
    old, facts = section_object("budget")
    new = deepcopy(old)
    new["content"]["units"][0]["lines"][1]["employee"] = "1,300.0"
    found = told(compare(old, new, facts))
    [title] = [title for title in found if title.endswith("Budget lines")]
    assert " › North Team › " in title
    assert found[title][0][:2] == ("Line 2", "same")
    assert "-1,200.0 +1,300.0" in found[title][0]
    assert any(row[0] != "Line 2" for row in found[title])  # the totals that follow it


def test_texts_are_compared_word_by_word() -> None:
    old, facts = section_object("narrative")
    new = deepcopy(old)
    new["content"]["body"] = old["content"]["body"].replace("Paragraph 2", "Passage 2 now")
    [text] = compare(old, new, facts).texts
    assert written(text.pieces) == "Paragraph 1.\n -Paragraph +Passage  2 + now ."


def test_a_choice_is_told_by_its_label() -> None:
    old, facts = section_object("risks")
    new = deepcopy(old)
    new["content"]["rows"][0]["response"] = "transfer"
    found = told(compare(old, new, facts))
    assert any("-Treat +Transfer" in row for row in found["Risks"])


def test_short_texts_are_not_torn() -> None:
    assert written(compare_texts("May 2008", "May 2009").pieces) == "-May 2008 +May 2009"


def test_300_rows_are_compared() -> None:
    old, facts = section_object("register", 300)
    new = deepcopy(old)
    for row in new["content"]["rows"][1:50]:
        row["cells"]["name"] = "Another"
    assert [len(table.rows) for table in compare(old, new, facts).tables] == [49]


@pytest.mark.parametrize("kind", KINDS)
def test_every_change_of_a_patch_has_a_place_in_words(kind: str) -> None:
    old, facts = section_object(kind)
    new = deepcopy(old)
    for _, row in identified_rows(new["content"]):
        for name in ("title", "label", "activity", "text"):
            if isinstance(row.get(name), str):
                row[name] = f"{row[name]} changed"
    grid = section_grid(new, facts)
    for change in changes(old, new):
        line = describe_change(change, grid, (new, old))
        assert (line.done, "None" in line.place, line.shift.is_same) == ("changed", False, False)


def test_the_years_of_a_row_of_posts_are_cells() -> None:
    old, facts = section_object("staffing")
    new = deepcopy(old)
    new["content"]["units"][0]["bands"][0]["fte"][1] = "5.5"
    [change] = split_lists(changes(old, new))
    line = describe_change(change, section_grid(new, facts), (new, old))
    assert line.place == "Units › North Team › Posts by grade › Grade 1 › 2008/09"
    assert (written(line.shift.pieces), line.shift.difference) == ("-2.0 +5.5", "+3.5")
