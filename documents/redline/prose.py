"""Words of two documents as one text: what both have, what went, what came, in its own style.

Read without what was added it is the old text, without what was removed the new one. Runs that
are "changed" are remarks of the redline itself and belong to neither.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby
from typing import TypeVar

from documents.blocks import Change, Element, List, Paragraph, Prose, Quote, Run
from documents.diff import Piece, diff_words, difference, pair
from documents.prose import leaves, with_runs

Thing = TypeVar("Thing")

ARROW = "\N{NO-BREAK SPACE}→ "
_LEAST_ALIKE = 0.25  # share of their words that two paragraphs have in common to be one
_LEAST_KEPT = 0.3  # share of a paragraph that stays; one with less is shown as rewritten
_MOST_PAIRS = 4_000  # of paragraphs that are weighed against each other between two that stayed
_ISLAND = 20  # characters between two changes that read better as part of them
_FIGURE = re.compile(r"-?£[\d,.]+ ?[a-z%]*|-?[\d,.]+ ?%")
_KEPT_AROUND = 1  # elements beside a change that are shown with it


def remark(text: str, *, strong: bool = False, href: str = "") -> Run:
    """Return words of the redline's own."""
    return Run(text, strong=strong, href=href, change="changed")


def remark_line(text: str) -> Prose:
    return Prose((Paragraph((remark(text),)),))


def mark_runs(runs: Iterable[Run], change: Change) -> tuple[Run, ...]:
    """Return runs as added or removed; a removed one leads nowhere."""
    if change == "removed":
        return tuple(replace(run, change=change, href="") for run in runs)
    return tuple(replace(run, change=change) for run in runs)


def mark_elements(elements: Iterable[Element], change: Change) -> tuple[Element, ...]:
    """Return elements of which every run is added or removed."""
    return tuple(
        with_runs(element, lambda run: mark_runs((run,), change)[0]) for element in elements
    )


def has_changes(elements: Iterable[Element]) -> bool:
    return any(run.change for leaf in leaves(elements) for run in leaf.runs)


# --- elements ------------------------------------------------------------------------------------


def redline_prose(old: Prose | None, new: Prose | None) -> Prose:
    """Return two texts as one; None where a side has none."""
    before = old.elements if old else ()
    after = new.elements if new else ()
    return Prose(redline_elements(before, after))


def redline_elements(old: Sequence[Element], new: Sequence[Element]) -> tuple[Element, ...]:
    if old == new:
        return tuple(new)
    found: list[Element] = []
    for was, now in _align(old, new, same_sort=_same_sort, words=_words_of):
        if was is None and now is not None:
            found.extend(mark_elements((now,), "added"))
        elif was is not None and now is None:
            found.extend(mark_elements((was,), "removed"))
        elif was is not None and now is not None:
            found.append(_redline_element(was, now))
    return tuple(found)


def _redline_element(old: Element, new: Element) -> Element:
    if old == new:
        return new
    if isinstance(old, List) and isinstance(new, List):
        return replace(new, items=_redline_items(old, new))
    if isinstance(old, Quote) and isinstance(new, Quote):
        return Quote(redline_elements(old.elements, new.elements))
    if isinstance(old, List | Quote) or isinstance(new, List | Quote):
        raise TypeError("only elements of one sort are compared")
    return replace(new, runs=redline_runs(old.runs, new.runs))


def _redline_items(old: List, new: List) -> tuple[tuple[Element, ...], ...]:
    items = []
    for was, now in _align(old.items, new.items, same_sort=_any_sort, words=_words_in):
        if was is None and now is not None:
            items.append(mark_elements(now, "added"))
        elif was is not None and now is None:
            items.append(mark_elements(was, "removed"))
        elif was is not None and now is not None:
            items.append(redline_elements(was, now))
    return tuple(items)


def _same_sort(one: Element, other: Element) -> bool:
    if type(one) is not type(other):
        return False
    if isinstance(one, List) and isinstance(other, List):
        return one.ordered == other.ordered
    return getattr(one, "level", 0) == getattr(other, "level", 0)


def _any_sort(one: object, other: object) -> bool:
    return True


def _words_of(element: Element) -> frozenset[str]:
    return _words_in((element,))


def _words_in(elements: Iterable[Element]) -> frozenset[str]:
    return frozenset(
        word
        for leaf in leaves(elements)
        for word in "".join(run.text for run in leaf.runs).casefold().split()
    )


def _align(
    old: Sequence[Thing],
    new: Sequence[Thing],
    *,
    same_sort: Callable[[Thing, Thing], bool],
    words: Callable[[Thing], frozenset[str]],
) -> Iterator[tuple[Thing | None, Thing | None]]:
    """Yield both lists in their order, side by side where two are one: first what is equal, then
    between two of those what shares most words."""
    for gap_old, gap_new, same in _between_equals(old, new):
        befores, afters = old[gap_old], new[gap_new]
        for was, now in _match(befores, afters, same_sort=same_sort, words=words):
            yield (
                None if was is None else befores[was],
                None if now is None else afters[now],
            )
        if same:
            yield same


def _between_equals(
    old: Sequence[Thing], new: Sequence[Thing]
) -> Iterator[tuple[slice, slice, tuple[Thing, Thing] | None]]:
    """Yield the stretches between what is equal and in order, each with the equal pair behind."""
    from_old = from_new = 0
    for each in pair(old, new, _itself):
        if each.old is not None and each.new is not None and not each.is_moved:
            behind = (old[each.old], new[each.new])
            yield slice(from_old, each.old), slice(from_new, each.new), behind
            from_old, from_new = each.old + 1, each.new + 1
    yield slice(from_old, len(old)), slice(from_new, len(new)), None


def _itself(thing: Thing) -> Thing:
    return thing


def _match(
    old: Sequence[Thing],
    new: Sequence[Thing],
    *,
    same_sort: Callable[[Thing, Thing], bool],
    words: Callable[[Thing], frozenset[str]],
) -> list[tuple[int | None, int | None]]:
    """Return places of both, in order: those that share most words side by side, nothing twice."""
    if not old or not new or len(old) * len(new) > _MOST_PAIRS:
        return [*((place, None) for place in range(len(old))),
                *((None, place) for place in range(len(new)))]  # fmt: skip
    bags_old, bags_new = [words(each) for each in old], [words(each) for each in new]
    likeness = [
        [
            _likeness(bags_old[y], bags_new[x]) if same_sort(old[y], new[x]) else 0.0
            for x in range(len(new))
        ]
        for y in range(len(old))
    ]
    return _best_path(likeness)


def _likeness(one: frozenset[str], other: frozenset[str]) -> float:
    """Return the share of words in common, 0 if it is too little to be the same passage."""
    if not one or not other:
        return 0.0
    share = 2 * len(one & other) / (len(one) + len(other))
    return share if share >= _LEAST_ALIKE else 0.0


def _best_path(likeness: list[list[float]]) -> list[tuple[int | None, int | None]]:
    """Return the way through a table of likenesses that keeps both orders and collects most."""
    height, width = len(likeness), len(likeness[0])
    best = [[0.0] * (width + 1) for _ in range(height + 1)]
    for y in reversed(range(height)):
        for x in reversed(range(width)):
            together = likeness[y][x] + best[y + 1][x + 1] if likeness[y][x] else 0.0
            best[y][x] = max(best[y + 1][x], best[y][x + 1], together)
    path: list[tuple[int | None, int | None]] = []
    y = x = 0
    while y < height and x < width:
        if likeness[y][x] and best[y][x] == likeness[y][x] + best[y + 1][x + 1]:
            path.append((y, x))
            y, x = y + 1, x + 1
        elif best[y][x] == best[y + 1][x]:
            path.append((y, None))
            y += 1
        else:
            path.append((None, x))
            x += 1
    path += [(place, None) for place in range(y, height)]
    return [*path, *((None, place) for place in range(x, width))]


# --- runs ----------------------------------------------------------------------------------------


def redline_runs(old: Sequence[Run], new: Sequence[Run]) -> tuple[Run, ...]:
    """Return two lines as one, word by word; one of which little stayed is shown as rewritten."""
    if old == new:
        return tuple(new)
    before, after = _text(old), _text(new)
    if before == after:
        restyled = _styles(old) != _styles(new)
        return (*new, remark(" (style or link changed)")) if restyled else tuple(new)
    pieces = _calm(diff_words(before, after))
    kept = sum(len(piece.text.strip()) for piece in pieces if piece.sort == "same")
    if kept < _LEAST_KEPT * max(len(before), len(after)):
        return (*mark_runs(old, "removed"), *mark_runs(new, "added"))
    return tuple(_style(pieces, old, new))


def _text(runs: Iterable[Run]) -> str:
    return "".join(run.text for run in runs)


def _styles(runs: Iterable[Run]) -> list[Run]:
    """Return runs by their look and where they lead, whether typed or a live figure."""
    return [replace(run, figure="") for run in runs]


def _calm(pieces: Sequence[Piece]) -> list[Piece]:
    """Return pieces without islands: a word or two that stayed between two changes, and space,
    are shown as part of both."""
    calm: list[Piece] = []
    changed: list[Piece] = []
    for place, piece in enumerate(pieces):
        is_last = place == len(pieces) - 1
        if piece.sort != "same" or (changed and not is_last and _is_island(piece.text)):
            changed.append(piece)
            continue
        calm += [*_as_two(changed), piece]
        changed = []
    return [*calm, *_as_two(changed)]


def _is_island(text: str) -> bool:
    return len(text) < _ISLAND and len(text.split()) < 3 and "\n" not in text


def _as_two(group: Sequence[Piece]) -> Iterator[Piece]:
    gone = "".join(piece.text for piece in group if piece.sort != "added")
    come = "".join(piece.text for piece in group if piece.sort != "removed")
    space = gone[len(gone.rstrip()) :] if gone and come else ""
    tail = space if come.endswith(space) and come.rstrip() + space == come else ""
    if gone:
        yield Piece("removed", gone.removesuffix(tail))
    if come:
        yield Piece("added", come.removesuffix(tail))
    if tail:
        yield Piece("same", tail)


def _style(pieces: Sequence[Piece], old: Sequence[Run], new: Sequence[Run]) -> Iterator[Run]:
    """Yield the pieces in the style that they have on their side; what stayed, in the new one."""
    from_old, from_new = _Cutter(old), _Cutter(new)
    last = Piece("same", "")
    for piece in pieces:
        size = len(piece.text)
        if piece.sort == "same":
            from_old.take(size)
            yield from from_new.take(size)
        elif piece.sort == "removed":
            yield from mark_runs(from_old.take(size), "removed")
        else:
            by = _shift_in_prose(last, piece)
            yield from [remark(ARROW)] if by else []
            yield from mark_runs(from_new.take(size), "added")
            yield from [remark(f" ({by})")] if by else []
        last = piece


def _shift_in_prose(old: Piece, new: Piece) -> str:
    """Return by how much a figure of a sentence changed; "" for years and other numbers."""
    if old.sort != "removed" or not all(map(_FIGURE.fullmatch, (old.text, new.text))):
        return ""
    return difference(old.text, new.text)


@dataclass(slots=True)
class _Cutter:
    """Gives out runs from the left, so many characters at a time."""

    runs: Sequence[Run]
    place: int = 0
    offset: int = 0

    def take(self, size: int) -> list[Run]:
        taken: list[Run] = []
        while size > 0 and self.place < len(self.runs):
            run = self.runs[self.place]
            text = run.text[self.offset : self.offset + size]
            whole = len(text) == len(run.text)
            if text:
                taken.append(run if whole else replace(run, text=text, figure=""))
            size -= len(text)
            self.offset += len(text)
            if self.offset >= len(run.text):
                self.place, self.offset = self.place + 1, 0
        return taken


# --- only what changed ---------------------------------------------------------------------------


def shorten(prose: Prose) -> Prose:
    """Return the prose with its changes and what stands beside them; the rest is counted."""
    changed = [has_changes((element,)) for element in prose.elements]
    kept = [
        any(changed[max(0, place - _KEPT_AROUND) : place + _KEPT_AROUND + 1])
        for place in range(len(changed))
    ]
    found: list[Element] = []
    for is_kept, run in groupby(zip(kept, prose.elements, strict=True), lambda both: both[0]):
        elements = [element for _, element in run]
        if is_kept or len(elements) == 1:
            found.extend(elements)
        else:
            found.append(Paragraph((remark(f"[{len(elements)} passages without change]"),)))
    return Prose(tuple(found))
