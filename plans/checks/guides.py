"""What a plan's format asks of it and how far the work is, as plain data that checks go by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


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


@dataclass(frozen=True, slots=True)
class Progress:
    """How far the work on a plan is, which only its working copy knows.

    ticked       lines of the format's checklist that somebody vouches for
    not_started  keys of the sections that nobody has begun to write
    threads      how many comments are open, by the section's key
    assigned     keys of the sections that somebody is asked to write
    """

    ticked: frozenset[str] = frozenset()
    not_started: frozenset[str] = frozenset()
    threads: Mapping[str, int] = field(default_factory=dict)
    assigned: frozenset[str] = frozenset()
