"""A Word file: real headings, a contents field, tables whose heads repeat, landscape sections.

Written as WordprocessingML by plain functions: quick, and the same bytes for the same document.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from documents.blocks import (
    COMPARISON,
    Block,
    Chart,
    Document,
    Heading,
    Imprint,
    OrgChart,
    Orientation,
    Part,
    Picture,
    Post,
    Prose,
    Quadrants,
    RiskMatrix,
    Signatures,
    Table,
)
from documents.org_charts import name_post
from documents.prose import leaves
from documents.renderers import Supplies
from documents.renderers.drawings import tabulate_matrix
from documents.renderers.manuscript import (
    BULLETS,
    Manuscript,
    Setting,
    write_caption,
    write_heading,
    write_paragraph,
    write_prose,
    write_text,
)
from documents.renderers.markup import find_headings
from documents.renderers.palette import choose_palette
from documents.renderers.paper import TEXT_WIDTH
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.word_boxes import GAP, TWIPS, write_quadrants, write_signatures
from documents.renderers.word_charts import write_chart, write_small_charts
from documents.renderers.word_cover import (
    write_contents,
    write_cover,
    write_record,
    write_statement,
)
from documents.renderers.word_package import (
    COVER_FOOTER,
    COVER_HEADER,
    PAGE_FOOTERS,
    PAGE_HEADER,
    write_file,
)
from documents.renderers.word_pictures import write_picture
from documents.renderers.word_tables import write_table

_A4 = (11906, 16838)  # twentieths of a point
_MARGINS = {"portrait": (1417, 1247), "landscape": (1247, 1077)}  # top, bottom
_DEEPEST_POST = 8
_FRESH = '<w:p><w:pPr><w:pStyle w:val="Heading1"/><w:pageBreakBefore/>'


def render(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return the document as a Word file.

    :raises PrintFailed: if it is too deep or too large.
    """
    refuse_unprintable(document)
    targets, palette = find_headings(document.parts), choose_palette(imprint.branding)
    is_redline = imprint.state == COMPARISON
    script = Manuscript(targets, supplies.pictures, imprint.printed_on, palette, is_redline)
    pages = "".join(
        [
            write_cover(document, imprint, script),
            _end_section("portrait", cover=True),
            *_write_front(document, script),
            *_write_body(document, imprint, script),
        ]
    )
    data = write_file(pages, script, document, imprint)
    supplies.tell(1, 1)
    return data


# --- sections of paper --------------------------------------------------------------------------


def _write_front(document: Document, script: Manuscript) -> Iterator[str]:
    """Yield what stands before the contents, each run of one orientation on its paper."""
    front = [part for part in document.parts if part.front]
    for orientation, run in groupby(front, key=lambda part: part.orientation):
        yield from (_write_part(part, script) for part in run)
        yield _end_section(orientation)


def _write_body(document: Document, imprint: Imprint, script: Manuscript) -> Iterator[str]:
    """Yield contents, parts and page of record, without which the last part is closed by the
    council's statement; the last section of paper ends the file."""
    script.orientation = "portrait"
    contents = write_contents(document, script)
    if contents:
        yield contents + _end_section("portrait")
    rest = [part for part in document.parts if not part.front]
    runs = [(way, list(run)) for way, run in groupby(rest, key=lambda part: part.orientation)]
    last: Orientation = "portrait"
    for place, (orientation, parts) in enumerate(runs):
        if place:
            yield _end_section(last)
        written = "".join(_write_part(part, script) for part in parts)
        written = written.replace(GAP + _FRESH, _FRESH)  # a gap that fills no page of its own
        yield written.removesuffix(GAP)  # the end of the paper follows, and stands for the gap
        last = orientation
    record = write_record(imprint, script)
    if record:
        if runs:
            yield _end_section(last)
        yield record
        last = "portrait"
    else:
        yield write_statement(imprint.branding) or write_paragraph("", Setting("PaperEnd"))
    yield _write_section(last)


def _end_section(orientation: Orientation, *, cover: bool = False) -> str:
    """Return the paragraph that ends a section of paper, too small to need a page of its own."""
    section = _write_section(orientation, cover=cover)
    return f'<w:p><w:pPr><w:pStyle w:val="PaperEnd"/>{section}</w:pPr></w:p>'


def _write_section(orientation: Orientation, *, cover: bool = False) -> str:
    width, height = _A4 if orientation == "portrait" else _A4[::-1]
    top, bottom = _MARGINS[orientation]
    side = round((width - TEXT_WIDTH[orientation] * TWIPS) / 2)
    turned = ' w:orient="landscape"' if orientation == "landscape" else ""
    header = COVER_HEADER if cover else PAGE_HEADER
    footer = COVER_FOOTER if cover else PAGE_FOOTERS[orientation]
    return (
        f'<w:sectPr><w:headerReference w:type="default" r:id="{header}"/>'
        f'<w:footerReference w:type="default" r:id="{footer}"/><w:type w:val="nextPage"/>'
        f'<w:pgSz w:w="{width}" w:h="{height}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{side}" w:bottom="{bottom}" w:left="{side}" '
        'w:header="624" w:footer="567" w:gutter="0"/></w:sectPr>'
    )


# --- parts and blocks -----------------------------------------------------------------------------


def _write_part(part: Part, script: Manuscript) -> str:
    """A part without a heading of its key is marked itself, so that links find it."""
    script.section_level, script.orientation = 0, part.orientation
    named = any(isinstance(block, Heading) and block.key == part.key for block in part.blocks)
    place = "" if named else script.mark(part.key)
    return place + "".join(_write_blocks(part, script))


def _write_blocks(part: Part, script: Manuscript) -> Iterator[str]:
    """Yield the blocks: small charts that follow each other side by side, and a heading that says
    other words than before with both, in place of the sentence that tells of it."""
    for is_small, run in groupby(part.blocks, key=_is_small_chart):
        blocks = list(run)
        if is_small:
            yield write_small_charts([b for b in blocks if isinstance(b, Chart)], script)
            continue
        told: Block | None = None
        for block, following in zip(blocks, [*blocks[1:], None], strict=True):
            was = _read_old_heading(block, following)
            if isinstance(block, Heading) and was is not None:
                told = following
                yield write_heading(block, script, was=was)
            elif block is not told:
                yield _write_block(block, script)


def _is_small_chart(block: Block) -> bool:
    return isinstance(block, Chart) and block.size == "half"


def _read_old_heading(block: Block, following: Block | None) -> str | None:
    """Return what a redline's heading said before, as the sentence behind it tells."""
    if not (isinstance(block, Heading) and block.change == "changed"):
        return None
    if not isinstance(following, Prose):
        return None
    runs = [run for leaf in leaves(following.elements) for run in leaf.runs]
    gone = [run.text for run in runs if run.change == "removed"]
    come = [run.text for run in runs if run.change == "added"]
    return gone[0] if len(gone) == 1 and come == [block.text] else None


def _write_block(block: Block, script: Manuscript) -> str:
    match block:
        case Heading():
            return write_heading(block, script)
        case Prose():
            return write_prose(block, script)
        case Table():
            return write_table(block, script)
        case Chart():
            return write_chart(block, script)
        case OrgChart():
            return write_caption(block.caption) + _write_posts(block.root, script) + GAP
        case RiskMatrix():
            return write_caption(block.caption) + write_table(tabulate_matrix(block), script)
        case Picture():
            return write_picture(block, script)
        case Quadrants():
            return write_quadrants(block, script)
        case Signatures():
            return write_signatures(block, script)
    assert_never(block)


def _write_posts(post: Post, script: Manuscript, depth: int = 0) -> str:
    setting = Setting(
        "ListParagraph",
        left=360 * (min(depth, _DEEPEST_POST) + 1),
        number=BULLETS,
        depth=min(depth, _DEEPEST_POST),
    )
    own = write_paragraph(write_text(name_post(post)), setting)
    return own + "".join([_write_posts(each, script, depth + 1) for each in post.reports])
