"""The colours of drawings and pages: the council's own, and others that stand apart from it."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import cache

from documents.svg import BRAND, PALE

INHERITED = "currentColor"
"""The colour of a drawing on a page of the site, whose stylesheet gives it."""

_COLOUR = re.compile(r"#[0-9a-f]{6}")
_LEAST_CONTRAST = 4.5  # with white, for words and thin lines
_NEAR = 50.0  # two colours closer than this, as points of red, green and blue, are much alike
_PALE_SHARE = 0.08
_OTHERS = ("#277a6d", "#a9521a", "#7a4d86", "#5b6770", "#6f7a0e", "#1d3f5e", "#8c2f48")
_SERIES = 6


@dataclass(frozen=True, slots=True)
class Colours:
    """`brand` stands out from white, `pale` lies under words, `series` begin with the brand."""

    brand: str
    pale: str
    series: tuple[str, ...]


@cache
def make_colours(colour: str) -> Colours:
    """Return the colours of a colour as "#rrggbb" or INHERITED; of others the product's.

    A colour that is too pale is darkened until it can be read on white.
    """
    if colour == INHERITED:
        return Colours(INHERITED, PALE, (INHERITED, *_OTHERS[: _SERIES - 1]))
    brand = _darken(colour if _COLOUR.fullmatch(colour) else BRAND)
    apart = [other for other in _OTHERS if _measure_distance(other, brand) > _NEAR]
    near = [other for other in _OTHERS if other not in apart and other != brand]
    pale = PALE if brand == BRAND else _mix_with_white(brand)
    return Colours(brand, pale, (brand, *apart, *near)[:_SERIES])


def contrast_with_white(colour: str) -> float:
    """Return the contrast of a colour with white, 1 to 21, as WCAG reckons it."""
    red, green, blue = (_linear(part / 255) for part in _read(colour))
    return 1.05 / (0.2126 * red + 0.7152 * green + 0.0722 * blue + 0.05)


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else math.pow((part + 0.055) / 1.055, 2.4)


def _read(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _write(parts: tuple[float, ...]) -> str:
    return "#" + "".join([f"{round(part):02x}" for part in parts])


def _darken(colour: str) -> str:
    while contrast_with_white(colour) < _LEAST_CONTRAST:
        colour = _write(tuple(part * 0.92 for part in _read(colour)))
    return colour


def _mix_with_white(colour: str) -> str:
    return _write(tuple(255 - (255 - part) * _PALE_SHARE for part in _read(colour)))


def _measure_distance(one: str, other: str) -> float:
    return math.dist(_read(one), _read(other))


HOUSE = make_colours(BRAND)
