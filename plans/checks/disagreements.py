"""The same thing given with two numbers in two sections, or one amount spelled in two ways."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import Any

from plans.checks.figure_names import SMALL, Phrase
from plans.checks.findings import Finding
from plans.checks.registry import define
from plans.checks.spots import COMPARED, DURATIONS, LINKS, SOME_OF, Spot, count_digits

SAID_TWICE = define(
    "plans.A071",
    "Two sections give the same thing in two ways",
    "Find out which is right and say it the same way in both places.",
)

_HALF = Decimal("0.5")


def find_disagreements(spots: Iterable[Spot]) -> Iterator[Finding]:
    """Find the same thing with two numbers in two sections, or one amount spelled in two ways."""
    things: dict[tuple[Any, ...], Spot] = {}
    amounts: dict[Decimal, Spot] = {}
    for spot in spots:
        number = spot.number
        key = _thing_of(spot)
        first = things.setdefault(key, spot) if key else spot
        ratio = number.value / first.number.value if first.number.value else Decimal(0)
        if first.place.section != spot.place.section and ratio != 1 and _HALF < ratio < 1 / _HALF:
            yield _differs(spot, first)
            continue
        if number.kind == "money" and count_digits(number) > 2:
            first = amounts.setdefault(number.value, spot)
            if first.place.section != spot.place.section and first.number.form != number.form:
                yield _differs(spot, first)


def _differs(spot: Spot, first: Spot) -> Finding:
    message = (
        f"{spot.quote} says {spot.number.text}, and elsewhere {first.quote} says"
        f" {first.number.text}."
    )
    return SAID_TWICE.at(
        spot.place.section,
        spot.place.path,
        message,
        stated=spot.number.text,
        computed=first.number.text,
        causes=((first.place.section, first.place.path),),
    )


def _thing_of(spot: Spot) -> tuple[Any, ...] | None:
    """Return what a number counts, as words by which the same thing is known; None if no two
    words say so."""
    tokens, at, number = spot.tokens, spot.at, spot.number
    if number.hedge or not number.value or (at and tokens[at - 1] in SOME_OF):
        return None
    counted = _plain_words(tokens[at + 1 : at + 4])
    if number.kind == "money":
        before = tokens[:at]
        while before and before[-1] in LINKS:
            before = before[:-1]
        counted = _plain_words(before[:-4:-1])
    if len(counted) < 2 or counted[0] in DURATIONS | COMPARED:
        return None
    return (number.kind, counted, spot.said, spot.things)


def _plain_words(tokens: Phrase) -> Phrase:
    """Return the first two words of these, as far as no small word, sign or number parts them."""
    found = []
    for token in tokens[:2]:
        if token in SMALL or not token[0].isalpha():
            break
        found.append(token)
    return tuple(found)
