"""Telling which rows of a file without ids are which rows of a section: by name, then by label.

Pure: works on dumped section objects, in which every row bears an "id", "" where the file has
none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from plans.content import identified_rows
from plans.merge import is_rows

NAMES = ("key", "ref", "number")
LABELS = ("label", "title", "activity", "unit", "name", "mark", "group", "text")

Row = dict[str, Any]


def match_ids(section: Any, known: Any) -> None:
    """Give rows of `section` that have no id those of the rows of `known` that they are, in place.

    A row is that of the same list with the same key, ref or number; else with the same label.
    Where several are alike, the first is the first.
    """
    _match(section, known, {row["id"] for _, row in identified_rows(section)} - {""})


def _match(new: Any, old: Any, taken: set[str]) -> None:
    if isinstance(new, Mapping) and isinstance(old, Mapping):
        for key in new.keys() & old.keys():
            _match(new[key], old[key], taken)
    elif is_rows(new) and is_rows(old):
        for name_of in (_name, _label):
            _match_rows(new, old, name_of, taken)
        by_id = {row["id"]: row for row in old}
        for row in new:
            _match(row, by_id.get(row["id"]), taken)


def _match_rows(
    new: Sequence[Row], old: Sequence[Row], name_of: Callable[[Row], str], taken: set[str]
) -> None:
    waiting: defaultdict[str, list[str]] = defaultdict(list)
    for row in reversed(old):
        if row["id"] not in taken and name_of(row):
            waiting[name_of(row)].append(row["id"])
    for row in new:
        if not row["id"] and waiting[name_of(row)]:
            row["id"] = waiting[name_of(row)].pop()
            taken.add(row["id"])


def _name(row: Row) -> str:
    return next(_texts(row, NAMES), "")


def _label(row: Row) -> str:
    """Return what a reader calls the row; a register's row is called by its first cell."""
    cells = row.get("cells") or {}
    return next(_texts(row, LABELS), "") or next(_texts(cells, cells), "")


def _texts(row: Mapping[str, Any], names: Any) -> Iterator[str]:
    return (row[name] for name in names if isinstance(row.get(name), str) and row[name])
