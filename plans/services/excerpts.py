"""Some of a section's rows with the small set-up beside them, whatever the section's size.

A kind says by its `stores` where its rows are kept. An excerpt is content like any other, only
shorter, that the same grid, schema and faults work on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from plans.content import Path
from plans.merge import ORDER
from plans.models import Section
from plans.registry import RowStore, SectionKind

HEAD_FIELDS = frozenset({"lead", "intro", "closing", "caption"})

RowName: TypeAlias = tuple[tuple[str, ...], str]  # the path of a store, and a row id


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Some of a section's content, and the stored rows in it. `stores` are the kind's, by path."""

    stores: Mapping[tuple[str, ...], RowStore]
    content: dict[str, Any]
    rows: dict[RowName, Any] = field(default_factory=dict)


def find_rows(kind: SectionKind, paths: Iterable[Path]) -> set[RowName] | None:
    """Return the rows that these places lie in; None if one is no place of one row alone."""
    stores = {store.path: store for store in kind.stores}
    wanted: set[RowName] = set()
    for path in paths:
        if path[0] in HEAD_FIELDS and len(path) == 1:
            continue
        found = _find_row(stores, path[1:]) if path[0] == "content" else None
        if found is None or kind.set_up is None:
            return None
        wanted.add(found)
    return wanted


def _find_row(stores: Mapping[tuple[str, ...], RowStore], path: Path) -> RowName | None:
    """Return the innermost stored row on the way, if what follows is one of its own values."""
    at: tuple[str, ...] = ()
    row_id, rest = "", path
    while len(rest) > 2 and (*at, rest[0]) in stores:
        at, row_id, rest = (*at, str(rest[0])), str(rest[1]), rest[2:]
    is_alone = at in stores and bool(rest) and rest[0] in stores[at].alone
    return (at, row_id) if is_alone and ORDER not in path else None


def read_excerpt(section: Section, kind: SectionKind, wanted: Iterable[RowName]) -> Excerpt | None:
    """Return the section's set-up with those of these rows that are there, and the rows above
    them; None if the kind has no set-up of its own."""
    if kind.set_up is None:
        return None
    excerpt = Excerpt({store.path: store for store in kind.stores}, kind.set_up(section))
    entries: dict[RowName, dict[str, Any]] = {}
    wanted = set(wanted)
    for path, store in sorted(excerpt.stores.items(), key=lambda item: len(item[0])):
        ids = {row_id for at, row_id in wanted if at == path}
        if not ids:
            continue
        for row in _read_rows(section, store, ids):
            excerpt.rows[path, getattr(row, "row_id", "")] = row
            _put_row(excerpt, store, row, entries)
    return excerpt


def find_ways(kind: SectionKind, paths: Iterable[Path]) -> set[RowName]:
    """Return all stored rows on the ways that these paths lead, there or not."""
    stores = {store.path for store in kind.stores}
    ways: set[RowName] = set()
    for path in paths:
        at: tuple[str, ...] = ()
        for name, row_id in zip(path[1::2], path[2::2], strict=False):
            at = (*at, str(name))
            if path[0] == "content" and at in stores:
                ways.add((at, str(row_id)))
    return ways


def number_rows(section: Section, store: RowStore) -> dict[str, int]:
    """Return which of its list each row is, from 1, by row id; ids alone are read."""
    holder = f"{store.within}_id" if store.within else "section_id"
    rows = store.model._default_manager.filter(section=section).order_by("position")
    counts: Counter[int] = Counter()
    numbers = {}
    for row_id, above in rows.values_list("row_id", holder):
        counts[above] += 1
        numbers[row_id] = counts[above]
    return numbers


def _read_rows(section: Section, store: RowStore, ids: set[str]) -> list[Any]:
    rows = store.model._default_manager.filter(section=section)
    if store.path:
        rows = rows.filter(row_id__in=ids)
    if store.within:
        rows = rows.select_related(store.within)
    return list(rows.prefetch_related(*store.beside) if store.beside else rows)


def _put_row(
    excerpt: Excerpt, store: RowStore, row: Any, entries: dict[RowName, dict[str, Any]]
) -> dict[str, Any]:
    """Put a row into the content, below the row that it lies in; returns it as in content."""
    if not store.path:
        return excerpt.content
    name = (store.path, row.row_id)
    if name not in entries:
        holder = excerpt.content
        if store.within:
            above = excerpt.stores[store.path[:-1]]
            holder = _put_row(excerpt, above, getattr(row, store.within), entries)
        entries[name] = store.dump(row, excerpt.content)
        holder[store.path[-1]].append(entries[name])
    return entries[name]
