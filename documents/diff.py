"""What changed between two texts or two cells, to be shown side by side or in line.

Knows nothing of sections, revisions or formats.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from difflib import SequenceMatcher
from typing import Literal

from documents.values import Value, computed, parse

Sort = Literal["same", "removed", "added"]

# A word keeps the marks inside it: "1,140", "don't", "2008/09"; what stands around it does not.
_TOKEN = re.compile(r"\s+|\w(?:[\w.,'’/-]*\w)?|[^\w\s]")
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
    for sort, before, after in _opcodes(*lines):
        if sort == "equal":
            pieces.append(Piece("same", "".join(before)))
        else:
            pieces.extend(_compare("".join(before), "".join(after)))
    return tuple(_joined(pieces))


def _opcodes(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, list[str], list[str]]]:
    """Yield the runs that both have, or that differ; spaces only count beside what is the same."""
    if count_pairs(old, new) > _PAIRS_TO_COMPARE:
        yield ("equal" if old == new else "replace"), list(old), list(new)
        return
    matcher = SequenceMatcher(str.isspace, a=old, b=new, autojunk=False)
    for sort, a, b, c, d in matcher.get_opcodes():
        yield sort, list(old[a:b]), list(new[c:d])


def count_pairs(old: Iterable[str], new: Iterable[str]) -> int:
    """Return how many ways there are to match one of `old` with one of `new`, spaces aside: what
    repeats itself makes comparing slow."""
    counts = Counter(new)
    return sum(counts[each] for each in old if each in counts and not each.isspace())


def _compare(old: str, new: str) -> Iterator[Piece]:
    before, after = _TOKEN.findall(old), _TOKEN.findall(new)
    if max(len(before), len(after)) > _WORDS_TO_COMPARE:
        yield from _changed(old, new)
        return
    gone, come = "", ""
    for sort, a, b in _opcodes(before, after):
        same = "".join(a) if sort == "equal" else ""
        if sort != "equal" or (same.isspace() and (gone or come)):
            gone, come = gone + "".join(a), come + "".join(b)
            continue
        yield from _changed(gone, come)
        yield Piece("same", same)
        gone, come = "", ""
    yield from _changed(gone, come)


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
    return f"{'+' if by > 0 else '-'}{'£' if after.pound else ''}{amount}"


def _kind(value: Value) -> tuple[str, str, bool]:
    return value.unit, value.word, value.pound
