"""What a plan's format asks of it, as plain data: the limits and sections that checks look for."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class GuideSection:
    """A section that a format foresees; `words`: the fewest and the most expected, or None."""

    key: str
    title: str
    kind: str
    required: bool = False
    words: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Guide:
    """A plan format as checks need it; `exists` is False where the council keeps none so named."""

    slug: str
    exists: bool = True
    sections: tuple[GuideSection, ...] = ()
    checklist: tuple[str, ...] = ()
