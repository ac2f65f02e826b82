"""Budgets and staffing as data: the plan file's `content`, read into rows and written from them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, Field, SerializerFunctionWrapHandler, model_serializer

from budgets import models
from budgets.arithmetic import typed_names
from documents import values
from plans.content import (
    ROW_LIMIT,
    Amount,
    Content,
    Fault,
    FinancialYear,
    Identified,
    Path,
    Plain,
    read_year,
    repeated,
)
from plans.models import Section
from plans.registry import PlanFacts, RowStore
from plans.rows import sync_one, sync_rows

YEAR_LIMIT = 20
U = TypeVar("U", models.BudgetUnit, models.StaffingUnit)

StatedName = Literal[
    "prior_net",
    "prior_fte",
    "fte",
    "employee",
    "running",
    "contracts",
    "gross",
    "external_income",
    "internal_income",
    "net",
    "staffing",
    "non_staffing",
    "grants",
]
STATED_NAMES: tuple[str, ...] = StatedName.__args__  # type: ignore[attr-defined]
STATED_TOTALS = ("controllable", "total_cost")


def _stated_in_order(stated: dict[str, str]) -> dict[str, str]:
    """Return what is stated, in the plan file's order; a blank states nothing."""
    return {name: stated[name] for name in STATED_NAMES if stated.get(name)}


def _totals_in_order(stated: dict[str, dict[str, str]]) -> dict[str, dict[str, str]]:
    ordered = {name: _stated_in_order(stated.get(name) or {}) for name in STATED_TOTALS}
    return {name: figures for name, figures in ordered.items() if figures}


Stated = Annotated[dict[StatedName, Amount], AfterValidator(_stated_in_order)]
StatedTotals = Annotated[
    dict[Literal["controllable", "total_cost"], Stated], AfterValidator(_totals_in_order)
]


class BudgetLine(Identified):
    """One activity. Income is negative; gross and net are derived and never typed."""

    activity: Plain
    prior_net: Amount = ""
    prior_fte: Amount = ""
    fte: Amount = ""
    employee: Amount = ""
    running: Amount = ""
    contracts: Amount = ""
    staffing: Amount = ""
    non_staffing: Amount = ""
    external_income: Amount = ""
    internal_income: Amount = ""
    grants: Amount = ""
    lead: Plain = ""
    stated: Stated = {}


class MemorandumItem(Identified):
    label: Plain
    prior: Amount = ""
    current: Amount = ""


class BudgetUnit(Identified):
    unit: Plain
    title: Plain = ""
    lines: Annotated[list[BudgetLine], Field(max_length=ROW_LIMIT)] = []
    memorandum: Annotated[list[MemorandumItem], Field(max_length=ROW_LIMIT)] = []
    stated: StatedTotals = {}


class BudgetContent(Content):
    """A line is written with the amounts of the layout alone."""

    layout: Literal["full", "compact"] = "full"
    prior_year: FinancialYear | None = None
    stated: StatedTotals = {}
    units: Annotated[list[BudgetUnit], Field(max_length=ROW_LIMIT)] = []

    @model_serializer(mode="wrap")
    def _write_layout(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        written: dict[str, Any] = write(self)
        keys = line_keys(self.layout)
        for unit in written["units"]:
            unit["lines"] = [{key: line[key] for key in keys} for line in unit["lines"]]
        return written


def line_keys(layout: str) -> tuple[str, ...]:
    """Return the keys of a line in the plan file's order."""
    return ("id", "activity", *typed_names(layout), "lead", "stated")


def empty_budget(plan: PlanFacts) -> dict[str, Any]:
    """Return a new budget: the year before beside the plan's own."""
    return BudgetContent(prior_year=year_before(plan.year)).model_dump()


def year_before(year: str) -> str:
    """Return "2007/08" for "2008/09"."""
    first = int(year[:4]) - 1
    return read_year(f"{first}/{first + 1}")


# --- faults ------------------------------------------------------------------------------------


def budget_faults(content: BudgetContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield what the schema cannot see: units the plan does not name, the other layout's cells."""
    yield from _unknown_units(content.units, plan)
    yield from _too_many_rows(len(unit.lines) + len(unit.memorandum) + 1 for unit in content.units)
    known = set(typed_names(content.layout))
    foreign = [name for name in models.AMOUNTS if name not in known]
    for i, unit in enumerate(content.units):
        for j, line in enumerate(unit.lines):
            for name in foreign:
                if getattr(line, name):
                    yield Fault(("units", i, "lines", j, name), _foreign(content.layout))


def _foreign(layout: str) -> str:
    other = "compact" if layout == "full" else "full"
    return f"belongs to the {other} layout; this budget has the {layout} one"


def _unknown_units(units: Iterable[BudgetUnit | StaffingUnit], plan: PlanFacts) -> Iterator[Fault]:
    named = {unit.key for unit in plan.units}
    for i, unit in enumerate(units):
        if unit.unit not in named:
            message = f'the plan has no unit "{unit.unit}"' if unit.unit else "choose a unit"
            yield Fault(("units", i, "unit"), message)


def _too_many_rows(counts: Iterable[int]) -> Iterator[Fault]:
    rows = sum(counts)
    if rows > ROW_LIMIT:
        yield Fault(("units",), f"has {rows:,} rows; at most {ROW_LIMIT:,} are kept in a section")


# --- budget rows -------------------------------------------------------------------------------


def load_budget(section: Section, content: BudgetContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    sync_one(
        models.Budget.objects.filter(section=section),
        models.Budget(
            section=section,
            layout=content.layout,
            prior_year=content.prior_year,
            stated=content.stated,
        ),
    )
    wanted = [
        models.BudgetUnit(
            section=section,
            row_id=unit.id,
            position=position,
            **_columns_of_unit(unit),
        )
        for position, unit in enumerate(content.units)
    ]

    def load_rows(stored: Sequence[models.BudgetUnit]) -> None:
        pairs = list(zip(stored, content.units, strict=True))
        lines = [row for unit, data in pairs for row in _line_rows(section, unit, data.lines)]
        sync_rows(models.BudgetLine.objects.filter(section=section), lines)
        items = [row for unit, data in pairs for row in _item_rows(section, unit, data.memorandum)]
        sync_rows(models.MemorandumItem.objects.filter(section=section), items)

    _sync_units(models.BudgetUnit.objects.filter(section=section), wanted, load_rows)


def _columns_of_unit(unit: BudgetUnit) -> dict[str, Any]:
    return {"unit": unit.unit, "title": unit.title, "stated": unit.stated}


def _sync_units(existing: Any, wanted: list[U], load_rows: Callable[[list[U]], None]) -> None:
    """Sync units and their rows; a unit goes last, when rows that left it have found another."""
    kept = [unit.row_id for unit in wanted]
    load_rows(sync_rows(existing.filter(row_id__in=kept), wanted))
    existing.exclude(row_id__in=kept).delete()


def _line_rows(
    section: Section, unit: models.BudgetUnit, lines: Iterable[BudgetLine]
) -> Iterator[models.BudgetLine]:
    for position, line in enumerate(lines):
        yield models.BudgetLine(
            section=section,
            unit=unit,
            row_id=line.id,
            position=position,
            **_columns_of_line(line),
        )


def _columns_of_line(line: BudgetLine) -> dict[str, Any]:
    words = {"activity": line.activity, "lead": line.lead, "stated": line.stated}
    return {**words, **_written_and_read(line, models.AMOUNTS)}


def _item_rows(
    section: Section, unit: models.BudgetUnit, items: Iterable[MemorandumItem]
) -> Iterator[models.MemorandumItem]:
    for position, item in enumerate(items):
        yield models.MemorandumItem(
            section=section,
            unit=unit,
            row_id=item.id,
            position=position,
            **_columns_of_item(item),
        )


def _columns_of_item(item: MemorandumItem) -> dict[str, Any]:
    return {"label": item.label, **_written_and_read(item, ("prior", "current"))}


def _written_and_read(row: Content, names: Iterable[str]) -> dict[str, Any]:
    columns: dict[str, Any] = {}
    for name in names:
        columns[name] = getattr(row, name)
        columns[f"{name}_amount"] = stored_amount(columns[name])
    return columns


def stored_amount(cell: str) -> Decimal | None:
    """Return the number that the database keeps of a cell: at four decimals, None if it has none
    or is longer than the column."""
    number = values.parse(cell).number
    if number is None or abs(number) >= models.AMOUNT_LIMIT:
        return None
    return values.round_half_up(number, models.AMOUNT_DECIMALS)


def dump_budgets(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the contents of budget sections by primary key, in four queries."""
    budgets = {b.section_id: b for b in models.Budget.objects.filter(section__in=sections)}
    units = _grouped(models.BudgetUnit.objects.filter(section__in=sections), "section_id")
    lines = _grouped(models.BudgetLine.objects.filter(section__in=sections), "unit_id")
    items = _grouped(models.MemorandumItem.objects.filter(section__in=sections), "unit_id")
    contents = {}
    for section in sections:
        content = _dump_budget(budgets.get(section.pk))
        content["units"] = [
            _dump_unit(unit, content["layout"], lines[unit.pk], items[unit.pk])
            for unit in units[section.pk]
        ]
        contents[section.pk] = content
    return contents


def _dump_budget(budget: models.Budget | None) -> dict[str, Any]:
    budget = budget or models.Budget()
    return {
        "layout": str(budget.layout),
        "prior_year": budget.prior_year,
        "stated": _totals_in_order(budget.stated),
        "units": [],
    }


def set_up_budget(section: Section) -> dict[str, Any]:
    """Return the content of a budget without its units."""
    return _dump_budget(models.Budget.objects.filter(section=section).first())


def _dump_unit(
    unit: models.BudgetUnit,
    layout: str,
    lines: Iterable[models.BudgetLine],
    items: Iterable[models.MemorandumItem],
) -> dict[str, Any]:
    return {
        "id": unit.row_id,
        "unit": unit.unit,
        "title": unit.title,
        "lines": [_dump_line(line, layout) for line in lines],
        "memorandum": [_dump_item(item) for item in items],
        "stated": _totals_in_order(unit.stated),
    }


def _dump_item(item: models.MemorandumItem) -> dict[str, Any]:
    return {"id": item.row_id, "label": item.label, "prior": item.prior, "current": item.current}


def _dump_line(line: models.BudgetLine, layout: str) -> dict[str, Any]:
    return {
        "id": line.row_id,
        "activity": line.activity,
        **{name: getattr(line, name) for name in typed_names(layout)},
        "lead": line.lead,
        "stated": _stated_in_order(line.stated),
    }


def _grouped(rows: Iterable[Any], name: str) -> Mapping[int, list[Any]]:
    groups: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        groups[getattr(row, name)].append(row)
    return groups


BUDGET_UNITS = RowStore(
    path=("units",),
    model=models.BudgetUnit,
    alone=frozenset({"title", "stated"}),
    dump=lambda row, content: _dump_unit(row, content["layout"], (), ()),
    columns=_columns_of_unit,
)
BUDGET_LINES = RowStore(
    path=("units", "lines"),
    model=models.BudgetLine,
    alone=frozenset({"activity", *models.AMOUNTS, "lead", "stated"}),
    dump=lambda row, content: _dump_line(row, content["layout"]),
    columns=_columns_of_line,
    within="unit",
)
MEMORANDUM_ITEMS = RowStore(
    path=("units", "memorandum"),
    model=models.MemorandumItem,
    alone=frozenset({"label", "prior", "current"}),
    dump=lambda row, content: _dump_item(row),
    columns=_columns_of_item,
    within="unit",
)


# --- staffing ----------------------------------------------------------------------------------


class StaffingBand(Identified):
    """Posts of a range of grades: a cell for each of the section's years."""

    label: Plain
    fte: list[Amount] = []


class StaffingUnit(Identified):
    unit: Plain
    title: Plain = ""
    bands: Annotated[list[StaffingBand], Field(max_length=ROW_LIMIT)] = []
    externally_funded: list[Amount] = []
    stated: list[Amount] = []


class StaffingContent(Content):
    """Posts in full-time equivalents; totals are derived and compared with the stated ones."""

    years: Annotated[list[FinancialYear], Field(max_length=YEAR_LIMIT)] = []
    total_title: Plain = ""
    stated: list[Amount] = []
    stated_bands: Annotated[list[StaffingBand], Field(max_length=ROW_LIMIT)] = []
    stated_externally_funded: list[Amount] = []
    units: Annotated[list[StaffingUnit], Field(max_length=ROW_LIMIT)] = []


def empty_staffing(plan: PlanFacts) -> dict[str, Any]:
    """Return a new staffing section: the year before, and the plan's own."""
    return StaffingContent(years=[year_before(plan.year), plan.year]).model_dump()


def staffing_faults(content: StaffingContent, plan: PlanFacts) -> Iterator[Fault]:
    """Yield what the schema cannot see: unknown units, too many figures, negative posts."""
    yield from repeated(((("years", i), year) for i, year in enumerate(content.years)), "year")
    yield from _unknown_units(content.units, plan)
    yield from _too_many_rows(len(unit.bands) + 1 for unit in content.units)
    for path, cells in _posts_by_year(content):
        if len(cells) > len(content.years):
            yield Fault(path, f"has {len(cells)} figures for {len(content.years)} years")
        for i, cell in enumerate(cells):
            number = values.parse(cell).number
            if number is not None and number < 0:
                yield Fault((*path, i), "posts cannot be negative")


def _posts_by_year(content: StaffingContent) -> Iterator[tuple[Path, list[str]]]:
    yield ("stated",), content.stated
    for i, band in enumerate(content.stated_bands):
        yield ("stated_bands", i, "fte"), band.fte
    yield ("stated_externally_funded",), content.stated_externally_funded
    for i, unit in enumerate(content.units):
        for j, band in enumerate(unit.bands):
            yield ("units", i, "bands", j, "fte"), band.fte
        yield ("units", i, "externally_funded"), unit.externally_funded
        yield ("units", i, "stated"), unit.stated


def load_staffing(section: Section, content: StaffingContent) -> None:
    """Make the section's rows read like `content`; only what changed is written."""
    sync_one(
        models.Staffing.objects.filter(section=section),
        models.Staffing(
            section=section,
            years=content.years,
            total_title=content.total_title,
            stated=content.stated,
            stated_bands=[band.model_dump() for band in content.stated_bands],
            stated_externally_funded=content.stated_externally_funded,
        ),
    )
    wanted = [
        models.StaffingUnit(
            section=section,
            row_id=unit.id,
            position=position,
            **_columns_of_posts_unit(unit),
        )
        for position, unit in enumerate(content.units)
    ]

    def load_rows(stored: Sequence[models.StaffingUnit]) -> None:
        pairs = list(zip(stored, content.units, strict=True))
        bands = [row for unit, data in pairs for row in _band_rows(section, unit, data.bands)]
        bands = sync_rows(models.StaffingBand.objects.filter(section=section), bands)
        cells = [band.fte for unit in content.units for band in unit.bands]
        posts = [
            row
            for band, fte in zip(bands, cells, strict=True)
            for row in _post_rows(band, content.years, fte)
        ]
        sync_rows(models.Posts.objects.filter(band__section=section), posts)

    _sync_units(models.StaffingUnit.objects.filter(section=section), wanted, load_rows)


def _columns_of_posts_unit(unit: StaffingUnit) -> dict[str, Any]:
    return unit.model_dump(exclude={"id", "bands"})


def _band_rows(
    section: Section, unit: models.StaffingUnit, bands: Iterable[StaffingBand]
) -> Iterator[models.StaffingBand]:
    for position, band in enumerate(bands):
        yield models.StaffingBand(
            section=section, unit=unit, row_id=band.id, position=position, label=band.label
        )


def _post_rows(
    band: models.StaffingBand, years: Sequence[str], cells: Sequence[str]
) -> Iterator[models.Posts]:
    for position, (year, cell) in enumerate(zip(years, cells, strict=False)):
        yield models.Posts(
            band=band, position=position, year=year, fte=cell, fte_amount=stored_amount(cell)
        )


def dump_staffing(sections: Sequence[Section]) -> dict[int, dict[str, Any]]:
    """Return the contents of staffing sections by primary key, in four queries."""
    heads = {s.section_id: s for s in models.Staffing.objects.filter(section__in=sections)}
    units = _grouped(models.StaffingUnit.objects.filter(section__in=sections), "section_id")
    bands = _grouped(models.StaffingBand.objects.filter(section__in=sections), "unit_id")
    posts = _grouped(models.Posts.objects.filter(band__section__in=sections), "band_id")
    contents = {}
    for section in sections:
        content = _dump_staffing(heads.get(section.pk))
        content["units"] = [
            _dump_staffing_unit(unit, bands[unit.pk], posts) for unit in units[section.pk]
        ]
        contents[section.pk] = content
    return contents


def _dump_staffing(head: models.Staffing | None) -> dict[str, Any]:
    head = head or models.Staffing()
    return {
        "years": head.years,
        "total_title": head.total_title,
        "stated": head.stated,
        "stated_bands": [
            {"id": band["id"], "label": band["label"], "fte": band["fte"]}
            for band in head.stated_bands
        ],
        "stated_externally_funded": head.stated_externally_funded,
        "units": [],
    }


def set_up_staffing(section: Section) -> dict[str, Any]:
    """Return the content of a staffing section without its units."""
    return _dump_staffing(models.Staffing.objects.filter(section=section).first())


def _dump_staffing_unit(
    unit: models.StaffingUnit,
    bands: Iterable[models.StaffingBand],
    posts: Mapping[int, Sequence[models.Posts]],
) -> dict[str, Any]:
    return {
        "id": unit.row_id,
        "unit": unit.unit,
        "title": unit.title,
        "bands": [_dump_band(band, posts[band.pk]) for band in bands],
        "externally_funded": unit.externally_funded,
        "stated": unit.stated,
    }


def _dump_band(band: models.StaffingBand, posts: Iterable[models.Posts]) -> dict[str, Any]:
    return {"id": band.row_id, "label": band.label, "fte": [row.fte for row in posts]}


def _write_posts(band: models.StaffingBand, entry: StaffingBand, content: StaffingContent) -> None:
    sync_rows(band.posts.all(), list(_post_rows(band, content.years, entry.fte)))


STAFFING_UNITS = RowStore(
    path=("units",),
    model=models.StaffingUnit,
    alone=frozenset({"title", "externally_funded", "stated"}),
    dump=lambda row, content: _dump_staffing_unit(row, (), {}),
    columns=_columns_of_posts_unit,
)
STAFFING_BANDS = RowStore(
    path=("units", "bands"),
    model=models.StaffingBand,
    alone=frozenset({"label", "fte"}),
    dump=lambda row, content: _dump_band(row, row.posts.all()),
    columns=lambda entry: {"label": entry.label},
    within="unit",
    beside=("posts",),
    write_beside=_write_posts,
)
