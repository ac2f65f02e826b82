"""What the cells of an activity table come to: typed as typed, the rest by sums and formulas.

Works on content as data, also on content that does not validate yet. A column's formula holds
in every row; `sum_of` fills the other columns. A typed cell keeps its words and carries the rule
that it ought to follow.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from documents import values
from documents.blocks import CellRef, FormulaRule, Rule, SumRule
from documents.values import BLANK, TO_BE_SET, Value
from performance import formulas
from performance.formulas import Formula, NotAFormula


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """A column as far as arithmetic goes. `formula` is None also where it cannot be read."""

    key: str
    unit: str
    formula: Formula | None


@dataclass(frozen=True, slots=True)
class RowFacts:
    """A row as far as arithmetic goes; `name` is its lasting identity in the printed table."""

    key: str
    name: str
    is_group: bool
    sum_of: tuple[str, ...]
    blank: frozenset[str]
    cells: Mapping[str, Value]


@dataclass(frozen=True, slots=True)
class Answer:
    """What one cell prints, and the rule that it follows or is checked against."""

    value: Value
    rule: Rule | None = None

    @property
    def is_derived(self) -> bool:
        """Whether nobody typed it: it is printed because a rule gave it."""
        return self.rule is not None and (self.value.computed or self.value is TO_BE_SET)


NOTHING = Answer(BLANK)


def work_out_table(content: Mapping[str, Any]) -> list[dict[str, Answer]]:
    """Return, for each row of an activity section's content, what its cells print by column."""
    columns = [_read_column(column) for column in content.get("columns") or ()]
    rows = [_read_row(row, index, columns) for index, row in enumerate(content.get("rows") or ())]
    table = _Table(columns, rows)
    table.add_up()
    table.apply_formulas()
    return table.answers


def _read_column(column: Mapping[str, Any]) -> ColumnFacts:
    return ColumnFacts(
        column.get("key") or "", column.get("unit") or "", _read_formula(column.get("formula"))
    )


def _read_formula(text: str | None) -> Formula | None:
    if not text:
        return None
    try:
        return formulas.parse(text)
    except NotAFormula:
        return None


def _read_row(row: Mapping[str, Any], index: int, columns: Sequence[ColumnFacts]) -> RowFacts:
    cells = row.get("cells") or {}
    return RowFacts(
        key=row.get("key") or "",
        name=row.get("id") or row.get("key") or f"row-{index + 1}",
        is_group=row.get("kind") == "group",
        sum_of=tuple(row.get("sum_of") or ()),
        blank=frozenset(row.get("blank") or ()),
        cells={column.key: values.parse(cells.get(column.key) or "") for column in columns},
    )


class _Table:
    """The answers of one table while they are worked out: typed cells, then sums, then formulas."""

    def __init__(self, columns: Sequence[ColumnFacts], rows: Sequence[RowFacts]) -> None:
        self.columns = columns
        self.rows = rows
        self.answers: list[dict[str, Answer]] = [
            {key: Answer(value) if value.text else NOTHING for key, value in row.cells.items()}
            for row in rows
        ]
        self.places = {row.key: place for place, row in reversed(list(enumerate(rows)))}

    def add_up(self) -> None:
        """Fill the cells of rows that are sums, a sum after the rows that it adds."""
        plain = [column.key for column in self.columns if column.formula is None]
        needs = {row.key: row.sum_of for row in self.rows if row.sum_of}
        order, circular = in_order(needs)
        for key in order:
            for column in plain if key in needs else ():
                self._add_up_cell(self.places[key], column)
        for key in circular:
            self._leave_open(self.places[key], plain)

    def _add_up_cell(self, place: int, column: str) -> None:
        row = self.rows[place]
        typed = row.cells[column]
        if column in row.blank or row.is_group or (typed.text and typed.number is None):
            return
        addends = [self.places[key] for key in row.sum_of if key in self.places]
        rule = SumRule(tuple(CellRef(self.rows[addend].name, column) for addend in addends))
        if typed.text:
            self.answers[place][column] = Answer(typed, rule)
            return
        known = len(addends) == len(row.sum_of)
        added = [self.answers[addend][column].value for addend in addends]
        self.answers[place][column] = Answer(values.total(added) if known else TO_BE_SET, rule)

    def _leave_open(self, place: int, columns: Iterable[str]) -> None:
        for column in columns:
            if not self.rows[place].cells[column].text:
                self.answers[place][column] = Answer(TO_BE_SET)

    def apply_formulas(self) -> None:
        """Fill the cells of columns with a formula, a formula after the columns that it reads."""
        found = {column.key: (column, column.formula) for column in self.columns if column.formula}
        needs = {key: formula.names for key, (_, formula) in found.items()}
        order, circular = in_order(needs)
        for key in order:
            if key in found:
                self._apply_formula(*found[key])
        for place in range(len(self.rows)):
            self._leave_open(place, circular)

    def _apply_formula(self, column: ColumnFacts, formula: Formula) -> None:
        rule = FormulaRule(formula.text)
        decimals = self._typed_decimals(column.key)
        for row, answers in zip(self.rows, self.answers, strict=True):
            typed = row.cells[column.key]
            if row.is_group or column.key in row.blank or (typed.text and typed.number is None):
                continue
            if typed.text:
                answers[column.key] = Answer(typed, rule)
                continue
            cells = {key: answer.value for key, answer in answers.items()}
            value = formulas.work_out(formula, cells, decimals=decimals)
            answers[column.key] = Answer(_without_unit(value, column.unit), rule)

    def _typed_decimals(self, column: str) -> int | None:
        """Return the most decimals typed in a column; None if it holds no typed number."""
        typed = (row.cells[column] for row in self.rows)
        return max((value.decimals for value in typed if value.number is not None), default=None)


def _without_unit(value: Value, unit: str) -> Value:
    """Return a computed value without the unit that its column's head prints already."""
    if value.number is None or not unit or value.unit != unit:
        return value
    return values.computed(value.number, value.decimals)


# --- order ---------------------------------------------------------------------------------


def in_order(needs: Mapping[str, Sequence[str]]) -> tuple[list[str], list[str]]:
    """Return the names so that each stands after what it needs, and those for which that fails.

    The second list holds what is part of a circle or needs something that is.
    """
    waiting = {name: set(needed) for name, needed in needs.items()}
    needed_by: defaultdict[str, list[str]] = defaultdict(list)
    for name, needed in waiting.items():
        for each in needed:
            needed_by[each].append(name)
    ready = [name for name in needed_by if name not in waiting]
    ready += [name for name, needed in waiting.items() if not needed]
    for name in ready:
        for above in needed_by[name]:
            waiting[above].discard(name)
            if not waiting[above]:
                ready.append(above)
    done = set(ready)
    return ready, [name for name in needs if name not in done]


def circles(needs: Mapping[str, Sequence[str]]) -> Iterator[list[str]]:
    """Yield circles among the names, each in its order; at least one in each knot of them."""
    blocked = set(in_order(needs)[1])
    following = {
        name: next(each for each in needs[name] if each in blocked)
        for name in needs
        if name in blocked
    }
    seen: set[str] = set()
    for start in following:
        walk: list[str] = []
        at = start
        while at not in seen:
            seen.add(at)
            walk.append(at)
            at = following[at]
        if at in walk:
            yield walk[walk.index(at) :]
