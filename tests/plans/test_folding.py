"""Many small saves as a few lines, and what they changed in the end."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plans.folding import MOST, Moment, fold_moments, fold_patches
from plans.merge import changes, undo_changes

NOON = datetime(2008, 3, 14, 12, tzinfo=UTC)


def moments(*told: tuple[str, int], milestone: int = 0) -> list[Moment]:
    """Return moments told as (key, minute), the newest first; one number is a milestone."""
    made = [
        Moment(number, key, NOON + timedelta(minutes=minute), is_milestone=number == milestone)
        for number, (key, minute) in enumerate(told, 1)
    ]
    return made[::-1]


def lines(folds: list[Any]) -> list[tuple[str, int, int]]:
    return [(fold.last.key, fold.first.number, fold.last.number) for fold in folds]


def test_saves_of_one_person_are_one_line_until_another_saves() -> None:
    told = moments(("a", 0), ("a", 5), ("b", 6), ("a", 7), ("a", 8))
    assert lines(fold_moments(told)) == [("a", 4, 5), ("b", 3, 3), ("a", 1, 2)]
    assert lines(fold_moments(told, across_others=True)) == [("a", 1, 5), ("b", 3, 3)]


def test_a_pause_and_a_milestone_part_lines() -> None:
    told = moments(("a", 0), ("a", 31), ("a", 32), ("a", 33), milestone=3)
    for across in (False, True):
        folds = fold_moments(told, across_others=across)
        assert lines(folds) == [("a", 4, 4), ("a", 3, 3), ("a", 2, 2), ("a", 1, 1)]


def test_a_line_stands_for_so_many_saves_and_no_more() -> None:
    told = moments(*(("a", 0) for _ in range(MOST + 1)))
    assert [len(fold) for fold in fold_moments(told)] == [MOST, 1]


def test_what_is_not_small_stands_alone() -> None:
    made = [Moment(n, "a", NOON, is_small=False) for n in (2, 1)]
    assert [len(fold) for fold in fold_moments(made)] == [1, 1]


# --- patches --------------------------------------------------------------------------------------


def row(row_id: str, **cells: str) -> dict[str, Any]:
    return {"id": row_id, "cells": cells}


def net(*states: dict[str, Any]) -> list[dict[str, Any]]:
    """Return what changed over several states, each saved by itself."""
    return fold_patches(changes(a, b) for a, b in itertools.pairwise(states))


def test_a_cell_typed_twice_changed_once() -> None:
    states = [{"rows": [row("a", c=text)]} for text in ("1", "12", "125")]
    path = ["rows", "a", "cells", "c"]
    assert net(*states) == [{"path": path, "old": "1", "new": "125"}]
    assert net(*states, states[0]) == []


def test_a_row_that_is_added_and_filled_in_is_one_change() -> None:
    states = [{"rows": []}, {"rows": [row("a", c="")]}, {"rows": [row("a", c="5")]}]
    assert net(*states) == [{"path": ["rows", "a"], "new": row("a", c="5")}]
    assert net(*states, {"rows": []}) == []


def test_a_row_that_is_changed_and_removed_is_removed_as_it_was() -> None:
    states = [{"rows": [row("a", c="1")]}, {"rows": [row("a", c="2")]}, {"rows": []}]
    assert net(*states) == [{"path": ["rows", "a"], "old": row("a", c="1")}]


def test_rows_are_moved_only_if_those_that_stay_change_places() -> None:
    a, b, c = row("a"), row("b"), row("c")
    assert net({"rows": [a, b]}, {"rows": [b, a]})[0]["path"] == ["rows", "@order"]
    assert [n["path"] for n in net({"rows": [a, b]}, {"rows": [c, a, b]})] == [["rows", "c"]]


@st.composite
def histories(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Draw the states of a section with rows, inner rows and a text, each from the one before."""
    ids = st.sampled_from("abc")
    inner = st.lists(st.builds(dict, id=ids, n=st.sampled_from("12")), unique_by=lambda r: r["id"])
    rows = st.lists(
        st.fixed_dictionaries({"id": ids, "t": st.sampled_from("xy"), "lines": inner}),
        unique_by=lambda r: r["id"],
    )
    state = st.fixed_dictionaries({"rows": rows, "body": st.sampled_from(["", "one", "two"])})
    return draw(st.lists(state, min_size=2, max_size=5))


@pytest.mark.slow
@given(histories())
def test_undoing_the_folded_patch_leads_back_to_the_start(states: list[dict[str, Any]]) -> None:
    assert in_any_order(undo_changes(states[-1], net(*states))) == in_any_order(states[0])


def in_any_order(value: Any) -> Any:
    """Return the value with its rows by id: where a row goes that comes back is not asked here."""
    if isinstance(value, dict):
        return {key: in_any_order(item) for key, item in value.items()}
    if isinstance(value, list):
        return {item["id"]: in_any_order(item) for item in value}
    return value
