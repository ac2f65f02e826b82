"""Formulas over the columns of a table: reading them, and what they give for one row.

A formula holds column keys, numbers, `+ - * / ( )`, unary minus and a final `%` (times 100). It is
read by a parser of its own into a list of steps and worked out on a stack; no text is ever run.
Knows cell values, but no tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Context, Decimal, DivisionByZero, InvalidOperation
from functools import lru_cache

from documents.values import BLANK, TO_BE_SET, Status, Value, computed

LENGTH_LIMIT = 500  # characters
NESTING_LIMIT = 20  # brackets and minus signs, one within the other
LARGEST = Decimal("1e30")  # a result beyond it is of no use to anybody

NOT_APPLICABLE = Value("N/A", Status.NOT_APPLICABLE, computed=True)

_PRECISE = Context(prec=100, traps=[DivisionByZero, InvalidOperation])
_SCALES = frozenset({"k", "m", "bn"})
_NOTHING = frozenset({Status.BLANK, Status.NIL, Status.NOT_APPLICABLE})
_TOKEN = re.compile(
    r"\s*(?:(?P<number>[0-9]+(?:\.[0-9]+)?)|(?P<name>[a-z][a-z0-9_]*)|(?P<sign>[-+*/()%]))"
)
_BINDING = {"+": 1, "-": 1, "*": 2, "/": 2}
_NEGATE = "negate"


class NotAFormula(ValueError):
    """A formula that cannot be read; the message says why."""


class _CannotBeAdded(ValueError):
    """Numbers of different units meet."""


@dataclass(frozen=True, slots=True)
class Name:
    """The step that puts the cell of this column on the stack."""

    column: str


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as steps in the order of working: numbers and names first, then what joins them.

    `percent`: it ends in %, and its result is multiplied by 100.
    """

    text: str
    steps: tuple[Decimal | Name | str, ...]
    percent: bool

    @property
    def names(self) -> tuple[str, ...]:
        """The columns that it reads, in order, each once."""
        found = (step.column for step in self.steps if isinstance(step, Name))
        return tuple(dict.fromkeys(found))

    @property
    def divides(self) -> bool:
        """Whether the result may have decimals that no cell has."""
        return "/" in self.steps


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number on the stack and what it counts."""

    number: Decimal
    unit: str = ""


# --- reading -------------------------------------------------------------------------------


@lru_cache(maxsize=1024)
def parse(text: str) -> Formula:
    """Read a formula.

    :raises NotAFormula: if it is none, is too long or nested too deep.
    """
    if len(text) > LENGTH_LIMIT:
        raise NotAFormula(
            f"a formula is at most {LENGTH_LIMIT} characters long; this one has {len(text):,}"
        )
    tokens = list(_read_tokens(text))
    percent = bool(tokens) and tokens[-1] == "%"
    if percent:
        tokens.pop()
    reader = _Reader(text, tokens)
    reader.read_sum(0, depth=0)
    if reader.at < len(tokens):
        raise reader.complain()
    return Formula(text, tuple(reader.steps), percent)


def _read_tokens(text: str) -> Iterator[Decimal | Name | str]:
    end = len(text.rstrip())
    at = 0
    while at < end:
        match = _TOKEN.match(text, at)
        if match is None:
            rest = text[at:].lstrip()
            raise NotAFormula(
                f'"{_shorten(text)}" is not a formula: "{rest[0]}" has no meaning in one'
            )
        if match["number"]:
            yield Decimal(match["number"])
        elif match["name"]:
            yield Name(match["name"])
        else:
            yield match["sign"]
        at = match.end()


class _Reader:
    """Turns tokens into steps, by how tightly each sign binds."""

    def __init__(self, text: str, tokens: list[Decimal | Name | str]) -> None:
        self.text = text
        self.tokens = tokens
        self.at = 0
        self.steps: list[Decimal | Name | str] = []

    def read_sum(self, binding: int, *, depth: int) -> None:
        """Read terms joined by signs that bind more tightly than `binding`."""
        if depth > NESTING_LIMIT:
            raise NotAFormula(f"a formula is nested at most {NESTING_LIMIT} levels deep")
        self.read_term(depth=depth)
        while (sign := self.peek()) in _BINDING and _BINDING[str(sign)] > binding:
            self.at += 1
            self.read_sum(_BINDING[str(sign)], depth=depth + 1)
            self.steps.append(str(sign))

    def read_term(self, *, depth: int) -> None:
        found = self.peek()
        if found == "(":
            self.at += 1
            self.read_sum(0, depth=depth + 1)
            if self.peek() != ")":
                raise self.complain(expected='")"')
            self.at += 1
        elif found == "-":
            self.at += 1
            self.read_sum(_BINDING["*"], depth=depth + 1)
            self.steps.append(_NEGATE)
        elif isinstance(found, Decimal | Name):
            self.at += 1
            self.steps.append(found)
        else:
            raise self.complain(expected="a column or a number")

    def peek(self) -> Decimal | Name | str | None:
        return self.tokens[self.at] if self.at < len(self.tokens) else None

    def complain(self, *, expected: str = "") -> NotAFormula:
        """Return what is wrong at this place, in words."""
        shown = f'"{_shorten(self.text)}" is not a formula'
        found = self.peek()
        if found is None:
            return NotAFormula(f"{shown}: {expected} is missing at its end")
        if found == "%":
            return NotAFormula(f'{shown}: "%" may only stand at its end')
        word = found.column if isinstance(found, Name) else str(found)
        wanted = f"; {expected} was expected" if expected else ""
        return NotAFormula(f'{shown}: "{word}" cannot stand where it does{wanted}')


def _shorten(text: str) -> str:
    return text if len(text) <= 60 else text[:59] + "…"


# --- working out ---------------------------------------------------------------------------


def work_out(formula: Formula, cells: Mapping[str, Value], *, decimals: int | None) -> Value:
    """Return what the formula gives for the cells of one row, by column key.

    As in a sum, blank, nil and not applicable count as 0 and all blank stays blank; other words,
    a missing cell and units that do not go together make it to be set. A division by 0 is not
    applicable. Printed at `decimals`; None: at 1 for a percentage, else as many as the cells
    have, and at least 1 after a division.
    """
    values = [cells.get(name, TO_BE_SET) for name in formula.names]
    if values and all(value.status is Status.BLANK for value in values):
        return BLANK
    if any(value.number is None and value.status not in _NOTHING for value in values):
        return TO_BE_SET
    try:
        result = _run(formula, cells)
    except (DivisionByZero, InvalidOperation):
        return NOT_APPLICABLE
    except _CannotBeAdded:
        return TO_BE_SET
    if abs(result.number) > LARGEST:
        return NOT_APPLICABLE
    places = _decimals(formula, values) if decimals is None else decimals
    return computed(result.number, places, result.unit)


def _decimals(formula: Formula, values: list[Value]) -> int:
    if formula.percent:
        return 1
    most = max((value.decimals for value in values), default=0)
    return max(most, 1) if formula.divides else most


def _run(formula: Formula, cells: Mapping[str, Value]) -> Quantity:
    stack: list[Quantity] = []
    for step in formula.steps:
        if isinstance(step, Decimal):
            stack.append(Quantity(step))
        elif isinstance(step, Name):
            value = cells[step.column]
            stack.append(Quantity(value.number or Decimal(0), value.unit))
        elif step == _NEGATE:
            last = stack.pop()
            stack.append(Quantity(_PRECISE.minus(last.number), last.unit))
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_join(step, left, right))
    result = stack.pop()
    if formula.percent:
        return Quantity(_PRECISE.multiply(result.number, Decimal(100)), "%")
    return result


def _join(sign: str, left: Quantity, right: Quantity) -> Quantity:
    if sign == "+":
        return Quantity(_PRECISE.add(left.number, right.number), _shared_unit(left, right))
    if sign == "-":
        return Quantity(_PRECISE.subtract(left.number, right.number), _shared_unit(left, right))
    if sign == "*":
        unit = left.unit if not right.unit else right.unit if not left.unit else ""
        return Quantity(_PRECISE.multiply(left.number, right.number), unit)
    unit = "" if left.unit == right.unit or right.unit else left.unit
    return Quantity(_PRECISE.divide(left.number, right.number), unit)


def _shared_unit(left: Quantity, right: Quantity) -> str:
    """Return the unit of a sum: one unit, or one and none; never "5" and "1.2m". 0 has any."""
    units = {quantity.unit for quantity in (left, right) if quantity.number}
    named = units - {""}
    if len(named) > 1 or (len(units) > 1 and named & _SCALES):
        raise _CannotBeAdded
    return max(named, default=left.unit or right.unit)
