"""The texts of a section object with their paths, and what stands in them outside of markup."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from plans.content import Path

# What a text is called by, set up or counted with, and what no reader sees.
NO_TEXTS = frozenset(
    {
        *("key", "id", "kind", "parent", "part", "unit", "orientation", "charts", "figure"),
        *("formula", "sum_of", "blank", "polarity", "role", "type", "choices", "scheme", "layout"),
        *("year", "years", "prior_year", "spans", "mark"),
    }
)
_TAG = re.compile(r"<[^>]*>")


def texts_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Yield path, rows by id, and text of all that somebody wrote; under "cells" keys are free."""
    if isinstance(value, str):
        if value:
            yield path, value
    elif isinstance(value, dict):
        free = bool(path) and path[-1] in ("cells", "labels")
        for key, item in value.items():
            if free or key not in NO_TEXTS:
                yield from texts_of(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            row_id = item.get("id") if isinstance(item, dict) else None
            yield from texts_of(item, (*path, row_id or index))


def without_markup(text: str) -> str:
    """Return a text with spaces in the place of its markup, so that each word stands where it
    stood."""
    return _TAG.sub(lambda match: " " * len(match[0]), text)


def is_rich(text: str) -> bool:
    return text.startswith("<")
