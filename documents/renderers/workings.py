"""The rules of a table's cells as formulas of a spreadsheet, each tried before it is written.

A formula is rounded as its figure is printed, a half away from zero. It is written only if it
gives the printed figure; where it gives another, the figure stands as stated.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation

from openpyxl.utils import get_column_letter

from documents.blocks import Cell, CellRef, FormulaRule, Rule, SumRule, Table
from documents.spreadsheets import as_number
from documents.values import Status, Value, parse, round_half_up, show

LONGEST = 8_000  # characters of a formula; a workbook takes 8,192
MOST_DIGITS = 14  # a spreadsheet counts with fifteen
_DEEPEST = 12  # formulas within formulas
_MOST_ADDENDS = 200  # of one SUM; a spreadsheet takes 255

_PRECISE = Context(prec=100, traps=[DivisionByZero, InvalidOperation])
_COUNTS_AS_NOTHING = frozenset({Status.BLANK, Status.NIL, Status.NOT_APPLICABLE})
_TOKEN = re.compile(r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|([-+*/()]))")
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}
_JOINS: dict[str, Callable[[Decimal, Decimal], Decimal]] = {
    "+": _PRECISE.add,
    "-": _PRECISE.subtract,
    "*": _PRECISE.multiply,
    "/": _PRECISE.divide,
}


class _NoFormula(Exception):
    """No formula can say how the cell comes about."""


@dataclass(frozen=True, slots=True)
class Working:
    """How a cell is worked out: the formula, or None, and the figure that its rule gives, which is
    None where the rule gives none."""

    formula: str | None
    figure: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Term:
    """A piece of a formula and what it comes to."""

    text: str
    figure: Decimal


NOTHING = Working(None)


class Workings:
    """The formulas of one table whose first row stands in row `top` of its sheet."""

    def __init__(self, table: Table, top: int) -> None:
        self.table = table
        self.top = top
        self._columns = _places([column.key for column in table.columns])
        self._rows = _places([row.key for row in table.rows])

    def work_out(self, y: int, x: int) -> Working:
        """Return how the cell in this row and column of the table is worked out."""
        cell = self.table.rows[y].cells[x]
        value = _figure_of(cell)
        if value is None or not isinstance(cell, Cell) or cell.rule is None:
            return NOTHING
        try:
            term = self._work_out_rule(cell.rule, y, depth=0)
        except (_NoFormula, DivisionByZero, InvalidOperation):
            return NOTHING
        figure = round_half_up(term.figure, value.decimals)
        printed = parse(show(value)).number
        if figure != printed:
            return Working(None, figure)
        if len(term.text) > LONGEST or len(figure.as_tuple().digits) > MOST_DIGITS:
            return NOTHING
        return Working(_round(term.text, value), figure)

    def _work_out_rule(self, rule: Rule, y: int, depth: int) -> _Term:
        if depth > _DEEPEST:
            raise _NoFormula
        if isinstance(rule, SumRule):
            return self._add(rule, depth)
        return _Reader(rule, lambda name: self._take(y, self._column(name), depth)).read()

    # --- sums --------------------------------------------------------------------------------

    def _add(self, rule: SumRule, depth: int) -> _Term:
        places = [self._find(ref) for ref in rule.cells]
        terms = [self._take(y, x, depth, in_sum=True) for y, x in places]
        if not terms:
            raise _NoFormula
        figure = Decimal(0)
        for term in terms:
            figure = _PRECISE.add(figure, term.figure)
        plain = all(term.text == self._name(*at) for term, at in zip(terms, places, strict=True))
        texts = list(self._join(places)) if plain else [term.text for term in terms]
        return _Term(_write_sum(texts), figure)

    def _find(self, ref: CellRef) -> tuple[int, int]:
        if ref.row not in self._rows:
            raise _NoFormula
        return self._rows[ref.row], self._column(ref.column)

    def _column(self, key: str) -> int:
        if key not in self._columns:
            raise _NoFormula
        return self._columns[key]

    def _join(self, places: Sequence[tuple[int, int]]) -> Iterator[str]:
        """Yield places as ranges, where they lie under or beside each other in order."""
        start = 0
        while start < len(places):
            end = start + 1
            step: tuple[int, int] | None = None
            while end < len(places):
                (y, x), (next_y, next_x) = places[end - 1], places[end]
                move = (next_y - y, next_x - x)
                if move not in ((1, 0), (0, 1)) or step not in (None, move):
                    break
                step, end = move, end + 1
            first, last = self._name(*places[start]), self._name(*places[end - 1])
            yield first if first == last else f"{first}:{last}"
            start = end

    # --- cells -------------------------------------------------------------------------------

    def _take(self, y: int, x: int, depth: int, *, in_sum: bool = False) -> _Term:
        """Return a cell as a piece of a formula: its name, or what it is worked out from where
        its figure is printed shorter than it is."""
        cell = self.table.rows[y].cells[x]
        name = self._name(y, x)
        content = cell.content if isinstance(cell, Cell) else ""
        if (isinstance(content, Value) and content.status in _COUNTS_AS_NOTHING) or content == "":
            return _Term(name if in_sum else f"N({name})", Decimal(0))
        value = _figure_of(cell)
        if value is None or value.number is None or not isinstance(cell, Cell):
            raise _NoFormula
        printed = parse(show(value)).number
        if printed != value.number:
            if cell.rule is None:
                raise _NoFormula
            inner = self._work_out_rule(cell.rule, y, depth + 1)
            return _Term(f"({inner.text})", inner.figure)
        return _Term(f"({name}*100)" if is_percentage(value) else name, value.number)

    def _name(self, y: int, x: int) -> str:
        return f"{get_column_letter(x + 1)}{self.top + y}"


def is_percentage(value: Value) -> bool:
    """Whether a spreadsheet holds the value as a hundredth of what is printed."""
    return "%" in show(value)


def _figure_of(cell: object) -> Value | None:
    """Return a cell's value if it is written as a number."""
    content = cell.content if isinstance(cell, Cell) else None
    if not isinstance(content, Value) or content.number is None:
        return None
    return content if as_number(show(content)) else None


def _places(keys: Sequence[str]) -> dict[str, int]:
    """Return where each key stands; keys that are not alone are left out."""
    counted = Counter(keys)
    return {key: place for place, key in enumerate(keys) if counted[key] == 1}


def _write_sum(texts: Sequence[str]) -> str:
    while len(texts) > _MOST_ADDENDS:
        starts = range(0, len(texts), _MOST_ADDENDS)
        texts = [f"SUM({','.join(texts[at : at + _MOST_ADDENDS])})" for at in starts]
    return f"SUM({','.join(texts)})"


def _round(text: str, value: Value) -> str:
    if is_percentage(value):
        return f"ROUND(({text})/100,{value.decimals + 2})"
    return f"ROUND({text},{value.decimals})"


class _Reader:
    """Reads a formula over column keys, and writes it over cells: `(c2 - c1) / c1 %`."""

    def __init__(self, rule: FormulaRule, take: Callable[[str], _Term]) -> None:
        self._take = take
        text = rule.formula.strip()
        self._percent = text.endswith("%")
        self._tokens = list(_read_tokens(text.removesuffix("%").rstrip()))
        self._at = 0

    def read(self) -> _Term:
        term = self._read_sum(0, depth=0)
        if self._at < len(self._tokens):
            raise _NoFormula
        if not self._percent:
            return term
        return _Term(f"({term.text})*100", _PRECISE.multiply(term.figure, Decimal(100)))

    def _read_sum(self, binding: int, *, depth: int) -> _Term:
        left = self._read_term(depth=depth)
        while (sign := self._peek()) in _BINDING and _BINDING[sign] > binding:
            self._at += 1
            right = self._read_sum(_BINDING[sign], depth=depth + 1)
            left = _Term(f"{left.text}{sign}{right.text}", _JOINS[sign](left.figure, right.figure))
        return left

    def _read_term(self, *, depth: int) -> _Term:
        found = self._peek()
        self._at += 1
        if depth > 2 * _DEEPEST:
            raise _NoFormula
        if found == "(":
            inner = self._read_sum(0, depth=depth + 1)
            if self._peek() != ")":
                raise _NoFormula
            self._at += 1
            return _Term(f"({inner.text})", inner.figure)
        if found == "-":
            term = self._read_sum(_BINDING["*"], depth=depth + 1)
            return _Term(f"(-{term.text})", _PRECISE.minus(term.figure))
        if found[:1].isdigit():
            return _Term(found, Decimal(found))
        if found[:1].isalpha():
            return self._take(found)
        raise _NoFormula

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""


def _read_tokens(text: str) -> Iterator[str]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise _NoFormula
        yield match[0].strip()
        at = match.end()
