"""The document as a web page and as a section's reading page; `pieces.py` makes print of the same.

Written by plain functions, not by templates: the printing process has no Django, and a thousand
rows through templates cost seconds. Headings begin at the first level and skip none.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Collection, Iterable, Sequence
from itertools import groupby
from pathlib import Path
from typing import assert_never

from documents.blocks import (
    Block,
    Chart,
    Document,
    Heading,
    Imprint,
    OrgChart,
    Part,
    Picture,
    Prose,
    Quadrants,
    RiskMatrix,
    Signatures,
    Table,
)
from documents.colours import INHERITED, make_colours
from documents.renderers import Supplies
from documents.renderers.brands import tint, write_statement
from documents.renderers.covers import write_contents, write_cover, write_record
from documents.renderers.drawings import (
    write_chart,
    write_org_chart,
    write_picture,
    write_risk_matrix,
    write_small_charts,
)
from documents.renderers.markup import (
    Context,
    describe_document,
    escape,
    find_headings,
    write_heading,
    write_prose,
)
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.tables import write_table
from documents.values import split_notes

STYLESHEET = Path(__file__).resolve().parents[2] / "static" / "documents" / "document.css"


def render(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return the document as one web page that needs no other file.

    :raises PrintFailed: if it is too deep or too large.
    """
    refuse_unprintable(document)
    targets = find_headings(document.parts)
    page = Context(
        "screen",
        targets,
        link=link_within(targets),
        show_picture=lambda picture: _embed(supplies.pictures.get(picture.digest)),
        colours=make_colours(imprint.branding.colour),
    )
    title = escape(describe_document(document))
    head = (
        '<meta charset="utf-8"/>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"/>'
        f"<title>{title}</title>"
        f'<meta property="og:title" content="{title}"/><meta property="og:type" content="article"/>'
        f"<style>{tint(STYLESHEET.read_text(encoding='utf-8'), imprint.branding)}</style>"
    )
    body = f'<body class="document-page">{write_body(document, imprint, page)}</body>'
    supplies.tell(1, 1)
    return f"<!DOCTYPE html>\n{_write_html(document, head, body)}".encode()


def write_fragment(
    source: Document | Part,
    *,
    first_level: int = 1,
    link: Callable[[str], str | None] | None = None,
    show_picture: Callable[[Picture], str | None] | None = None,
    colour: str = INHERITED,
) -> str:
    """Return the parts of a document, or one part, for a page of the site: no shell, no cover."""
    parts = source.parts if isinstance(source, Document) else (source,)
    targets = find_headings(parts)
    page = Context(
        "screen",
        targets,
        link=link or link_within(targets),
        show_picture=show_picture or (lambda picture: None),
        colours=make_colours(colour),
        first_level=first_level,
        last_level=first_level - 1,
    )
    return f'<div class="document">{write_parts(parts, page)}</div>'


def write_fragments(
    parts: Sequence[Part],
    *,
    under: int,
    titles: Sequence[str],
    show_picture: Callable[[Picture], str | None] | None = None,
) -> list[str]:
    """Write each part by itself for one page of the site; no two of them share an id, or a name
    of a table's region. `titles` are those that the page puts above them."""
    targets = find_headings(parts)
    page = Context(
        "screen",
        targets,
        link=link_within(targets),
        show_picture=show_picture or (lambda picture: None),
        colours=make_colours(INHERITED),
        first_level=under,
    )
    written = []
    for part, title in zip(parts, titles, strict=True):
        page.last_level, page.above = under, title
        written.append(f'<div class="document">{write_parts((part,), page)}</div>')
    return written


def link_within(targets: Collection[str]) -> Callable[[str], str | None]:
    """Return a function that gives the address of a section of this page, None of any other."""
    return lambda key: f"#{key}" if key in targets else None


def _write_html(document: Document, head: str, body: str) -> str:
    return f'<html lang="{escape(document.language)}"><head>{head}</head>{body}</html>'


def _embed(data: bytes | None) -> str | None:
    if data is None:
        return None
    kind = "png" if data.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def write_body(document: Document, imprint: Imprint, page: Context) -> str:
    """Cover, what stands before the contents, contents, the parts, the page of record."""
    cover = write_cover(document, imprint, page)
    page.first_level = 2
    front = write_parts([part for part in document.parts if part.front], page)
    contents = write_contents(document, page)
    rest = write_parts([part for part in document.parts if not part.front], page)
    record = write_record(imprint, page) or write_statement(imprint.branding)
    return f'<div class="document">{cover}{front}{contents}<main>{rest}</main>{record}</div>'


# --- parts and blocks -----------------------------------------------------------------------


def write_parts(parts: Iterable[Part], page: Context) -> str:
    """Write parts, those of one orientation that follow each other in one element."""
    written = []
    for orientation, run in groupby(parts, key=lambda part: part.orientation):
        sections = "".join([write_part(part, page) for part in run])
        written.append(f'<div class="{orientation}">{sections}</div>')
    return "".join(written)


def write_part(part: Part, page: Context) -> str:
    """A part without a heading of its key is named itself, so that links find it."""
    page.section_level, page.orientation, page.part = 0, part.orientation, part.key
    page.in_added = False
    page.title = find_title(part)
    named = any(isinstance(block, Heading) and block.key == part.key for block in part.blocks)
    name = "" if named or not part.key else f' id="{page.anchor(part.key)}"'
    return f"<section{name}>{_write_blocks(part.blocks, page)}</section>"


def find_title(part: Part) -> str:
    """Return the first of a section's headings, "" if it has none."""
    headings = (block for block in part.blocks if isinstance(block, Heading))
    return next((split_notes(each.text)[0] for each in headings if not each.is_part), "")


def _write_blocks(blocks: Iterable[Block], page: Context) -> str:
    """Write blocks, small charts of one kind that follow each other in one element."""
    written = []
    for kind, run in groupby(blocks, _small_kind):
        if kind:
            written.append(
                write_small_charts([each for each in run if isinstance(each, Chart)], page)
            )
        else:
            written += [_write_block(block, page) for block in run]
    return "".join(written)


def _small_kind(block: Block) -> str:
    """Return the kind of a chart of half size; "" of every other block."""
    return block.kind if isinstance(block, Chart) and block.size == "half" else ""


def _write_block(block: Block, page: Context) -> str:
    match block:
        case Heading():
            return write_heading(block, page)
        case Prose():
            return write_prose(block, page)
        case Table():
            return write_table(block, page)
        case Chart():
            return write_chart(block, page)
        case OrgChart():
            return write_org_chart(block, page)
        case RiskMatrix():
            return write_risk_matrix(block, page)
        case Picture():
            return write_picture(block, page)
        case Quadrants():
            return _write_quadrants(block, page)
        case Signatures():
            return _write_signatures(block)
    assert_never(block)


def _write_quadrants(block: Quadrants, page: Context) -> str:
    boxes = []
    for title, prose in block.boxes:
        level = page.open_heading(max(page.section_level, page.first_level) + 1)
        inner = write_prose(prose, page)
        boxes.append(f'<div><h{level} class="within">{escape(title)}</h{level}>{inner}</div>')
    return f'<div class="quadrants">{"".join(boxes)}</div>'


def _write_signatures(block: Signatures) -> str:
    people = [
        f'<div><p class="line"></p><p><strong>{escape(name)}</strong><br/>{escape(post)}</p></div>'
        for name, post in block.people
    ]
    return f'<div class="signatures">{"".join(people)}</div>'
