"""A submitted version as who decides on it reads it: section by section, with what changed since.

Knows no page: it gives sections with their words and blocks, in the order in which they are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from accounts.models import User
from documents.blocks import Heading, Part
from documents.redline import ComparedPart, Comparison, Summary
from documents.values import split_notes
from plans.models import Version
from plans.services.redlining import Side, version_seen


@dataclass(frozen=True, slots=True)
class ReviewedSection:
    """A section with what became of it: `words` such as "2 rows changed", "" if nothing did.

    `above`: the headings of parts of the plan that begin with it. `part` has neither those nor the
    section's own heading, which is `name`. `is_whole`: it was added or removed as it stands.
    """

    key: str
    name: str
    words: str
    above: tuple[str, ...]
    part: Part
    is_whole: bool


def list_bases(version: Version, sides: Sequence[Side]) -> list[Side]:
    """Return what a version can be compared with: earlier versions, then earlier years."""
    plan = version.plan
    own = [side for side in sides if side.version and _is_earlier(side.version, version)]
    before = [side for side in sides if side.year and side.year < plan.year]
    return [*own, *sorted(before, key=lambda side: side.year, reverse=True)]


def _is_earlier(one: Version, other: Version) -> bool:
    return one.plan_id == other.plan_id and one.number < other.number


def pick_base(version: Version, bases: Sequence[Side], *, by: User) -> Side | None:
    """Return the version that the person decided last, else the one before, else last year's."""
    seen = version_seen(version, by=by)
    known = next((side for side in bases if seen and side.version == seen), None)
    return known or next(iter(bases), None)


def review_sections(found: Comparison) -> list[ReviewedSection]:
    """Return every section of both sides in reading order."""
    told = iter(found.summary.sections)
    return [
        _review(compared, next(told).words if compared.change else "")
        for compared in found.parts
        if compared.change or find_name(compared.part)
    ]


def _review(compared: ComparedPart, words: str) -> ReviewedSection:
    part = compared.part
    above = tuple(block.text for block in _headings(part) if block.is_part and block.text)
    blocks = tuple(block for block in part.blocks if not isinstance(block, Heading))
    name = find_name(part) or "Section without a title"
    shown = replace(part, blocks=blocks)
    is_whole = compared.change in ("added", "removed")
    return ReviewedSection(part.key, name, words, above, shown, is_whole)


def find_name(part: Part) -> str:
    """Return a section's number and title, "" if it has neither."""
    own = next((each for each in _headings(part) if not each.is_part), None)
    return f"{own.number} {split_notes(own.text)[0]}".strip() if own else ""


def _headings(part: Part) -> Iterator[Heading]:
    return (block for block in part.blocks if isinstance(block, Heading))


def count_same(summary: Summary) -> str:
    """Return how many sections did not change, in words."""
    return f"{summary.same} section{'' if summary.same == 1 else 's'} did not change"
