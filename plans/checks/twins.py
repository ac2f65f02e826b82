"""Rows and paragraphs that stand twice.

Cheap by design: rows are compared within their list, and only those that share a rare word.
"""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from plans.checks.findings import Finding
from plans.checks.names import resemblance, tokens_of
from plans.checks.registry import check_plans, check_sections, define, extract
from plans.checks.running import PlanView, SectionView
from plans.checks.wording import list_rows, name_row, strip_markup
from plans.content import Path, shorten

SAME_ROW = define(
    "plans.W062",
    "Two rows say the same",
    "Take one of them out, or say what sets them apart.",
)
SAME_PARAGRAPH = define(
    "plans.A061",
    "The same paragraph stands in two places",
    "Keep it in one place and link to it from the other.",
)

_ALIKE = 0.85
_FEWEST = 4  # words of rows that are alike without being the same
_MOST_ROWS = 400  # of a list whose rows are compared
_PARAGRAPH = 15  # words of a paragraph that is compared


@check_sections("objectives", "actions", "risks", "register", "indicators")
def rows_differ(section: SectionView) -> Iterator[Finding]:
    """Compare the rows of a list by their titles, rows without one by all that they say."""
    for path, rows in list_rows(section.raw["content"], ("content",)):
        if path[-1] == "columns" or not 1 < len(rows) <= _MOST_ROWS:
            continue
        tokens = [_row_tokens(row) for row in rows]
        for two, one in _alike(tokens).items():
            first, second = name_row(rows[one]), name_row(rows[two])
            message = f"“{second}” says the same as “{first}”."
            causes = ((section.key, (*path, rows[one]["id"])),)
            yield SAME_ROW.at(
                section.key,
                (*path, rows[two]["id"]),
                message,
                stated=second,
                causes=causes,
            )


def _row_tokens(row: Mapping[str, Any]) -> frozenset[str]:
    said = row.get("title") or row.get("text") or " ".join(_texts_of(row))
    return tokens_of(strip_markup(said) if "<" in said else said)


def _texts_of(value: Any) -> Iterable[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            if key != "id":
                yield from _texts_of(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts_of(item)
    elif value is not None:
        yield str(value)


def _alike(rows: Sequence[frozenset[str]]) -> dict[int, int]:
    """Return for each row that resembles an earlier one the first of these.

    Only rows that share a rare word are compared: rows that differ in at most 15 of 100 words
    share nearly all, so also some of their rarest.
    """
    counts = Counter(token for row in rows for token in row)
    by_rare: dict[str, list[int]] = defaultdict(list)
    found: dict[int, int] = {}
    for index, row in enumerate(rows):
        rare = sorted(row, key=lambda token: (counts[token], token))[: 1 + len(row) // 6]
        earlier = sorted({other for token in rare for other in by_rare[token]})
        alike = next((other for other in earlier if _say_the_same(rows[other], row)), None)
        if alike is not None:
            found[index] = alike
        else:
            for token in rare:
                by_rare[token].append(index)
    return found


def _say_the_same(one: frozenset[str], two: frozenset[str]) -> bool:
    is_long = min(len(one), len(two)) >= _FEWEST
    return one == two or (is_long and resemblance(one, two) >= _ALIKE)


@extract("paragraphs")
def extract_paragraphs(section: SectionView) -> list[tuple[Path, str, str]]:
    """Take out path, digest and beginning of each long paragraph."""
    found = []
    for wording in section.wordings:
        if wording.rich and wording.path[0] != "notes":
            for line in wording.lines:
                words = line.casefold().split()
                if len(words) >= _PARAGRAPH:
                    digest = hashlib.sha256(" ".join(words).encode()).hexdigest()[:12]
                    found.append((wording.path, digest, shorten(line)))
    return found


@check_plans
def paragraphs_stand_once(plan: PlanView) -> Iterator[Finding]:
    first: dict[str, tuple[str, Path]] = {}
    titles = {head.key: head.title or head.key for head in plan.heads}
    for key, paragraphs in plan.extracted("paragraphs"):
        for path, digest, words in paragraphs:
            at = (key, tuple(path))
            if digest in first:
                where = titles.get(first[digest][0], first[digest][0])
                message = f"The paragraph “{words}” stands under “{shorten(where)}” as well."
                yield SAME_PARAGRAPH.at(*at, message, stated=words, causes=(first[digest],))
            first.setdefault(digest, at)
