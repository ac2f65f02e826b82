"""How a redline's changes are marked up: by line, by words, never by colour alone.

What was taken out is struck through and what was put in underlined. The words that say so are
read aloud on the screen and printed on paper, where no tag tells one from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import groupby

from documents.blocks import Cell, Change, Heading, Paragraph, Prose, Run
from documents.prose import with_runs

_ELEMENTS: dict[Change, str] = {"added": "ins", "removed": "del"}
_ARROW = "\N{NO-BREAK SPACE}→ "


def write_changes(
    runs: Iterable[Run],
    write: Callable[[Run], str],
    *,
    on_paper: bool,
    in_cell: bool,
    in_whole: bool,
) -> str:
    """Return runs as markup, those of a redline with their changes; `write` gives one run's.

    `in_whole`: what is around them has said already what became of them.
    """
    groups = [(change, list(group)) for change, group in groupby(runs, lambda run: run.change)]
    written: list[str] = []
    for place, (change, group) in enumerate(groups):
        inner = "".join([write(run) for run in group])
        if place and _run_together(groups[place - 1][1], group):
            written.append(" ")
        around = [groups[at][1] if 0 <= at < len(groups) else [] for at in (place - 1, place + 1)]
        if change in _ELEMENTS:
            marked = mark(inner, change)
            is_shift = any(map(_is_arrow, around))
            written.append(marked if is_shift or in_whole else _say_change(marked, change))
        elif _is_arrow(group):
            written[-1] = _say("[changed from ", on_paper and in_cell) + written[-1]
            written.append(_write_arrow(on_paper=on_paper, in_cell=in_cell))
        elif change:
            space = " " if inner.startswith(" ") else ""
            written.append(f'{space}<span class="remark">{inner.lstrip(" ")}</span>')
        else:
            written.append(inner)
        if place and change == "added" and _is_arrow(around[0]):
            written.append(_say("]", on_paper and in_cell))
    return "".join(written)


def _run_together(before: list[Run], after: list[Run]) -> bool:
    """Say whether what was taken out and what was put in would read as one word."""
    if (before[-1].change, after[0].change) != ("removed", "added"):
        return False
    return not before[-1].text[-1:].isspace() and not after[0].text[:1].isspace()


def _is_arrow(group: list[Run]) -> bool:
    return len(group) == 1 and group[0].change == "changed" and group[0].text == _ARROW


def mark(inner: str, change: Change) -> str:
    """Return markup as taken out or put in, without the words that say so."""
    element = _ELEMENTS.get(change)
    return f"<{element}>{inner}</{element}>" if element and inner else inner


def _say(words: str, is_left_out: bool = False) -> str:
    return "" if is_left_out else f'<span class="say">{words}</span>'


def _say_change(marked: str, change: Change) -> str:
    return f"{_say(f'[{change}: ')}{marked}{_say(']')}"


def _write_arrow(*, on_paper: bool, in_cell: bool) -> str:
    """An arrow for the eye, a word for the ear; cells of paper have room for the arrow alone."""
    if on_paper:
        return _ARROW if in_cell else _say(" to ")
    return f'<span aria-hidden="true">{_ARROW}</span>{_say(" to ")}'


def tell_shift(cell: Cell) -> str:
    """Return in words what a cell with an arrow says: "changed from 97.4 to 98.1 (+0.7)"; "" for
    any other."""
    content = cell.content
    if cell.change != "changed" or not isinstance(content, Prose) or len(content.elements) != 1:
        return ""
    [line] = content.elements
    if not isinstance(line, Paragraph) or not any(_is_arrow([run]) for run in line.runs):
        return ""
    said = "".join(" to " if _is_arrow([run]) else run.text for run in line.runs)
    return f"changed from {said}"


def mark_prose(prose: Prose, change: Change) -> Prose:
    """Return the prose of a row or column that one side alone has; remarks stay as they are."""

    def marked(run: Run) -> Run:
        return run if run.change else replace(run, change=change)

    return Prose(tuple(with_runs(element, marked) for element in prose.elements))


def write_heading_change(heading: Heading, words: str) -> str:
    """Return a heading's words with what became of its section."""
    if not heading.change:
        return words
    return f'{mark(words, heading.change)} <span class="remark">({heading.change})</span>'
