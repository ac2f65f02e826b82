"""A workbook: a cover, contents with links, a sheet for each table, then what charts show.

Figures are numbers with the format that shows them as printed; totals are formulas that hold what
they come to, for programs that do not reckon. The bytes depend on document and imprint alone.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any
from xml.sax.saxutils import quoteattr

from openpyxl import Workbook
from openpyxl.drawing.image import Image
from openpyxl.styles import Alignment, Font, PatternFill

from documents.blocks import Document, Imprint
from documents.renderers import Supplies
from documents.renderers.images import measure_image
from documents.renderers.markup import describe_document, make_printable, spell_date
from documents.renderers.packages import (
    CORE_PROPERTIES,
    read_package,
    write_core_properties,
    write_package,
)
from documents.renderers.palette import QUIET, Palette, choose_palette
from documents.renderers.paper import describe_printing
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.sheet_cells import choose_font, count_lines, link_to, put_text
from documents.renderers.sheets import CONTENTS, HIGHEST, SheetWriter
from documents.renderers.table_list import ListedTable, list_tables
from documents.spreadsheets import LONGEST_NAME, name_sheet

_BOLD = choose_font(bold=True)
_PLAIN = choose_font()
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CONTENTS_HEADS = ("Section", "Table", "What it is", "Unit", "Rows")
_CONTENTS_WIDTHS = (50, 84, 22, 9, 7)
_LOGO = (200.0, 62.0)  # points, at most, as in print
_PIXEL = 0.75  # points
_DRAWING = "xl/drawings/drawing1.xml"
_LONGEST_MARGIN_TEXT = 100  # characters; head and foot of a sheet take 255 in all
_FORMULA = re.compile(
    rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?/>|'
    rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v></v>'
)


def render(document: Document, imprint: Imprint, supplies: Supplies) -> bytes:
    """Return the document's tables as a workbook.

    :raises PrintFailed: if it is too deep or too large.
    """
    refuse_unprintable(document)
    book, palette = Workbook(), choose_palette(imprint.branding)
    cover = book.active
    cover.title = "Cover"
    tables = list(list_tables(document))
    names = _name_sheets(tables)
    logo = supplies.pictures.get(imprint.branding.logo)
    _write_cover(cover, document, imprint, palette, logo)
    _write_contents(book.create_sheet(CONTENTS), tables, names, palette)
    figures: dict[str, Mapping[str, float]] = {}
    for place, (listed, name) in enumerate(zip(tables, names, strict=True)):
        sheet = book.create_sheet(name)
        sheet.sheet_properties.tabColor = QUIET if listed.drawn else palette.colour
        written = SheetWriter(sheet, listed, palette).write()
        figures[f"xl/worksheets/sheet{place + 3}.xml"] = written.figures
        supplies.tell(place + 1, len(tables) + 1)
    for sheet in book.worksheets:
        _set_up_page(sheet, document, imprint)
    data = _seal(book, figures, document, imprint)
    supplies.tell(len(tables) + 1, len(tables) + 1)
    return data


def _name_sheets(tables: list[ListedTable]) -> list[str]:
    """Return the sheets' names: those that begin alike, further than a name reaches, are told by
    their ends."""
    alike = Counter(listed.name[:LONGEST_NAME].casefold() for listed in tables)
    taken = ["Cover", CONTENTS]
    for listed in tables:
        is_alone = alike[listed.name[:LONGEST_NAME].casefold()] == 1
        name = listed.name if is_alone else listed.name_by_end(LONGEST_NAME)
        taken.append(name_sheet(make_printable(name), taken))
    return taken[2:]


def _write_cover(
    sheet: Any, document: Document, imprint: Imprint, palette: Palette, logo: bytes | None
) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 80
    top = 2 if logo and _put_logo(sheet, logo) else 1
    put_text(sheet.cell(top, 1), describe_document(document))
    sheet.cell(top, 1).font = _choose_title(palette)
    for row, (label, text) in enumerate(_list_facts(document, imprint), top + 2):
        put_text(sheet.cell(row, 1), label)
        put_text(sheet.cell(row, 2), text)
        sheet.cell(row, 1).font, sheet.cell(row, 2).font = _BOLD, _PLAIN
        sheet.cell(row, 1).alignment = sheet.cell(row, 2).alignment = _WRAPPED
        lines = max(count_lines(label, 28), count_lines(text, 80))
        sheet.row_dimensions[row].height = min(15.0 * lines, HIGHEST)


def _choose_title(palette: Palette) -> Font:
    return choose_font(bold=True, size=18, color=palette.colour)


def _put_logo(sheet: Any, logo: bytes) -> bool:
    """Put the council's logo at the head of the cover; say whether it is a picture at all."""
    measured = measure_image(logo)
    if measured is None:
        return False
    _, width, height = measured
    scale = min(1.0, _LOGO[0] / (width * _PIXEL), _LOGO[1] / (height * _PIXEL))
    image = Image(io.BytesIO(logo))
    image.width, image.height = max(1, round(width * scale)), max(1, round(height * scale))
    sheet.add_image(image, "A1")
    sheet.row_dimensions[1].height = image.height * _PIXEL + 12
    return True


def _list_facts(document: Document, imprint: Imprint) -> Iterator[tuple[str, str]]:
    cover = document.cover
    facts = [
        ("Council", cover.council),
        ("Directorate", cover.directorate),
        ("Unit", cover.unit),
        ("Document", document.title),
        ("", document.subtitle),
        ("Year", cover.year),
        *cover.facts,
        *((person.role, person.name) for person in cover.people),
        ("State", imprint.state),
        ("Version", str(imprint.version)),
        ("Edition", str(imprint.edition) if imprint.edition else ""),
        ("Date", spell_date(imprint.printed_on)),
        ("SHA-256 of the plan", imprint.digest),
        *(
            (
                each.step,
                f"{each.person}, {each.post}, {spell_date(each.at)} {each.reference}".strip(),
            )
            for each in imprint.approvals
        ),
        *(
            (f"Correction {each.number}", f"{spell_date(each.published_on)}: {each.reason}")
            for each in imprint.corrections
        ),
        ("Other formats", imprint.branding.statement),
        ("Contact", imprint.branding.contact),
    ]
    yield from ((label, text) for label, text in facts if text)


def _write_contents(
    sheet: Any, tables: list[ListedTable], names: list[str], palette: Palette
) -> None:
    for letter, width in zip("ABCDE", _CONTENTS_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    put_text(sheet["A1"], CONTENTS if tables else "This document has no tables.")
    sheet["A1"].font = _choose_title(palette)
    if not tables:
        return
    fill = PatternFill("solid", fgColor=palette.head)
    for column, head in enumerate(_CONTENTS_HEADS, 1):
        put_text(sheet.cell(3, column), head)
        sheet.cell(3, column).font, sheet.cell(3, column).fill = _BOLD, fill
    for row, (listed, name) in enumerate(zip(tables, names, strict=True), 4):
        _write_contents_row(sheet, row, listed, name)
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"


def _write_contents_row(sheet: Any, row: int, listed: ListedTable, name: str) -> None:
    texts = (listed.place, listed.caption, listed.sort, listed.table.unit)
    for column, text in enumerate(texts, 1):
        put_text(sheet.cell(row, column), text)
        sheet.cell(row, column).font, sheet.cell(row, column).alignment = _PLAIN, _WRAPPED
    sheet.cell(row, 5).value = len(listed.table.rows)
    sheet.cell(row, 5).font, sheet.cell(row, 5).alignment = _PLAIN, _WRAPPED
    link_to(sheet.cell(row, 2), name)
    sized = zip(texts[:2], _CONTENTS_WIDTHS, strict=False)
    lines = max(count_lines(text, width) for text, width in sized)
    sheet.row_dimensions[row].height = min(15.0 * lines, HIGHEST)


def _set_up_page(sheet: Any, document: Document, imprint: Imprint) -> None:
    """A4 landscape, as wide as the page; head and foot as in print."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddHeader.left.text = _write_margin(describe_document(document))
    sheet.oddFooter.left.text = _write_margin(describe_printing(imprint))
    sheet.oddFooter.right.text = "Page &P of &N"


def _write_margin(text: str) -> str:
    return make_printable(text)[:_LONGEST_MARGIN_TEXT].replace("&", "&&")


# --- the file -----------------------------------------------------------------------------------


def _seal(
    book: Workbook, figures: Mapping[str, Mapping[str, float]], document: Document, imprint: Imprint
) -> bytes:
    """Return the workbook's file with what its formulas come to, and nothing from the clock."""
    out = io.BytesIO()
    book.save(out)
    parts = read_package(out.getvalue())
    for name, known in figures.items():
        if known:
            parts[name] = _fill_in(parts[name], known)
    if _DRAWING in parts:
        alt = make_printable(imprint.branding.logo_alt) or "The council’s logo"
        named = f"descr={quoteattr(alt)}".encode()
        parts[_DRAWING] = parts[_DRAWING].replace(b'descr="Picture"', named, 1)
    parts[CORE_PROPERTIES] = write_core_properties(document, imprint)
    return write_package(parts, imprint.printed_on)


def _fill_in(sheet: bytes, figures: Mapping[str, float]) -> bytes:
    """Write behind each formula what it comes to."""

    def fill(found: re.Match[bytes]) -> bytes:
        opened, place = found[1] or found[3], (found[2] or found[4]).decode()
        return opened + f"<v>{figures[place]!r}</v>".encode()

    return _FORMULA.sub(fill, sheet)
