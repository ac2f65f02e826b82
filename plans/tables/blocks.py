"""Finding the tables on the sheets of a workbook: ours as they went out, or anybody's own.

A sheet may hold one table, or a block for each unit under its name; totals and memorandum items
below the lines are told from them. What is found is a proposal: a person sees and corrects it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from plans.registry import PlanFacts
from plans.tables.headings import (
    ID,
    PARENT,
    PARENT_ID,
    WORKED_OUT,
    Target,
    list_targets,
    match_columns,
    target_name,
    title_of,
    words_of,
)
from plans.tables.outline import TableList, list_homes, offered_parents
from plans.tables.sheets import Sheet, SheetCell, Workbook

SURE = 0.8  # how much of a later row must be headings, so that it begins another table
_LEAD_IN = 6  # rows above a head in which groups, titles and names are looked for
_SHEET_TITLE = 31  # characters of a sheet's name
_TOTAL = re.compile(r"(sub[- ]?|grand |controllable )?totals?\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Block:
    """One table on a sheet. Rows and columns count from 0; `last` is the row behind it.

    `top`: the first row of its group headings; `table`: the name of the table it goes into, "" to
    leave it out; `parent`: the id of the row it belongs to, "new:…" for one to be made.
    `columns`: what each column is. `stated`: rows of totals, which are compared, with their words.
    """

    sheet: int
    head: int
    top: int
    last: int
    table: str = ""
    parent: str = ""
    columns: Mapping[int, str] = field(default_factory=dict)
    stated: tuple[int, ...] = ()
    heads: tuple[tuple[str, ...], ...] = ()
    under: int = -1  # of memorandum items: the row of their title; they have no head of their own

    @property
    def first(self) -> int:
        return (self.head if self.under < 0 else self.under) + 1


@dataclass(frozen=True, slots=True)
class Scene:
    """What blocks are looked for with: the section's tables, its content, and its plan."""

    tables: tuple[TableList, ...]
    value: Mapping[str, Any]
    facts: PlanFacts

    def targets(self, table: TableList) -> tuple[Target, ...]:
        return list_targets(table.fields, parent=table.above[-1].noun if table.above else "")


def find_blocks(workbook: Workbook, scene: Scene) -> tuple[Block, ...]:
    """Return every block of a workbook in order; a sheet without any is one block, left out."""
    found: list[Block] = []
    for index, sheet in enumerate(workbook.sheets):
        if sheet.rows:
            found += _find_on(index, sheet, scene) or [_whole_sheet(index, sheet, scene)]
    if found and not any(block.table for block in found):
        found[0] = _as_table(found[0], scene.tables[0], workbook.sheets[found[0].sheet], scene)
    return tuple(found)


def _find_on(index: int, sheet: Sheet, scene: Scene) -> list[Block]:
    heads = list(_find_heads(sheet, scene))
    blocks: list[Block] = []
    for place, (head, table, columns) in enumerate(heads):
        floor = heads[place - 1][0] + 1 if place else 0
        top = _find_top(sheet, head, floor)
        parent, beginning = _find_parent(sheet, top, floor, table, scene)
        if blocks:
            blocks[-1] = replace(blocks[-1], last=min(beginning, blocks[-1].last))
        block = Block(
            sheet=index,
            head=head,
            top=top,
            last=len(sheet.rows),
            table=table.name,
            parent=parent,
            columns=columns,
            heads=read_heads(sheet, top, head),
        )
        blocks.append(block)
    parts = [part for block in blocks for part in _part(block, sheet, scene)]
    return _inherit_parents(parts, scene)


def _inherit_parents(blocks: list[Block], scene: Scene) -> list[Block]:
    """Give a block without a name of its own the row that the block before it belongs to."""
    found: list[Block] = []
    for block in blocks:
        table = _table(scene, block.table)
        if found and table.above and not block.parent and PARENT not in block.columns.values():
            block = replace(block, parent=found[-1].parent)
        found.append(block)
    return found


def _whole_sheet(index: int, sheet: Sheet, scene: Scene) -> Block:
    head = next(at for at, row in enumerate(sheet.rows) if _filled(row))
    return Block(
        sheet=index,
        head=head,
        top=head,
        last=len(sheet.rows),
        heads=read_heads(sheet, head, head),
    )


def _as_table(block: Block, table: TableList, sheet: Sheet, scene: Scene) -> Block:
    return retarget(block, table, sheet, scene, head=block.head)


def retarget(
    block: Block, table: TableList | None, sheet: Sheet, scene: Scene, *, head: int
) -> Block:
    """Return the block read anew: as another table, or with its headings in another row."""
    top = _find_top(sheet, head, 0)
    heads = read_heads(sheet, top, head)
    if table is None:
        return replace(block, table="", head=head, top=top, heads=heads, columns={}, stated=())
    columns = {at: name for at, (name, _) in match_columns(heads, scene.targets(table)).items()}
    block = replace(
        block, table=table.name, head=head, top=top, heads=heads, columns=columns, under=-1
    )
    return replace(block, stated=_find_stated(block, sheet, table))


# --- heads ---------------------------------------------------------------------------------------


def _find_heads(sheet: Sheet, scene: Scene) -> Iterator[tuple[int, TableList, Mapping[int, str]]]:
    """Yield the rows that are headings, each with its table and columns."""
    vocabulary = {
        word
        for table in scene.tables
        for target in scene.targets(table)
        for words, _ in target.wordings
        for word in words
    }
    seen: set[str] = set()
    is_ours = False
    for at, row in enumerate(sheet.rows):
        filled = _filled(row)
        if title := title_of(sheet.cell(at, 0).text):
            table = next((each for each in scene.tables if each.title == title), None)
            if table:
                is_ours = True
                yield at, table, _columns_as(table, sheet, at, scene)
            continue
        if is_ours or not _could_be_head(filled, vocabulary):
            continue
        texts = " | ".join(cell.text for cell in filled)
        best = _best_table(sheet, at, scene)
        if best and (texts in seen or best[2] >= (SURE if seen else 0.5)):
            seen.add(texts)
            yield at, best[0], best[1]


def _columns_as(table: TableList, sheet: Sheet, head: int, scene: Scene) -> Mapping[int, str]:
    heads = read_heads(sheet, _find_top(sheet, head, 0), head)
    return {at: name for at, (name, _) in match_columns(heads, scene.targets(table)).items()}


def _filled(row: Sequence[SheetCell]) -> list[SheetCell]:
    return [cell for cell in row if not cell.is_blank]


def _could_be_head(filled: Sequence[SheetCell], vocabulary: set[str]) -> bool:
    words = [cell for cell in filled if not cell.is_number and len(cell.text) <= 300]
    if len(filled) < 2:
        return False
    known = [cell for cell in words if words_of(cell.text) & vocabulary]
    return len(known) >= 2 and 2 * len(known) >= len(filled)


def _best_table(
    sheet: Sheet, at: int, scene: Scene
) -> tuple[TableList, Mapping[int, str], float] | None:
    top = _find_top(sheet, at, 0)
    heads = read_heads(sheet, top, at)
    filled = sum(1 for each in heads if each and each[-1])
    title = words_of(" ".join(c.text for c in _filled(sheet.rows[top - 1]))) if top else frozenset()
    best: tuple[float, TableList, Mapping[int, str]] | None = None
    for table in scene.tables:
        found = match_columns(heads, scene.targets(table))
        names = {name for name, _ in found.values()}
        label = "-".join(map(str, table.rows.label_path))
        if len(names) < 2 or not ({label, ID} & names):
            continue
        score = sum(like for _, like in found.values()) / filled
        score += 0.3 if title and title == words_of(table.title) else 0.0
        if best is None or score > best[0]:
            best = score, table, {column: name for column, (name, _) in found.items()}
    return (best[1], best[2], best[0]) if best else None


def _find_top(sheet: Sheet, head: int, floor: int) -> int:
    """Return the first row of the group headings above a head; the head itself if it has none."""
    top = head
    while top > floor and head - top < _LEAD_IN - 2:
        filled = _filled(sheet.rows[top - 1])
        is_year = len(filled) == 1 and _is_year(filled[0].text)
        if any(cell.is_number for cell in filled) or not (len(filled) > 1 or is_year):
            break
        if not is_year and _is_under_title(sheet, top - 1):
            break
        top -= 1
    return top


def _is_year(text: str) -> bool:
    return any("/" in word for word in words_of(text)) and len(words_of(text)) == 1


def _is_under_title(sheet: Sheet, at: int) -> bool:
    """Whether a row is the id and the title that stand above the lists of a sheet of ours."""
    filled = _filled(sheet.rows[at])
    return len(filled) == 2 and not sheet.cell(at, 0).is_blank and not sheet.cell(at, 1).is_blank


def read_heads(sheet: Sheet, top: int, head: int) -> tuple[tuple[str, ...], ...]:
    """Return the headings of each column, outermost first.

    In other people's sheets a group stands over its first column and means those behind it too.
    """
    width = len(sheet.rows[head]) if head < len(sheet.rows) else 0
    is_ours = bool(title_of(sheet.cell(head, 0).text))
    columns: list[list[str]] = [[] for _ in range(width)]
    for row in range(top, head):
        last = ""
        for column in range(width):
            text = sheet.cell(row, column).text.strip()
            last = text if text or is_ours else last
            if last:
                columns[column].append(last)
    for column in range(width):
        texts = [part.strip() for part in sheet.cell(head, column).text.split("›")]
        columns[column] += texts
    return tuple(tuple(each) for each in columns)


# --- whom a block belongs to ---------------------------------------------------------------------


def _find_parent(
    sheet: Sheet, top: int, floor: int, table: TableList, scene: Scene
) -> tuple[str, int]:
    """Return the row that a block belongs to, and where the rows that lead in to it begin."""
    beginning = top
    while beginning > max(floor, top - _LEAD_IN):
        filled = _filled(sheet.rows[beginning - 1])
        if len(filled) > 2 or any(cell.is_number for cell in filled):
            break
        beginning -= 1
    if not table.above:
        return "", beginning
    offered = offered_parents(table, scene.value)
    ids = {name for name, _ in offered}
    names = list(_parent_names(offered, table, scene))
    for at in range(top - 1, beginning - 1, -1):
        for cell in _filled(sheet.rows[at]):
            if cell.text in ids:
                return cell.text, beginning
        if found := _named(" ".join(c.text for c in _filled(sheet.rows[at])), names):
            return found, beginning
    return _named(sheet.name, names), beginning


def _parent_names(
    offered: Sequence[tuple[str, str]], table: TableList, scene: Scene
) -> Iterator[tuple[str, str]]:
    """Yield the wordings by which each row or unit that may be meant is known."""
    units = {unit.key: (unit.key, unit.name, *unit.also) for unit in scene.facts.units}
    homes = {row["id"]: row for row in _outer_rows(table, scene)}
    for name, words in offered:
        row = homes.get(name) or {}
        key = name.removeprefix("new:") if name.startswith("new:") else row.get("unit")
        wordings = [row.get("title") or "", "" if name.startswith("new:") else words]
        for wording in (*wordings, *units.get(str(key), ())):
            if words_of(wording):
                yield wording, name


def _outer_rows(table: TableList, scene: Scene) -> Iterator[Mapping[str, Any]]:
    for _, parent in list_homes(scene.value, table):
        if parent is not None:
            yield parent


def _named(text: str, names: Sequence[tuple[str, str]]) -> str:
    """Return whom a title or a sheet's name means: the same words, else all of the words, else
    the beginning of a name that a sheet's has no room for."""
    words = words_of(text)
    for known, name in names:
        if words_of(known) == words:
            return name
    within = [(known, name) for known, name in names if words_of(known) <= words]
    if within:
        return max(within, key=lambda pair: len(words_of(pair[0])))[1]
    is_cut = len(text) >= _SHEET_TITLE - 1
    cut = {name for known, name in names if is_cut and _begins(known, text)}
    return cut.pop() if len(cut) == 1 else ""


def _begins(name: str, text: str) -> bool:
    return name.casefold().startswith(text.casefold().strip())


# --- totals and memorandum items -----------------------------------------------------------------


def _part(block: Block, sheet: Sheet, scene: Scene) -> Iterator[Block]:
    """Yield a block without its totals, and the list that stands under its lines, if one does."""
    table = _table(scene, block.table)
    at, sibling = _find_sibling(block, sheet, table, scene)
    lines = replace(block, last=at) if sibling else block
    yield replace(lines, stated=_find_stated(lines, sheet, table))
    if sibling:
        columns = dict(_columns_under(block, table, sibling))
        below = replace(block, table=sibling.name, under=at, columns=columns)
        yield replace(below, stated=_find_stated(below, sheet, sibling))


def _find_sibling(
    block: Block, sheet: Sheet, table: TableList, scene: Scene
) -> tuple[int, TableList | None]:
    """Return where the title of another list of the same row stands alone, and that list."""
    siblings = [
        other
        for other in scene.tables
        if other.above == table.above and other is not table and table.above
    ]
    for at in range(block.first, block.last):
        filled = _filled(sheet.rows[at])
        if len(filled) == 1:
            words = words_of(filled[0].text)
            for other in siblings:
                if words and words == words_of(other.title):
                    return at, other
    return block.last, None


def _columns_under(block: Block, table: TableList, sibling: TableList) -> Iterator[tuple[int, str]]:
    label = "-".join(map(str, table.rows.label_path))
    moved = {"-".join(map(str, f.under)): target_name(f) for f in sibling.fields if f.under}
    moved |= {label: "-".join(map(str, sibling.rows.label_path)), ID: ID}
    for column, name in block.columns.items():
        if name in moved:
            yield column, moved[name]


def _find_stated(block: Block, sheet: Sheet, table: TableList) -> tuple[int, ...]:
    """Return the rows of a block that are totals: worked out here, only compared."""
    label = "-".join(map(str, table.rows.label_path))
    column = {name: at for at, name in block.columns.items()}
    found = []
    for at in range(block.first, block.last):
        mark = sheet.cell(at, column[ID]).text if ID in column else ""
        words = sheet.cell(at, column[label]).text if label in column and not mark else ""
        if mark == WORKED_OUT or _is_total(words, table):
            found.append(at)
    return tuple(found)


def _is_total(label: str, table: TableList) -> bool:
    """Whether a row without an id is a total by its label, in a list that has totals below it."""
    return table.has_totals and bool(_TOTAL.match(label.strip()))


def _table(scene: Scene, name: str) -> TableList:
    return next(table for table in scene.tables if table.name == name)


# --- rows ----------------------------------------------------------------------------------------


def data_rows(block: Block, sheet: Sheet) -> Iterator[int]:
    """Yield the rows of a block that hold something in a column that is taken, totals aside."""
    columns = [c for c, name in block.columns.items() if name and name not in (PARENT, PARENT_ID)]
    for at in range(block.first, min(block.last, len(sheet.rows))):
        if at not in block.stated and any(not sheet.cell(at, c).is_blank for c in columns):
            yield at


__all__ = ["Block", "Scene", "data_rows", "find_blocks", "read_heads", "retarget"]
