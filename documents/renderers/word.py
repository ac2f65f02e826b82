"""A Word file: real headings, a contents field, tables whose heads repeat, landscape sections.

Written as WordprocessingML by plain functions: quick, and the same bytes for the same document.
"""

from __future__ import annotations

import io
import warnings
from collections.abc import Iterator
from itertools import groupby
from typing import assert_never

from PIL import Image as PillowImage

from documents.blocks import (
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
from documents.charts import tell_gaps
from documents.org_charts import name_post
from documents.renderers import Supplies
from documents.renderers.covers import list_headings
from documents.renderers.drawings import tabulate_chart, tabulate_matrix
from documents.renderers.manuscript import (
    BULLETS,
    Image,
    Look,
    Manuscript,
    Setting,
    write_heading,
    write_heading_within,
    write_paragraph,
    write_prose,
    write_text,
)
from documents.renderers.markup import escape, find_headings, spell_date
from documents.renderers.paper import TEXT_HEIGHT, TEXT_WIDTH, describe_printing
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.word_charts import draw_chart
from documents.renderers.word_package import (
    COVER_FOOTER,
    COVER_HEADER,
    PAGE_FOOTERS,
    PAGE_HEADER,
    write_file,
)
from documents.renderers.word_tables import GAP, TWIPS, write_plain_table, write_table
from documents.values import split_notes

_A4 = (11906, 16838)  # twentieths of a point
_MARGINS = {"portrait": (1417, 1247), "landscape": (1247, 1077)}  # top, bottom
_EMU = 12700  # in a point
_PIXEL = 0.75  # points
_LOGO = (150.0, 60.0)  # points, at most
_DEEPEST_POST = 8


def render(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return the document as a Word file.

    :raises PrintFailed: if it is too deep or too large.
    """
    refuse_unprintable(document)
    script = Manuscript(find_headings(document.parts), supplies.pictures, imprint.printed_on)
    charts: dict[str, str] = {}
    pages = "".join(
        [
            _write_cover(document, imprint, script),
            _end_section("portrait", cover=True),
            *_write_front(document, script, charts),
            *_write_body(document, imprint, script, charts),
        ]
    )
    data = write_file(pages, script, charts, document, imprint)
    supplies.tell(1, 1)
    return data


# --- sections of paper --------------------------------------------------------------------------


def _write_front(document: Document, script: Manuscript, charts: dict[str, str]) -> Iterator[str]:
    """Yield what stands before the contents, each run of one orientation on its paper."""
    front = [part for part in document.parts if part.front]
    for orientation, run in groupby(front, key=lambda part: part.orientation):
        yield from (_write_part(part, script, charts) for part in run)
        yield _end_section(orientation)


def _write_body(
    document: Document, imprint: Imprint, script: Manuscript, charts: dict[str, str]
) -> Iterator[str]:
    """Yield contents, parts and page of record; the last section of paper ends the file."""
    script.orientation = "portrait"
    contents = _write_contents(document, script)
    if contents:
        yield contents + _end_section("portrait")
    rest = [part for part in document.parts if not part.front]
    runs = [(way, list(run)) for way, run in groupby(rest, key=lambda part: part.orientation)]
    last: Orientation = "portrait"
    for place, (orientation, parts) in enumerate(runs):
        if place:
            yield _end_section(last)
        written = "".join(_write_part(part, script, charts) for part in parts)
        yield written.removesuffix(GAP)  # the end of the paper follows, and stands for the gap
        last = orientation
    record = _write_record(imprint, script)
    if record:
        if runs:
            yield _end_section(last)
        yield record
        last = "portrait"
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


# --- cover, contents, record ----------------------------------------------------------------------


def _write_cover(document: Document, imprint: Imprint, script: Manuscript) -> str:
    cover = document.cover
    lines = [
        ("Council", cover.council),
        ("Directorate", cover.directorate),
        ("Band", cover.unit),
        ("Title", document.title),
        ("Subtitle", document.subtitle),
        ("Band", cover.year),
    ]
    written = [write_paragraph(write_text(text), Setting(key)) for key, text in lines if text]
    logo = _write_logo(imprint, script)
    facts = [*cover.facts, *((person.role, person.name) for person in cover.people)]
    if facts:
        gap = write_paragraph("", Setting("Normal"))
        written.append(gap + write_plain_table(facts, (45, 55), script, caption="Summary"))
    printing = write_paragraph(write_text(describe_printing(imprint)), Setting("Printing"))
    return logo + "".join(written) + printing


def _write_logo(imprint: Imprint, script: Manuscript) -> str:
    branding = imprint.branding
    image = _find_image(branding.logo, script) if branding.logo else None
    if image is None:
        return ""
    alt = branding.logo_alt or "Logo of the council"
    return write_paragraph(_draw_image(image, alt, script, *_LOGO))


def _write_contents(document: Document, script: Manuscript) -> str:
    """Return a field that Word brings up to date, filled with links to the headings."""
    listed = list(list_headings(document))
    if not listed:
        return ""
    lines = [_write_entry(heading, script) for heading in listed]
    opened = (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> TOC \\o "1-3" \\h \\z </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )
    closed = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    lines[0] = lines[0].replace("</w:pPr>", f"</w:pPr>{opened}", 1)
    lines[-1] = f"{lines[-1].removesuffix('</w:p>')}{closed}</w:p>"
    title = write_paragraph(write_text("Contents"), Setting("TOCHeading"))
    return (
        '<w:sdt><w:sdtPr><w:docPartObj><w:docPartGallery w:val="Table of Contents"/>'
        f"<w:docPartUnique/></w:docPartObj></w:sdtPr><w:sdtContent>{title}{''.join(lines)}"
        "</w:sdtContent></w:sdt>"
    )


def _write_entry(heading: Heading, script: Manuscript) -> str:
    anchor = script.name_bookmark(heading.key)
    words = write_text(f"{heading.number} {split_notes(heading.text)[0]}".strip())
    right = round(TEXT_WIDTH["portrait"] * TWIPS)
    page = (
        '<w:r><w:tab/></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> PAGEREF {anchor} \\h </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )
    return (
        f'<w:p><w:pPr><w:pStyle w:val="TOC{heading.level}"/><w:tabs><w:tab w:val="right" '
        f'w:leader="dot" w:pos="{right}"/></w:tabs></w:pPr><w:hyperlink w:anchor="{anchor}" '
        f'w:history="1">{words}{page}</w:hyperlink></w:p>'
    )


def _write_record(imprint: Imprint, script: Manuscript) -> str:
    """Return who approved the plan and when, its corrections and its hash; "" before that."""
    if not imprint.approvals:
        return ""
    script.orientation = "portrait"
    approvals = [
        (each.step, each.person, each.post, spell_date(each.at), each.reference)
        for each in imprint.approvals
    ]
    heads = ("Decision", "By", "Post", "On", "Reference")
    heading = Heading("Record of approval", 1, "record-of-approval")
    written = [
        write_heading(heading, script),
        _write_caption("Decisions"),
        write_plain_table(
            approvals, (24, 20, 26, 16, 14), script, caption="Decisions", heads=heads
        ),
    ]
    if imprint.corrections:
        corrections = [
            (str(each.number), spell_date(each.published_on), each.reason)
            for each in imprint.corrections
        ]
        named = ("Number", "Published on", "Reason")
        written.append(_write_caption("Corrections"))
        written.append(
            write_plain_table(corrections, (12, 22, 66), script, caption="Corrections", heads=named)
        )
    return "".join(written) + _write_digest(imprint) + _write_statement(imprint)


def _write_digest(imprint: Imprint) -> str:
    if not imprint.digest:
        return ""
    grouped = " ".join(imprint.digest[at : at + 8] for at in range(0, len(imprint.digest), 8))
    told = (
        "The plan as approved has this SHA-256 hash. It is that of its data and its text, not of "
        "this file."
    )
    return write_paragraph(write_text(told)) + write_paragraph(write_text(grouped))


def _write_statement(imprint: Imprint) -> str:
    told = " ".join(filter(None, (imprint.branding.statement, imprint.branding.contact)))
    return write_paragraph(write_text(told)) if told else ""


# --- parts and blocks -----------------------------------------------------------------------------


def _write_part(part: Part, script: Manuscript, charts: dict[str, str]) -> str:
    """A part without a heading of its key is marked itself, so that links find it."""
    script.section_level, script.orientation = 0, part.orientation
    named = any(isinstance(block, Heading) and block.key == part.key for block in part.blocks)
    place = "" if named else script.mark(part.key)
    return place + "".join([_write_block(block, script, charts) for block in part.blocks])


def _write_block(block: Block, script: Manuscript, charts: dict[str, str]) -> str:
    match block:
        case Heading():
            return write_heading(block, script)
        case Prose():
            return write_prose(block, script)
        case Table():
            return write_table(block, script)
        case Chart():
            return _write_chart(block, script, charts)
        case OrgChart():
            return _write_caption(block.caption) + _write_posts(block.root, script) + GAP
        case RiskMatrix():
            return _write_caption(block.caption) + write_table(tabulate_matrix(block), script)
        case Picture():
            return _write_picture(block, script)
        case Quadrants():
            return _write_quadrants(block, script)
        case Signatures():
            return _write_signatures(block, script)
    assert_never(block)


def _write_caption(text: str) -> str:
    return write_paragraph(write_text(text), Setting("Caption", keep=True)) if text else ""


def _write_chart(chart: Chart, script: Manuscript, charts: dict[str, str]) -> str:
    """The chart, what is to be said of it, and its figures."""
    drawn = write_paragraph(draw_chart(chart, script, charts), Setting(keep=True))
    notes = " ".join(filter(None, (chart.note, tell_gaps(chart))))
    told = write_paragraph(write_text(notes), Setting("Told")) if notes else ""
    data = write_table(tabulate_chart(chart), script)
    caption = f"{chart.caption} ({chart.unit})" if chart.unit else chart.caption
    return _write_caption(caption) + drawn + told + data


def _write_posts(post: Post, script: Manuscript, depth: int = 0) -> str:
    setting = Setting(
        "ListParagraph",
        left=360 * (min(depth, _DEEPEST_POST) + 1),
        number=BULLETS,
        depth=min(depth, _DEEPEST_POST),
    )
    own = write_paragraph(write_text(name_post(post)), setting)
    return own + "".join([_write_posts(each, script, depth + 1) for each in post.reports])


def _write_quadrants(block: Quadrants, script: Manuscript) -> str:
    """Two boxes to a row, each headed by its title."""
    level = script.section_level + 1
    width = int(TEXT_WIDTH[script.orientation] * TWIPS / 2)
    boxes = []
    for title, prose in block.boxes:
        inner = write_heading_within(write_text(title), script, level)
        inner += write_prose(prose, script) or write_paragraph("")
        boxes.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{inner}</w:tc>')
    if len(boxes) % 2:
        empty = write_paragraph("")
        boxes.append(f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/></w:tcPr>{empty}</w:tc>')
    rows = [f"<w:tr>{boxes[at]}{boxes[at + 1]}</w:tr>" for at in range(0, len(boxes), 2)]
    return _wrap_table(rows, (width, width), "PlanTable") + GAP


def _write_signatures(block: Signatures, script: Manuscript) -> str:
    """A line to sign on above each name, two to a row."""
    width = int(TEXT_WIDTH[script.orientation] * TWIPS / 2) - 300
    written = []
    for name, post in block.people:
        line = '<w:pBdr><w:bottom w:val="single" w:sz="6" w:space="1" w:color="56616B"/></w:pBdr>'
        right = TEXT_WIDTH[script.orientation] * TWIPS - width
        written.append(
            f'<w:p><w:pPr><w:keepNext/>{line}<w:spacing w:before="720" w:after="60"/>'
            f'<w:ind w:right="{right:.0f}"/></w:pPr></w:p>'
        )
        words = write_text(name, Look(strong=True)) + write_text(f"\n{post}")
        written.append(write_paragraph(words))
    return "".join(written)


def _wrap_table(rows: list[str], widths: tuple[int, ...], style: str) -> str:
    columns = "".join([f'<w:gridCol w:w="{width}"/>' for width in widths])
    return (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="{style}"/><w:tblW w:w="{sum(widths)}" '
        'w:type="dxa"/><w:tblLayout w:type="fixed"/></w:tblPr>'
        f"<w:tblGrid>{columns}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


# --- pictures -------------------------------------------------------------------------------------


def _write_picture(picture: Picture, script: Manuscript) -> str:
    """A picture that is missing, or is none, is a sentence in its place."""
    alt = picture.alt or picture.caption or f"Picture {picture.name}"
    image = _find_image(picture.digest, script)
    if image is None:
        sentence = f"The picture “{picture.name}” is missing. It shows: {alt}."
        return write_paragraph(write_text(sentence), Setting("Missing"))
    source = f"Source: {picture.source}" if picture.source else ""
    caption = ". ".join(text.rstrip(".") for text in (picture.caption, source) if text)
    widest = TEXT_WIDTH[script.orientation]
    drawn = _draw_image(image, alt, script, widest, TEXT_HEIGHT[script.orientation] - 60)
    return _write_caption(caption) + write_paragraph(drawn)


def _find_image(digest: str, script: Manuscript) -> Image | None:
    """Return a picture's part, measured the first time; None for what is no PNG or JPEG."""
    if digest in script.images:
        return script.images[digest]
    data = script.pictures.get(digest)
    measured = _measure_image(data) if data else None
    if data is None or measured is None:
        return None
    suffix, width, height = measured
    image = Image(f"image{len(script.images) + 1}.{suffix}", data, width, height)
    script.images[digest] = image
    return image


def _measure_image(data: bytes) -> tuple[str, int, int] | None:
    """Read format and size from a picture's head; its pixels are left alone."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", PillowImage.DecompressionBombWarning)
            with PillowImage.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                return (image.format or "").lower(), *image.size
    except (OSError, SyntaxError, ValueError, PillowImage.DecompressionBombError):
        return None


def _draw_image(
    image: Image, alt: str, script: Manuscript, most_wide: float, most_high: float
) -> str:
    """Return a run with the picture at its size, but no larger than its room in points."""
    scale = min(1.0, most_wide / (image.width * _PIXEL), most_high / (image.height * _PIXEL))
    wide = max(1, round(image.width * _PIXEL * scale * _EMU))
    high = max(1, round(image.height * _PIXEL * scale * _EMU))
    place = script.next_id()
    name = f"rimage{image.name.removeprefix('image').partition('.')[0]}"
    return (
        f'<w:r><w:drawing><wp:inline distT="0" distB="0" distL="0" distR="0"><wp:extent '
        f'cx="{wide}" cy="{high}"/><wp:docPr id="{place}" name="Picture {place}" '
        f'descr="{escape(alt)}"/><a:graphic><a:graphicData '
        'uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic><pic:nvPicPr>'
        f'<pic:cNvPr id="{place}" name="{image.name}" descr="{escape(alt)}"/><pic:cNvPicPr/>'
        f'</pic:nvPicPr><pic:blipFill><a:blip r:embed="{name}"/><a:stretch><a:fillRect/>'
        '</a:stretch></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext '
        f'cx="{wide}" cy="{high}"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom>'
        "</pic:spPr></pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r>"
    )
