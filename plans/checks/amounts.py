"""Holding a stated figure against a computed one: the same, off by rounding, or wrong."""

from __future__ import annotations

from decimal import Decimal
from math import sqrt
from typing import Literal, TypeAlias

from documents.values import Value

Outcome: TypeAlias = Literal["same", "rounding", "wrong"]


def compare(stated: Value, computed: Value, *, rounded: int = 0) -> Outcome | None:
    """Return how a stated number stands to what it ought to be; None if either is no number.

    Half a unit of the last decimal stated, either way, is rounding; more is wrong. `rounded`: how
    many addends may themselves have been rounded before they were typed, as amounts of money are
    and counts are not; rounding off n of them puts a sum off by about half a unit times √n, and by
    one unit easily.
    """
    if stated.number is None or computed.number is None:
        return None
    off = abs(stated.number - computed.number)
    if not off:
        return "same"
    units = 0.5 if rounded < 2 else max(1.0, sqrt(rounded) / 2)
    return "rounding" if off <= Decimal(1).scaleb(-stated.decimals) * Decimal(units) else "wrong"
