"""What is never handed to the print engine, because it would hang or crash on it.

Found by trying; each refusal is a sentence that says where and what to do.
"""

from __future__ import annotations

from collections.abc import Iterator

from documents.blocks import (
    Block,
    Cell,
    Document,
    Element,
    Heading,
    List,
    OrgChart,
    Part,
    Post,
    Prose,
    Quadrants,
    Quote,
    Run,
    Table,
)
from documents.renderers import PrintFailed

DEEPEST = 30  # nestings of lists, quotes or posts
LONGEST_RUN = 50_000  # characters
LONGEST_WORD = 2_000
MOST_RUNS = 2_000  # in one paragraph, line breaks included
MOST_ELEMENTS = 2_000  # paragraphs and lists in one text: the time grows with their square
MOST_CELLS = 250_000  # in one document
MOST_POSTS = 500


def refuse_unprintable(document: Document) -> None:
    """Look at the whole tree, without recursion.

    :raises PrintFailed: if a part of it is too deep, too long or too large to be printed.
    """
    cells = 0
    for part in document.parts:
        cells += refuse_part(part)
        if cells > MOST_CELLS:
            raise PrintFailed(
                f"{_name_place(part)}, the tables of the plan pass {MOST_CELLS:,} cells, more than "
                "can be printed. Shorten or remove a table."
            )


def refuse_part(part: Part) -> int:
    """Look at one section; return how many cells its tables have.

    :raises PrintFailed: if a part of it is too deep, too long or too large to be printed.
    """
    where = _name_place(part)
    cells = 0
    for block in part.blocks:
        if isinstance(block, Table):
            cells += len(block.rows) * len(block.columns)
        _refuse_block(block, where)
    return cells


def _name_place(part: Part) -> str:
    """Return how a sentence about a section begins: by its own heading, not by its part's."""
    headings = [block for block in part.blocks if isinstance(block, Heading) and block.text]
    own = [heading.text for heading in headings if not heading.is_part]
    return f"In “{own[0] if own else part.key}”"


def _refuse_block(block: Block, where: str) -> None:
    match block:
        case Prose():
            _refuse_elements(block.elements, where)
        case Quadrants():
            for _, prose in block.boxes:
                _refuse_elements(prose.elements, where)
        case Table():
            _refuse_table(block, where)
        case OrgChart():
            _refuse_posts(block.root, where)
        case _:
            return


def _refuse_table(table: Table, where: str) -> None:
    for note in table.notes:
        _refuse_elements(note.text.elements, where)
    for row in table.rows:
        for cell in row.cells:
            if isinstance(cell, Cell):
                _refuse_cell(cell, where)


def _refuse_cell(cell: Cell, where: str) -> None:
    if isinstance(cell.content, Prose):
        _refuse_elements(cell.content.elements, where)
    elif isinstance(cell.content, str):
        _refuse_text(cell.content, where)


def _refuse_elements(elements: tuple[Element, ...], where: str) -> None:
    for count, (element, depth) in enumerate(_walk_elements(elements), 1):
        if count > MOST_ELEMENTS:
            raise PrintFailed(
                f"{where}, one text has more than {MOST_ELEMENTS:,} paragraphs and lists, which "
                "cannot be printed. Split it into sections."
            )
        if depth > DEEPEST and isinstance(element, List | Quote):
            raise PrintFailed(
                f"{where}, lists or quotations lie more than {DEEPEST} deep in each other, which "
                "cannot be printed. Take some out of the others."
            )
        if not isinstance(element, List | Quote):
            _refuse_runs(element.runs, where)


def _walk_elements(elements: tuple[Element, ...]) -> Iterator[tuple[Element, int]]:
    waiting = [(element, 1) for element in elements]
    while waiting:
        element, depth = waiting.pop()
        yield element, depth
        if depth > DEEPEST:
            return
        match element:
            case Quote():
                waiting.extend((inner, depth + 1) for inner in element.elements)
            case List():
                waiting.extend((inner, depth + 1) for item in element.items for inner in item)
            case _:
                continue


def _refuse_runs(runs: tuple[Run, ...], where: str) -> None:
    pieces = len(runs) + sum(run.text.count("\n") for run in runs)
    if pieces > MOST_RUNS:
        raise PrintFailed(
            f"{where}, one paragraph has {pieces:,} line breaks and changes of style; at most "
            f"{MOST_RUNS:,} can be printed. Break it into paragraphs."
        )
    _refuse_text("".join(run.text for run in runs), where)


def _refuse_text(text: str, where: str) -> None:
    if len(text) > LONGEST_RUN:
        raise PrintFailed(
            f"{where}, one paragraph has {len(text):,} characters; at most {LONGEST_RUN:,} can be "
            "printed. Break it into paragraphs."
        )
    if len(text) > LONGEST_WORD and max(map(len, text.split()), default=0) > LONGEST_WORD:
        raise PrintFailed(
            f"{where}, one word is longer than {LONGEST_WORD:,} characters, which cannot be "
            "printed. Put spaces into it."
        )


def _refuse_posts(root: Post, where: str) -> None:
    waiting, count = [(root, 1)], 0
    while waiting:
        post, depth = waiting.pop()
        count += 1
        if depth > DEEPEST or count > MOST_POSTS:
            raise PrintFailed(
                f"{where}, the structure chart has more than {DEEPEST} levels or {MOST_POSTS} "
                "posts, which cannot be printed. Draw it as several charts."
            )
        waiting.extend((report, depth + 1) for report in post.reports)
