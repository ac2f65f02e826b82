"""The number guard: cells that are no number of what their column counts, or only nearly one.

Nothing is ever changed by it: it asks, with the readings that may be meant. The page asks the
same by `static/js/guard-questions.js`; shared cases in `tests/js/` hold the two together.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from documents import values
from documents.values import Status, Value
from plans.content import Path
from plans.grid import Field, Grid, RowList, value_at

AMOUNTS = ("money", "fte")  # an amount and nothing else may stand there
_MONEY = ("£", "£000", "£k", "£m")
_POSTS = ("fte", "ftes", "wte")
_PERCENT = re.compile(r"%|per ?cent", re.IGNORECASE | re.ASCII)
_SCALES = ("k", "m", "bn")
_LONGEST = 40  # characters of what may be a number

# Digits, what parts them, and what stands around numbers: a telephone number or a date is none.
_NUMBER_LIKE = re.compile(
    r"[-+()£ ]*"
    r"(?=[OoIl.,' ]*[0-9])[0-9OoIl.,' ]+"
    r"(?:%|k|m|bn|thousand|million|billion)?[-+()% ]*",
    re.IGNORECASE | re.ASCII,
)
_NO_NUMBER = re.compile(
    r"[0-9]+(?:\.[0-9]{1,2})+\.(?:[0-9]{1,2}|[0-9]{4})"  # 1.2.3, 14.3.2008
    r"|0[0-9]+ [0-9 ]+"  # 01322 555 0100
    r"|.*[0-9] (?![0-9]{3}(?![0-9]))[0-9].*"  # 8 8
)


@dataclass(frozen=True, slots=True)
class Question:
    """What is odd about a cell, as the end of a sentence, and what it may mean, likeliest first."""

    fault: str
    readings: tuple[str, ...] = ()

    def __str__(self) -> str:
        meant = f" Did you mean {' or '.join(self.readings)}?" if self.readings else ""
        return f"{self.fault}.{meant}"


@dataclass(frozen=True, slots=True)
class Questioned:
    """A cell with a question: its path by index, its words, and the question."""

    path: Path
    text: str
    question: Question


# --- one cell ------------------------------------------------------------------------------------


def ask(text: str, holds: str, *, row_unit: str = "", money_unit: str = "£000") -> Question | None:
    """Return the question to ask about a cell; None if it can stand as it is.

    `holds` is what `Field.holds` says; `row_unit`: what the cell's row counts.
    """
    if not holds:
        return None
    counted, unit = what_counts(holds, row_unit, money_unit)
    value = values.parse(text)
    if value.number is not None:
        fault = _misfit(value, counted, row_unit)
        return Question(fault, _readings_of(value, unit)) if fault else None
    if value.status is not Status.TEXT or not (holds in AMOUNTS or _is_number_like(text)):
        return None
    if counted == "number" and values.parse(text.lower()).number is not None:
        return None  # £2.3M where anything is counted
    readings = values.propose(text, unit)
    return Question("is not written as a number", readings) if readings else None


def what_counts(holds: str, row_unit: str, money_unit: str) -> tuple[str, str]:
    """Return what a cell counts (money, fte, percent, count, number) and in which money unit."""
    if holds == "money":
        return "money", money_unit
    if holds in ("fte", "number"):
        return holds, ""
    return _of_unit(row_unit if holds == "row" else holds.removeprefix("unit:"))


def _of_unit(unit: str) -> tuple[str, str]:
    plain = unit.strip()
    if plain in _MONEY:
        return "money", plain
    if plain.lower() in _POSTS:
        return "fte", ""
    if _PERCENT.search(plain):
        return "percent", ""
    return ("count" if plain else "number"), ""


def _misfit(value: Value, counted: str, row_unit: str) -> str:
    """Say what of a number does not belong where `counted` is counted; "" if all does."""
    said = value.unit or value.word
    if said and said == row_unit.strip():
        return ""
    strange = counted in AMOUNTS or value.unit in _SCALES or (counted == "count" and said == "%")
    if said and strange and counted != "number":
        return f"has “{said}”, which does not belong here"
    if value.pound and counted not in ("money", "number"):
        return "has “£”, which does not belong here"
    return ""


def _readings_of(value: Value, unit: str) -> tuple[str, ...]:
    readings = values.propose(value.text, unit)
    if readings or value.number is None:
        return readings
    return (values.show(values.computed(value.number, value.decimals)),)


def _is_number_like(text: str) -> bool:
    plain = values.plainly(text)
    if len(plain) > _LONGEST:
        return False
    return bool(_NUMBER_LIKE.fullmatch(plain)) and not _NO_NUMBER.fullmatch(plain)


# --- a whole section -----------------------------------------------------------------------------


def questions(content: Mapping[str, Any], grid: Grid, money_unit: str) -> Iterator[Questioned]:
    """Yield every questioned cell of what a grid shows, in its order."""
    for field in grid.fields:
        yield from _ask_at((), content, field, "", money_unit)
    for rows in grid.lists:
        yield from _ask_rows(rows, (), content, money_unit)


def _ask_rows(
    rows: RowList, at: Path, holder: Mapping[str, Any], money_unit: str
) -> Iterator[Questioned]:
    here = value_at(holder, rows.path)
    for index, row in enumerate(here if isinstance(here, list) else ()):
        if not isinstance(row, Mapping):
            continue
        path = (*at, *rows.path, index)
        unit = row.get("unit")
        for field in rows.fields:
            yield from _ask_at(path, row, field, unit if isinstance(unit, str) else "", money_unit)
        for inner in rows.lists:
            yield from _ask_rows(inner, path, row, money_unit)


def _ask_at(
    at: Path, holder: Mapping[str, Any], field: Field, row_unit: str, money_unit: str
) -> Iterator[Questioned]:
    text = value_at(holder, field.path) if field.holds else None
    if isinstance(text, str) and text:
        question = ask(text, field.holds, row_unit=row_unit, money_unit=money_unit)
        if question:
            yield Questioned((*at, *field.path), text, question)
