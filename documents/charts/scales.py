"""From figures to pixels: scales in round steps, and the room that words take."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from documents.svg import TYPE, WIDER
from documents.typeface import measure, shorten, wrap

EM = TYPE * WIDER  # pixels


@dataclass(frozen=True, slots=True)
class Scale:
    """Figures from `low` to `high` in round steps, drawn over `length` pixels."""

    low: float
    high: float
    step: float
    length: float

    @property
    def ticks(self) -> list[float]:
        count = round((self.high - self.low) / self.step)
        return [self.low + self.step * place for place in range(count + 1)]

    def place(self, figure: float) -> float:
        return (figure - self.low) / (self.high - self.low) * self.length


def make_scale(figures: Sequence[float], length: float, *, steps: int = 5) -> Scale:
    """Return a scale in about `steps` steps of 1, 2, 2.5 or 5 times a power of ten."""
    low, high = min(figures, default=0.0), max(figures, default=0.0)
    if low == high:
        low, high = min(low, 0.0), max(high, 0.0) or float(not low)
    rough = (high - low) / steps
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * times for times in (1, 2, 2.5, 5, 10) if power * times >= rough * 0.999)
    bottom = math.floor(low / step)
    return Scale(bottom * step, max(math.ceil(high / step), bottom + 1) * step, step, length)


def fit_scale(figures: Sequence[float], length: float) -> Scale:
    """Return a scale that ends where the figures end, for a drawing without ticks."""
    low, high = min(figures), max(figures)
    if low == high:
        low, high = low - (abs(low) or 1.0) / 2, high + (abs(high) or 1.0) / 2
    return Scale(low, high, high - low, length)


def print_tick(tick: float) -> str:
    return f"{round(tick, 10):,.10g}" if abs(tick) > 1e-9 else "0"


def widest(words: Sequence[str]) -> float:
    """Return the width in pixels of the widest of some words."""
    return max((measure(each) for each in words), default=0.0) * EM


def wrap_label(label: str, width: float, most: int) -> list[str]:
    """Return words in at most so many lines of so many pixels, cut where they need more."""
    lines = wrap(label, width / EM)
    if len(lines) <= most:
        return lines
    rest = " ".join(lines[most - 1 :])
    return [*lines[: most - 1], shorten(rest, width / EM)]
