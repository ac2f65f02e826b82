"""Three section objects into one: what two people changed since a common base.

Rows are matched by their ids, rich text by paragraphs, everything else by its path. Pure: works
on dumped section objects.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import takewhile
from typing import Any

from documents.diff import count_pairs
from plans.content import Path

PAIRS_TO_COMPARE = 20_000
"""How many pairs of equal paragraphs are weighed when two texts are merged."""


@dataclass(frozen=True, slots=True)
class Clash:
    """One place that both sides changed, each in another way.

    `path` names rows by id: ("content", "rows", "a1b2", "cells", "c1"). A side that removed a
    row has None.
    """

    path: Path
    base: Any
    theirs: Any
    mine: Any


@dataclass(frozen=True, slots=True)
class Merge:
    merged: Any
    clashes: tuple[Clash, ...]


def merge(base: Any, theirs: Any, mine: Any) -> Merge:
    """Return `theirs` with what changed from `base` to `mine`; where both changed, theirs stands
    and a clash says so."""
    clashes: list[Clash] = []
    merged = _merge(base, theirs, mine, (), clashes)
    return Merge(merged, tuple(clashes))


def _merge(base: Any, theirs: Any, mine: Any, path: Path, clashes: list[Clash]) -> Any:
    if theirs == mine or base == mine:
        return theirs
    if base == theirs:
        return mine
    if isinstance(theirs, Mapping) and isinstance(mine, Mapping):
        return _merge_objects(base or {}, theirs, mine, path, clashes)
    if is_rows(theirs) and is_rows(mine):
        return _merge_rows(base if is_rows(base) else [], theirs, mine, path, clashes)
    if all(isinstance(side, str) for side in (base, theirs, mine)):
        text = merge_rich_text(base, theirs, mine)
        if text is not None:
            return text
    clashes.append(Clash(path, base, theirs, mine))
    return theirs


def is_rows(value: Any) -> bool:
    """Return whether `value` is a list of objects that all bear an id (an empty list may be)."""
    return isinstance(value, list) and all(isinstance(r, Mapping) and "id" in r for r in value)


def _merge_objects(
    base: Mapping[str, Any],
    theirs: Mapping[str, Any],
    mine: Mapping[str, Any],
    path: Path,
    clashes: list[Clash],
) -> dict[str, Any]:
    keys = [*theirs, *(key for key in mine if key not in theirs)]
    merged: dict[str, Any] = {}
    for key in keys:
        if key not in mine and key in base and base[key] == theirs.get(key):
            continue
        if key not in theirs and key in base and base[key] == mine.get(key):
            continue
        sides = [side.get(key, None) for side in (base, theirs, mine)]
        merged[key] = _merge(*sides, (*path, key), clashes)
    return merged


def _merge_rows(
    base: Sequence[Mapping[str, Any]],
    theirs: Sequence[Mapping[str, Any]],
    mine: Sequence[Mapping[str, Any]],
    path: Path,
    clashes: list[Clash],
) -> list[Any]:
    before, other, own = ({row["id"]: row for row in side} for side in (base, theirs, mine))
    merged = []
    for row_id in merge_order([*before], [*other], [*own]):
        here = (*path, row_id)
        sides = (before.get(row_id), other.get(row_id), own.get(row_id))
        row = _merge_row(*sides, here, clashes)
        if row is not None:
            merged.append(row)
    return merged


def _merge_row(base: Any, theirs: Any, mine: Any, path: Path, clashes: list[Clash]) -> Any:
    if theirs is not None and mine is not None:
        return _merge(base or {}, theirs, mine, path, clashes)
    present = theirs if theirs is not None else mine
    if base is None:
        return present  # added by one side
    if present is None or present == base:
        return None  # removed by one side (or both), untouched by the other
    clashes.append(Clash(path, base, theirs, mine))
    return present  # removed by one, changed by the other: kept until somebody chooses


def merge_order(base: list[str], theirs: list[str], mine: list[str]) -> list[str]:
    """Return every id: in mine's order if only mine moved rows, else in theirs; new ones follow
    the row that they stood behind."""
    kept = set(theirs) & set(mine)
    mine_moved = [i for i in mine if i in kept and i in base] != [i for i in base if i in kept]
    theirs_moved = [i for i in theirs if i in kept and i in base] != [i for i in base if i in kept]
    first, second = (mine, theirs) if mine_moved and not theirs_moved else (theirs, mine)
    order = list(first)
    for index, row_id in enumerate(second):
        if row_id not in order:
            before = second[index - 1] if index else None
            order.insert(order.index(before) + 1 if before in order else 0, row_id)
    return order


def choose(value: Any, path: Path, chosen: Any) -> Any:
    """Return `value` with `chosen` at a clash's path; a row or cell chosen as None is taken out."""
    if not path:
        return chosen
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        if not rest and chosen is None:
            return [row for row in value if row["id"] != step]
        return [choose(row, rest, chosen) if row["id"] == step else row for row in value]
    if not rest and chosen is None:
        return {key: item for key, item in value.items() if key != step}
    return {**value, step: choose(value.get(step), rest, chosen)}


def put_places(value: Any, source: Any, paths: Iterable[Path]) -> Any:
    """Return a copy of `value` that holds at these places what `source` holds there.

    A row that only one of them has comes or goes as a whole; the order of rows is left alone.
    """
    value = deepcopy(value)
    for path in paths:
        _put_place(value, source, path)
    return value


def _put_place(value: Any, source: Any, path: Path) -> None:
    step, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(source, list):
        _put_item(value, source, step, rest)
    elif isinstance(value, dict) and isinstance(source, Mapping):
        key = step if step in value or step in source else str(step)
        if rest and key in value and key in source:
            _put_place(value[key], source[key], rest)
        elif key in source:
            value[key] = deepcopy(source[key])
        else:
            value.pop(key, None)


def _put_item(value: list[Any], source: list[Any], step: Any, rest: Path) -> None:
    at, there = _find_item(value, step), _find_item(source, step)
    if at is not None and there is not None:
        if rest and isinstance(value[at], dict):
            _put_place(value[at], source[there], rest)
        else:
            value[at] = deepcopy(source[there])
    elif there is not None:
        value.insert(there, deepcopy(source[there]))
    elif at is not None and not rest:
        del value[at]


def _find_item(items: list[Any], step: Any) -> int | None:
    """Return where in a list a step leads: by a row's id, or by number."""
    if isinstance(step, int):
        return step if step < len(items) else None
    ids = [item.get("id") if isinstance(item, Mapping) else None for item in items]
    return ids.index(step) if step in ids else None


# --- rich text ---------------------------------------------------------------------------------


def merge_rich_text(base: str, theirs: str, mine: str) -> str | None:
    """Return both sides' changes to different paragraphs in one text; None if they meet.

    Plain text without paragraphs is never merged.
    """
    blocks = [split_blocks(text) for text in (base, theirs, mine)]
    if any(parts is None for parts in blocks):
        return None
    old, other, own = (parts or [] for parts in blocks)
    edits = [*_edits(old, other), *_edits(old, own)]
    edits.sort(key=lambda edit: (edit[0], edit[1]))
    result: list[str] = []
    at = 0
    for index, (start, end, new) in enumerate(edits):
        if index and _meets(edits[index - 1], (start, end, new)):
            return None
        result += [*old[at:start], *new]
        at = end
    return "".join([*result, *old[at:]])


def split_blocks(html: str) -> list[str] | None:
    """Return the top-level blocks of cleaned rich text; None if it is not made of blocks."""
    blocks: list[str] = []
    at = 0
    while at < len(html):
        end = _block_end(html, at)
        if end is None:
            return None
        blocks.append(html[at:end])
        at = end
    return blocks


def _block_end(html: str, start: int) -> int | None:
    opening = re.compile(r"<(p|h3|h4|ul|ol|blockquote)\b").match(html, start)
    if not opening:
        return None
    depth = 0
    for tag in re.compile(rf"<(/?){opening[1]}\b[^>]*>").finditer(html, start):
        depth += -1 if tag[1] else 1
        if not depth:
            return tag.end()
    return None


def _edits(old: list[str], new: list[str]) -> list[tuple[int, int, list[str]]]:
    """Return which paragraphs of `old` give way to which; where many are alike, in one run."""
    start = _count_same(old, new)
    tail = _count_same(old[start:][::-1], new[start:][::-1])
    before, after = old[start : len(old) - tail], new[start : len(new) - tail]
    if count_pairs(before, after) > PAIRS_TO_COMPARE:
        return [(start, start + len(before), after)]
    matcher = SequenceMatcher(a=before, b=after, autojunk=False)
    return [
        (start + a, start + b, after[c:d])
        for tag, a, b, c, d in matcher.get_opcodes()
        if tag != "equal"
    ]


def _count_same(one: Sequence[str], two: Sequence[str]) -> int:
    """Return with how many equal texts both begin."""
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(one, two, strict=False))
    return sum(1 for _ in shared)


def _meets(one: tuple[int, int, list[str]], two: tuple[int, int, list[str]]) -> bool:
    return two[0] < one[1] or two[0] == one[0]


# --- patches -----------------------------------------------------------------------------------

ORDER = "@order"


def changes(before: Any, after: Any, path: Path = ()) -> list[dict[str, Any]]:
    """Return what changed as {"path", "old", "new"}, rows named by id.

    "old" is left out of what was added, "new" of what was removed; a changed order of rows is a
    step "@order" with the ids before and after.
    """
    if before == after:
        return []
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        return _object_changes(before, after, path)
    if is_rows(before) and is_rows(after):
        old, new = ({row["id"]: row for row in side} for side in (before, after))
        found = _object_changes(old, new, path)
        if list(old) == list(new):
            return found
        order = {"path": [*path, ORDER], "old": list(old), "new": list(new)}
        return [order, *found]  # first, so that it is undone last, when every row is back
    return [{"path": list(path), "old": before, "new": after}]


def _object_changes(
    before: Mapping[str, Any], after: Mapping[str, Any], path: Path
) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for key in [*after, *(key for key in before if key not in after)]:
        here = (*path, key)
        if key not in before:
            found.append({"path": list(here), "new": after[key]})
        elif key not in after:
            found.append({"path": list(here), "old": before[key]})
        else:
            found.extend(changes(before[key], after[key], here))
    return found


def undo_changes(after: Any, patch: Sequence[Mapping[str, Any]]) -> Any:
    """Return the object as it was before `patch`, which `changes` wrote, was made."""
    for change in reversed(patch):
        after = _restore(after, change["path"], change)
    return after


def _restore(value: Any, path: Sequence[str], change: Mapping[str, Any]) -> Any:
    if not path:
        return change["old"]
    step, rest = path[0], path[1:]
    if isinstance(value, list):
        return _restore_in_rows(value, step, rest, change)
    if not rest and "old" not in change:
        return {key: item for key, item in value.items() if key != step}
    return {**value, step: _restore(value.get(step), rest, change)}


def _restore_in_rows(
    rows: list[Any], step: str, rest: Sequence[str], change: Mapping[str, Any]
) -> list[Any]:
    if step == ORDER:
        by_id = {row["id"]: row for row in rows}
        return [by_id[row_id] for row_id in change["old"] if row_id in by_id]
    if rest:
        return [_restore(row, rest, change) if row["id"] == step else row for row in rows]
    if "old" not in change:
        return [row for row in rows if row["id"] != step]
    return [*rows, change["old"]]
