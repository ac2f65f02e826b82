"""An XLSX workbook as cells: its archive within limits, its sheets in order. Knows no Django."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from documents.spreadsheets import GENERAL
from plans.tables.keeping import DAMAGED, TOO_MUCH, Keeper
from plans.tables.reading_sheet import Collector, PartReader, SheetReader, StringReader
from plans.tables.sheets import (
    SHEET_LIMIT,
    NotReadable,
    Workbook,
)

MEMBER_LIMIT = 2_000  # files in the ZIP
PART_LIMIT = 64 << 20  # bytes of one part, unpacked
UNPACKED_LIMIT = 160 << 20  # bytes of all parts together, unpacked
RATIO_LIMIT = 400  # how many times smaller a large file may be packed
PIECE = 1 << 18
UNREADABLE = (
    *(BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError),
    *(expat.ExpatError, ValueError, KeyError, LookupError, UnicodeError, ArithmeticError),
)


class WorkbookReader:
    """Reads the sheets of one open archive."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._unpacked = 0

    def read(self) -> Workbook:
        self._measure()
        sheets, since_1904 = self._list_sheets()
        strings = self._read_strings()
        formats = self._read_formats()
        keeper = Keeper()
        notes = []
        for name, part, is_hidden in sheets:
            if is_hidden:
                notes.append(f"Sheet “{name}” is hidden and was left out.")
                continue
            keeper.begin(name)
            reader = SheetReader(keeper, strings, formats, since_1904=since_1904)
            self._parse(part, reader)
            keeper.end()
        if not keeper.sheets:
            raise NotReadable("The workbook has no sheet that shows.")
        return Workbook(tuple(keeper.sheets), tuple(notes))

    def _measure(self) -> None:
        """Refuse what is too much by what the archive says of itself."""
        members = self._archive.infolist()
        total = sum(member.file_size for member in members)
        packed = sum(member.compress_size for member in members) or 1
        is_bomb = total > 8 << 20 and total / packed > RATIO_LIMIT
        if len(members) > MEMBER_LIMIT or total > UNPACKED_LIMIT or is_bomb:
            raise NotReadable(TOO_MUCH)
        names = {member.filename for member in members}
        for name, sentence in _OTHERS.items():
            if name in names:
                raise NotReadable(sentence)
        if any(member.flag_bits & 1 for member in members):
            raise NotReadable(PROTECTED)
        if any(member.compress_type not in (ZIP_STORED, ZIP_DEFLATED) for member in members):
            raise NotReadable(DAMAGED)

    def _list_sheets(self) -> tuple[list[tuple[str, str, bool]], bool]:
        """Return each worksheet's name, part, and whether it is hidden; and the calendar."""
        targets = dict(self._relations("_rels/.rels"))
        documents = [part for kind, part in targets.values() if kind == "officeDocument"]
        main = documents[0] if documents else _WORKBOOK
        folder = main.rpartition("/")[0]
        found = Collector({"sheet", "workbookPr"})
        self._parse(main, found)
        rels = f"{folder}/_rels/{main.rpartition('/')[2]}.rels".lstrip("/")
        parts = dict(self._relations(rels))
        sheets = []
        for attributes in found.of("sheet"):
            kind, target = parts.get(attributes.get("id", ""), ("", ""))
            if kind == "worksheet":
                is_hidden = attributes.get("state", "visible") != "visible"
                sheets.append((attributes.get("name", "")[:100], _join(folder, target), is_hidden))
        if len(sheets) > SHEET_LIMIT:
            raise NotReadable(f"The workbook has more than {SHEET_LIMIT} sheets.")
        if not sheets:
            raise NotReadable(NOT_A_WORKBOOK)
        since_1904 = any(a.get("date1904") in ("1", "true") for a in found.of("workbookPr"))
        return sheets, since_1904

    def _relations(self, part: str) -> Iterator[tuple[str, tuple[str, str]]]:
        """Yield id, kind and target of each relation that stays inside the workbook."""
        if part not in self._archive.NameToInfo:
            return
        found = Collector({"Relationship"})
        self._parse(part, found)
        for attributes in found.of("Relationship"):
            if attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                yield attributes.get("Id", ""), (kind, attributes.get("Target", "").lstrip("/"))

    def _read_strings(self) -> list[str]:
        reader = StringReader()
        part = self._find("sharedstrings.xml")
        if part:
            self._parse(part, reader)
        return reader.strings

    def _read_formats(self) -> list[tuple[int, str]]:
        """Return the number format of each cell style, as its id and its words."""
        part = self._find("styles.xml")
        if not part:
            return []
        found = Collector({"numFmt", "xf"}, inside={"xf": "cellXfs"})
        self._parse(part, found)
        named = {int(a["numFmtId"]): a.get("formatCode", GENERAL) for a in found.of("numFmt")}
        ids = [int(a.get("numFmtId", 0)) for a in found.of("xf")]
        return [(i, named.get(i) or _BUILT_IN.get(i, GENERAL)) for i in ids]

    def _find(self, ending: str) -> str:
        names = self._archive.NameToInfo
        return next((name for name in names if name.lower() == f"xl/{ending}"), "")

    def _parse(self, part: str, reader: PartReader) -> None:
        """Send a part through a reader, piece by piece."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = _refuse_document_type
        parser.StartElementHandler = reader.start
        parser.EndElementHandler = reader.end
        parser.CharacterDataHandler = reader.text
        unpacked = 0
        with self._archive.open(part) as file:
            while piece := file.read(PIECE):
                unpacked += len(piece)
                self._unpacked += len(piece)
                if unpacked > PART_LIMIT or self._unpacked > UNPACKED_LIMIT:
                    raise NotReadable(TOO_MUCH)
                parser.Parse(piece, False)
        parser.Parse(b"", True)


def _refuse_document_type(*_: Any) -> None:
    raise NotReadable(
        "The workbook holds a document type, which no spreadsheet program writes and which is not "
        "safe to read. Save the table as a new workbook."
    )


def _join(folder: str, target: str) -> str:
    """Return the part that a relation of the workbook names, whichever way it names it."""
    target = target.removeprefix("./")
    return target if not folder or target.startswith(f"{folder}/") else f"{folder}/{target}"


_WORKBOOK = "xl/workbook.xml"
NOT_A_WORKBOOK = "The file is no XLSX workbook. In your spreadsheet program, save it as .xlsx."
PROTECTED = "The workbook is protected by a password. Take the password off, then choose it again."
_SAVE_AS = "Open it in your spreadsheet program and save it as .xlsx."
_OTHERS = {
    "mimetype": f"The file is an OpenDocument file. {_SAVE_AS}",
    "Index/Document.iwa": f"The file is an Apple Numbers document. {_SAVE_AS}",
    "word/document.xml": f"The file is a Word document, not a workbook. {_SAVE_AS}",
    "ppt/presentation.xml": "The file is a presentation, not a workbook.",
    "xl/workbook.bin": f"The file is a binary workbook (.xlsb). {_SAVE_AS}",
    "EncryptedPackage": PROTECTED,
}
_BUILT_IN = {
    1: "0",
    2: "0.00",
    3: "#,##0",
    4: "#,##0.00",
    9: "0%",
    10: "0.00%",
    37: "#,##0;-#,##0",
    38: "#,##0;-#,##0",
    39: "#,##0.00;-#,##0.00",
    40: "#,##0.00;-#,##0.00",
}
