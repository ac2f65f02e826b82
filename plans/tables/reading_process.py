"""The reading process: takes one uploaded file, writes its cells as JSON, and touches nothing else.

Run as `python -m plans.tables.reading_process SOURCE TARGET KIND CPU MEMORY`. What is wrong with
the file it says as {"refused": sentence}. Knows no Django. XML is read by events, cells beyond the
limits are never kept, and a document type ends it: such a file can hold entities.
"""

from __future__ import annotations

import csv
import io
import json
import re
import resource
import sys
import zlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from xml.parsers import expat
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from documents.spreadsheets import GENERAL, is_date_format, show_date, show_number, unguard
from plans.tables.sheets import (
    BLANK,
    CELL_LIMIT,
    COLUMN_LIMIT,
    PLACE_LIMIT,
    ROW_LIMIT,
    SHEET_LIMIT,
    TEXT_LIMIT,
    NotReadable,
    Sheet,
    SheetCell,
    Workbook,
    cell_name,
    dump_workbook,
)

OUT_OF_MEMORY = 3
"""The exit status that says that the memory was used up."""

MEMBER_LIMIT = 2_000  # files in the ZIP
PART_LIMIT = 64 << 20  # bytes of one part, unpacked
UNPACKED_LIMIT = 160 << 20  # bytes of all parts together, unpacked
RATIO_LIMIT = 400  # how many times smaller a large file may be packed
PIECE = 1 << 18
DAMAGED = "The workbook is damaged: it may not have been copied or downloaded to its end."
TOO_MUCH = "The workbook holds far more than a table of a plan. Copy the table into a new one."
UNREADABLE = (
    *(BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError),
    *(expat.ExpatError, ValueError, KeyError, LookupError, UnicodeError, ArithmeticError),
)


def main(arguments: list[str]) -> int:
    source, target, kind, cpu, memory = arguments
    limit_resources(int(cpu), int(memory))
    try:
        answer: dict[str, Any] = dump_workbook(read(Path(source), kind))
    except NotReadable as refused:
        answer = {"refused": str(refused)}
    except MemoryError:
        return OUT_OF_MEMORY
    Path(target).write_text(json.dumps(answer), encoding="utf-8")
    return 0


def limit_resources(cpu: int, memory: int) -> None:
    """Limit this process to so many processor seconds and megabytes; it leaves no core file."""
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory << 20, memory << 20))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def read(source: Path, kind: str) -> Workbook:
    """Return what the file holds; `kind` is "xlsx" or "csv".

    :raises NotReadable: with a sentence, if it cannot be read.
    """
    if kind == "csv":
        return _read_csv(source.read_bytes())
    try:
        with ZipFile(source) as archive:
            return _WorkbookReader(archive).read()
    except UNREADABLE as error:
        if isinstance(error, NotReadable):
            raise
        raise NotReadable(DAMAGED) from error


# --- keeping rows within the limits --------------------------------------------------------------


class _Keeper:
    """Keeps the cells of a workbook sheet by sheet, and refuses what is beyond the limits."""

    def __init__(self) -> None:
        self.sheets: list[Sheet] = []
        self._characters = self._places = 0
        self._rows: list[list[SheetCell]] = []
        self._name = ""

    def begin(self, name: str) -> None:
        self._name, self._rows = name, []

    def keep(self, row: int, column: int, cell: SheetCell) -> None:
        """Keep a cell at a place counted from 0; a blank one is nowhere too far out."""
        if cell.is_blank:
            return
        if row >= ROW_LIMIT:
            raise NotReadable(
                f"Sheet “{self._name}” has something in row {row + 1:,}. At most {ROW_LIMIT:,} "
                "rows of a sheet are read: take out what does not belong to the table."
            )
        if column >= COLUMN_LIMIT:
            raise NotReadable(
                f"Sheet “{self._name}” has something in column {column + 1:,}. At most "
                f"{COLUMN_LIMIT} columns are read: take out what does not belong to the table."
            )
        self._characters += len(cell.text)
        if len(cell.text) > CELL_LIMIT or self._characters > TEXT_LIMIT:
            raise NotReadable(TOO_MUCH)
        while len(self._rows) <= row:
            self._rows.append([])
        cells = self._rows[row]
        self._places += max(0, column + 1 - len(cells))
        if self._places > PLACE_LIMIT:
            raise NotReadable(TOO_MUCH)
        cells.extend([BLANK] * (column + 1 - len(cells)))
        cells[column] = cell

    def end(self) -> None:
        rows = tuple(tuple(row) for row in self._rows)
        self.sheets.append(Sheet(self._name, rows))


# --- CSV -----------------------------------------------------------------------------------------


def _read_csv(data: bytes) -> Workbook:
    text, notes = _decode(data)
    if "\0" in text:
        raise NotReadable("The file is no text: it may be a workbook that was given another name.")
    csv.field_size_limit(CELL_LIMIT)
    text, delimiter = _find_delimiter(text)
    keeper = _Keeper()
    keeper.begin("CSV")
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        for row, cells in enumerate(reader):
            for column, words in enumerate(cells):
                if words:
                    keeper.keep(row, column, SheetCell(_lines(unguard(words))))
    except csv.Error as error:
        raise NotReadable(_explain_csv(error, reader.line_num)) from error
    keeper.end()
    return Workbook(tuple(keeper.sheets), notes)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _decode(data: bytes) -> tuple[str, tuple[str, ...]]:
    """Return the text of a CSV file, with a note where its letters had to be guessed."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return data.decode("utf-16"), ()
        except UnicodeDecodeError as error:
            raise NotReadable("The file is cut off in the middle of a letter.") from error
    try:
        return data.decode("utf-8-sig"), ()
    except UnicodeDecodeError:
        note = (
            "The file does not say how its letters are written; it was read as Western European. "
            "Look at £ and at letters such as é."
        )
        return data.decode("cp1252", errors="replace"), (note,)


def _find_delimiter(text: str) -> tuple[str, str]:
    """Return the text without a line that names its delimiter, and the delimiter."""
    if named := re.match(r"sep=([,;\t|])\r?\n", text):
        return text[named.end() :], named[1]
    bare = re.sub(r'"[^"]*"', "", text[:20_000])
    lines = [line for line in bare.splitlines() if line.strip()][:20]
    counts = {mark: [line.count(mark) for line in lines] for mark in ",;\t|"}
    return text, max(counts, key=lambda mark: (min(counts[mark], default=0), sum(counts[mark])))


def _explain_csv(error: csv.Error, line: int) -> str:
    if "field larger" in str(error):
        return f"Line {line:,} has a cell of more than {CELL_LIMIT:,} characters."
    return f"Line {line:,} cannot be read: a quotation mark is opened or closed in the wrong place."


# --- XLSX ----------------------------------------------------------------------------------------


class _WorkbookReader:
    """Reads the sheets of one open archive."""

    def __init__(self, archive: ZipFile) -> None:
        self._archive = archive
        self._unpacked = 0

    def read(self) -> Workbook:
        self._measure()
        sheets, since_1904 = self._list_sheets()
        strings = self._read_strings()
        formats = self._read_formats()
        keeper = _Keeper()
        notes = []
        for name, part, is_hidden in sheets:
            if is_hidden:
                notes.append(f"Sheet “{name}” is hidden and was left out.")
                continue
            keeper.begin(name)
            reader = _SheetReader(keeper, strings, formats, since_1904=since_1904)
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
        found = _Collector({"sheet", "workbookPr"})
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
        found = _Collector({"Relationship"})
        self._parse(part, found)
        for attributes in found.of("Relationship"):
            if attributes.get("TargetMode") != "External":
                kind = attributes.get("Type", "").rpartition("/")[2]
                yield attributes.get("Id", ""), (kind, attributes.get("Target", "").lstrip("/"))

    def _read_strings(self) -> list[str]:
        reader = _StringReader()
        part = self._find("sharedstrings.xml")
        if part:
            self._parse(part, reader)
        return reader.strings

    def _read_formats(self) -> list[tuple[int, str]]:
        """Return the number format of each cell style, as its id and its words."""
        part = self._find("styles.xml")
        if not part:
            return []
        found = _Collector({"numFmt", "xf"}, inside={"xf": "cellXfs"})
        self._parse(part, found)
        named = {int(a["numFmtId"]): a.get("formatCode", GENERAL) for a in found.of("numFmt")}
        ids = [int(a.get("numFmtId", 0)) for a in found.of("xf")]
        return [(i, named.get(i) or _BUILT_IN.get(i, GENERAL)) for i in ids]

    def _find(self, ending: str) -> str:
        names = self._archive.NameToInfo
        return next((name for name in names if name.lower() == f"xl/{ending}"), "")

    def _parse(self, part: str, reader: _Reader) -> None:
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


def _local(name: str) -> str:
    return name[name.rfind(" ") + 1 :]


class _Reader:
    """What the parser tells of a part; the readers below keep what they need."""

    def start(self, name: str, attributes: Mapping[str, str]) -> None: ...
    def end(self, name: str) -> None: ...
    def text(self, words: str) -> None: ...


class _Collector(_Reader):
    """Collects the attributes of elements of some names; `inside`: only within such a one."""

    LIMIT = 70_000

    def __init__(self, names: set[str], inside: Mapping[str, str] | None = None) -> None:
        self._found: dict[str, list[dict[str, str]]] = {name: [] for name in names}
        self._inside, self._open = inside or {}, set[str]()

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = _local(name)
        self._open.add(local)
        if local in self._found and self._inside.get(local, local) in self._open:
            found = self._found[local]
            if len(found) >= self.LIMIT:
                raise NotReadable(TOO_MUCH)
            found.append({_local(key): value for key, value in attributes.items()})

    def end(self, name: str) -> None:
        self._open.discard(_local(name))

    def of(self, name: str) -> list[dict[str, str]]:
        return self._found[name]


class _StringReader(_Reader):
    """Reads the texts that the cells of a workbook share; how words sound is left out."""

    def __init__(self) -> None:
        self.strings: list[str] = []
        self._pieces: list[str] = []
        self._wanted = self._sounded = False
        self._length = 0

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = _local(name)
        if local == "si":
            self._pieces, self._length = [], 0
        elif local == "rPh":
            self._sounded = True
        elif local == "t":
            self._wanted = not self._sounded

    def end(self, name: str) -> None:
        local = _local(name)
        if local == "si":
            if len(self.strings) >= TEXT_LIMIT // 4:
                raise NotReadable(TOO_MUCH)
            self.strings.append(_unescape("".join(self._pieces)))
        elif local == "rPh":
            self._sounded = False
        elif local == "t":
            self._wanted = False

    def text(self, words: str) -> None:
        if self._wanted:
            self._length += len(words)
            if self._length > CELL_LIMIT:
                raise NotReadable(TOO_MUCH)
            self._pieces.append(words)


def _unescape(text: str) -> str:
    """Return text with the characters that a workbook spells: _x000D_ is a carriage return."""
    if "_x" not in text:
        return text
    text = re.sub(r"_x([0-9A-Fa-f]{4})_", lambda m: chr(int(m[1], 16)), text)
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # halves meet, or go
    return _lines(text)


class _SheetReader(_Reader):
    """Reads one sheet's cells as they show; a formula is its last value."""

    def __init__(
        self,
        keeper: _Keeper,
        strings: list[str],
        formats: list[tuple[int, str]],
        *,
        since_1904: bool,
    ) -> None:
        self._keeper, self._strings, self._formats = keeper, strings, formats
        self._since_1904 = since_1904
        self._row = self._column = -1
        self._type = self._style = ""
        self._pieces: list[str] = []
        self._length = 0
        self._wanted = self._is_formula = self._has_value = self._sounded = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        local = _local(name)
        if local == "c":
            self._begin_cell(attributes)
        elif local == "row":
            self._row = _count(attributes.get("r"), self._row + 2) - 1
            self._column = -1
        elif local == "v":
            self._wanted = self._has_value = True
        elif local == "t":
            self._wanted = self._has_value = not self._sounded
        elif local == "f":
            self._is_formula = True
        elif local == "rPh":
            self._sounded = True

    def _begin_cell(self, attributes: Mapping[str, str]) -> None:
        self._type, self._style = attributes.get("t", "n"), attributes.get("s", "0")
        self._pieces, self._length = [], 0
        self._is_formula = self._has_value = False
        place = attributes.get("r")
        if place is None:
            self._column += 1
        else:
            self._row, self._column = _read_place(place)

    def end(self, name: str) -> None:
        local = _local(name)
        if local in ("v", "t"):
            self._wanted = False
        elif local == "rPh":
            self._sounded = False
        elif local == "c":
            self._keeper.keep(self._row, self._column, self._cell())

    def text(self, words: str) -> None:
        if self._wanted:
            self._length += len(words)
            if self._length > CELL_LIMIT:
                raise NotReadable(
                    f"Cell {cell_name(self._row, self._column)} holds more than "
                    f"{CELL_LIMIT:,} characters."
                )
            self._pieces.append(words)

    def _cell(self) -> SheetCell:
        raw = "".join(self._pieces)
        if not raw and not self._has_value:
            return SheetCell(fault=NO_VALUE) if self._is_formula else BLANK
        try:
            return _SHOWN.get(self._type, _show_unknown)(self, raw)
        except (ValueError, IndexError, ArithmeticError, OverflowError):
            return SheetCell(raw[:60], fault="cannot be read; type what it should hold")

    def _show_number(self, raw: str) -> SheetCell:
        if not raw:
            return SheetCell(fault=NO_VALUE) if self._is_formula else BLANK
        style = int(self._style)
        format_id, words = self._formats[style] if style < len(self._formats) else (0, GENERAL)
        if is_date_format(format_id, words):
            return SheetCell(show_date(raw, since_1904=self._since_1904))
        return SheetCell(show_number(raw, words), is_number=True)

    def _show_shared(self, raw: str) -> SheetCell:
        if int(raw) < 0:
            raise IndexError(raw)
        return SheetCell(self._strings[int(raw)])

    def _show_text(self, raw: str) -> SheetCell:
        return SheetCell(_unescape(raw))

    def _show_truth(self, raw: str) -> SheetCell:
        return SheetCell("Yes" if raw.strip() == "1" else "No")

    def _show_error(self, raw: str) -> SheetCell:
        return SheetCell(raw[:60], fault="is an error of the spreadsheet; put its formula right")

    def _show_day(self, raw: str) -> SheetCell:
        year, month, day = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d).*", raw.strip()).groups()  # type: ignore[union-attr]
        return SheetCell(f"{day}/{month}/{year}")


def _show_unknown(reader: _SheetReader, raw: str) -> SheetCell:
    return SheetCell(raw[:60], fault="is of a sort that is not known; type what it should hold")


_SHOWN: Mapping[str, Callable[[_SheetReader, str], SheetCell]] = {
    "n": _SheetReader._show_number,
    "s": _SheetReader._show_shared,
    "str": _SheetReader._show_text,
    "inlineStr": _SheetReader._show_text,
    "b": _SheetReader._show_truth,
    "e": _SheetReader._show_error,
    "d": _SheetReader._show_day,
}


def _count(text: str | None, otherwise: int) -> int:
    """Return a row's number, the following one where the sheet does not say it."""
    if text is None:
        return otherwise
    if not re.fullmatch(r"[0-9]{1,9}", text) or text.strip("0") == "":
        raise NotReadable(DAMAGED)
    return int(text)


def _read_place(place: str) -> tuple[int, int]:
    """Return the row and column, counted from 0, of a cell such as "D14"."""
    match = re.fullmatch(r"\$?([A-Za-z]{1,7})\$?([1-9][0-9]{0,8})", place)
    if not match:
        raise NotReadable(DAMAGED)
    column = 0
    for letter in match[1].upper():
        column = column * 26 + ord(letter) - 64
    return int(match[2]) - 1, column - 1


_WORKBOOK = "xl/workbook.xml"
NO_VALUE = "is a formula that was never worked out; open the workbook, save it, and try again"
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

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
