"""Where the prose of a plan quotes its figures: the sentence around each. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from documents import richtext
from documents.blocks import Run
from documents.prose import leaves
from plans.content import Path
from plans.figures import Resolver
from plans.planfile import PlanData

LONGEST_SIDE = 160  # characters of the sentence shown on either side of a figure


@dataclass(frozen=True, slots=True)
class Quote:
    """One use of a figure: in which section and field, and its sentence, the figure resolved.

    `path` leads to the text from the section object, rows by index.
    """

    figure: str
    section: str
    path: Path
    before: str
    text: str
    after: str


def find_quotes(plan: PlanData, resolve: Resolver) -> dict[str, list[Quote]]:
    """Return every use of a live figure in the plan's prose by figure, in reading order."""
    found: dict[str, list[Quote]] = {}
    for section in plan.sections:
        for path, html in _quoting_texts(section.as_dict(), ()):
            for figure, before, text, after in sentences(html, resolve):
                quote = Quote(figure, section.head.key, path, before, text, after)
                found.setdefault(figure, []).append(quote)
    return found


def _quoting_texts(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        if "<span data-figure=" in value and richtext.is_clean(value):
            yield path, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _quoting_texts(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _quoting_texts(item, (*path, index))


def sentences(html: str, resolve: Resolver) -> Iterator[tuple[str, str, str, str]]:
    """Yield of each live figure in a text its name, the sentence before it, its printed text, and
    the sentence after it."""
    for leaf in leaves(richtext.to_prose(html, figures=resolve).elements):
        for at, run in enumerate(leaf.runs):
            if run.figure:
                before = _words(leaf.runs[:at])
                after = _words(leaf.runs[at + 1 :])
                yield run.figure, _end_of(before), run.text, _start_of(after)


def _words(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs).replace("\n", " ")


_SENTENCE_END = re.compile(r"[.!?][\"'\u201d\u2019)]?\s+(?=[\"'\u201c\u2018(]?[A-Z0-9£])")


def _end_of(text: str) -> str:
    """Return the part of a sentence that stands before its figure."""
    start = max((match.end() for match in _SENTENCE_END.finditer(text)), default=0)
    words = text[start:]
    return words if len(words) <= LONGEST_SIDE else "… " + words[-LONGEST_SIDE:].partition(" ")[2]


def _start_of(text: str) -> str:
    """Return the part of a sentence that stands after its figure."""
    end = _SENTENCE_END.search(text)
    words = text[: end.end()].rstrip() if end else text
    return words if len(words) <= LONGEST_SIDE else words[:LONGEST_SIDE].rpartition(" ")[0] + " …"
