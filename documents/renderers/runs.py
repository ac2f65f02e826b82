"""One section in runs of blocks that each begin a page, so that a preview prints only what changed.

Layout goes forward only: what stands before a page does not depend on what follows it, but for
what must stay with the first block of that page. A run is printed with that much of the next one,
to see that its page ends there, and behind a page that is filled, so that it begins as it would.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any
from xml.etree import ElementTree
from xml.parsers import expat

from documents.renderers.markup import escape
from documents.renderers.paper import TEXT_HEIGHT, Sheet

FEWEST_PAGES = 2  # of a run
LONGEST_WHOLE = 5  # pages: a section of no more is always printed as a whole
LIGHT = 0.25  # of a section: what is printed of the next run, to see that it begins a page
_HEADINGS = frozenset({"h2", "h3", "h4", "h5", "h6"})
_NAMED_IN_HEAD = ("h2", "h3")  # by the running head, as in print.css


@dataclass(frozen=True, slots=True)
class Block:
    """An element of a section; `name` is its id, "" if it has none."""

    tag: str
    name: str
    classes: frozenset[str]
    markup: str

    @property
    def label(self) -> str:
        """Return by what it is found again in another printing."""
        return self.name or hashlib.sha256(self.markup.encode()).hexdigest()

    def name_markup(self, name: str) -> str:
        """Return its markup with a name that it does not have itself."""
        rest = self.markup.removeprefix(f"<{self.tag}")
        return self.markup if self.name else f'<{self.tag} id="{name}"{rest}'


@dataclass(frozen=True, slots=True)
class Section:
    """The markup of a section: what opens it, its blocks, what closes it."""

    sheet: Sheet
    opening: str
    blocks: tuple[Block, ...]
    closing: str


@dataclass(frozen=True, slots=True)
class Cut:
    """A block that begins a page: its number in the section, and how many pages are before it."""

    block: int
    page: int


@dataclass(frozen=True, slots=True)
class Run:
    """What is printed of a section: `names` are those of its blocks; the one of `until` is printed
    to see that it begins a page. `skipped` is 1 if a filled page stands before. `pages`: how many
    it must have, None if it may have any number."""

    markup: str
    rules: str
    names: tuple[str, ...]
    skipped: int
    until: str
    pages: int | None


def cut_section(markup: str, sheet: Sheet) -> Section:
    """Return the parts of a section that `write_single_piece` wrote."""
    data, depth, end = markup.encode(), 0, 0
    found: list[tuple[int, str, dict[str, str]]] = []
    parser = expat.ParserCreate()

    def open_element(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        if depth == 2:  # in the element of the sheet, and in that of the section
            found.append((parser.CurrentByteIndex, tag, attributes))
        depth += 1

    def close_element(tag: str) -> None:
        nonlocal depth, end
        depth -= 1
        if depth == 1:
            end = parser.CurrentByteIndex

    parser.StartElementHandler, parser.EndElementHandler = open_element, close_element
    parser.Parse(data, True)
    ends = [*[at for at, _, _ in found[1:]], end]
    blocks = [
        Block(
            tag,
            told.get("id", ""),
            frozenset(told.get("class", "").split()),
            data[at:until].decode(),
        )
        for (at, tag, told), until in zip(found, ends, strict=bool(found))
    ]
    opening = data[: found[0][0] if found else end].decode()
    return Section(sheet, opening, tuple(blocks), data[end:].decode())


def space_out(starts: Iterable[tuple[str, int]], pages: int) -> list[tuple[str, int]]:
    """Return those of the blocks that begin a page at which a run begins."""
    chosen: list[tuple[str, int]] = []
    if pages <= LONGEST_WHOLE:
        return chosen
    last = 0
    for name, page in starts:
        if page - last >= FEWEST_PAGES and pages - page >= FEWEST_PAGES:
            chosen.append((name, page))
            last = page
    return chosen


def name_light(section: Section) -> list[str]:
    """Return the names of the blocks at which cutting costs little, as the whole run has them."""
    sizes = [len(block.markup) for block in section.blocks]
    ends = [_find_end(section.blocks, at) for at in range(len(sizes))]
    names = write_whole_run(section).names
    return [
        name
        for at, (name, end) in enumerate(zip(names, ends, strict=True))
        if sum(sizes[at:end]) <= LIGHT * sum(sizes)
    ]


def write_whole_run(section: Section) -> Run:
    """Return the whole section as one run."""
    return next(write_runs(section, ()))


def write_runs(section: Section, cuts: Sequence[Cut]) -> Iterator[Run]:
    """Yield the runs between the cuts, which are in order."""
    count = len(section.blocks)
    for here, there in pairwise((Cut(0, 0), *cuts, Cut(count, 0))):
        last = there.block == count
        blocks = section.blocks[here.block : _find_end(section.blocks, there.block)]
        names = [block.name or f"block {number}" for number, block in enumerate(blocks)]
        inner = [block.name_markup(name) for block, name in zip(blocks, names, strict=True)]
        before, rules = _fill_page(section, here) if here.block else ("", "")
        yield Run(
            markup="".join([section.opening, before, *inner, section.closing]),
            rules=rules,
            names=tuple(names),
            skipped=1 if before else 0,
            until="" if last else names[there.block - here.block],
            pages=None if last else there.page - here.page,
        )


def _find_end(blocks: Sequence[Block], at: int) -> int:
    """Return the number of the block after what must stay with a block."""
    if at == len(blocks):
        return at
    while at + 1 < len(blocks) and _stay_together(blocks, at):
        at += 1
    return at + 1


def _stay_together(blocks: Sequence[Block], at: int) -> bool:
    """Say whether no page may end between a block and the next, as print.css has it."""
    block, after = blocks[at], blocks[at + 1]
    if block.tag in _HEADINGS or "notes" in after.classes:
        return True
    if block.tag == "p" and after.tag in ("table", "figure", "div", "ul", "ol"):
        return True
    return at + 2 == len(blocks) and after.tag in ("p", "ul")


def _fill_page(section: Section, cut: Cut) -> tuple[str, str]:
    """Return markup and rules of a page that stands before a run, with the number and the running
    head of the one that does."""
    headings = [
        block
        for block in section.blocks[: cut.block]
        if block.tag in _NAMED_IN_HEAD and "within" not in block.classes
    ]
    words = "".join(ElementTree.fromstring(headings[-1].markup).itertext()) if headings else ""  # noqa: S314, our own markup
    rules = (
        f"@page :first {{ counter-reset: page {cut.page} }} "
        f".filled {{ height: {TEXT_HEIGHT[section.sheet]}pt; "
        "string-set: section attr(data-section) }"
    )
    return f'<div class="filled" data-section="{escape(words)}"></div>', rules


# --- what is kept of a printing, to cut the next --------------------------------------------------


def describe_cuts(section: Section, cuts: Iterable[Cut]) -> dict[str, Any]:
    """Return what of the cuts is kept for the next printing of the section."""
    return {"cuts": [[section.blocks[cut.block].label, cut.page] for cut in cuts]}


def find_cuts(section: Section, told: Mapping[str, Any]) -> list[Cut]:
    """Return where to cut a section that may have changed since; none if what is told is wrong."""
    numbers: dict[str, int] = {}
    for number, block in enumerate(section.blocks):
        numbers.setdefault(block.label, number)
    try:
        cuts = [Cut(numbers[label], page) for label, page in told["cuts"] if label in numbers]
        rising = all(a.block < b.block and a.page < b.page for a, b in pairwise((Cut(0, 0), *cuts)))
    except (KeyError, TypeError, ValueError):
        return []
    return cuts if rising else []
