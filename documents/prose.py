"""Prose in its canonical shape: how runs, paragraphs and lists are put in order.

The shape in which HTML and plain text meet: both are read into it and written from it. In prose
that is not resolved yet, the text of a live figure's run is its style.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from typing import TypeAlias

from documents.blocks import Element, List, Paragraph, Quote, Run, SubHeading
from documents.values import STYLES

DEEPEST = 60  # levels of nesting
LIST_LEVELS = 2  # a list and its item
QUOTE_LEVELS = 1
LONGEST_START = 5  # digits of the number a list starts at

Leaf: TypeAlias = Paragraph | SubHeading


# --- runs ------------------------------------------------------------------------------

_PIECE = re.compile(r"[ \n]+|[^ \n](?:[^\n]*[^ \n])?")
_WORD = re.compile(r"[ \n]+|[^ \n]+")
_SPACES = re.compile(" +")


def with_text(run: Run, text: str) -> Run:
    """Return a run in the style of another; several times as fast as `replace`."""
    return Run(text, run.strong, run.emphasis, run.raised, run.href, run.figure)


def paragraphs(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Return runs as paragraphs: two line breaks part them, spaces are single, equal neighbours
    one run. Space between two styles has what they share, and is never raised."""
    found: list[list[Run]] = [[]]
    gap = ""
    for piece in _pieces(runs):
        if not piece.figure and piece.text[0] in " \n":
            gap += piece.text
            continue
        if found[-1] and gap.count("\n") > 1:
            found.append([])
        elif found[-1] and gap:
            found[-1].append(_space(found[-1][-1], piece, "\n" if "\n" in gap else " "))
        gap = ""
        found[-1].append(piece)
    return [_merged(each) for each in found if _has_words(each)]


def one_line(runs: Iterable[Run]) -> list[tuple[Run, ...]]:
    """Return runs as one paragraph without line breaks; [] if they hold no words."""
    return paragraphs(
        run if run.figure else with_text(run, run.text.replace("\n", " ")) for run in runs
    )


def _pieces(runs: Iterable[Run]) -> Iterator[Run]:
    """Cut runs where they begin or end in space, raised ones at each space."""
    for run in runs:
        if run.figure:
            yield run
            continue
        for text in (_WORD if run.raised else _PIECE).findall(run.text):
            yield with_text(run, text if text[0] in " \n" else _SPACES.sub(" ", text))


def _space(left: Run, right: Run, text: str) -> Run:
    return Run(
        text,
        strong=left.strong and right.strong,
        emphasis=left.emphasis and right.emphasis,
        href=left.href if left.href == right.href else "",
    )


def _merged(runs: list[Run]) -> tuple[Run, ...]:
    merged: list[Run] = []
    for style, group in groupby(runs, _style):
        if style is None:
            merged.extend(group)
        else:
            alike = list(group)
            merged.append(with_text(alike[0], "".join(run.text for run in alike)))
    return tuple(merged)


def _style(run: Run) -> tuple[bool, bool, str, str] | None:
    """Return what makes runs alike; None for those that stand alone."""
    if run.figure or run.text == "\n":
        return None
    return run.strong, run.emphasis, run.raised, run.href


def _has_words(runs: list[Run]) -> bool:
    return any(run.figure or run.text.strip() for run in runs)


# --- elements ----------------------------------------------------------------------------


def joined(elements: Iterable[Element]) -> tuple[Element, ...]:
    """Return elements with each list that goes on where the one before it ends made part of it."""
    groups: list[list[Element]] = []
    items = 0
    for element in elements:
        if not (groups and _goes_on(groups[-1][0], items, element)):
            groups.append([])
            items = 0
        groups[-1].append(element)
        items += len(element.items) if isinstance(element, List) else 0
    return tuple(_one(group) for group in groups)


def _goes_on(first: Element, items: int, element: Element) -> bool:
    """Say whether an element continues a list that has so many items."""
    if not (isinstance(first, List) and isinstance(element, List)):
        return False
    if first.ordered and element.ordered:
        return element.start == first.start + items
    return not first.ordered and not element.ordered


def _one(group: list[Element]) -> Element:
    first = group[0]
    if len(group) == 1 or not isinstance(first, List):
        return first
    items = (item for each in group if isinstance(each, List) for item in each.items)
    return replace(first, items=tuple(items))


def leaves(elements: Iterable[Element]) -> Iterator[Leaf]:
    """Yield the paragraphs and headings in reading order."""
    for element in elements:
        if isinstance(element, List):
            for item in element.items:
                yield from leaves(item)
        elif isinstance(element, Quote):
            yield from leaves(element.elements)
        else:
            yield element


def with_leaves(element: Element, change: Callable[[Leaf], Leaf]) -> Element:
    """Return the element with every paragraph and heading changed, in reading order."""
    if isinstance(element, List):
        items = tuple(tuple(with_leaves(each, change) for each in item) for item in element.items)
        return replace(element, items=items)
    if isinstance(element, Quote):
        return Quote(tuple(with_leaves(each, change) for each in element.elements))
    return change(element)


def with_runs(element: Element, change: Callable[[Run], Run]) -> Element:
    """Return the element with every run changed."""
    return with_leaves(
        element, lambda leaf: replace(leaf, runs=tuple(change(run) for run in leaf.runs))
    )


def words_of(runs: Iterable[Run], *, figure: str = "") -> str:
    """Return the words of a paragraph; live figures have none, `figure` stands for each."""
    return "".join(figure if run.figure else run.text for run in runs)


def with_figure(runs: Iterable[Run], start: int, end: int, figure: Run) -> Iterator[Run]:
    """Yield runs with a live figure, in the style of what begins there, for the characters from
    `start` to `end` of their words.

    :raises LookupError: if another live figure stands among these.
    """
    at, is_put = 0, False
    for run in runs:
        if run.figure:
            if start < at < end:
                raise LookupError(f"{run.figure} stands within the words")
            yield run
            continue
        first, last = max(0, start - at), max(0, end - at)
        before, inside, after = run.text[:first], run.text[first:last], run.text[last:]
        at += len(run.text)
        if before:
            yield with_text(run, before)
        if inside and not is_put:
            yield replace(run, text=figure.text, figure=figure.figure)
            is_put = True
        if after:
            yield with_text(run, after)


# --- links and live figures ----------------------------------------------------------------

_SECTION_LINK = re.compile(r"#[a-z0-9-]+")
_ADDRESS = re.compile(r"(https?://|mailto:)(\S+)", re.IGNORECASE)
_UNSAFE = re.compile(r'["<>\\^`{|}]')
_FIGURE = re.compile(r"[a-z0-9-]+\.\S.*")
_LONGEST_FIGURE = 300


def safe_href(href: str) -> str:
    """Return where a link may go: an http, https or mailto address, or `#section-key`; else ""."""
    target = printable(href).strip()
    if _SECTION_LINK.fullmatch(target):
        return target
    match = _ADDRESS.fullmatch(target.replace(" ", "%20"))
    if match is None:
        return ""
    return match[1].lower() + _UNSAFE.sub(lambda unsafe: f"%{ord(unsafe[0]):02X}", match[2])


def figure_run(name: str, style: str) -> Run | None:
    """Return a run for a live figure, in plain style if the style is unknown; None if the name
    cannot be one."""
    named = " ".join(name.split())
    if len(named) > _LONGEST_FIGURE or not _FIGURE.fullmatch(named):
        return None
    return Run(style if style in STYLES else "plain", figure=named)


# What XML and databases refuse: control characters, lone surrogates, noncharacters.
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]"
)
_BLANKS = str.maketrans({"\v": " ", "\f": " ", "\x85": " ", "\u2028": "\n", "\u2029": "\n"})


def printable(text: str) -> str:
    """Return text without the characters that no document may hold."""
    return _FORBIDDEN.sub("", text).translate(_BLANKS)
