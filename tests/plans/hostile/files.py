"""Sixty files for the import of tables: what each is called, its bytes, and what becomes of it.

`says` is a piece of the sentence that refuses it; "" for one that is only odd and can be read.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_STORED

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
TOO_MUCH = "far more than a table of a plan"
DAMAGED = "is damaged"
DOCTYPE = "document type"


@dataclass(frozen=True)
class Hostile:
    """One file. `make` gives its bytes; `says`: how the refusal reads; `reads`: what a cell of it
    says, as (row, column, text), when it is read."""

    case: str
    name: str
    make: Callable[[], bytes]
    says: str = ""
    reads: tuple[int, int, str] | None = None


def book(
    rows: str | bytes = "<row r='1'><c r='A1' t='inlineStr'><is><t>Name</t></is></c></row>",
    *,
    sheet: str | bytes | None = None,
    workbook: str | bytes | None = None,
    strings: str | bytes = "",
    styles: str | bytes = "",
    more: dict[str, bytes] | None = None,
    compression: int = ZIP_DEFLATED,
) -> bytes:
    """Return a workbook of one sheet, any part of it as given."""
    if sheet is None:
        text = rows.encode() if isinstance(rows, str) else rows
        sheet = (
            f"<worksheet xmlns='{MAIN}'><sheetData>".encode() + text + b"</sheetData></worksheet>"
        )
    parts: dict[str, str | bytes] = {
        "_rels/.rels": (
            f"<Relationships xmlns='{PACKAGE}'><Relationship Id='r1' "
            f"Type='{RELATIONS}/officeDocument' Target='xl/workbook.xml'/></Relationships>"
        ),
        "xl/workbook.xml": workbook
        or f"<workbook xmlns='{MAIN}' xmlns:r='{RELATIONS}'><sheets>"
        "<sheet name='One' sheetId='1' r:id='r1'/></sheets></workbook>",
        "xl/_rels/workbook.xml.rels": (
            f"<Relationships xmlns='{PACKAGE}'><Relationship Id='r1' "
            f"Type='{RELATIONS}/worksheet' Target='worksheets/sheet1.xml'/></Relationships>"
        ),
        "xl/worksheets/sheet1.xml": sheet,
    }
    if strings:
        parts["xl/sharedStrings.xml"] = strings
    if styles:
        parts["xl/styles.xml"] = styles
    return pack({**parts, **(more or {})}, compression)


def pack(parts: dict[str, str | bytes], compression: int = ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", compression) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return out.getvalue()


def cell(text: str, place: str = "A1") -> str:
    return f"<row r='1'><c r='{place}' t='inlineStr'><is><t>{text}</t></is></c></row>"


def with_doctype(doctype: str, text: str = "x") -> bytes:
    sheet = f"{doctype}<worksheet xmlns='{MAIN}'><sheetData>{cell(text)}</sheetData></worksheet>"
    return book(sheet=f"<?xml version='1.0'?>{sheet}")


def laughs(depth: int = 9) -> str:
    """Return a document type whose entities grow tenfold at each of so many steps."""
    lines = ["<!ENTITY l0 'ha'>"]
    lines += [f"<!ENTITY l{n} '{f'&l{n - 1};' * 10}'>" for n in range(1, depth)]
    return f"<!DOCTYPE worksheet [{''.join(lines)}]>"


def shared(count: int) -> str:
    return f"<sst xmlns='{MAIN}'>{'<si><t>text</t></si>' * count}</sst>"


def marked_encrypted() -> bytes:
    """Return a workbook whose members say that they are encrypted."""
    data = bytearray(book())
    for sign, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = data.find(sign)
        while at >= 0:
            data[at + offset] |= 1
            at = data.find(sign, at + 1)
    return bytes(data)


def with_lying_sizes() -> bytes:
    """Return a workbook whose directory says that a sheet of 80 MB has 1,000 bytes."""
    data = bytearray(book(cell(" " * (80 << 20))))
    at = data.find(b"xl/worksheets/sheet1.xml", data.find(b"PK\x01\x02")) - 46
    struct.pack_into("<I", data, at + 24, 1_000)
    return bytes(data)


def overlapping() -> bytes:
    """Return a ZIP whose directory names the same packed megabytes two thousand times."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (4 << 20))
        [entry] = archive.infolist()
        for number in range(2, 1_500):
            archive.filelist.append(_copy(entry, f"xl/worksheets/sheet{number}.xml"))
    return out.getvalue()


def _copy(entry: zipfile.ZipInfo, name: str) -> zipfile.ZipInfo:
    again = zipfile.ZipInfo(name)
    for field in ("CRC", "compress_size", "file_size", "header_offset", "compress_type"):
        setattr(again, field, getattr(entry, field))
    return again


def many_members() -> bytes:
    return pack({f"xl/{number}.xml": "" for number in range(30_000)}, ZIP_STORED)


def nested() -> bytes:
    """Return ZIPs in a ZIP, as 42.zip has them."""
    inner = pack({"0.dll": b"0" * (40 << 20)})
    for _ in range(3):
        inner = pack({f"lib{n}.zip": inner for n in range(16)}, ZIP_STORED)
    return inner


def cells(count: int, *, row: int = 1) -> str:
    """Return a row of so many cells, one after the other."""
    return f"<row r='{row}'>{'<c><v>1</v></c>' * count}</row>"


def deep(count: int) -> str:
    return f"<row r='1'>{'<c>' * count}{'</c>' * count}</row>"


FILES: tuple[Hostile, ...] = (
    # --- not a workbook ------------------------------------------------------------------------
    Hostile("empty file", "a.xlsx", lambda: b"", "The file is empty"),
    Hostile("ole with a password", "a.xlsx",
            lambda: OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    Hostile("old workbook", "a.xls", lambda: OLE + bytes(4_000), "old .xls workbook"),
    Hostile("old workbook named new", "a.xlsx", lambda: OLE + bytes(4_000), "old .xls workbook"),
    Hostile("open document", "a.ods", lambda: b"PK\x03\x04", "ends in .xlsx or .csv"),
    Hostile("open document named xlsx", "a.xlsx",
            lambda: pack({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}),
            "OpenDocument"),
    Hostile("numbers", "a.xlsx", lambda: pack({"Index/Document.iwa": b"x"}), "Apple Numbers"),
    Hostile("word", "a.xlsx", lambda: pack({"word/document.xml": "<w/>"}), "Word document"),
    Hostile("binary workbook", "a.xlsx", lambda: pack({"xl/workbook.bin": b"x"}), ".xlsb"),
    Hostile("pdf", "a.xlsx", lambda: b"%PDF-1.7\n" + bytes(900), "is a PDF"),
    Hostile("text named xlsx", "a.xlsx", lambda: b"a,b\n1,2\n", "no XLSX workbook"),
    Hostile("program", "a.exe", lambda: b"MZ" + bytes(900), "ends in .xlsx or .csv"),
    Hostile("two endings", "a.xlsx.html", lambda: b"<script>alert(1)</script>", "ends in .xlsx"),
    Hostile("workbook named csv", "a.csv", book, "named as text but is a workbook"),
    Hostile("any zip", "a.xlsx", lambda: pack({"a.txt": "x"}), DAMAGED),
    Hostile("eleven megabytes", "a.xlsx", lambda: b"PK\x03\x04" + bytes(11 << 20), "10 MB"),
    # --- damaged archives and bombs ------------------------------------------------------------
    Hostile("cut in the middle", "a.xlsx", lambda: book()[:400], DAMAGED),
    Hostile("cut before its end", "a.xlsx", lambda: book()[:-10], DAMAGED),
    Hostile("head of a zip alone", "a.xlsx", lambda: b"PK\x03\x04" + bytes(60), DAMAGED),
    Hostile("encrypted members", "a.xlsx", marked_encrypted, "protected by a password"),
    Hostile("unknown compression", "a.xlsx", lambda: book(compression=ZIP_BZIP2), DAMAGED),
    Hostile("bomb by ratio", "a.xlsx", lambda: book(cell(" " * (60 << 20))), TOO_MUCH),
    Hostile("bomb of zips", "a.xlsx", nested, ""),
    Hostile("bomb by overlap", "a.xlsx", overlapping, TOO_MUCH),
    Hostile("bomb that lies", "a.xlsx", with_lying_sizes, "damaged"),
    Hostile("thirty thousand members", "a.xlsx", many_members, TOO_MUCH),
    # --- hostile XML ---------------------------------------------------------------------------
    Hostile("external entity", "a.xlsx",
            lambda: with_doctype("<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>", "&e;"),
            DOCTYPE),
    Hostile("external document type", "a.xlsx",
            lambda: with_doctype("<!DOCTYPE x SYSTEM 'http://127.0.0.1:9/x.dtd'>"), DOCTYPE),
    Hostile("parameter entity", "a.xlsx",
            lambda: with_doctype("<!DOCTYPE x [<!ENTITY % p SYSTEM 'file:///etc/hosts'> %p;]>"),
            DOCTYPE),
    Hostile("billion laughs", "a.xlsx", lambda: with_doctype(laughs(), "&l8;"), DOCTYPE),
    Hostile("laughs in the strings", "a.xlsx",
            lambda: book(strings=f"{laughs()}<sst xmlns='{MAIN}'><si><t>&l8;</t></si></sst>"),
            DOCTYPE),
    Hostile("document type in utf-16", "a.xlsx",
            lambda: book(sheet=f"<?xml version='1.0' encoding='utf-16'?>{laughs()}<worksheet/>"
                         .encode("utf-16")), DOCTYPE),
    Hostile("no xml", "a.xlsx", lambda: book(sheet=b"\x00\x01\x02 nothing"), DAMAGED),
    Hostile("unclosed xml", "a.xlsx", lambda: book("<row r='1'><c r='A1'>", sheet=None), DAMAGED),
    Hostile("elements 200,000 deep", "a.xlsx", lambda: book(deep(200_000)), "nothing but empty"),
    # --- too much, or of the wrong sort --------------------------------------------------------
    Hostile("a million columns", "a.xlsx", lambda: book(cells(1_000_000)), TOO_MUCH),
    Hostile("three hundred columns", "a.xlsx", lambda: book(cells(300)), "At most 200 columns"),
    Hostile("column beyond any sheet", "a.xlsx", lambda: book(cell("x", "ZZZZZZ1")), "200 columns"),
    Hostile("row beyond any sheet", "a.xlsx",
            lambda: book("<row r='999999999'><c r='A999999999'><v>1</v></c></row>"), "rows"),
    Hostile("a million empty rows", "a.xlsx",
            lambda: book(cell("Name") + "".join(f"<row r='{n}'/>" for n in range(2, 1_048_577))),
            reads=(0, 0, "Name")),
    Hostile("three thousand rows", "a.xlsx",
            lambda: book("".join(f"<row><c><v>{n}</v></c></row>" for n in range(3_000))),
            "At most 2,100 rows"),
    Hostile("a million shared texts", "a.xlsx", lambda: book(strings=shared(1_100_000)), TOO_MUCH),
    Hostile("a cell of 32 MB", "a.xlsx",
            lambda: book(cell("".join(chr(97 + n * n % 23) for n in range(1 << 15)) * 1_000)),
            ""),
    Hostile("a shared text of 32 MB", "a.xlsx",
            lambda: book(strings=f"<sst xmlns='{MAIN}'><si><t>{'ab' * (16 << 20)}</t></si></sst>"),
            TOO_MUCH),
    Hostile("numbers that are none", "a.xlsx",
            lambda: book("<row r='1'><c r='A1'><v>NaN</v></c><c r='B1'><v>1e999999</v></c>"
                         "<c r='C1' t='s'><v>99</v></c><c r='D1' t='zz'><v>1</v></c></row>"),
            reads=(0, 3, "1")),
    Hostile("five hundred sheets", "a.xlsx",
            lambda: book(workbook=f"<workbook xmlns='{MAIN}' xmlns:r='{RELATIONS}'><sheets>"
                         + "<sheet name='n' sheetId='1' r:id='r1'/>" * 500
                         + "</sheets></workbook>"), "more than 200 sheets"),
    Hostile("links to other workbooks", "a.xlsx",
            lambda: book("<row r='1'><c r='A1'><f>[1]One!A1</f><v>7</v></c></row>",
                         more={"xl/externalLinks/externalLink1.xml": b"<externalLink/>"}),
            reads=(0, 0, "7")),
    Hostile("sheets of a far column each", "a.xlsx",
            lambda: book("".join(f"<row><c r='GR{n}'><v>1</v></c></row>" for n in range(1, 2_101)),
                         workbook=f"<workbook xmlns='{MAIN}' xmlns:r='{RELATIONS}'><sheets>"
                         + "<sheet name='n' sheetId='1' r:id='r1'/>" * 20
                         + "</sheets></workbook>"), TOO_MUCH),
    Hostile("half a character, spelt", "a.xlsx",
            lambda: book("<row><c t='inlineStr'><is><t>a_xD800_b</t></is></c></row>"),
            reads=(0, 0, "a\ufffdb")),
    # --- CSV -----------------------------------------------------------------------------------
    Hostile("csv with nul", "a.csv", lambda: b"a,b\0\n1,2\n", "is no text"),
    Hostile("csv in utf-16", "a.csv", lambda: "Name,Sort\né,2\n".encode("utf-16"),
            reads=(1, 0, "é")),
    Hostile("csv in utf-16 cut off", "a.csv", lambda: b"\xff\xfea", "cut off"),
    Hostile("csv in latin-1", "a.csv", lambda: "Name,Sort\n£é,2\n".encode("latin-1"),
            reads=(1, 0, "£é")),
    Hostile("csv of mixed line ends", "a.csv", lambda: b"a,b\r1,2\n3,4\r\n5,6",
            reads=(3, 1, "6")),
    Hostile("csv with an open quotation", "a.csv", lambda: b'a,b\n"1,2\n3,4\n', "quotation mark"),
    Hostile("csv with a stray quotation", "a.csv", lambda: b'a,b\n"1"x,2\n', "quotation mark"),
    Hostile("csv of one line of 9 MB", "a.csv", lambda: b"x" * (9 << 20), "more than 200,000"),
    Hostile("csv of nine million commas", "a.csv", lambda: b"," * (9 << 20) + b"x", "200 columns"),
    Hostile("csv of one line of 20 MB", "a.csv", lambda: b"x" * (20 << 20), "10 MB"),
    Hostile("csv with semicolons", "a.csv", lambda: b"a;b\n1,5;2\n", reads=(1, 0, "1,5")),
    Hostile("csv with tabs", "a.csv", lambda: b"a\tb\n1,5\t2\n", reads=(1, 0, "1,5")),
    Hostile("csv of nine million lines", "a.csv", lambda: b"\n" * (9 << 20) + b"x", "rows"),
)  # fmt: skip


def by_case() -> Iterator[tuple[str, Hostile]]:
    return ((each.case, each) for each in FILES)
