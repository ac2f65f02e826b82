"""Keeping typed rows in step with content: matched by row id, written only where changed."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from django.db import models

T = TypeVar("T", bound=models.Model)


def sync_rows(existing: models.QuerySet[T], wanted: Sequence[T]) -> list[T]:
    """Make the rows of `existing` read like `wanted`, and return them stored, in that order.

    Rows are matched by `row_id`. A changed row is updated in place, a new one inserted, one that
    is no longer wanted deleted: at most one query to read and one each to update, insert and
    delete, whatever the number of rows.
    """
    stored = {row.row_id: row for row in existing}  # type: ignore[attr-defined]
    names = [f.attname for f in existing.model._meta.concrete_fields if not f.primary_key]
    changed, fresh, result = [], [], []
    columns: set[str] = set()
    for row in wanted:
        old = stored.pop(row.row_id, None)  # type: ignore[attr-defined]
        if old is None:
            fresh.append(row)
            result.append(row)
            continue
        differing = _copy_values(row, old, names)
        if differing:
            changed.append(old)
            columns |= differing
        result.append(old)
    _delete(existing, stored.values())
    if changed:
        existing.model._default_manager.bulk_update(changed, _field_names(existing, columns))
    existing.model._default_manager.bulk_create(fresh)
    return result


def sync_one(existing: models.QuerySet[T], wanted: T) -> T:
    """Make the section's single record read like `wanted` and return it stored."""
    old = existing.first()
    if old is None:
        wanted.save(force_insert=True)
        return wanted
    names = [f.attname for f in existing.model._meta.concrete_fields if not f.primary_key]
    columns = _copy_values(wanted, old, names)
    if columns:
        old.save(update_fields=_field_names(existing, columns))
    return old


def _copy_values(source: models.Model, target: models.Model, names: Iterable[str]) -> set[str]:
    """Make `target` read like `source` in these columns; returns those that differed."""
    differing = {name for name in names if getattr(source, name) != getattr(target, name)}
    for name in differing:
        setattr(target, name, getattr(source, name))
    return differing


def _field_names(existing: models.QuerySet[T], attnames: Collection[str]) -> list[str]:
    fields = existing.model._meta.concrete_fields
    return [f.name for f in fields if f.attname in attnames]


def _delete(existing: models.QuerySet[T], gone: Iterable[T]) -> None:
    ids = [row.pk for row in gone]
    if ids:
        existing.model._default_manager.filter(pk__in=ids).delete()
