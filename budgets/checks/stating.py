"""Holding figures that somebody stated against what a budget or staffing adds up to."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from documents import values
from documents.values import Status, Value
from plans.checks import Check, Finding
from plans.checks.amounts import compare
from plans.content import Path

ZERO = values.computed(Decimal(0), 0)


@dataclass(frozen=True, slots=True)
class Stated:
    """A figure that somebody stated, and what it ought to be.

    name     says which figure, at the start of a sentence: "South, total, 2008/09"
    rounded  how many addends may have been rounded before they were typed
    verb     "are" where the name is that of several things: "South: running costs"
    """

    path: Path
    name: str
    figure: Value
    computed: Value
    rounded: int = 0
    verb: str = "is"


@dataclass(frozen=True, slots=True)
class Sorts:
    """The sorts of finding for figures that are wrong, off by rounding, known before their parts;
    `whole`: what adds up, "the budget"."""

    wrong: Check
    rounding: Check
    unknown: Check
    whole: str


def hold(section: str, stated: Stated, sorts: Sorts) -> Iterator[Finding]:
    """Yield a finding where the stated figure is not the computed one; nothing stated is right."""
    if stated.figure.number is None:
        return
    computed = ZERO if stated.computed.status is Status.BLANK else stated.computed
    said, sum_of = values.show(stated.figure), values.show(computed)
    opening = f"{stated.name} {stated.verb} stated as {said}"
    outcome = compare(stated.figure, computed, rounded=stated.rounded)
    if outcome is None:
        message = f"{opening}, but part of what makes it up is to be set."
        yield sorts.unknown.at(section, stated.path, message, stated=said, computed=sum_of)
    elif outcome != "same":
        check = sorts.rounding if outcome == "rounding" else sorts.wrong
        message = f"{opening}, but {sorts.whole} adds up to {sum_of}."
        yield check.at(section, stated.path, message, stated=said, computed=sum_of)


def plainly(label: str) -> str:
    """Return a label without the notes that it points at."""
    return values.split_notes(label)[0].strip()
