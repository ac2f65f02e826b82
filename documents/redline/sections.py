"""Two states of a section as one part of the document: its heading and its blocks."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar, assert_never

from documents.blocks import (
    Block,
    Change,
    Chart,
    Heading,
    OrgChart,
    Paragraph,
    Part,
    Picture,
    Prose,
    Quadrants,
    RiskMatrix,
    Run,
    Signatures,
    Table,
)
from documents.diff import Pair, pair
from documents.redline.drawings import (
    redline_drawing,
    redline_picture,
    redline_quadrants,
    redline_signatures,
)
from documents.redline.identity import leave_out_years
from documents.redline.prose import has_changes, redline_prose, remark, remark_line, shorten
from documents.redline.tables import (
    has_new_heads,
    has_table_changes,
    redline_table,
    tell_new_heads,
)

Sort = TypeVar("Sort")


def pair_parts(old: Sequence[Part], new: Sequence[Part]) -> list[Pair]:
    """Return which sections are the same: by key, then by the kind of their blocks and title."""
    return pair(old, new, lambda part: part.key or None, _sort_and_title)


def _sort_and_title(part: Part) -> Hashable | None:
    heading = find_heading(part)
    sorts = tuple(dict.fromkeys(type(block) for block in part.blocks))
    title = leave_out_years(heading.text) if heading else ""
    return (sorts, title) if title else None


def find_heading(part: Part) -> Heading | None:
    """Return the section's own heading, not that of the part of the document it begins."""
    headings = [block for block in part.blocks if isinstance(block, Heading)]
    return next((each for each in headings if not each.is_part), None)


@dataclass(frozen=True, slots=True)
class ComparedPart:
    """A section of both sides, and what became of it."""

    part: Part
    change: Change


def redline_part(
    old: Part | None, new: Part | None, *, is_moved: bool = False, only_changes: bool = False
) -> ComparedPart:
    """Return a section as it was and is; None where a side has none."""
    source = new or old
    if source is None:
        raise ValueError("a section on neither side")
    whole: Change = "added" if old is None else "removed" if new is None else ""
    before, after = old.blocks if old else (), new.blocks if new else ()
    shorter = only_changes and not whole
    blocks = (
        [] if old and new and _same(old, new) else list(_redline_blocks(before, after, shorter))
    )
    changed = bool(blocks) and any(map(_has_changes, blocks))
    if not changed and not is_moved and not whole:
        return ComparedPart(source, "")
    change = whole or ("changed" if changed else "moved")
    shown = blocks if changed or whole else list(source.blocks)
    marked = tuple(_mark(shown, change, is_moved=is_moved))
    return ComparedPart(replace(source, blocks=marked), change)


def _same(old: Part, new: Part) -> bool:
    return [_unnumbered(block) for block in old.blocks] == [_unnumbered(b) for b in new.blocks]


def _unnumbered(block: Block) -> Block:
    """Return a heading without what depends on the sections around it."""
    if isinstance(block, Heading):
        return replace(block, number="", key="", level=1)
    return block


def _mark(blocks: Sequence[Block], change: Change, *, is_moved: bool) -> Iterator[Block]:
    """Yield the blocks, the section's heading with its change."""
    said = not is_moved or change in ("added", "removed")
    for block in blocks:
        if isinstance(block, Heading) and not block.is_part and not block.change:
            yield replace(block, change=change)
        else:
            yield block
        if not said and isinstance(block, Heading) and not block.is_part:
            said = True
            yield remark_line("This section was moved here from another place.")
    if not said:
        yield remark_line("This section was moved here from another place.")


# --- blocks ---------------------------------------------------------------------------------------


def _redline_blocks(
    old: Sequence[Block], new: Sequence[Block], only_changes: bool
) -> Iterator[Block]:
    slots_old, slots_new = _place_blocks(old), _place_blocks(new)
    names = (_exactly, _by_name, _by_name_of_any_year, _by_place)
    for each in pair(slots_old, slots_new, *names):
        was = old[each.old] if each.old is not None else None
        now = new[each.new] if each.new is not None else None
        if was is not None and now is not None and _unnumbered(was) == _unnumbered(now):
            yield from _show_same(now, only_changes)
        else:
            yield from _redline_block(was, now, only_changes)


@dataclass(frozen=True, slots=True)
class _Slot:
    """A block with what it is known by: its name, if it has one, and which of its sort it is."""

    block: Block
    name: Hashable | None
    place: Hashable


def _place_blocks(blocks: Sequence[Block]) -> list[_Slot]:
    """Words are known by how many other blocks stand before them, the rest by name or place."""
    slots, others = [], 0
    unnamed: dict[type, int] = {}
    for block in blocks:
        sort = type(block)
        name = _name_block(block)
        if isinstance(block, Prose):
            slots.append(_Slot(block, None, (sort, others)))
            continue
        if not isinstance(block, Heading):
            others += 1
        place = None if name else unnamed.setdefault(sort, 0)
        if not name:
            unnamed[sort] += 1
        slots.append(_Slot(block, (sort, name) if name else None, (sort, place)))
    return slots


def _name_block(block: Block) -> str:
    match block:
        case Heading():
            return "part" if block.is_part else "section"
        case Table():
            return block.caption or block.key
        case Chart() | OrgChart() | RiskMatrix():
            return block.caption
        case Picture():
            return block.name
        case Prose() | Quadrants() | Signatures():
            return ""
    assert_never(block)


def _exactly(slot: _Slot) -> Hashable | None:
    """Return a table's own key; words that are equal are one wherever they stand."""
    if isinstance(slot.block, Table):
        return (Table, slot.block.key) if slot.block.key else None
    return slot.block if isinstance(slot.block, Prose) else None


def _by_name(slot: _Slot) -> Hashable | None:
    return slot.name


def _by_place(slot: _Slot) -> Hashable | None:
    return slot.place if slot.name is None else None


def _by_name_of_any_year(slot: _Slot) -> Hashable | None:
    plain = leave_out_years(_name_block(slot.block)) if slot.name else ""
    return (type(slot.block), plain) if plain else None


def _show_same(block: Block, only_changes: bool) -> list[Block]:
    return [block] if not only_changes or isinstance(block, Heading) else []


def _redline_block(old: Block | None, new: Block | None, only_changes: bool) -> Iterator[Block]:
    """Yield a block of both sides; the two are of one sort."""
    known = new if new is not None else old
    match known:
        case Heading():
            yield from _redline_heading(_as(Heading, old), _as(Heading, new))
        case Prose():
            prose = redline_prose(_as(Prose, old), _as(Prose, new))
            whole = old is None or new is None
            yield shorten(prose) if only_changes and not whole else prose
        case Table():
            yield from _redline_table(_as(Table, old), _as(Table, new), only_changes)
        case Chart() | OrgChart() | RiskMatrix():
            was = old if isinstance(old, Chart | OrgChart | RiskMatrix) else None
            now = new if isinstance(new, Chart | OrgChart | RiskMatrix) else None
            yield from redline_drawing(was, now, only_changes=only_changes)
        case Picture():
            yield from redline_picture(_as(Picture, old), _as(Picture, new))
        case Quadrants():
            yield from redline_quadrants(_as(Quadrants, old), _as(Quadrants, new))
        case Signatures():
            yield from redline_signatures(_as(Signatures, old), _as(Signatures, new))
        case None:
            return
        case _:
            assert_never(known)


def _as(sort: type[Sort], block: object) -> Sort | None:
    return block if isinstance(block, sort) else None


def _redline_heading(old: Heading | None, new: Heading | None) -> Iterator[Block]:
    """Yield the heading, and in words what it was."""
    known = new or old
    if known is None:
        return
    if old is None or new is None:
        yield replace(known, change="added" if old is None else "removed")
        return
    if old.text == new.text:
        yield new
        return
    yield replace(new, change="changed")
    sides = (Run(old.text, change="removed"), remark(" to "), Run(new.text, change="added"))
    yield Prose((Paragraph((remark("The heading was changed from "), *sides)),))


def _redline_table(old: Table | None, new: Table | None, only_changes: bool) -> Iterator[Block]:
    table, left_out = redline_table(old, new, only_changes=only_changes and None not in (old, new))
    is_shown = bool(table.rows) or not only_changes
    if old is None or new is None:
        yield remark_line(f"This table was {'added' if old is None else 'removed'}:")
    elif has_new_heads(old, new):
        yield remark_line(tell_new_heads(old, new, units_alone=is_shown))
    if is_shown:
        yield table
    if left_out:
        yield tell_left_out(left_out, "row")


def tell_left_out(count: int, noun: str) -> Prose:
    """Return "14 rows without change are left out."; no change of its own."""
    words = f"{count} {noun} without change is left out."
    if count != 1:
        words = f"{count} {noun}s without change are left out."
    return Prose((Paragraph((Run(words, emphasis=True),)),))


def _has_changes(block: Block) -> bool:
    match block:
        case Heading():
            return bool(block.change)
        case Prose():
            return has_changes(block.elements)
        case Table():
            return has_table_changes(block)
        case Quadrants():
            return any(has_changes(prose.elements) for _, prose in block.boxes)
        case Chart() | OrgChart() | RiskMatrix() | Picture() | Signatures():
            return False
    assert_never(block)
