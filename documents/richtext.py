"""Rich text: cleaned HTML, the same as prose of the document tree, and as plain text to type.

Whatever comes in is read into a small tree and written again from it, so that only what the tree
can say gets out. Knows no database and no format.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TypeVar

from documents.blocks import Element, Prose, Run
from documents.prose import Leaf, figure_run, leaves, with_figure, with_leaves, with_runs, words_of
from documents.prose_html import TooDeep, read_html, write_html
from documents.prose_plain import read_plain, write_plain

__all__ = [
    "FigureUse",
    "TooDeep",
    "clean",
    "figure_names",
    "figure_uses",
    "find_words",
    "from_plain",
    "is_clean",
    "note_marks",
    "nth_of",
    "put_figure",
    "section_links",
    "to_plain",
    "to_prose",
    "words",
    "words_and_figures",
]

Found = TypeVar("Found")
_REMEMBERED = 20_000  # characters of a text whose clean form is worth keeping


def clean(html: str) -> str:
    """Return the canonical form of rich text; "" if it holds no words. Cleaning it again changes
    nothing. Text outside any element becomes a paragraph.

    :raises TooDeep: if it is nested too deep.
    """
    return _clean(html) if len(html) <= _REMEMBERED else write_html(read_html(html))


# One save asks for the same few texts again and again: as typed, as stored, and to count words.
@lru_cache(maxsize=1_024)
def _clean(html: str) -> str:
    return write_html(_read(html))


@lru_cache(maxsize=16)
def _read(html: str) -> tuple[Element, ...]:
    return read_html(html)


def is_clean(text: str) -> bool:
    """Whether `text` is rich text as `clean` writes it, not plain text that looks like markup."""
    try:
        return text.startswith("<") and clean(text) == text
    except TooDeep:
        return False


def to_prose(html: str, *, figures: Callable[[str, str], str]) -> Prose:
    """Return rich text as prose; `figures(name, style)` gives the printed text of a live figure.

    :raises TooDeep: if it is nested too deep.
    """

    def resolved(run: Run) -> Run:
        return replace(run, text=figures(run.figure, run.text)) if run.figure else run

    return Prose(tuple(with_runs(element, resolved) for element in read_html(html)))


def to_plain(html: str) -> str:
    """Return rich text as text that can be typed, losing nothing: `from_plain` reads it back.

    :raises TooDeep: if it is nested too deep.
    """
    return write_plain(read_html(html))


def from_plain(text: str) -> str:
    """Return what was typed as cleaned rich text; any text can be read."""
    return clean(write_html(read_plain(text)))


def figure_names(html: str) -> tuple[tuple[str, str], ...]:
    """Return name and style of each live figure used, in order, each pair once."""
    return _once((run.figure, run.text) for run in _runs(read_html(html)) if run.figure)


@dataclass(frozen=True, slots=True)
class FigureUse:
    """A live figure in a text: its name and style, and the words of its paragraph around it."""

    name: str
    style: str
    before: str
    after: str


def figure_uses(html: str) -> tuple[FigureUse, ...]:
    """Return every use of a live figure, in order; other figures around it are left out."""
    return tuple(
        FigureUse(
            run.figure,
            run.text,
            _words_around(leaf.runs[:place]),
            _words_around(leaf.runs[place + 1 :]),
        )
        for leaf in leaves(read_html(html))
        for place, run in enumerate(leaf.runs)
        if run.figure
    )


def _words_around(runs: Iterable[Run]) -> str:
    return "".join("…" if run.figure else run.text for run in runs)


def section_links(html: str) -> tuple[str, ...]:
    """Return the keys of the sections linked to, in order, each once."""
    links = (run.href for run in _runs(read_html(html)))
    return _once(link[1:] for link in links if link.startswith("#"))


def words(html: str, *, figure: str = "") -> str:
    """Return the words alone, a line for each paragraph; live figures have none, `figure` stands
    in the place of each."""
    return _words_in(_tree(html), figure)


def words_and_figures(html: str) -> str:
    """Return the words as `words`, each live figure by name and style: "[budget.gross, £m]"."""
    return "\n".join("".join(map(_word_or_name, leaf.runs)) for leaf in leaves(_tree(html)))


def _word_or_name(run: Run) -> str:
    if not run.figure:
        return run.text
    return f"[{run.figure}]" if run.text == "plain" else f"[{run.figure}, {run.text}]"


def _tree(html: str) -> tuple[Element, ...]:
    return _read(html) if len(html) <= _REMEMBERED else read_html(html)


def _words_in(elements: Iterable[Element], figure: str = "") -> str:
    return "\n".join(words_of(leaf.runs, figure=figure) for leaf in leaves(elements))


def put_figure(html: str, words: str, nth: int, figure: str, style: str) -> str:
    """Return the text with a live figure for the `nth` occurrence, from 0, of `words` in it.

    Several are put in from the last place to the first, so that each is counted rightly.

    :raises LookupError: if the words are not there, or stand in two paragraphs or around another
        live figure.
    :raises ValueError: if the figure's name cannot be one.
    """
    run = figure_run(figure, style)
    if run is None:
        raise ValueError(f"{figure!r} cannot name a live figure")
    tree = _tree(html)
    start = find_words(_words_in(tree), words, nth)
    changed = _with_figure_at(tree, start, start + len(words), run)
    if changed == tree:
        raise LookupError(f"“{words}” stands in two paragraphs")
    return clean(write_html(changed))


def _with_figure_at(
    tree: tuple[Element, ...], start: int, end: int, run: Run
) -> tuple[Element, ...]:
    at = 0

    def changed(leaf: Leaf) -> Leaf:
        nonlocal at
        first, last = at, at + len(words_of(leaf.runs))
        at = last + 1
        if not first <= start < end <= last:
            return leaf
        return replace(leaf, runs=tuple(with_figure(leaf.runs, start - first, end - first, run)))

    return tuple(with_leaves(element, changed) for element in tree)


def find_words(text: str, words: str, nth: int) -> int:
    """Return where the `nth` occurrence, from 0, of words begins; occurrences may overlap.

    :raises LookupError: if there are fewer.
    """
    start = -1
    for _ in range(nth + 1):
        start = text.find(words, start + 1)
        if start < 0 or not words:
            raise LookupError(f"“{words}” does not stand there {nth + 1} times")
    return start


def nth_of(text: str, words: str, start: int) -> int:
    """Return which occurrence of words, from 0, begins at `start`: the reverse of `find_words`."""
    nth, before = 0, text.find(words)
    while -1 < before < start:
        nth, before = nth + 1, text.find(words, before + 1)
    return nth


_NOTE_MARK = re.compile(r"\[note\s+([^\s\[\]]+)\]", re.IGNORECASE)


def note_marks(html: str) -> tuple[str, ...]:
    """Return the marks of the notes cited anywhere in the text ("1" of "[note 1]"), each once."""
    return _once(_NOTE_MARK.findall(words(html)))


def _runs(elements: Iterable[Element]) -> Iterator[Run]:
    for leaf in leaves(elements):
        yield from leaf.runs


def _once(found: Iterable[Found]) -> tuple[Found, ...]:
    return tuple(dict.fromkeys(found))
