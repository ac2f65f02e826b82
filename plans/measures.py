"""How much a section holds: its words, its rows, and what is still to be set. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from documents import values
from documents.values import Status
from plans import prose

# Keys whose texts name or describe the table; they are not what the author has to fill in.
SET_UP = frozenset({"columns", "scale", "spans", "labels", "choices", "sum_of", "id", "key"})


def measure_section(section: Mapping[str, Any]) -> dict[str, int]:
    """Return the counts of a section object: "words" of rich text, "rows", cells "to_be_set"."""
    content = section["content"]
    rich = [section["intro"], section["closing"], *rich_texts(content)]
    return {
        "words": sum(prose.count_words(text) for text in rich if text),
        "rows": sum(1 for _ in rows_of(content)),
        "to_be_set": sum(1 for text in cells_of(content) if is_to_be_set(text)),
    }


def rich_texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        if prose.is_clean(value):
            yield value
    else:
        for item in _inner(value):
            yield from rich_texts(item)


def rows_of(value: Any) -> Iterator[Mapping[str, Any]]:
    """Yield every row that bears an id, set-up aside."""
    if isinstance(value, Mapping) and "id" in value:
        yield value
    for item in _inner(value):
        yield from rows_of(item)


def cells_of(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    else:
        for item in _inner(value):
            yield from cells_of(item)


def _inner(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        yield from (item for key, item in value.items() if key not in SET_UP)
    elif isinstance(value, list):
        yield from value


def is_to_be_set(text: str) -> bool:
    """Whether a cell says that its value is still to come; long texts are not looked at."""
    return 0 < len(text) < 60 and values.parse(text).status is Status.TO_BE_SET
