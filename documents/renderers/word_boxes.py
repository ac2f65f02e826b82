"""Cells of WordprocessingML, and what is set in them besides a plan's tables: facts, boxes to be
read side by side, lines to sign on."""

from __future__ import annotations

from collections.abc import Sequence

from documents.blocks import Quadrants, Signatures
from documents.renderers.manuscript import (
    PLAIN,
    Look,
    Manuscript,
    Setting,
    set_heading_within,
    write_paragraph,
    write_prose,
    write_text,
)
from documents.renderers.markup import escape
from documents.renderers.palette import QUIET
from documents.renderers.paper import TEXT_WIDTH

TWIPS = 20  # in a point


def write_gap(ended: str = "") -> str:
    """Return the paragraph without which two tables are one; `ended` as of any paragraph."""
    return write_paragraph("", Setting("Gap"), ended=ended)


GAP = write_gap()


def shade(fill: str) -> str:
    return f'<w:shd w:val="clear" w:color="auto" w:fill="{fill}"/>'


def write_cell(
    inner: str, width: int, *, span: int = 1, merged: str = "", more: str = "", stands: str = ""
) -> str:
    properties = (
        f'<w:tcW w:w="{width}" w:type="dxa"/>'
        + (f'<w:gridSpan w:val="{span}"/>' if span > 1 else "")
        + (f'<w:vMerge w:val="{merged}"/>' if merged else "")
        + more
        + (f'<w:vAlign w:val="{stands}"/>' if stands else "")
    )
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{inner}</w:tc>"


def _write_grid(widths: Sequence[int]) -> str:
    columns = "".join([f'<w:gridCol w:w="{width}"/>' for width in widths])
    return f"<w:tblGrid>{columns}</w:tblGrid>"


# --- facts ----------------------------------------------------------------------------------------


def write_plain_table(
    rows: Sequence[tuple[str, ...]],
    shares: Sequence[int],
    script: Manuscript,
    *,
    caption: str,
    heads: tuple[str, ...] = (),
    style: str = "Cell90",
) -> str:
    """Return a table of words alone; `shares` are percentages. Its first column is bold."""
    widths = [int(TEXT_WIDTH[script.orientation] * TWIPS * share / 100) for share in shares]
    look = f'<w:tblLook w:val="0600" w:firstRow="{1 if heads else 0}" w:lastRow="0" '
    properties = (
        f'<w:tblPr><w:tblStyle w:val="PlanTable"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/>{look}w:firstColumn="1" w:lastColumn="0" w:noHBand="1" '
        f'w:noVBand="1"/><w:tblCaption w:val="{escape(caption)}"/></w:tblPr>'
    )
    head = _write_plain_row(heads, widths, style, fill=script.palette.head) if heads else ""
    body = "".join([_write_plain_row(row, widths, style) for row in rows])
    return f"<w:tbl>{properties}{_write_grid(widths)}{head}{body}</w:tbl>{GAP}"


def _write_plain_row(
    texts: tuple[str, ...], widths: Sequence[int], style: str, *, fill: str = ""
) -> str:
    """Return a row; what has a fill is the heads, which the next page repeats."""
    cells = [
        write_cell(
            write_paragraph(
                write_text(text, Look(strong=True) if fill or at == 0 else PLAIN),
                Setting(style, keep=bool(fill)),
            ),
            width,
            more=shade(fill) if fill else "",
        )
        for at, (text, width) in enumerate(zip(texts, widths, strict=True))
    ]
    repeated = "<w:tblHeader/>" if fill else ""
    return f"<w:tr><w:trPr><w:cantSplit/>{repeated}</w:trPr>{''.join(cells)}</w:tr>"


# --- side by side ---------------------------------------------------------------------------------


def measure_box(script: Manuscript, count: int) -> int:
    """Return the width of one of so many boxes across the page, in twentieths of a point."""
    return int(TEXT_WIDTH[script.orientation] * TWIPS / count)


def write_boxes(
    boxes: Sequence[str], script: Manuscript, *, across: int, style: str, name: str
) -> str:
    """Return boxes of paragraphs in rows of so many, each row on one page."""
    width = measure_box(script, across)
    empty = write_paragraph("")
    filled = [*boxes, *[empty] * (-len(boxes) % across)]
    cells = [write_cell(inner, width) for inner in filled]
    rows = [
        f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{''.join(cells[at : at + across])}</w:tr>"
        for at in range(0, len(cells), across)
    ]
    properties = (
        f'<w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{width * across}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/><w:tblCaption w:val="{escape(name)}"/></w:tblPr>'
    )
    return f"<w:tbl>{properties}{_write_grid([width] * across)}{''.join(rows)}</w:tbl>{GAP}"


def write_quadrants(block: Quadrants, script: Manuscript) -> str:
    """Two boxes to a row, each headed by its title."""
    level = script.section_level + 1
    boxes = []
    for title, prose in block.boxes:
        head = write_paragraph(write_text(title), set_heading_within(script, level))
        boxes.append(head + (write_prose(prose, script) or write_paragraph("")))
    return write_boxes(boxes, script, across=2, style="PlanTable", name="Boxes side by side")


# --- signatures -----------------------------------------------------------------------------------


def write_signatures(block: Signatures, script: Manuscript) -> str:
    """A line to sign on above each name and post."""
    right = measure_box(script, 2) + 300
    edge = f'<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="{QUIET}"/></w:pBdr>'
    line = (
        f'<w:p><w:pPr><w:keepNext/>{edge}<w:spacing w:before="720" w:after="60"/>'
        f'<w:ind w:right="{right}"/></w:pPr></w:p>'
    )
    written = []
    for name, post in block.people:
        words = write_text(name, Look(strong=True)) + write_text(f"\n{post}")
        written.append(line + write_paragraph(words))
    return "".join(written)
