"""A workbook: a cover, contents with links, and a sheet for each table.

Figures are numbers with the format that shows them as printed; totals are formulas that hold what
they come to, for programs that do not reckon. The bytes depend on document and imprint alone.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from openpyxl import Workbook
from openpyxl.styles import Alignment

from documents.blocks import Document, Imprint
from documents.renderers import Supplies
from documents.renderers.markup import describe_document, make_printable, spell_date
from documents.renderers.packages import (
    CORE_PROPERTIES,
    read_package,
    write_core_properties,
    write_package,
)
from documents.renderers.paper import describe_printing
from documents.renderers.print_limits import refuse_unprintable
from documents.renderers.sheets import (
    CONTENTS,
    INK,
    SheetWriter,
    choose_font,
    count_lines,
    link_to,
    put_text,
)
from documents.renderers.table_list import ListedTable, list_tables
from documents.spreadsheets import LONGEST_NAME, name_sheet

_TITLE = choose_font(bold=True, size=18, color=INK)
_BOLD = choose_font(bold=True)
_PLAIN = choose_font()
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_CONTENTS_WIDTHS = (46, 70, 12, 10)
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
    book = Workbook()
    cover = book.active
    cover.title = "Cover"
    tables = list(list_tables(document))
    names = _name_sheets(tables)
    _write_cover(cover, document, imprint)
    _write_contents(book.create_sheet(CONTENTS), tables, names)
    figures: dict[str, Mapping[str, float]] = {}
    for place, (listed, name) in enumerate(zip(tables, names, strict=True)):
        sheet = book.create_sheet(name)
        figures[f"xl/worksheets/sheet{place + 3}.xml"] = SheetWriter(sheet, listed).write().figures
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


def _write_cover(sheet: Any, document: Document, imprint: Imprint) -> None:
    sheet.column_dimensions["A"].width = 28
    sheet.column_dimensions["B"].width = 80
    put_text(sheet["A1"], describe_document(document))
    sheet["A1"].font = _TITLE
    for row, (label, text) in enumerate(_list_facts(document, imprint), 3):
        put_text(sheet.cell(row, 1), label)
        put_text(sheet.cell(row, 2), text)
        sheet.cell(row, 1).font, sheet.cell(row, 2).font = _BOLD, _PLAIN
        sheet.cell(row, 1).alignment = sheet.cell(row, 2).alignment = _WRAPPED
        sheet.row_dimensions[row].height = 15.0 * max(count_lines(label, 28), count_lines(text, 80))


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


def _write_contents(sheet: Any, tables: list[ListedTable], names: list[str]) -> None:
    for letter, width in zip("ABCD", _CONTENTS_WIDTHS, strict=True):
        sheet.column_dimensions[letter].width = width
    put_text(sheet["A1"], CONTENTS if tables else "This document has no tables.")
    sheet["A1"].font = _TITLE
    if not tables:
        return
    for column, head in enumerate(("Section", "Table", "Unit", "Rows"), 1):
        put_text(sheet.cell(3, column), head)
        sheet.cell(3, column).font = _BOLD
    for row, (listed, name) in enumerate(zip(tables, names, strict=True), 4):
        put_text(sheet.cell(row, 1), listed.place)
        put_text(sheet.cell(row, 2), listed.caption)
        put_text(sheet.cell(row, 3), listed.table.unit)
        sheet.cell(row, 4).value = len(listed.table.rows)
        link_to(sheet.cell(row, 2), name)
        sheet.cell(row, 1).alignment = sheet.cell(row, 2).alignment = _WRAPPED
        texts = zip((listed.place, listed.caption), _CONTENTS_WIDTHS, strict=False)
        lines = max(count_lines(text, width) for text, width in texts)
        sheet.row_dimensions[row].height = 15.0 * lines
    sheet.freeze_panes = "A4"
    sheet.print_title_rows = "3:3"


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
    parts[CORE_PROPERTIES] = write_core_properties(document, imprint)
    return write_package(parts, imprint.printed_on)


def _fill_in(sheet: bytes, figures: Mapping[str, float]) -> bytes:
    """Write behind each formula what it comes to."""

    def fill(found: re.Match[bytes]) -> bytes:
        opened, place = found[1] or found[3], (found[2] or found[4]).decode()
        return opened + f"<v>{figures[place]!r}</v>".encode()

    return _FORMULA.sub(fill, sheet)
