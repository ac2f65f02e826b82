"""Merging what two people did since a common base, and undoing what a patch says."""

from __future__ import annotations

import copy
import json
import time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.merge import (
    Clash,
    changes,
    merge,
    merge_rich_text,
    put_places,
    split_blocks,
    undo_changes,
)

TEXTS = st.sampled_from(["", "a", "b", "<p>a</p>", "<p>a</p><p>b</p>", "<p>b</p>"])
IDS = [f"r{n}" for n in range(6)]


@st.composite
def rows(draw: st.DrawFn) -> list[dict[str, Any]]:
    ids = draw(st.lists(st.sampled_from(IDS), unique=True))
    return [{"id": i, "title": draw(TEXTS), "cells": {"c1": draw(TEXTS)}} for i in ids]


@st.composite
def sections(draw: st.DrawFn) -> dict[str, Any]:
    return {
        "title": draw(TEXTS),
        "intro": draw(TEXTS),
        "labels": draw(st.dictionaries(st.sampled_from("xyz"), TEXTS)),
        "chart": draw(st.none() | st.fixed_dictionaries({"post": TEXTS})),
        "content": {"rows": draw(rows()), "leads": draw(st.lists(TEXTS, max_size=2))},
    }


def row(row_id: str, title: str = "", **cells: str) -> dict[str, Any]:
    return {"id": row_id, "title": title, "cells": cells}


# --- patches -----------------------------------------------------------------------------------


@given(before=sections(), after=sections())
def test_undoing_changes_gives_back_what_was_there(before: Any, after: Any) -> None:
    patch = json.loads(json.dumps(changes(before, after)))

    assert undo_changes(copy.deepcopy(after), patch) == before


@given(section=sections())
def test_no_change_is_an_empty_patch(section: Any) -> None:
    assert changes(section, copy.deepcopy(section)) == []


def test_changes_name_rows_by_id_and_order_by_ids() -> None:
    before = {"rows": [row("a", "A", c1="1"), row("b", "B")]}
    after = {"rows": [row("b", "B"), row("a", "A", c1="2"), row("c", "C")]}

    assert changes(before, after) == [
        {"path": ["rows", "@order"], "old": ["a", "b"], "new": ["b", "a", "c"]},
        {"path": ["rows", "a", "cells", "c1"], "old": "1", "new": "2"},
        {"path": ["rows", "c"], "new": row("c", "C")},
    ]


def test_a_removed_row_comes_back_where_it_stood() -> None:
    before = {"rows": [row("a"), row("b"), row("c")]}
    after = {"rows": [row("a"), row("c")]}

    assert undo_changes(after, changes(before, after)) == before


# --- merging -----------------------------------------------------------------------------------


@given(base=sections(), other=sections())
def test_a_side_that_changed_nothing_gives_way(base: Any, other: Any) -> None:
    assert merge(base, other, base).merged == other
    assert merge(base, base, other).merged == other
    assert merge(base, other, base).clashes == ()
    assert merge(base, base, other).clashes == ()


@given(base=sections(), both=sections())
def test_the_same_change_on_both_sides_is_no_clash(base: Any, both: Any) -> None:
    result = merge(base, both, copy.deepcopy(both))

    assert (result.merged, result.clashes) == (both, ())


@pytest.mark.slow
@given(base=sections(), theirs=sections(), mine=sections())
def test_where_nothing_clashes_every_change_is_in(base: Any, theirs: Any, mine: Any) -> None:
    result = merge(base, theirs, mine)

    if not result.clashes:
        for name in ("title", "intro"):
            changed = {side[name] for side in (theirs, mine) if side[name] != base[name]}
            assert len(changed) != 1 or result.merged[name] in changed
        ids = {r["id"] for r in result.merged["content"]["rows"]}
        old, other, own = (
            {r["id"] for r in side["content"]["rows"]} for side in (base, theirs, mine)
        )
        assert ids == (other & own) | (other - old) | (own - old)


def test_different_cells_of_one_row_are_merged() -> None:
    base = {"rows": [row("a", c1="1", c2="2")]}
    theirs = {"rows": [row("a", c1="9", c2="2")]}
    mine = {"rows": [row("a", c1="1", c2="8")]}

    result = merge(base, theirs, mine)

    assert result.merged == {"rows": [row("a", c1="9", c2="8")]}
    assert result.clashes == ()


def test_one_cell_changed_twice_is_a_clash_in_which_theirs_stands() -> None:
    base = {"rows": [row("a", c1="1")]}
    theirs = {"rows": [row("a", c1="2")]}
    mine = {"rows": [row("a", c1="3")]}

    result = merge(base, theirs, mine)

    assert result.merged == theirs
    assert result.clashes == (Clash(("rows", "a", "cells", "c1"), "1", "2", "3"),)


def test_a_row_changed_here_and_removed_there_is_a_clash_that_keeps_it() -> None:
    base = {"rows": [row("a", c1="1"), row("b")]}
    theirs = {"rows": [row("b")]}
    mine = {"rows": [row("a", c1="2"), row("b")]}

    result = merge(base, theirs, mine)

    assert result.merged == mine
    assert result.clashes == (Clash(("rows", "a"), row("a", c1="1"), None, row("a", c1="2")),)


def test_rows_added_by_both_stand_behind_the_rows_they_followed() -> None:
    base = {"rows": [row("a"), row("b")]}
    theirs = {"rows": [row("a"), row("x"), row("b")]}
    mine = {"rows": [row("a"), row("b"), row("y")]}

    merged = merge(base, theirs, mine).merged

    assert [r["id"] for r in merged["rows"]] == ["a", "x", "b", "y"]


def test_rows_moved_by_one_and_changed_by_the_other_are_both() -> None:
    base = {"rows": [row("a", "A"), row("b", "B"), row("c", "C")]}
    theirs = {"rows": [row("a", "A"), row("b", "changed"), row("c", "C")]}
    mine = {"rows": [row("c", "C"), row("a", "A"), row("b", "B")]}

    result = merge(base, theirs, mine)

    assert result.merged == {"rows": [row("c", "C"), row("a", "A"), row("b", "changed")]}
    assert result.clashes == ()


def test_a_row_removed_by_both_is_gone() -> None:
    base = {"rows": [row("a"), row("b")]}

    assert merge(base, {"rows": [row("b")]}, {"rows": [row("b")]}).merged == {"rows": [row("b")]}


@pytest.mark.parametrize(
    ("base", "theirs", "mine", "merged"),
    [
        ("<p>a</p><p>b</p>", "<p>A</p><p>b</p>", "<p>a</p><p>B</p>", "<p>A</p><p>B</p>"),
        ("<p>a</p><p>b</p>", "<p>b</p>", "<p>a</p><p>b</p><p>c</p>", "<p>b</p><p>c</p>"),
        ("<p>a</p>", "<h3>h</h3><p>a</p>", "<p>a</p><ul><li>l</li></ul>",
         "<h3>h</h3><p>a</p><ul><li>l</li></ul>"),
        ("<p>a</p>", "<p>b</p>", "<p>c</p>", None),
        ("<p>a</p>", "<p>a</p><p>b</p>", "<p>a</p><p>c</p>", None),
        ("plain", "plainer", "plainest", None),
        ("", "<p>a</p>", "<p>b</p>", None),
    ],
)  # fmt: skip
def test_rich_text_merges_by_paragraph(base: str, theirs: str, mine: str, merged: str) -> None:
    assert merge_rich_text(base, theirs, mine) == merged


def test_paragraphs_that_are_alike_are_merged_quickly() -> None:
    base = "<p>a</p>" * 5_000
    scattered = "<p>x</p>".join(["<p>a</p>"] * 5_000)
    began = time.process_time()

    assert merge_rich_text(base, f"{base}<p>x</p>", f"<p>y</p>{base}") == (
        f"<p>y</p>{base}<p>x</p>"
    )
    assert merge_rich_text(base, scattered, f"<p>y</p>{base}") == f"<p>y</p>{scattered}"
    assert merge_rich_text(base, scattered, base.replace("a", "b")) is None
    assert time.process_time() - began < 2


def test_split_blocks_keeps_nested_lists_whole() -> None:
    html = "<ul><li>a<ul><li>b</li></ul></li></ul><p>c</p>"

    assert split_blocks(html) == ["<ul><li>a<ul><li>b</li></ul></li></ul>", "<p>c</p>"]


@pytest.mark.parametrize("text", ["plain", "<p>a</p> tail", "<em>a</em>", "<p>never closed"])
def test_split_blocks_answers_none_for_what_is_not_blocks(text: str) -> None:
    assert split_blocks(text) is None


def test_labels_added_and_taken_back_by_different_people_are_both() -> None:
    base = {"labels": {"a": "A"}}

    result = merge(base, {"labels": {"a": "A", "b": "B"}}, {"labels": {}})

    assert (result.merged, result.clashes) == ({"labels": {"b": "B"}}, ())


@pytest.mark.parametrize(
    ("path", "rows"),
    [
        (("rows", "a", "text"), [{"id": "a", "text": "1", "fte": ["x", "y"]}, {"id": "mine"}]),
        (("rows", "a", "fte", 1), [{"id": "a", "text": "bad", "fte": ["x", "2"]}, {"id": "mine"}]),
        (("rows", "gone"), [{"id": "gone"}, {"id": "a", "text": "bad", "fte": ["x", "y"]}, "mine"]),
        (("rows", "mine"), [{"id": "a", "text": "bad", "fte": ["x", "y"]}]),
        (("rows", "mine", "text"), None),
        (("rows", "@order"), None),
        (("nowhere", "text"), None),
    ],
)
def test_places_are_taken_from_another_value(path, rows):
    source = {"rows": [{"id": "gone"}, {"id": "a", "text": "1", "fte": ["1", "2"]}]}
    value = {"rows": [{"id": "a", "text": "bad", "fte": ["x", "y"]}, {"id": "mine"}]}
    before = copy.deepcopy(value)
    wanted = [{"id": "mine"} if row == "mine" else row for row in rows or before["rows"]]

    assert put_places(value, source, [path]) == {"rows": wanted}
    assert value == before
