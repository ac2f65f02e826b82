"""Adding up budgets and posts: from content to derived values. Pure; knows neither ORM nor print.

Content is read as plain mappings and lists, so that a half-filled form adds up as a stored
section does; what cannot be read as a number makes its sums "to be set".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import values
from documents.values import BLANK, Value

Amounts = Mapping[str, Value]

COSTS = {"full": ("employee", "running", "contracts"), "compact": ("staffing", "non_staffing")}
INCOMES = {
    "full": ("external_income", "internal_income"),
    "compact": ("internal_income", "external_income", "grants"),
}
_REMARK = re.compile(r"\s[-\N{EN DASH}]\s")


def typed_names(layout: str) -> tuple[str, ...]:
    """Return the amounts that a line of this layout is given, in the plan file's order."""
    return ("prior_net", "prior_fte", "fte", *COSTS[layout], *INCOMES[layout])


def amount_names(layout: str) -> tuple[str, ...]:
    """Return every amount of a line, gross and net among them, in reading order."""
    return ("prior_net", "prior_fte", "fte", *COSTS[layout], "gross", *INCOMES[layout], "net")


def layout_of(content: Mapping[str, Any]) -> str:
    """Return the layout of budget content; one that does not exist reads as full."""
    layout = content.get("layout")
    return layout if layout in COSTS else "full"


@dataclass(frozen=True, slots=True)
class UnitBudget:
    """One unit's amounts: by line, and added up. `prior`, `current`: each memorandum item's."""

    key: str
    lines: tuple[Amounts, ...]
    controllable: Amounts
    prior: tuple[Value, ...]
    current: tuple[Value, ...]
    total_cost: Amounts


@dataclass(frozen=True, slots=True)
class PlanBudget:
    """A budget section added up. `prior` and `current`: all memorandum items together."""

    layout: str
    units: tuple[UnitBudget, ...]
    controllable: Amounts
    prior: Value
    current: Value
    total_cost: Amounts


def add_budget(content: Mapping[str, Any]) -> PlanBudget:
    """Return every derived amount of budget content, in its money unit and in posts."""
    layout = layout_of(content)
    units = tuple(_add_unit(unit, layout) for unit in _objects(content.get("units")))
    return _add_units(units, layout)


def budget_of_unit(budget: PlanBudget, key: str) -> PlanBudget:
    """Return the budget of one unit alone; a unit may have several tables."""
    return _add_units(tuple(unit for unit in budget.units if unit.key == key), budget.layout)


def _add_units(units: Sequence[UnitBudget], layout: str) -> PlanBudget:
    controllable = _add_columns([unit.controllable for unit in units], layout)
    prior = [value for unit in units for value in unit.prior]
    current = [value for unit in units for value in unit.current]
    return PlanBudget(
        layout=layout,
        units=tuple(units),
        controllable=controllable,
        prior=values.total_of_pounds(prior),
        current=values.total_of_pounds(current),
        total_cost=_total_cost(controllable, prior, current),
    )


def _add_unit(unit: Mapping[str, Any], layout: str) -> UnitBudget:
    lines = tuple(_add_line(line, layout) for line in _objects(unit.get("lines")))
    items = _objects(unit.get("memorandum"))
    prior = tuple(_read(item.get("prior")) for item in items)
    current = tuple(_read(item.get("current")) for item in items)
    controllable = _add_columns(lines, layout)
    return UnitBudget(
        key=str(unit.get("unit") or ""),
        lines=lines,
        controllable=controllable,
        prior=prior,
        current=current,
        total_cost=_total_cost(controllable, prior, current),
    )


def _add_line(line: Mapping[str, Any], layout: str) -> Amounts:
    amounts = {name: _read(line.get(name)) for name in typed_names(layout)}
    amounts["gross"] = values.total_of_pounds(amounts[name] for name in COSTS[layout])
    incomes = [amounts[name] for name in INCOMES[layout]]
    amounts["net"] = values.total_of_pounds([amounts["gross"], *incomes])
    return amounts


def _add_columns(rows: Sequence[Amounts], layout: str) -> Amounts:
    return {
        name: values.total_of_pounds(row[name] for row in rows) for name in amount_names(layout)
    }


def _total_cost(controllable: Amounts, prior: Iterable[Value], current: Iterable[Value]) -> Amounts:
    """Return the controllable amounts with memorandum items added to the two nets."""
    return {
        **controllable,
        "prior_net": values.total_of_pounds([controllable["prior_net"], *prior]),
        "net": values.total_of_pounds([controllable["net"], *current]),
    }


@dataclass(frozen=True, slots=True)
class UnitPosts:
    """One unit's posts by year: of each band, together, and of them externally funded."""

    key: str
    bands: tuple[tuple[Value, ...], ...]
    total: tuple[Value, ...]
    externally_funded: tuple[Value, ...]


@dataclass(frozen=True, slots=True)
class PlanPosts:
    """A staffing section added up by year. `bands`: label and posts of each band of any unit."""

    years: tuple[str, ...]
    units: tuple[UnitPosts, ...]
    bands: tuple[tuple[str, tuple[Value, ...]], ...]
    total: tuple[Value, ...]
    externally_funded: tuple[Value, ...]


def add_posts(content: Mapping[str, Any]) -> PlanPosts:
    """Return every derived number of staffing content, in full-time equivalents."""
    years = tuple(str(year) for year in content.get("years") or ())
    tables = _objects(content.get("units"))
    units = tuple(_add_unit_posts(unit, years) for unit in tables)
    labels = [name_band(band) for unit in tables for band in _objects(unit.get("bands"))]
    posts = [band for unit in units for band in unit.bands]
    by_label: dict[str, list[tuple[Value, ...]]] = {}
    for label, band in zip(labels, posts, strict=True):
        by_label.setdefault(label, []).append(band)
    return PlanPosts(
        years=years,
        units=units,
        bands=tuple((label, _add_years(bands, years)) for label, bands in by_label.items()),
        total=_add_years(posts, years),
        externally_funded=_add_years([unit.externally_funded for unit in units], years),
    )


def posts_of_unit(posts: PlanPosts, key: str) -> UnitPosts:
    """Return the posts of one unit, over all its tables."""
    units = [unit for unit in posts.units if unit.key == key]
    return UnitPosts(
        key=key,
        bands=tuple(band for unit in units for band in unit.bands),
        total=_add_years([unit.total for unit in units], posts.years),
        externally_funded=_add_years([unit.externally_funded for unit in units], posts.years),
    )


def _add_unit_posts(unit: Mapping[str, Any], years: Sequence[str]) -> UnitPosts:
    bands = tuple(read_years(band.get("fte"), years) for band in _objects(unit.get("bands")))
    return UnitPosts(
        key=str(unit.get("unit") or ""),
        bands=bands,
        total=_add_years(bands, years),
        externally_funded=read_years(unit.get("externally_funded"), years),
    )


def read_years(cells: Any, years: Sequence[str]) -> tuple[Value, ...]:
    """Return the value of each year; one that is not written is blank."""
    written = [_read(cell) for cell in (cells or ())][: len(years)]
    return (*written, *[BLANK] * (len(years) - len(written)))


def _add_years(rows: Sequence[tuple[Value, ...]], years: Sequence[str]) -> tuple[Value, ...]:
    return tuple(values.total_of_pounds(row[place] for row in rows) for place in range(len(years)))


def name_band(band: Mapping[str, Any]) -> str:
    """Return a band's label without its notes and remark: bands of one label are one band.

    A remark stands after a spaced dash: "Grade 12 and below – includes the trainees".
    """
    words, _ = values.split_notes(str(band.get("label") or ""))
    return _REMARK.split(words, maxsplit=1)[0]


def _read(cell: Any) -> Value:
    return values.parse(cell) if isinstance(cell, str) and cell else BLANK


def _objects(items: Any) -> list[Mapping[str, Any]]:
    return [item for item in items or () if isinstance(item, Mapping)]
