"""About how high words are on paper, to know before printing whether a section is a short one."""

from __future__ import annotations

import math
from collections.abc import Iterable

from documents.blocks import Block, Element, Heading, List, Part, Prose, Quote, Run
from documents.renderers.paper import TEXT_WIDTH
from documents.typeface import HEAVIER, measure

_SIZE, _LINE, _AFTER = 10.5, 14.9, 8.0  # points: type, line, space below a paragraph
_AFTER_ITEM = 2.6
_INDENT = 15.6
_HEADINGS = ((20.0, 65.0), (15.0, 48.0), (12.0, 37.0))  # size, height with the space around
_LONGEST = 20_000  # characters; more are not measured


def estimate_height(parts: Iterable[Part]) -> float:
    """Return about how many points headings and prose take; infinity where there is anything else,
    or very much of it."""
    blocks = [(block, TEXT_WIDTH[part.orientation]) for part in parts for block in part.blocks]
    if sum(_count_characters(block) for block, _ in blocks) > _LONGEST:
        return math.inf
    return sum(_estimate_block(block, width) for block, width in blocks)


def _count_characters(block: Block) -> int:
    if not isinstance(block, Prose):
        return 0
    return sum(len(run.text) for element in block.elements for run in _runs_of(element))


def _runs_of(element: Element) -> Iterable[Run]:
    match element:
        case List():
            return [run for item in element.items for each in item for run in _runs_of(each)]
        case Quote():
            return [run for each in element.elements for run in _runs_of(each)]
        case _:
            return element.runs


def _estimate_block(block: Block, width: float) -> float:
    match block:
        case Heading():
            if not block.text:
                return 0.0
            size, height = _HEADINGS[min(block.level, len(_HEADINGS)) - 1]
            return height + size * 1.2 * (_count_lines(block.text, size, width) - 1)
        case Prose():
            return sum(_estimate_element(each, width) for each in block.elements)
        case _:
            return math.inf


def _estimate_element(element: Element, width: float) -> float:
    match element:
        case List():
            items = [_estimate_item(item, width - _INDENT) for item in element.items]
            return sum(items) + _AFTER
        case Quote():
            return sum(_estimate_element(each, width - _INDENT) for each in element.elements)
        case _:
            words = "".join(run.text for run in element.runs)
            return _count_lines(words, _SIZE, width) * _LINE + _AFTER


def _estimate_item(item: Iterable[Element], width: float) -> float:
    return sum(_estimate_element(each, width) for each in item) - _AFTER + _AFTER_ITEM


def _count_lines(words: str, size: float, width: float) -> int:
    room = max(width, _INDENT) / size / HEAVIER
    return sum(max(1, math.ceil(measure(line) / room)) for line in words.split("\n"))
