"""The renderers: each turns a whole tree into bytes and knows neither plans nor budgets."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Told after each step: steps done, steps in all."""


class PrintFailed(Exception):
    """The document cannot be put into the format; the message is a sentence for its authors."""
