"""What changed between two texts, two lists or two cells, to be shown side by side or in line.

Knows nothing of sections, revisions or formats.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal, TypeVar

from documents.values import Value, computed, parse

Sort = Literal["same", "removed", "added"]
Item = TypeVar("Item")
Name = TypeVar("Name", bound=Hashable)

# A word keeps the marks inside it: "1,140", "don't", "2008/09", and the signs of an amount; what
# else stands around it is by itself. Each has the space behind it.
_WORD = re.compile(r"(?:£?\w(?:[\w.,'’/-]*\w)?%?|[^\w\s])\s*|\s+")
_WORDS_TO_COMPARE = 3_000
"""How many words of one passage are compared one by one; a longer one is shown as rewritten."""
_PAIRS_TO_COMPARE = 100_000
"""How many pairs of equal words, or lines, are weighed; a text with more is shown as rewritten."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text that both sides have, or that one side has; `is_cut` stands for left-out words
    that both have."""

    sort: Sort
    text: str
    is_cut: bool = False


def diff_words(old: str, new: str) -> tuple[Piece, ...]:
    """Return `old` and `new` as one text: what is the same, removed and added, word by word.

    Without what was added it reads `old`, without what was removed `new`. Texts of many lines are
    matched by lines first, so that a moved paragraph costs no more than its own words.
    """
    pieces: list[Piece] = []
    lines = [text.splitlines(keepends=True) for text in (old, new)]
    for is_equal, here, there in _match(*lines):
        before, after = "".join(lines[0][here]), "".join(lines[1][there])
        pieces.extend([Piece("same", before)] if is_equal else _compare(before, after))
    return tuple(_joined(pieces))


def _match(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[bool, slice, slice]]:
    """Yield whether a stretch is equal on both sides, and where it is on each."""
    if count_pairs(old, new) > _PAIRS_TO_COMPARE:
        yield old == new, slice(None), slice(None)
        return
    matcher = SequenceMatcher(str.isspace, a=old, b=new, autojunk=False)
    for sort, a, b, c, d in matcher.get_opcodes():
        yield sort == "equal", slice(a, b), slice(c, d)


def count_pairs(old: Iterable[str], new: Iterable[str]) -> int:
    """Return how many ways there are to match one of `old` with one of `new`, spaces aside: what
    repeats itself makes comparing slow."""
    counts = Counter(new)
    return sum(counts[each] for each in old if each in counts and not each.isspace())


def _compare(old: str, new: str) -> Iterator[Piece]:
    before, after = _WORD.findall(old), _WORD.findall(new)
    if max(len(before), len(after)) > _WORDS_TO_COMPARE:
        yield from _changed(old, new)
        return
    words = [[word.rstrip() for word in side] for side in (before, after)]
    for is_equal, here, there in _match(*words):
        if not is_equal:
            yield from _changed("".join(before[here]), "".join(after[there]))
            continue
        for word, was, now in zip(words[0][here], before[here], after[there], strict=True):
            if word:
                yield Piece("same", word)
            yield from _changed(was[len(word) :], now[len(word) :])


def _changed(gone: str, come: str) -> Iterator[Piece]:
    """Yield what went and what came; spaces that both begin or end with stay between them."""
    if gone == come:
        if gone:
            yield Piece("same", gone)
        return
    tail = _common_space(gone, come)
    gone, come = gone.removesuffix(tail), come.removesuffix(tail)
    if gone:
        yield Piece("removed", gone)
    if come:
        yield Piece("added", come)
    if tail:
        yield Piece("same", tail)


def _common_space(one: str, two: str) -> str:
    spaces = [re.search(r"\s*\Z", text) for text in (one, two)]
    found = [match[0] for match in spaces if match]
    return found[0] if len(found) == 2 and found[0] == found[1] else ""


def _joined(pieces: Iterable[Piece]) -> Iterator[Piece]:
    """Yield the pieces, those of one sort that follow each other as one."""
    last: Piece | None = None
    for piece in pieces:
        if last is not None and last.sort == piece.sort:
            last = replace(last, text=last.text + piece.text)
            continue
        if last is not None:
            yield last
        last = piece
    if last is not None:
        yield last


def cut_same(pieces: Sequence[Piece], *, around: int = 60) -> tuple[Piece, ...]:
    """Return the pieces with what is the same cut down to about `around` characters beside each
    change; what is left out is a piece of its own that says so."""
    cut: list[Piece] = []
    for index, piece in enumerate(pieces):
        if piece.sort != "same" or len(piece.text) <= 3 * around:
            cut.append(piece)
            continue
        head = _first_words(piece.text, around) if index else ""
        tail = _last_words(piece.text, around) if index < len(pieces) - 1 else ""
        kept = [Piece("same", head), Piece("same", " … ", is_cut=True), Piece("same", tail)]
        cut.extend(part for part in kept if part.text)
    return tuple(cut)


def _first_words(text: str, most: int) -> str:
    return text[:most].rsplit(maxsplit=1)[0] if " " in text[:most] else text[:most]


def _last_words(text: str, most: int) -> str:
    return text[-most:].split(maxsplit=1)[-1] if " " in text[-most:] else text[-most:]


# --- lists ---------------------------------------------------------------------------------------


def in_order(old: Sequence[Name], new: Sequence[Name]) -> list[Name]:
    """Return every name in the new order, those that are gone behind the one they stood behind."""
    known = set(new)
    gone: defaultdict[Name | None, list[Name]] = defaultdict(list)
    before: Name | None = None
    for name in old:
        if name in known:
            before = name
        else:
            gone[before].append(name)
    order = list(gone[None])
    for name in new:
        order += [name, *gone[name]]
    return order


def find_moved(old: Sequence[Name], new: Sequence[Name]) -> set[Name]:
    """Return the fewest names whose moving makes the new order of the old one."""
    places = {name: index for index, name in enumerate(old)}
    kept = [name for name in new if name in places]
    ends: list[int] = []  # the lowest last place of a rising run of each length
    lengths = []
    for name in kept:
        length = bisect_left(ends, places[name])
        ends[length : length + 1] = [places[name]]
        lengths.append(length)
    still, wanted = set(), len(ends) - 1
    for name, length in zip(reversed(kept), reversed(lengths), strict=True):
        if length == wanted:
            still.add(name)
            wanted -= 1
    return set(kept) - still


@dataclass(frozen=True, slots=True)
class Pair:
    """One thing by its places in the old and the new list; None where a list has it not."""

    old: int | None
    new: int | None
    is_moved: bool = False


def pair(
    old: Sequence[Item], new: Sequence[Item], *names: Callable[[Item], Hashable | None]
) -> list[Pair]:
    """Return what of two lists is the same thing, in the new order, what is gone at its place.

    Each function names an item; what bears one name on both sides is a pair, first with first.
    Later functions see only what earlier ones left over; None is no name.
    """
    partners = _find_partners(old, new, names)
    taken = set(partners.values())
    ids_of_new = [partners.get(place, -1 - place) for place in range(len(new))]
    moved = find_moved(range(len(old)), ids_of_new)
    pairs = []
    places = {each: place for place, each in enumerate(ids_of_new)}
    for each in in_order(range(len(old)), ids_of_new):
        was = each if each >= 0 else None
        pairs.append(Pair(was, places.get(each), is_moved=each in taken and each in moved))
    return pairs


def _find_partners(
    old: Sequence[Item],
    new: Sequence[Item],
    names: Iterable[Callable[[Item], Hashable | None]],
) -> dict[int, int]:
    """Return for each new place the old place of the same thing, where there is one."""
    partners: dict[int, int] = {}
    left_old, left_new = list(range(len(old))), list(range(len(new)))
    for name in names:
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for place in left_old:
            waiting[name(old[place])].append(place)
        for place in left_new:
            found = name(new[place])
            if found is not None and waiting[found]:
                partners[place] = waiting[found].popleft()
        taken = set(partners.values())
        left_old = [place for place in left_old if place not in taken]
        left_new = [place for place in left_new if place not in partners]
    return partners


# --- figures -------------------------------------------------------------------------------------


def difference(old: str, new: str) -> str:
    """Return by how much a cell changed: "+40", "-1.5 points", "+3 days"; "" if that has no
    meaning, because a side is no number or the units differ."""
    before, after = parse(old), parse(new)
    if before.number is None or after.number is None or _kind(before) != _kind(after):
        return ""
    decimals = max(before.decimals, after.decimals)
    by: Decimal = after.number - before.number
    if not by:
        return ""
    unit = "points" if after.unit == "%" else after.unit
    amount = computed(abs(by), decimals, unit).text
    if unit == after.unit and f" {unit}" not in new:
        amount = amount.replace(" ", "")
    return f"{'+' if by > 0 else '-'}{'£' if after.pound else ''}{amount}"


def _kind(value: Value) -> tuple[str, str, bool]:
    return value.unit, value.word, value.pound
